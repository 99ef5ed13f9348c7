"""nbboard's own flags among TensorBoard's."""

from __future__ import annotations

import pytest

from nbboard import UsageError
from nbboard.notebook.options import OWN_FLAGS, parse
from nbboard.server.explaining import MAGIC_FLAGS


def test_own_flags_are_taken_out() -> None:
    """What is nbboard's is read; the rest goes to TensorBoard unchanged."""
    options = parse(
        [
            "--logdir",
            "x",
            "--height",
            "500",
            "--width=50%",
            "--theme",
            "dark",
            "--new",
            "--no-display",
            "--port",
            "1",
        ]
    )

    assert (
        options.height,
        options.width,
        options.theme,
        options.new,
        options.display,
    ) == ("500px", "50%", "dark", True, False)
    assert options.flags == ("--logdir", "x", "--port", "1")


def test_defaults() -> None:
    """Without flags, the frame is 800 pixels tall, as wide as the cell, themed as the notebook."""
    options = parse([])

    assert (
        options.height,
        options.width,
        options.theme,
        options.new,
        options.display,
        options.flags,
    ) == ("800px", "100%", "auto", False, True, ())


def test_misspelt_own_flags_are_guessed() -> None:
    """What the server's explanation guesses from are the flags that there are."""
    assert set(MAGIC_FLAGS) == set(OWN_FLAGS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--height"], "--height needs a value"),
        (["--height", "--new"], "--height needs a value"),
        (["--height", "tall"], "no length"),
        (["--width=1px;color:red"], "no length"),
        (["--new=yes"], "--new takes no value"),
        (["--theme", "blue"], "none of auto, light, dark"),
    ],
)
def test_a_wrong_value_is_told(words: list[str], message: str) -> None:
    """A value that cannot be is told in one sentence; it never reaches the page."""
    with pytest.raises(UsageError, match=message):
        parse(words)
