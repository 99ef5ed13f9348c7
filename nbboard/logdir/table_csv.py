"""Long-form tables as CSV files, and which text of a log a spreadsheet may be given."""

from __future__ import annotations

import base64
import csv
import json
import os
import re
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from nbboard.logdir.coded import Coded
from nbboard.logdir.whole import whole_file
from nbboard.text import printable

if TYPE_CHECKING:
    from nbboard.logdir.coded import Column, Table

__all__ = ["csv_cell", "to_csv"]

#: What a terminal obeys: control characters but line ends and tabs, and turns of direction.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def to_csv(table: Table, target: str | os.PathLike[str] | TextIO, *, safe: bool = False) -> None:
    """Write a CSV file: numbers at full precision, lists as JSON, bytes as base64.

    Parameters
    ----------
    table
        The columns.
    target
        A path (``~`` is the home), or a text file that is open for writing.
    safe
        Whether text is kept from being a formula of a spreadsheet, by an apostrophe before
        it, or a command to a terminal.
    """
    if isinstance(target, (str, os.PathLike)):
        form: Any = {"encoding": "utf-8", "newline": "", "errors": "surrogateescape"}
        with whole_file(target) as path, path.open("w", **form) as file:
            to_csv(table, file, safe=safe)
        return
    columns = [_csv_column(column, safe=safe) for column in table.values()]
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_safe(name) for name in table] if safe else table)
    writer.writerows(zip(*columns, strict=True))


def _csv_column(column: Column, *, safe: bool) -> list[Any]:
    if isinstance(column, Coded):
        names = [_safe(name) if safe else name for name in column.names]
        return [names[code] for code in column.codes.tolist()]
    if isinstance(column, np.ndarray):
        # tolist() widens to Python's own numbers, which csv writes so that they read back equal.
        return list(column.tolist())
    cells = [csv_cell(value) for value in column]
    return [_safe(cell) if isinstance(cell, str) else cell for cell in cells] if safe else cells


def _safe(text: str) -> str:
    """Return text that a spreadsheet takes for text and a terminal only prints."""
    kept = _COMMANDS.sub(lambda found: printable(found[0]), text)
    # Blanks before the sign do not keep a spreadsheet from it.
    return f"'{kept}" if kept.lstrip()[:1] in {"=", "+", "-", "@"} else kept


def csv_cell(value: Any) -> Any:
    """Return a value as a CSV file has it: bytes as base64, lists as JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple)):
        return json.dumps(value, default=_json_cell)
    return "" if value is None else value


def _json_cell(value: object) -> str:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)
