"""Long-form tables as plain columns, and their way into data frames and files."""

from __future__ import annotations

import base64
import csv
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, Union

import numpy as np

from nbboard.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "Coded",
    "Table",
    "Tabular",
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


class Tabular:
    """What can be had as a table, in every form of one."""

    def _table(self) -> Table:
        raise NotImplementedError

    def to_pandas(self) -> pd.DataFrame:
        """Return it as a pandas DataFrame.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return to_pandas(self._table())

    def to_polars(self) -> pl.DataFrame:
        """Return it as a polars DataFrame; see :meth:`to_pandas`.

        Bytes in names that are no text are replaced by U+FFFD, and a column of values
        without a common type is one of texts, as in a CSV file.

        Raises
        ------
        MissingExtraError
            If polars is not installed.
        """
        return to_polars(self._table())

    def to_arrow(self) -> pa.Table:
        """Return it as an Arrow table; see :meth:`to_polars`.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        return to_arrow(self._table())

    def to_csv(self, path: str | os.PathLike[str] | TextIO) -> None:
        """Write it as CSV: numbers at full precision, lists as JSON, bytes as base64.

        Parameters
        ----------
        path
            Where to (``~`` is the home folder), or a text file that is open.
        """
        to_csv(self._table(), path)

    def to_parquet(self, path: str | os.PathLike[str] | BinaryIO) -> None:
        """Write it as Parquet; see :meth:`to_polars`.

        Parameters
        ----------
        path
            Where to (``~`` is the home folder), or a binary file that is open.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        to_parquet(self._table(), path)


def _require(package: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtraError(package.partition(".")[0], extra) from error


def _unicode(names: Sequence[str]) -> list[str]:
    """Return names with what is not UTF-8 in them replaced by U+FFFD."""
    return [name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in names]


def _encodable(values: list[Any]) -> list[Any]:
    """Return values, with text that is not UTF-8 replaced as in names."""
    try:
        for value in values:
            if isinstance(value, str):
                value.encode()
    except UnicodeEncodeError:
        return [_unicode([value])[0] if isinstance(value, str) else value for value in values]
    return values


def _alike(values: list[Any]) -> list[Any]:
    """Return values that have one type; where they do not, such as numbers and text, their text.

    A hyperparameter may be a number in one trial and a word in another.
    """
    kinds = {type(value) for value in values if value is not None}
    if str in kinds:
        values = _encodable(values)
    return values if len(kinds) < 2 or kinds == {int, float} else _texts(values)


def _texts(values: list[Any]) -> list[str | None]:
    """Return the text of each value as a CSV file has it."""
    return [None if value is None else str(_csv_cell(value)) for value in values]


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
        # Lists and bytes must stay objects, and text that is not UTF-8; other text may become
        # pandas' own string type.
        kinds = {type(value) for value in column if value is not None}
        plain = kinds <= {str, bool, int, float} and bool(column)
        if plain and not (str in kinds and column != _encodable(column)):
            return pandas.Series(column)
        return pandas.Series(column, dtype=object)
    return column


def to_polars(table: Table) -> pl.DataFrame:
    """Convert into a polars DataFrame; repeating strings become categoricals."""
    polars = _require("polars", "polars")
    names = _unicode(list(table))
    frame: pl.DataFrame = polars.DataFrame(
        [_polars_column(polars, *item) for item in zip(names, table.values(), strict=True)]
    )
    return frame


def _polars_column(polars: Any, name: str, column: Column) -> Any:
    if isinstance(column, Coded):
        names = polars.Series(name, _unicode(column.names), dtype=polars.String)
        return names.cast(polars.Categorical).gather(column.codes)
    if isinstance(column, np.ndarray):
        return polars.Series(name, column)
    values = _alike(column)
    series = polars.Series(name, values, strict=False)
    if series.dtype == polars.Object:
        return polars.Series(name, _texts(values), dtype=polars.String)
    return series


def to_arrow(table: Table) -> pa.Table:
    """Convert into an Arrow table; repeating strings become dictionaries."""
    pyarrow = _require("pyarrow", "arrow")
    columns = [_arrow_column(pyarrow, column) for column in table.values()]
    return pyarrow.table(columns, names=_unicode(list(table)))


def _arrow_column(pyarrow: Any, column: Column) -> Any:
    if isinstance(column, Coded):
        names = pyarrow.array(_unicode(column.names), pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(column.codes), names)
    if isinstance(column, np.ndarray):
        return pyarrow.array(column)
    values = _alike(column)
    try:
        return pyarrow.array(values)
    except (pyarrow.ArrowException, OverflowError):
        # Lists of unlike elements, complex numbers, integers beyond 64 bits with a sign.
        return pyarrow.array(_texts(values), pyarrow.string())


def to_parquet(table: Table, target: Any) -> None:
    """Write a Parquet file to a path (``~`` is the home), or into a binary file open for writing."""
    parquet = _require("pyarrow.parquet", "arrow")
    converted = to_arrow(table)
    if isinstance(target, (str, os.PathLike)):
        # Opened here, because pyarrow's own messages are hard to read.
        with _whole(target) as path, path.open("wb") as file:
            parquet.write_table(converted, file)
    else:
        parquet.write_table(converted, target)


@contextmanager
def _whole(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the path to write to; half a table, which looks like a whole one, is taken away."""
    path = Path(target).expanduser()
    try:
        yield path
    except BaseException as error:
        # One with a name is that it could not be opened; then nothing was written.
        opened = not (isinstance(error, OSError) and error.filename is not None)
        if opened and path.is_file():
            path.unlink()
        raise


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
        form: Any = {"encoding": "utf-8", "newline": "", "errors": "surrogateescape"}
        with _whole(target) as path, path.open("w", **form) as file:
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
