"""Long-form tables as plain columns, and their way into data frames and files."""

from __future__ import annotations

import base64
import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, Union

import numpy as np

from nbboard.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "Coded",
    "Table",
    "to_arrow",
    "to_csv",
    "to_pandas",
    "to_parquet",
    "to_polars",
]


@dataclass(frozen=True)
class Coded:
    """A column of repeating strings.

    Attributes
    ----------
    codes
        int32: for each row, the index of its name.
    names
        The distinct names.
    """

    codes: np.ndarray
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)


Column = Union[np.ndarray, Coded, "list[Any]"]

#: Columns of equal length by name.
Table = dict[str, Column]


def _require(package: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtraError(package, extra) from error


def _unicode(names: Sequence[str]) -> list[str]:
    """Return names with what is not UTF-8 in them replaced by U+FFFD."""
    return [name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in names]


def to_pandas(table: Table) -> pd.DataFrame:
    """Convert into a pandas DataFrame; repeating strings become categoricals."""
    pandas = _require("pandas", "pandas")
    frame: pd.DataFrame = pandas.DataFrame(
        {name: _pandas_column(pandas, column) for name, column in table.items()}, copy=False
    )
    return frame


def _pandas_column(pandas: Any, column: Column) -> Any:
    if isinstance(column, Coded):
        names = list(column.names)
        if names != _unicode(names):
            # Bytes that are no text stand in the names as surrogates: only objects hold those.
            names = pandas.Index(names, dtype=object)
        return pandas.Categorical.from_codes(column.codes, categories=names)
    if isinstance(column, list):
        # Lists and bytes must stay objects; text may become pandas' own string type.
        if all(value is None or isinstance(value, (str, bool, int, float)) for value in column):
            return pandas.Series(column, dtype=None if column else object)
        return pandas.Series(column, dtype=object)
    return column


def to_polars(table: Table) -> pl.DataFrame:
    """Convert into a polars DataFrame; repeating strings become categoricals."""
    polars = _require("polars", "polars")
    frame: pl.DataFrame = polars.DataFrame(
        [_polars_column(polars, name, column) for name, column in table.items()]
    )
    return frame


def _polars_column(polars: Any, name: str, column: Column) -> Any:
    if isinstance(column, Coded):
        names = polars.Series(name, _unicode(column.names), dtype=polars.String)
        return names.cast(polars.Categorical).gather(column.codes)
    return polars.Series(name, column, strict=False)


def to_arrow(table: Table) -> pa.Table:
    """Convert into an Arrow table; repeating strings become dictionaries."""
    pyarrow = _require("pyarrow", "arrow")
    return pyarrow.table({name: _arrow_column(pyarrow, column) for name, column in table.items()})


def _arrow_column(pyarrow: Any, column: Column) -> Any:
    if isinstance(column, Coded):
        names = pyarrow.array(_unicode(column.names), pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(column.codes), names)
    return pyarrow.array(column)


def to_parquet(table: Table, target: Any) -> None:
    """Write a Parquet file to a path (``~`` is the home), or into a binary file open for writing."""
    parquet = _require("pyarrow.parquet", "arrow")
    if isinstance(target, (str, os.PathLike)):
        target = str(Path(target).expanduser())
    parquet.write_table(to_arrow(table), target)


def to_csv(table: Table, target: str | os.PathLike[str] | TextIO) -> None:
    """Write a CSV file: numbers at full precision, lists as JSON, bytes as base64.

    Parameters
    ----------
    table
        The columns.
    target
        A path (``~`` is the home), or a text file that is open for writing.
    """
    if isinstance(target, (str, os.PathLike)):
        path = Path(target).expanduser()
        with path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
            to_csv(table, file)
        return
    columns = [_csv_column(column) for column in table.values()]
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*columns, strict=True))


def _csv_column(column: Column) -> list[Any]:
    if isinstance(column, Coded):
        names = list(column.names)
        return [names[code] for code in column.codes.tolist()]
    if isinstance(column, np.ndarray):
        # tolist() widens to Python's own numbers, which csv writes so that they read back equal.
        return list(column.tolist())
    return [_csv_cell(value) for value in column]


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple)):
        return json.dumps(value, default=_json_cell)
    return "" if value is None else value


def _json_cell(value: object) -> str:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)
