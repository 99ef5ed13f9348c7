"""Long-form tables as plain columns, and their way into data frames and files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import numpy as np

from nbboard.errors import MissingExtraError, UsageError
from nbboard.logdir.coded import Coded, Column, Table
from nbboard.logdir.dates import dates_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "Coded",
    "Table",
    "Tabular",
    "moments",
    "require",
    "to_arrow",
    "to_pandas",
    "to_parquet",
    "to_polars",
    "with_times",
]


class Tabular:
    """What can be had as a table, in every form of one."""

    def _table(self) -> Table:
        raise NotImplementedError

    def to_pandas(self, *, times: str = "seconds", categories: bool | None = None) -> pd.DataFrame:
        """Return it as a pandas DataFrame.

        Parameters
        ----------
        times
            What ``wall_time`` is: ``"seconds"`` since the epoch, float64 as logged; or
            ``"datetime"``, in UTC: NaT for what is no date, and milliseconds, microseconds
            and nanoseconds, which some writers log, as the dates that they are.
        categories
            Whether repeating names, of runs and tags, are categoricals; None for where
            grouping by them finds only what is there: from pandas 3 on.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        UsageError
            If `times` is neither.
        """
        return to_pandas(with_times(self._table(), times), categories=categories)

    def to_polars(self, *, times: str = "seconds") -> pl.DataFrame:
        """Return it as a polars DataFrame; see :meth:`to_pandas`.

        Bytes in names that are no text are replaced by U+FFFD, and a column of values
        without a common type is one of texts, as in a CSV file.

        Raises
        ------
        MissingExtraError
            If polars is not installed.
        """
        return to_polars(with_times(self._table(), times))

    def to_arrow(self, *, times: str = "seconds") -> pa.Table:
        """Return it as an Arrow table; see :meth:`to_polars`.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        return to_arrow(with_times(self._table(), times))

    def to_csv(self, path: str | os.PathLike[str] | TextIO, *, safe: bool = False) -> None:
        """Write it as CSV: numbers at full precision, lists as JSON, bytes as base64.

        The file is written whole or not at all: an old one stays until then.

        Parameters
        ----------
        path
            Where to (``~`` is the home folder), or a text file that is open.
        safe
            Whether text that a spreadsheet would take for a formula (it begins with ``=``,
            ``+``, ``-`` or ``@``) gets an apostrophe before it, and control characters are
            spelled out. Such text then does not read back as it was logged.
        """
        from nbboard.logdir.table_csv import to_csv

        to_csv(self._table(), path, safe=safe)

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


def require(package: str, extra: str) -> Any:
    """Import a package that is optional; the error says what to install."""
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
    from nbboard.logdir.table_csv import csv_cell

    return [None if value is None else str(csv_cell(value)) for value in values]


def with_times(table: Table, times: str) -> Table:
    """Return a table with its wall times as ``"seconds"``, as they are, or ``"datetime"``.

    Raises
    ------
    UsageError
        If it is neither.
    """
    if times not in {"seconds", "datetime"}:
        raise UsageError(f"times is 'seconds' or 'datetime', not {times!r}")
    wall = table.get("wall_time")
    if times == "seconds" or not isinstance(wall, np.ndarray):
        return table
    return {**table, "wall_time": moments(wall)}


def moments(wall_time: np.ndarray) -> np.ndarray:
    """Return wall times as datetime64[us] in UTC, NaT for what is no date."""
    seconds = dates_of(wall_time).seconds
    none = np.isnan(seconds)
    # Whole microseconds: a product with 1e6 would not be exact.
    found = np.where(none, 0.0, seconds)
    whole = np.floor(found)
    rest = np.rint((found - whole) * 1e6).astype(np.int64)
    dates = (whole.astype(np.int64) * 1_000_000 + rest).astype("datetime64[us]")
    dates[none] = np.datetime64("NaT")
    return dates


def to_pandas(table: Table, *, categories: bool | None = None) -> pd.DataFrame:
    """Convert into a pandas DataFrame; repeating strings become categoricals where they may."""
    pandas = require("pandas", "pandas")
    if categories is None:
        # Before, a group of every pair of categories was found, also where it has no rows.
        categories = int(pandas.__version__.partition(".")[0]) >= 3
    columns = {
        name: _pandas_column(pandas, column, categories=categories)
        for name, column in table.items()
    }
    frame: pd.DataFrame = pandas.DataFrame(columns, copy=False)
    return frame


def _pandas_column(pandas: Any, column: Column, *, categories: bool) -> Any:
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        return pandas.Series(column).dt.tz_localize("UTC")
    if isinstance(column, Coded) and not categories:
        every = np.empty(len(column.names), object)
        every[:] = column.names
        return pandas.Series(every[column.codes], dtype=object)
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
    polars = require("polars", "polars")
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
        series = polars.Series(name, column)
        return series.dt.replace_time_zone("UTC") if column.dtype.kind == "M" else series
    values = _alike(column)
    series = polars.Series(name, values, strict=False)
    if series.dtype == polars.Object:
        return polars.Series(name, _texts(values), dtype=polars.String)
    return series


def to_arrow(table: Table) -> pa.Table:
    """Convert into an Arrow table; repeating strings become dictionaries."""
    pyarrow = require("pyarrow", "arrow")
    columns = [_arrow_column(pyarrow, column) for column in table.values()]
    return pyarrow.table(columns, names=_unicode(list(table)))


def _arrow_column(pyarrow: Any, column: Column) -> Any:
    if isinstance(column, Coded):
        names = pyarrow.array(_unicode(column.names), pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(column.codes), names)
    if isinstance(column, np.ndarray):
        utc = pyarrow.timestamp("us", "UTC") if column.dtype.kind == "M" else None
        return pyarrow.array(column, utc)
    values = _alike(column)
    try:
        return pyarrow.array(values)
    except (pyarrow.ArrowException, OverflowError):
        # Lists of unlike elements, complex numbers, integers beyond 64 bits with a sign.
        return pyarrow.array(_texts(values), pyarrow.string())


def to_parquet(table: Table, target: Any) -> None:
    """Write a Parquet file to a path (``~`` is the home), or into a binary file open for writing."""
    parquet = require("pyarrow.parquet", "arrow")
    converted = to_arrow(table)
    if isinstance(target, (str, os.PathLike)):
        from nbboard.logdir.whole import whole_file

        # Opened here, because pyarrow's own messages are hard to read.
        with whole_file(target) as path, path.open("wb") as file:
            parquet.write_table(converted, file)
    else:
        parquet.write_table(converted, target)
