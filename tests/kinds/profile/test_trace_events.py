"""One event of a JSON trace, out of its text."""

from __future__ import annotations

import pytest

from nbboard.kinds.profile.trace_events import decode_events


def test_floats_stay_text():
    """A time stamp in microseconds with decimals is more than a float64 holds."""
    (event,) = decode_events('[{"ts": 1623142623460111.123, "args": {"x": 0.10}}]')

    assert event.ts == "1623142623460111.123"
    assert event.mapping() == {"x": "0.10"}


def test_what_an_event_does_not_have():
    """Fields that are not there have their defaults, and others than these do no harm."""
    (event,) = decode_events('[{"ph": "X", "s": "t", "args": "text"}]')

    assert (event.pid, event.tid, event.dur, event.name) == ("", "", 0, None)
    assert event.details() is None
    assert event.mapping() == {}


def test_details_of_a_later_event_go_before():
    """Where a span is written as its beginning and its end, the end knows more."""
    first, later = (
        event.details()
        for event in decode_events(
            '[{"args": {"correlation": 1, "device": 0, "Input Dims": [[2]]}},'
            ' {"args": {"correlation": 7, "Call stack": "a;b"}}]'
        )
    )
    assert first is not None
    assert later is not None
    both = first.updated(later)

    assert (both.correlation, both.device, both.stack) == (7, 0, "a;b")
    assert bytes(both.shapes) == b"[[2]]"


@pytest.mark.parametrize("text", ["[1]", "{}", "[{]", '[{"a": NaN}]', "[" * 100_000])
def test_what_is_no_list_of_events(text: str):
    """The caller is told, and tries something else."""
    with pytest.raises(ValueError, match=r"JSON|Expected|recursion"):
        decode_events(text)
