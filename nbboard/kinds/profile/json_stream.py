"""The events of a JSON trace, one block after the other: the file is never in memory whole.

A block of text that ends where an event ends is itself a list that the C parser of
:mod:`json` takes at once. Where that fails (the end of the list, an event that writers
got wrong), events are taken one by one.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from nbboard.errors import UndecodableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["EventStream"]

#: A value beside the events that is longer than this is left out.
MOST_HEADER = 16 << 20
#: An event that is longer than this is none.
MOST_EVENT = 8 << 20
#: How far from the end of a block its last event is looked for.
_TAIL = 64 << 10

_SPACE = re.compile(r"[\s,]*")
_BOUNDARY = re.compile(r"\}\s*,\s*(?=\{)")
#: What writers put where JSON has null, outside of strings; and backslashes that escape nothing.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?\b(?:N/A|nan(?:\([^)]*\))?|inf(?:inity)?)\b', re.IGNORECASE | re.DOTALL
)
_ESCAPE = re.compile(r'\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])|\\')
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)

# Floats stay text, so that a time stamp beyond 2**53 keeps its fraction.
_DECODER = json.JSONDecoder(parse_float=str, parse_constant=lambda _: None, strict=False)


class EventStream:
    """Iterates over the events of a trace, in blocks.

    Parameters
    ----------
    pieces
        The bytes of the file, uncompressed, in pieces of any size.

    Attributes
    ----------
    header
        What stands beside the events: ``schemaVersion``, ``deviceProperties``, ...
    damaged
        How many events could not be understood and were left out.
    complete
        Whether the list of events came to its end.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.header: dict[str, Any] = {}
        self.damaged = 0
        self.complete = False
        self._pieces = iter(pieces)
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._buffer = ""
        self._ended = False

    def __iter__(self) -> Iterator[list[Any]]:
        """Yield lists of events, as they come out of :mod:`json`, but floats as text.

        Raises
        ------
        UndecodableError
            If this is no JSON trace.
        """
        start = self._char().lstrip("\ufeff")
        if start == "[":
            self._buffer = self._buffer.lstrip("\ufeff \t\r\n")[1:]
            yield from self._events()
            return
        if start != "{":
            raise UndecodableError("not a trace: neither a JSON object nor a list")
        self._buffer = self._buffer.lstrip("\ufeff \t\r\n")[1:]
        found = False
        while (char := self._char()) == '"':
            key = self._value()
            if self._char() != ":":
                break
            self._buffer = self._buffer.lstrip()[1:]
            if key == "traceEvents" and self._char() == "[":
                found = True
                self._buffer = self._buffer.lstrip()[1:]
                yield from self._events()
                if not self.complete:
                    return
            else:
                self.header[str(key)] = self._value()
        if not found:
            what = "ends before its events" if not char else "has no list of events (traceEvents)"
            raise UndecodableError(f"a JSON file that {what}")

    def _read(self) -> bool:
        """Read one more piece; False at the end."""
        if self._ended:
            return False
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            self._buffer += self._text.decode(b"", final=True)
            return False
        self._buffer += self._text.decode(piece)
        return True

    def _char(self) -> str:
        """Return the next character that is no space or comma; empty at the end."""
        while True:
            match = _SPACE.match(self._buffer)
            at = match.end() if match else 0
            if at < len(self._buffer):
                self._buffer = self._buffer[at:]
                return self._buffer[0]
            if not self._read():
                return ""

    def _value(self) -> Any:
        """Return the next value, which may be long; None where it is too long or broken."""
        self._char()
        tried = 0
        while True:
            # A longer buffer is tried only when it has doubled, or this would be quadratic.
            if len(self._buffer) >= 2 * tried or self._ended:
                tried = len(self._buffer)
                try:
                    value, stop = _DECODER.raw_decode(self._buffer)
                except (ValueError, RecursionError):
                    if self._ended or tried > MOST_HEADER:
                        self._buffer = ""
                        return None
                else:
                    if stop < len(self._buffer) or self._ended:
                        self._buffer = self._buffer[stop:]
                        return value
            self._read()

    def _events(self) -> Iterator[list[Any]]:
        """Yield the events of the list that has just begun."""
        while not self.complete:
            block = self._block()
            if block:
                yield block
            elif not self._read():
                return

    def _block(self) -> list[Any]:
        """Take as many whole events out of the buffer as there are."""
        buffer = self._buffer
        tail = max(len(buffer) - _TAIL, 0)
        ends = [match.start() + 1 for match in _BOUNDARY.finditer(buffer, tail)]
        for end in reversed(ends[-3:]):
            skipped = _SPACE.match(buffer)
            try:
                events = _DECODER.decode("[" + buffer[skipped.end() if skipped else 0 : end] + "]")
            except (ValueError, RecursionError):
                continue
            self._buffer = buffer[end:]
            return list(events)
        return self._one_by_one()

    def _one_by_one(self) -> list[Any]:
        events: list[Any] = []
        buffer, at = self._buffer, 0
        while True:
            match = _SPACE.match(buffer, at)
            at = match.end() if match else at
            if at >= len(buffer):
                break
            if buffer[at] == "]":
                self.complete = True
                at += 1
                break
            try:
                event, at = _DECODER.raw_decode(buffer, at)
            except (ValueError, RecursionError):
                stop = _end_of_object(buffer, at)
                if stop is None:
                    if len(buffer) - at > MOST_EVENT:
                        self.damaged += 1
                        at = len(buffer)
                    break  # more of it may come
                event = _repaired(buffer[at:stop])
                at = stop
                if event is None:
                    self.damaged += 1
                    continue
            events.append(event)
        self._buffer = buffer[at:]
        return events


def _end_of_object(text: str, start: int) -> int | None:
    """Return where the object that begins at `start` ends; None if it does not."""
    if text[start] != "{":
        # Something that is no event: skip to where one may begin.
        place = text.find("{", start)
        return place if place >= 0 else None
    depth = 0
    for match in _STRUCTURE.finditer(text, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if not depth:
                return match.end()
    return None


def _repaired(text: str) -> Any:
    """Parse an event with what writers are known to get wrong; None if that does not help."""

    def mend(match: re.Match[str]) -> str:
        token = match[0]
        if not token.startswith('"'):
            return "null"
        return _ESCAPE.sub(lambda m: m[0] if len(m[0]) > 1 else "\\\\", token)

    try:
        return _DECODER.decode(_TOKEN.sub(mend, text))
    except (ValueError, RecursionError):
        return None
