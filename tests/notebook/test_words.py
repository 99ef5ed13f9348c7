"""What the magics print."""

from __future__ import annotations

import pytest

from nbboard.notebook.words import explain, span
from nbboard.server import Failed


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (8040, "2 h 14 min"),
        (86400, "1 d"),
        (90061, "1 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    """A duration is written in its two largest units."""
    assert text == span(seconds)


def test_a_failure_shows_the_end_of_the_log() -> None:
    """Cause and cure in one line, then the last lines of the log."""
    log = "\n".join(f"line {number}" for number in range(30))
    lines = explain(Failed("It broke.", "Mend it.", log)).splitlines()

    assert lines[0] == "TensorBoard was not started. It broke. Mend it."
    assert [lines[2], lines[-1]] == ["  line 25", "  line 29"]
    assert explain(Failed("It broke.")) == "TensorBoard was not started. It broke."
