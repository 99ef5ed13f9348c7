"""What is known of each point: the columns of the metadata file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nbboard.kinds.projector.places import read_bytes
from nbboard.text import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.projector.places import Place

__all__ = ["Column", "Metadata", "column_names", "read_metadata"]

#: The name of the column where a file has only one, as TensorBoard has it.
LABEL = "label"
_MOST_BYTES = 256 << 20
_MOST_COLUMNS = 256
_MOST_HEAD = 1 << 16


@dataclass(frozen=True)
class Column:
    """One thing that is known of each point.

    Attributes
    ----------
    name
        Its name.
    texts
        As written, an object array of str, one a point; empty where there is none.
    numbers
        float64, NaN where there is none; None if a text is no number.
    """

    name: str
    texts: NDArray[np.object_]
    numbers: NDArray[np.float64] | None = None

    @property
    def values(self) -> NDArray[np.generic]:
        """The numbers if it has such, integers where they are; otherwise the texts."""
        if self.numbers is None:
            return self.texts
        whole = np.isfinite(self.numbers) & (np.abs(self.numbers) < 2**53)
        if whole.all() and (self.numbers == np.floor(self.numbers)).all():
            return self.numbers.astype(np.int64)
        return self.numbers


@dataclass(frozen=True)
class Metadata:
    """The columns of a metadata file, and what was wrong with it, in sentences."""

    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read_metadata(place: Place, total: int, rows: NDArray[np.intp] | None) -> Metadata:
    """Read a metadata file.

    Its first line names the columns if there are several, as TensorBoard has it; but the
    number of lines decides where that says otherwise.

    Parameters
    ----------
    place
        The file: UTF-8, a line a point, columns separated by tabs.
    total
        How many points there are.
    rows
        Which of them are wanted; None for all.

    Raises
    ------
    UndecodableError
        If it cannot be read.
    """
    lines = read_bytes(place, _MOST_BYTES).decode("utf-8-sig", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        return Metadata(notes=(f"{place.named} is empty",))
    lines = [line.removesuffix("\r") for line in lines]
    several = "\t" in lines[0]
    notes = []
    has_header = several
    if len(lines) == total + 1 and not several:
        has_header = True
        notes.append(f"{place.named} has a line more than there are points: the first names it")
    elif len(lines) == total and several:
        has_header = False
        notes.append(f"{place.named} has as many lines as there are points: no line of names")
    names = lines[0].split("\t") if has_header else []
    body = lines[has_header:]
    if len(body) != total:
        what = f"{counted(len(body), 'line')} for {counted(total, 'point')}"
        notes.append(f"{place.named} has {what}: they are taken in order")
    width = max(1, lines[0].count("\t") + 1)
    if width > _MOST_COLUMNS:
        notes.append(f"{_MOST_COLUMNS} of {width:,} columns")
        width = _MOST_COLUMNS
    if rows is not None:
        body = [body[row] if row < len(body) else "" for row in rows.tolist()]
    count = total if rows is None else len(rows)
    body = body[:count] + [""] * (count - len(body))
    found, ragged = _cells(body, width)
    if ragged:
        notes.append(f"{place.named}: {counted(ragged, 'line')} with too few or many columns")
    columns = []
    for values, name in zip(found, _unique(names, width), strict=True):
        texts = np.empty(count, object)
        texts[:] = values
        columns.append(Column(name, texts, _numbers(texts)))
    return Metadata(tuple(columns), tuple(notes))


def _cells(lines: list[str], width: int) -> tuple[list[list[str]], int]:
    """Return the texts of each column, and how many lines have too few or many."""
    if width == 1:
        return [lines], 0
    cells = [line.split("\t") for line in lines]
    ragged = sum(1 for line in cells if len(line) != width and line != [""])
    return [[line[at] if at < len(line) else "" for line in cells] for at in range(width)], ragged


def column_names(place: Place) -> list[str]:
    """Return the names that columns of a metadata file may have, by its first line alone."""
    with place.open() as file:
        head = bytearray(min(file.stat().size, _MOST_HEAD))
        file.read_into(memoryview(head), 0)
    line = head.decode("utf-8-sig", "replace").split("\n")[0].removesuffix("\r")
    names = line.split("\t")[:_MOST_COLUMNS]
    # Without a line of names they are numbered.
    without = [LABEL] if len(names) == 1 else [f"column {at + 1}" for at in range(len(names))]
    return [*_unique(names, len(names)), *without]


def _unique(names: list[str], width: int) -> list[str]:
    """Return a name for each column, no two the same."""
    found: list[str] = []
    for at in range(width):
        name = names[at].strip() if at < len(names) else ""
        name = name or (LABEL if width == 1 else f"column {at + 1}")
        number, plain = 2, name
        while name in found:
            name = f"{plain} ({number})"
            number += 1
        found.append(name)
    return found


def _numbers(texts: NDArray[np.object_]) -> NDArray[np.float64] | None:
    """Return texts as numbers; None if they are not all such, or blank."""
    if not len(texts):
        return None
    numbers = np.full(len(texts), np.nan)
    some = False
    for row, text in enumerate(texts.tolist()):
        if not text.strip():
            continue
        try:
            numbers[row] = float(text)
        except ValueError:
            return None
        if "_" in text:  # Python's own way of writing them
            return None
        some = True
    return numbers if some else None
