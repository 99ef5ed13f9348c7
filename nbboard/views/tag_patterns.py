"""Which tags a regular expression of a log matches, in bounded time whatever it says.

Python's own matcher tries one way after the other and may take for ever (``(a+)+$``), with the
interpreter locked meanwhile. So an expression is read first: where there are few ways to try,
Python's matcher is asked; else all ways are followed at once, letter by letter, in time
proportional to the length of the tag (Thompson's construction). What that cannot follow
(back references, looking ahead) and is not harmless is refused in words.
"""

from __future__ import annotations

import re
import sys
import time
import warnings
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

__all__ = ["Matched", "TagMatcher"]

#: The parser of expressions, which gives what the matcher is made of.
_parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

#: Ways that Python's matcher may try for one tag, a hundredth of a second; and the lengths of
#: tags for which that is found out.
FEW_WAYS = 1_000_000
LENGTHS = (1000, 500, 200, 100, 64, 32, 16)
#: Instructions of an expression whose ways are followed at once, and letters of one at all.
MOST_INSTRUCTIONS = 2_000
MOST_LETTERS = 10_000
#: Seconds for the tags of one expression, and for those of all expressions together.
SECONDS = 0.25
SECONDS_OF_ALL = 3.0
_NEVER = float("inf")
#: Something behind every name that begins with the same letters.
_BEHIND = "\U0010ffff"


@dataclass(frozen=True)
class Matched:
    """The tags that an expression matches.

    Attributes
    ----------
    tags
        In the order in which they were given.
    note
        What is wrong with the expression, or which tags were not looked at; empty if nothing.
    """

    tags: tuple[str, ...] = ()
    note: str = ""


class TagMatcher:
    """Matches expressions against some tags, as ``re.match`` does: from the start of a tag.

    Parameters
    ----------
    tags
        The tags, in the order of the results.
    """

    def __init__(self, tags: Iterable[str]) -> None:
        self.tags = tuple(tags)
        self._place = {tag: place for place, tag in enumerate(self.tags)}
        self._sorted = sorted(self.tags)
        self._end = time.monotonic() + SECONDS_OF_ALL
        self._found: dict[str, Matched] = {}

    def match(self, pattern: str) -> Matched:
        """Return the tags that begin with what an expression matches."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self._match(pattern)
        return found

    def _match(self, pattern: str) -> Matched:
        if len(pattern) > MOST_LETTERS:
            return Matched(note=f"an expression of {len(pattern):,} letters is not tried")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what an expression may mean one day
                tree = _parser.parse(pattern)
                matcher = _Matcher(pattern, tree)
        except (re.error, RecursionError, OverflowError, MemoryError) as error:
            why = str(error) or type(error).__name__
            return Matched(note=f"{_short(pattern)} is not a regular expression: {why}")
        return self._look_through(pattern, matcher, self._beginning(_prefix(tree)))

    def _look_through(self, pattern: str, matcher: _Matcher, candidates: Sequence[str]) -> Matched:
        end = min(time.monotonic() + SECONDS, self._end)
        found: list[str] = []
        number = 0
        try:
            for number, tag in enumerate(candidates):  # noqa: B007 - told if time is up
                if matcher.matches(tag, end):
                    found.append(tag)
        except _UnboundedError as error:
            return Matched(note=f"{_short(pattern)} is not tried: {error}")
        except TimeoutError:
            of = f"{number:,} of {len(candidates):,} tags"
            return Matched(self._ordered(found), f"{_short(pattern)}: {of} looked at in time")
        return Matched(self._ordered(found))

    def _beginning(self, prefix: str) -> Sequence[str]:
        """Return the tags that begin with some letters."""
        if not prefix:
            return self.tags
        low = bisect_left(self._sorted, prefix)
        return self._sorted[low : bisect_left(self._sorted, prefix + _BEHIND, low)]

    def _ordered(self, found: list[str]) -> tuple[str, ...]:
        return tuple(sorted(found, key=self._place.__getitem__))


def _short(pattern: str) -> str:
    return repr(pattern if len(pattern) <= 40 else f"{pattern[:39]}…")


class _UnboundedError(Exception):
    """Why an expression is not tried."""


class _Matcher:
    """Asks Python's matcher about tags for which that is harmless, else follows all ways."""

    def __init__(self, pattern: str, tree: Any) -> None:
        self._compiled = re.compile(pattern)
        self._tree = tree
        self._program: _Program | None = None
        few = (length for length in LENGTHS if _ways(tree, length) * (length + 1) <= FEW_WAYS)
        self._harmless = next(few, -1)

    def matches(self, tag: str, end: float) -> bool:
        """Return whether a tag begins with a match; raise TimeoutError if that takes too long."""
        if time.monotonic() > end:
            raise TimeoutError
        if len(tag) <= self._harmless:
            return self._compiled.match(tag) is not None
        self._program = self._program or _Program(self._tree)
        return self._program.matches(tag, end)


def _prefix(tree: Any) -> str:
    """Return the letters that every match begins with."""
    if tree.state.flags & re.IGNORECASE:
        return ""
    letters = []
    for name, value in tree:
        if str(name) != "LITERAL":
            break
        letters.append(chr(value))
    return "".join(letters)


def _ways(tree: Any, longest: int) -> float:
    """Return how many ways Python's matcher may try, at most."""
    ways = 1.0
    for name, value in tree:
        ways *= _ways_of(str(name), value, longest)
    return ways


def _ways_of(name: str, value: Any, longest: int) -> float:
    inside: dict[str, Callable[[], float]] = {
        "BRANCH": lambda: sum(_ways(one, longest) for one in value[1]),
        "SUBPATTERN": lambda: _ways(value[3], longest),
        "ATOMIC_GROUP": lambda: _ways(value, longest),
        "ASSERT": lambda: (longest + 1) * _ways(value[1], longest),
        "ASSERT_NOT": lambda: (longest + 1) * _ways(value[1], longest),
        "GROUPREF": lambda: longest + 1.0,
        "GROUPREF_EXISTS": lambda: sum(_ways(one, longest) for one in value[1:] if one is not None),
        "MAX_REPEAT": lambda: _ways_again(value, longest),
        "MIN_REPEAT": lambda: _ways_again(value, longest),
        "POSSESSIVE_REPEAT": lambda: _ways_again(value, longest),
    }
    return inside[name]() if name in inside else 1.0


def _ways_again(repeat: tuple[int, int, Any], longest: int) -> float:
    least, most, inside = repeat
    within = _ways(inside, longest)
    if least == most:
        return within if most == 1 or within == 1 else _NEVER
    if within > 1:  # what may be read in several ways, several times
        return within + 1 if (least, most) == (0, 1) else _NEVER
    return min(float(most), longest) + 1


@dataclass
class _Program:
    """An expression as instructions, whose ways are followed at once."""

    tree: Any
    code: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._caseless = bool(self.tree.state.flags & re.IGNORECASE)
        self._dotall = bool(self.tree.state.flags & re.DOTALL)
        self._sequence(self.tree)
        self._add("match")

    def matches(self, text: str, end: float = _NEVER) -> bool:
        """Return whether a text begins with a match; raise TimeoutError at some time."""
        states = self._closed({0}, text, 0)
        for place, letter in enumerate(text):
            if not states or len(self.code) - 1 in states:
                break
            if time.monotonic() > end:
                raise TimeoutError
            following = {
                state + 1
                for state in states
                if self.code[state][0] == "letter" and self.code[state][1](letter)
            }
            states = self._closed(following, text, place + 1)
        return len(self.code) - 1 in states

    def _closed(self, states: set[int], text: str, place: int) -> set[int]:
        """Return where one may be without reading a letter."""
        seen: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            name, value = self.code[state]
            if name == "split":
                waiting += value
            elif name == "jump":
                waiting.append(value)
            elif name == "at" and _holds(value, text, place):
                waiting.append(state + 1)
        return seen

    # ------------------------------------------------------------ how it is made

    def _add(self, name: str, value: Any = None) -> int:
        if len(self.code) >= MOST_INSTRUCTIONS:
            raise _UnboundedError("it repeats too much")
        self.code.append((name, value))
        return len(self.code) - 1

    def _sequence(self, tree: Any) -> None:
        for name, value in tree:
            self._one(str(name), value)

    def _one(self, name: str, value: Any) -> None:
        if name in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            self._add("letter", self._letter(name, value))
        elif name == "AT":
            self._add("at", str(value))
        elif name == "SUBPATTERN" and not (value[1] or value[2]):
            self._sequence(value[3])
        elif name == "BRANCH":
            self._branch(value[1])
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            self._repeat(*value)
        else:
            raise _UnboundedError("it may take for ever")

    def _branch(self, ways: Sequence[Any]) -> None:
        split = self._add("split", [])
        ends = []
        for way in ways:
            self.code[split][1].append(len(self.code))
            self._sequence(way)
            ends.append(self._add("jump"))
        for end in ends:
            self.code[end] = ("jump", len(self.code))

    def _repeat(self, least: int, most: int, inside: Any) -> None:
        for _ in range(least):
            self._sequence(inside)
        if most == _parser.MAXREPEAT:
            split = self._add("split", [len(self.code) + 1])
            self._sequence(inside)
            self._add("jump", split)
            self.code[split][1].append(len(self.code))
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._add("split", [len(self.code) + 1]))
            self._sequence(inside)
        for split in splits:
            self.code[split][1].append(len(self.code))

    def _letter(self, name: str, value: Any) -> Callable[[str], bool]:
        if name == "ANY":
            return (lambda _: True) if self._dotall else (lambda letter: letter != "\n")
        if name == "IN":
            tests = [_within(str(kind), one) for kind, one in value if str(kind) != "NEGATE"]
            negated = str(value[0][0]) == "NEGATE"
            inside = self._folded(lambda letter: any(test(letter) for test in tests))
            return (lambda letter: not inside(letter)) if negated else inside
        same = self._folded(lambda letter: ord(letter) == value)
        return (lambda letter: not same(letter)) if name == "NOT_LITERAL" else same

    def _folded(self, test: Callable[[str], bool]) -> Callable[[str], bool]:
        """Return a test that takes a letter in either case, where the expression says so."""
        if not self._caseless:
            return test

        def either(letter: str) -> bool:
            forms = {letter, letter.lower(), letter.upper()}
            return any(len(form) == 1 and test(form) for form in forms)

        return either


def _within(kind: str, value: Any) -> Callable[[str], bool]:
    if kind == "LITERAL":
        return lambda letter: ord(letter) == value
    if kind == "RANGE":
        low, high = value
        return lambda letter: low <= ord(letter) <= high
    name = str(value)
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdecimal,
        "SPACE": str.isspace,
        "WORD": _is_word,
    }
    test = tests.get(name.rpartition("_")[2])
    if kind != "CATEGORY" or test is None:
        raise _UnboundedError("it may take for ever")
    if "NOT" in name:
        return lambda letter: not test(letter)
    return test


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _holds(name: str, text: str, place: int) -> bool:
    """Return whether an anchor holds at a place of a text."""
    if name in {"AT_BEGINNING", "AT_BEGINNING_STRING"}:
        return place == 0
    if name == "AT_END":
        return place == len(text) or text[place:] == "\n"
    if name == "AT_END_STRING":
        return place == len(text)
    before = place > 0 and _is_word(text[place - 1])
    behind = place < len(text) and _is_word(text[place])
    return (before != behind) == (name == "AT_BOUNDARY")
