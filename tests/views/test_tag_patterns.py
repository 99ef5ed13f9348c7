"""Regular expressions of a log: as re.match where that is harmless, and never for ever."""

from __future__ import annotations

import random
import re
import time

import pytest

from nbboard.views import tag_patterns
from nbboard.views.tag_patterns import TagMatcher, _parser, _Program

TAGS = (
    *("loss", "loss/train", "loss/val", "xloss", "Loss/x", "a12bcc", "foo bar", "foobar", "q/ax"),
    *("ababc", "c", "xabay", "", "aaab", "aaa", "a\nb", "m.n", "1_2z", "xabababaaby", "ünï/x"),
)
PATTERNS = (
    *("loss", "loss/.*", ".*loss", "loss/(train|val)$", "(?i)LOSS.*", r"a\d+b?c{2,3}", "(a|b)*c"),
    *(r"\bfoo\b.*", "[^/]+/[a-c]x*", "x(ab?){2,4}y", "^$", "(?:a+)+b", "a.b", r"\w+\.\w+$", "ü.*"),
    *(r"[\d_]+z", "(?!loss).*", "(a)\\1", "", r"\S+\s", "(?s)a.b", r"x\B"),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_tags_are_matched_as_re_match_does(pattern):
    """From the start, case-sensitive, in the order given; both ways of matching agree."""
    found = TagMatcher(TAGS).match(pattern)

    expected = tuple(tag for tag in TAGS if re.match(pattern, tag))
    assert found.tags == expected
    assert found.note == ""
    if not re.search(r"\\1|\(\?!", pattern):
        program = _Program(_parser.parse(pattern))
        assert tuple(tag for tag in TAGS if program.matches(tag)) == expected


def test_following_all_ways_at_once_agrees_with_re():
    """On two thousand random expressions and texts."""
    rng = random.Random(1)

    def made(depth):
        kind = rng.random()
        if depth == 0 or kind < 0.4:
            return rng.choice(["a", "b", ".", "[ab]", "[^a]", r"\w", "c", r"\b", "$"])
        if kind < 0.6:
            return made(depth - 1) + made(depth - 1)
        if kind < 0.75:
            return f"(?:{made(depth - 1)}|{made(depth - 1)})"
        return f"(?:{made(depth - 1)}){rng.choice(['*', '+', '?', '{2}', '{1,2}', '*?'])}"

    for _ in range(2000):
        pattern, text = made(4), "".join(rng.choice("abc/") for _ in range(rng.randrange(7)))
        expected = re.match(pattern, text) is not None
        assert _Program(_parser.parse(pattern)).matches(text) == expected, (pattern, text)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a*)*b", "(a|aa)+$", ".*.*.*.*.*=", "(.?){30}a{30}b", "(x+x+)+y"]
)
def test_no_expression_takes_for_ever(pattern):
    """What makes Python's matcher try for centuries is answered at once, and rightly."""
    tags = [*("a" * number + "!" for number in range(1, 200)), "x" * 300]
    start = time.process_time()

    found = TagMatcher(tags).match(pattern)

    assert found.tags == ()
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("pattern", "note"),
    [
        ("(", "is not a regular expression: missing )"),
        ("(" * 5000, "is not a regular expression"),
        (r"(a+)\1+$", "is not tried: it may take for ever"),
        ("(x{0,1000}){0,1000}", "is not tried: it repeats too much"),
        ("a" * 20_000, "20,000 letters is not tried"),
    ],
)
def test_what_cannot_be_tried_is_said(pattern, note):
    """The chart says it; nothing is matched."""
    found = TagMatcher([*TAGS, "a" * 300]).match(pattern)

    assert found.tags == ()
    assert note in found.note
    assert len(found.note) < 200


def test_a_thousand_hostile_expressions_have_a_deadline_together(monkeypatch):
    """Those that come after it say how far they got."""
    monkeypatch.setattr(tag_patterns, "SECONDS_OF_ALL", 0.2)
    matcher = TagMatcher("a" * 5000 + str(number) for number in range(1000))
    start = time.process_time()

    notes = [matcher.match(f"(a+)+{number}b").note for number in range(1000)]

    assert all("0 of 1,000 tags looked at in time" in note for note in notes[-100:])
    assert time.process_time() - start < 20


def test_very_many_tags_are_not_looked_through_for_a_beginning():
    """Those that begin with the expression's letters are found in the sorted names."""
    matcher = TagMatcher(f"layer{number}/weights" for number in range(100_000))

    assert len(matcher.match("layer777/.*").tags) == 1
    assert len(matcher.match("layer777").tags) == 111
