"""Events out of JSON that is never in memory whole."""

from __future__ import annotations

import json

import msgspec
import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.json_stream import EventStream

EVENTS = [
    {"ph": "X", "name": f"op {i}", "ts": i, "args": {"a": [{"b": "}, {"}]}} for i in range(300)
]

DECODER = msgspec.json.Decoder(list[dict], float_hook=str)


def decode(text: str) -> list[dict]:
    """Events as they stand there, floats as text."""
    try:
        return DECODER.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError from error


def read(text: str | bytes, size: int) -> tuple[list, EventStream]:
    """All events of a text that comes in pieces of `size` bytes."""
    data = text if isinstance(text, bytes) else text.encode()
    stream = EventStream((data[at : at + size] for at in range(0, len(data), size)), decode)
    return [event for block in stream for event in block], stream


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_pieces_of_any_size_give_the_same_events(size: int, indent: int | None):
    """Where the pieces end does not matter, nor how the file is laid out."""
    text = json.dumps({"before": {"x": 1}, "traceEvents": EVENTS, "after": [1]}, indent=indent)
    events, stream = read(text, size)

    assert events == EVENTS
    assert stream.header == {"before": {"x": 1}, "after": [1]}
    assert stream.complete


def test_a_plain_list_is_a_trace_too():
    """Chrome's older form has no object around the events."""
    assert read(json.dumps(EVENTS), 100)[0] == EVENTS


@pytest.mark.parametrize("token", ["N/A", "nan", "-inf", "NaN", "Infinity"])
def test_a_bare_word_is_null(token: str):
    """Some writers put N/A or nan where JSON has null; the word in a string stays."""
    events, stream = read(
        f'{{"traceEvents": [{{"a": {token}, "b": "is N/A, nan"}}, {{"c": 1}}]}}', 9
    )

    assert events == [{"a": None, "b": "is N/A, nan"}, {"c": 1}]
    assert stream.damaged == 0


def test_a_backslash_that_escapes_nothing_is_a_backslash():
    """Paths of Windows are written without their backslashes escaped."""
    events, _ = read(rb'{"traceEvents": [{"p": "C:\Users\x\new"}]}', 1000)

    assert events == [{"p": "C:\\Users\\x\new"}]


def test_control_characters_and_halves_of_characters_are_mended():
    """A tab that nobody escaped is one, half of a surrogate pair stands for no character."""
    events, stream = read(
        rb'{"traceEvents": [{"p": "a' + b"\t" + rb'b \ud83d\ude00 \ud83d"}]}', 1000
    )

    assert events == [{"p": "a\tb \U0001f600 \ufffd"}]
    assert stream.damaged == 0


def test_a_block_that_is_mended_is_not_taken_apart():
    """One bare word among many events does not cost the others."""
    text = json.dumps([*EVENTS, {"v": float("nan")}, *EVENTS])
    events, stream = read(text, 1 << 20)

    assert events == [*EVENTS, {"v": None}, *EVENTS]
    assert stream.damaged == 0


def test_what_is_no_object_is_no_event():
    """Numbers, lists and nulls are counted, and cost their neighbours nothing."""
    events, stream = read('[{"a": 1}, 5, [1, {"b": 2}], null, {"c": 3}]', 4)

    assert events == [{"a": 1}, {"c": 3}]
    assert stream.others == 3


def test_an_event_nested_without_end_costs_itself():
    """Brackets deeper than a parser goes are not followed."""
    deep = "[" * 100_000 + "]" * 100_000
    events, stream = read('[{"a": 1}, {"b": ' + deep + '}, {"c": 3}]', 1 << 20)

    assert events == [{"a": 1}, {"c": 3}]
    assert stream.damaged == 1


def test_what_cannot_be_mended_is_counted():
    """A broken event costs itself, not its neighbours."""
    events, stream = read('{"traceEvents": [{"a": 1}, {"b": @}, {"c": 3}]}', 1000)

    assert events == [{"a": 1}, {"c": 3}]
    assert stream.damaged == 1


def test_a_cut_file_gives_what_is_whole():
    """The events before the cut are there, and that there was a cut is known."""
    text = json.dumps({"traceEvents": EVENTS})
    events, stream = read(text[: len(text) // 2], 64)

    assert events == EVENTS[: len(events)]
    assert 100 < len(events) < 200
    assert not stream.complete


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither"),
        ("hello", "neither"),
        ('{"nodes": []}', "no list of events"),
        ('{"a": 1, ', "before its events"),
    ],
)
def test_other_files_are_refused(text: str, said: str):
    """What is no trace says so."""
    with pytest.raises(UndecodableError, match=said):
        read(text, 100)
