"""How the columns of a catalogue are written, so that they are few bytes and quick to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.logdir.table import require

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["encoded"]

#: zstd's; a higher one costs several times the time for one byte in a hundred.
_LEVEL = 5
#: So many rows tell whether values repeat.
_SAMPLE = 4096
#: Values repeat if there are so many times as many rows as different ones.
_REPEATED = 16


def encoded(table: pa.Table) -> dict[str, Any]:
    """Return the options with which ``pyarrow.parquet`` writes a table.

    Few different values are written as a dictionary. Of others texts share beginnings, whole
    numbers differ little from one row to the next, and the digits of measurements do not
    repeat, but their bytes of one rank are alike.
    """
    types: Any = require("pyarrow.types", "catalogue")
    dictionary = []
    encodings = {}
    for field in table.schema:
        column = table[field.name]
        if types.is_integer(field.type):
            encodings[field.name] = "DELTA_BINARY_PACKED"
        elif types.is_boolean(field.type):
            continue
        elif types.is_dictionary(field.type) or _repeats(column):
            dictionary.append(field.name)
        elif types.is_floating(field.type):
            encodings[field.name] = "BYTE_STREAM_SPLIT"
        else:
            encodings[field.name] = "DELTA_BYTE_ARRAY"
    return {
        "compression": "zstd",
        "compression_level": _LEVEL,
        "use_dictionary": dictionary or False,
        "column_encoding": encodings,
    }


def _repeats(column: Any) -> bool:
    compute: Any = require("pyarrow.compute", "catalogue")
    sample = column[:_SAMPLE]
    different = compute.count_distinct(sample).as_py()
    return bool(different * _REPEATED <= len(sample) - sample.null_count)
