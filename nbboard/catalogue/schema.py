"""The columns of the tables of a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.logdir.table import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

__all__ = ["GROUPS", "RUN_COLUMNS", "delta_types", "schemas", "table_of"]

#: Groups of columns of ``runs`` that come as they are needed, with their Delta types: how many
#: series of each plugin; hyperparameters that are numbers, texts, true or false; the last
#: value, the best and the mean of each scalar.
GROUPS = {
    "count": "integer",
    "hp": "double",
    "hp_text": "string",
    "hp_bool": "boolean",
    "last": "double",
    "best": "double",
    "mean": "double",
}
#: The columns of ``runs`` that there always are.
RUN_COLUMNS = {
    "run": "string",
    "natural": "string",
    "part": "string",
    "state": "int64",
    "path": "string",
    "writer": "string",
    "kinds": "string",
    "first": "float64",
    "last": "float64",
    "points": "int64",
    "damaged": "int64",
}
_SERIES = {
    "run": "string",
    "part": "string",
    "series": "int32",
    "tag": "string",
    "plugin": "string",
    "points": "int64",
    "start": "int64",
    "dtype": "string",
    "first_step": "int64",
    "last_step": "int64",
    "metadata": "binary",
}
#: Points name their series by its number in the part: names would be as many bytes again.
#: Each has its value in one of three columns: in ``value`` nearly all, for nearly all are logged
#: with 32 bits; in ``double`` what was logged with 64, in ``integer`` whole numbers.
_SCALARS = {
    "part": "string",
    "series": "int32",
    "step": "int64",
    "wall_time": "float64",
    "value": "float32",
    "double": "float64",
    "integer": "int64",
}
_FILES = {
    "run": "string",
    "part": "string",
    "folder": "string",
    "name": "string",
    "size": "int64",
    "mtime_ns": "int64",
    "inode": "int64",
    "etag": "string",
    "problems": "string",
    "beside": "bool",
}
_NOTES = {"run": "string", "at": "float64", "tags": "string", "note": "string"}


def schemas() -> dict[str, pa.Schema]:
    """Return the Arrow schema of each table."""
    arrow = require("pyarrow", "catalogue")
    tables = {
        "runs": RUN_COLUMNS,
        "series": _SERIES,
        "scalars": _SCALARS,
        "files": _FILES,
        "notes": _NOTES,
    }
    return {
        table: arrow.schema([(name, arrow.type_for_alias(kind)) for name, kind in columns.items()])
        for table, columns in tables.items()
    }


def table_of(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """Return columns of values as rows of a table; each becomes what the schema says."""
    arrow = require("pyarrow", "catalogue")
    schema = schemas()[name]
    return arrow.table([arrow.array(columns[one.name], one.type) for one in schema], schema=schema)


def delta_types(columns: list[str]) -> dict[str, str]:
    """Return the Delta type of each column of ``runs`` that is none of those there always are."""
    return {name: GROUPS[name.partition("/")[0]] for name in columns if name not in RUN_COLUMNS}
