"""Reading the vectors of an embedding: text or binary, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.projector.decimals import NUMBERS, parse_decimals
from nbboard.text import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.projector.places import Place
    from nbboard.storage.base import OpenFile

__all__ = ["MOST_BYTES", "MOST_POINTS", "Vectors", "read_vectors", "sampled_rows"]

#: More points than these, or more bytes of float32, are sampled.
MOST_POINTS = 1_000_000
MOST_BYTES = 512 << 20
#: Text beyond this is counted before it is parsed: a number takes two bytes at least.
_COUNTED_FROM = MOST_BYTES // 2
_CHUNK = 8 << 20
#: A longer line is no line.
_LONGEST_LINE = 64 << 20


class Vectors(NamedTuple):
    """The vectors of an embedding.

    Attributes
    ----------
    values
        float32, (points, dimensions), as logged; a row that is none is NaN.
    rows
        Which rows of the file they are, ascending; None for all.
    total
        How many rows the file has.
    notes
        What was left out, in sentences.
    """

    values: NDArray[np.float32]
    rows: NDArray[np.intp] | None
    total: int
    notes: tuple[str, ...] = ()


def read_vectors(place: Place, shape: tuple[int, ...]) -> Vectors:
    """Read vectors.

    Parameters
    ----------
    place
        The file: numbers separated by tabs, a line a vector, or float32 without a header.
    shape
        Points and dimensions as declared, without which binary files cannot be read; empty
        if unknown.

    Raises
    ------
    UndecodableError
        If it is neither.
    """
    with place.open() as file:
        size = file.stat().size
        head = bytearray(min(size, 4096))
        file.read_into(memoryview(head), 0)
        if not size:
            raise UndecodableError(f"{place.named} is empty")
        if _is_text(head):
            return _read_text(file, size, place.named)
        return _read_binary(file, size, shape, place.named)


def sampled_rows(total: int, dimensions: int) -> NDArray[np.intp] | None:
    """Return which rows are kept, chosen uniformly, the same every time; None for all.

    Raises
    ------
    UndecodableError
        If not a single vector can be held.
    """
    most = min(MOST_POINTS, MOST_BYTES // (4 * max(dimensions, 1)))
    if total <= most:
        return None
    if most < 1:
        raise UndecodableError(f"vectors of {dimensions:,} dimensions are too long")
    chosen = np.random.default_rng(0).choice(total, most, replace=False, shuffle=False)
    return np.sort(chosen).astype(np.intp)


def _sampled(values: NDArray[np.float32], rows: NDArray[np.intp] | None, total: int) -> Vectors:
    if rows is None:
        return Vectors(values, None, total)
    note = f"{len(rows):,} of {total:,} points, chosen uniformly at random, the same every time"
    return Vectors(values, rows, total, (note,))


# ------------------------------------------------------------ binary


def _read_binary(file: OpenFile, size: int, shape: tuple[int, ...], name: str) -> Vectors:
    if len(shape) != 2 or min(shape) < 1:
        raise UndecodableError(
            f"{name} is no text, and its configuration does not say how many points and"
            f" dimensions it has (tensor_shape: {list(shape)})"
        )
    total, width = shape
    if size != 4 * total * width:
        raise UndecodableError(
            f"{name} has {size:,} bytes; {total:,} vectors of {width:,} float32 have"
            f" {4 * total * width:,}"
        )
    rows = sampled_rows(total, width)
    values = np.empty((total if rows is None else len(rows), width), "<f4")
    if rows is None:
        file.read_into(values.data.cast("B"), 0)
        return _sampled(values, None, total)
    per_chunk = max(1, _CHUNK // (4 * width))
    done = 0
    for first in range(0, total, per_chunk):
        wanted = rows[done : np.searchsorted(rows, first + per_chunk)] - first
        if len(wanted):
            chunk = np.empty((min(per_chunk, total - first), width), "<f4")
            file.read_into(chunk.data.cast("B"), 4 * width * first)
            values[done : done + len(wanted)] = chunk[wanted]
            done += len(wanted)
    return _sampled(values, rows, total)


# ------------------------------------------------------------ text


def _is_text(head: bytearray) -> bool:
    """Whether this is the beginning of a text, which numbers in binary hardly ever are."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # the last letter may be cut in two
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\t\r\n" for letter in text)


def _read_text(file: OpenFile, size: int, name: str) -> Vectors:
    rows, total = None, -1
    chunks = _lines(file, size, name)
    if size > _COUNTED_FROM:
        first_lines = _numeric(next(_lines(file, size, name), []), at_start=True)
        width = first_lines[0].count(b"\t") + 1 if first_lines else 1
        # Blank lines are no rows: only if there may be too many, it matters which are.
        if sampled_rows(_count_lines(file, size), width) is not None:
            total = sum(
                len(_numeric(lines, at_start=number == 0)) for number, lines in enumerate(chunks)
            )
            rows = sampled_rows(total, width)
            chunks = _lines(file, size, name)
    parts: list[NDArray[np.float32]] = []
    width = bad = count = 0
    for place, lines in enumerate(chunks):
        kept = _numeric(lines, at_start=place == 0)
        first, count = count, count + len(kept)
        if rows is not None:
            inside = rows[np.searchsorted(rows, first) : np.searchsorted(rows, count)] - first
            kept = [kept[row] for row in inside.tolist()]
        if kept:
            width = width or _usual_width(kept)
            part, wrong = _parse(kept, width)
            parts.append(part)
            bad += wrong
    if not parts:
        raise UndecodableError(f"{name} has no vectors")
    read = _sampled(np.concatenate(parts) if len(parts) > 1 else parts[0], rows, count)
    if bad * 2 >= len(read.values):
        raise UndecodableError(
            f"{name} is ragged: {bad:,} of {len(read.values):,} lines are not {width:,} numbers"
        )
    if bad:
        what = f"{counted(bad, 'line')} that {'is' if bad == 1 else 'are'} not {width:,} numbers"
        read = read._replace(notes=(*read.notes, f"left out: {what}"))
    return read


def _count_lines(file: OpenFile, size: int) -> int:
    chunk = bytearray(_CHUNK)
    counts = (
        chunk.count(b"\n", 0, file.read_into(memoryview(chunk)[: size - offset], offset))
        for offset in range(0, size, _CHUNK)
    )
    return sum(counts) + 1


def _lines(file: OpenFile, size: int, name: str) -> Iterator[list[bytes]]:
    """Yield the lines of a file that are not blank, a few megabytes of them at a time."""
    rest = b""
    for offset in range(0, size, _CHUNK):
        chunk = bytearray(len(rest) + min(_CHUNK, size - offset))
        chunk[: len(rest)] = rest
        count = len(rest) + file.read_into(memoryview(chunk)[len(rest) :], offset)
        cut = chunk.rfind(b"\n", 0, count)
        whole, rest = bytes(memoryview(chunk)[: max(cut, 0)]), bytes(chunk[cut + 1 : count])
        if cut >= 0:
            yield [line for line in whole.split(b"\n") if line and not line.isspace()]
        elif len(rest) > _LONGEST_LINE:
            raise UndecodableError(f"{name} has a line of more than {_LONGEST_LINE:,} bytes")
    if rest.strip():
        yield [rest]


def _numeric(lines: list[bytes], *, at_start: bool) -> list[bytes]:
    """Leave out a first line of names."""
    if at_start and lines and not any(_is_number(field) for field in lines[0].split(b"\t")):
        return lines[1:]
    return lines


def _usual_width(lines: list[bytes]) -> int:
    ((commas, _),) = Counter(line.count(b"\t") for line in lines[:1000]).most_common(1)
    return commas + 1


def _parse(lines: list[bytes], width: int) -> tuple[NDArray[np.float32], int]:
    """Return the numbers of lines, and how many lines are no such vectors."""
    values = np.full((len(lines), width), np.nan, np.float32)
    wrong = 0
    step = max(1, NUMBERS // width)
    for first in range(0, len(lines), step):
        part = lines[first : first + step]
        found = parse_decimals(part, width)
        if found is None:
            found, bad = _parse_by_line(part, width)
            wrong += bad
        values[first : first + len(part)] = found
    return values, wrong


def _parse_by_line(lines: list[bytes], width: int) -> tuple[NDArray[np.float32], int]:
    values = np.full((len(lines), width), np.nan, np.float32)
    wrong = 0
    for row, line in enumerate(lines):
        fields = line.strip(b"\r").split(b"\t")
        if len(fields) == width and all(_is_number(field) for field in fields):
            with np.errstate(over="ignore"):
                values[row] = [float(field) for field in fields]
        else:
            wrong += 1
    return values, wrong


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
