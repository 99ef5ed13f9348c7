r"""A magic's line: words, quotes, ``#``, Windows paths and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbboard import UsageError
from nbboard.notebook.line import read_line, split


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--logdir logs", ["--logdir", "logs"]),
        ("  --logdir\tlogs  ", ["--logdir", "logs"]),
        ("", []),
        ("--logdir 'my logs'", ["--logdir", "my logs"]),
        ('--logdir="my logs" --port 1', ["--logdir=my logs", "--port", "1"]),
        ('--window_title ""', ["--window_title", ""]),
        ("--logdir my\\ logs", ["--logdir", "my logs"]),
        ("--logdir runs#2", ["--logdir", "runs#2"]),
        ("--logdir #2", ["--logdir", "#2"]),
        ("--logdir 'run # 2'", ["--logdir", "run # 2"]),
        ("--logdir logs  # while it trains", ["--logdir", "logs"]),
        ("--logdir logs #", ["--logdir", "logs"]),
        (r"--logdir C:\Users\me\logs", ["--logdir", r"C:\Users\me\logs"]),
        (r'--logdir "C:\Users\Ada L\logs"', ["--logdir", r"C:\Users\Ada L\logs"]),
        (r"--logdir \\server\share\logs", ["--logdir", r"\\server\share\logs"]),
        ("--logdir bob's", ["--logdir", "bob's"]),
        ("--logdir протоколы/模型", ["--logdir", "протоколы/模型"]),
        ("--logdir {a + ' b'}/c d", ["--logdir", "{a + ' b'}/c", "d"]),
        ("--logdir {unclosed x", ["--logdir", "{unclosed", "x"]),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    """A line is cut as people mean it."""
    assert words == split(line, windows=False)


def test_on_windows_a_backslash_is_never_an_escape() -> None:
    r"""``C:\logs\ --port`` keeps its last backslash on Windows."""
    assert split("--logdir C:\\logs\\ --port 1", windows=True) == [
        "--logdir",
        "C:\\logs\\",
        "--port",
        "1",
    ]


def test_a_quote_that_is_not_closed_is_an_error() -> None:
    """The person is told which quote."""
    with pytest.raises(UsageError, match='"my logs'):
        split('--logdir "my logs')


def test_variables_expand_into_one_word() -> None:
    """A value with spaces, quotes or braces stays one word, in quotes or not."""
    variables = {"folder": "my 'new' logs/{x}", "path": Path("a b"), "n": 3, "sub": "x"}

    for line in ("--logdir {folder}", "--logdir '{folder}'", '--logdir "{folder}"'):
        assert read_line(line, variables) == ["--logdir", "my 'new' logs/{x}"]
    assert read_line("--logdir {path}/$sub/{n}", variables) == ["--logdir", "a b/x/3"]
    assert read_line("--logdir {path / 'c d'}", variables) == ["--logdir", "a b/c d"]
    assert read_line("--logdir run-{n:03d}", variables) == ["--logdir", "run-003"]


def test_what_is_no_variable_stays_and_is_named() -> None:
    """Unknown names, doubled braces and other uses of braces survive."""
    words = read_line("--logdir {nope}/{nope}/{also_not} $HOME {{x}}", {})

    assert words == ["--logdir", "{nope}/{nope}/{also_not}", "$HOME", "{x}"]
    assert words.unknown == ("nope", "also_not")
