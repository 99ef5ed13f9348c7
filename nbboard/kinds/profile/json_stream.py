"""The events of a JSON trace, one block after the other: the file is never in memory whole.

A block of text that ends where an event ends is itself a list that is decoded at once.
Where that fails, what writers are known to get wrong is mended; where that does not help
(an event that nobody understands, the end of the list), events are taken one by one.
"""

from __future__ import annotations

import codecs
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nbboard.errors import UndecodableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["EventStream"]

E = TypeVar("E")

#: A value beside the events that is longer than this is left out.
MOST_HEADER = 16 << 20
#: An event that is longer than this is none.
MOST_EVENT = 8 << 20
#: How far from the end of a block its last event is looked for, first and if there is none.
_TAILS = (4 << 10, 64 << 10)

_SPACE = re.compile(r"[\s,]*")
_BOUNDARY = re.compile(r"\}\s*,\s*(?=\{)")
#: What writers put where JSON has null, outside of strings; and backslashes that escape nothing.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?\b(?:N/A|nan(?:\([^)]*\))?|inf(?:inity)?)\b', re.IGNORECASE | re.DOTALL
)
_ESCAPE = re.compile(
    r"\\u(?P<lone>[Dd](?:[89ABab][0-9A-Fa-f]{2}(?!\\u[Dd][C-Fc-f])|[C-Fc-f][0-9A-Fa-f]{2}))"
    r'|\\(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[0-9A-Fa-f]{4}|u[0-9A-Fa-f]{4}|["\\/bfnrt])'
    r"|(?P<control>[\x00-\x1f])|(?P<nothing>\\)"
)
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)

_DECODER = json.JSONDecoder(parse_float=str, parse_constant=lambda _: None, strict=False)


class EventStream(Generic[E]):
    """Iterates over the events of a trace, in blocks.

    Parameters
    ----------
    pieces
        The bytes of the file, uncompressed, in pieces of any size.
    decode
        Returns the events of a JSON list; raises ValueError if it is none, or one of its
        values is no event.

    Attributes
    ----------
    header
        What stands beside the events: ``schemaVersion``, ``deviceProperties``, ...
    damaged
        How many events could not be understood and were left out.
    others
        How many values stood in the list that are no objects.
    complete
        Whether the list of events came to its end.
    """

    def __init__(self, pieces: Iterable[bytes], decode: Callable[[str], list[E]]) -> None:
        self.header: dict[str, Any] = {}
        self.damaged = self.others = 0
        self.complete = False
        self._pieces = iter(pieces)
        self._decode = decode
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._buffer = ""
        self._ended = False

    def __iter__(self) -> Iterator[list[E]]:
        """Yield lists of events.

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

    def _events(self) -> Iterator[list[E]]:
        """Yield the events of the list that has just begun."""
        while not self.complete:
            block = self._block()
            if block:
                yield block
            elif not self._read():
                return

    def _block(self) -> list[E]:
        """Take as many whole events out of the buffer as there are."""
        buffer = self._buffer
        ends: list[int] = []
        for tail in _TAILS:
            start = max(len(buffer) - tail, 0)
            ends = ends or [match.start() + 1 for match in _BOUNDARY.finditer(buffer, start)][-3:]
        skipped = _SPACE.match(buffer)
        start = skipped.end() if skipped else 0
        for mend in (str, _mended):
            for end in reversed(ends):
                try:
                    events = self._decode("[" + mend(buffer[start:end]) + "]")
                except ValueError:
                    continue
                self._buffer = buffer[end:]
                return events
        return self._one_by_one()

    def _one_by_one(self) -> list[E]:
        events: list[E] = []
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
            if buffer[at] != "{":
                stop = self._other(buffer, at)
                if stop is None:
                    break
                at = stop
                continue
            stop = _end_of_object(buffer, at)
            if stop is None:
                if len(buffer) - at > MOST_EVENT:
                    self.damaged += 1
                    at = len(buffer)
                break  # more of it may come
            events += self._one(buffer[at:stop])
            at = stop
        self._buffer = buffer[at:]
        return events

    def _one(self, text: str) -> list[E]:
        """Return the event of a text; nothing, and count it, if it cannot be understood."""
        for mend in (str, _mended):
            with suppress(ValueError):
                return self._decode("[" + mend(text) + "]")
        self.damaged += 1
        return []

    def _other(self, buffer: str, at: int) -> int | None:
        """Return the end of a value that is no event; None if more of it may come."""
        stop = -1
        try:
            _, stop = _DECODER.raw_decode(buffer, at)
        except json.JSONDecodeError as error:
            is_cut = error.pos + 16 > len(buffer) or error.msg.startswith("Unterminated")
            if is_cut and not self._ended and len(buffer) - at < MOST_EVENT:
                return None
        except RecursionError:
            pass
        if stop < 0:
            # Skip to where an event may begin.
            place = buffer.find("{", at)
            if place < 0:
                return None
            self.damaged += 1
            return place
        # A number at the end of what was read may go on.
        if stop == len(buffer) and not self._ended:
            return None
        self.others += 1
        return stop


def _end_of_object(text: str, start: int) -> int | None:
    """Return where the object that begins at `start` ends; None if it does not."""
    depth = 0
    for match in _STRUCTURE.finditer(text, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if not depth:
                return match.end()
    return None


def _mended(text: str) -> str:
    """Return JSON without what writers are known to get wrong."""

    def word(match: re.Match[str]) -> str:
        token = match[0]
        return _ESCAPE.sub(escape, token) if token.startswith('"') else "null"

    def escape(match: re.Match[str]) -> str:
        if match["lone"]:
            return "\ufffd"  # half of a character
        if match["control"]:
            return f"\\u{ord(match[0]):04x}"
        return "\\\\" if match["nothing"] else match[0]

    return _TOKEN.sub(word, text)
