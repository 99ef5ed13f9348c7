"""The series of a part, and the points of those that are scalars, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.catalogue.names import Texts
from nbboard.catalogue.points import column_for
from nbboard.catalogue.schema import schemas, table_of
from nbboard.logdir.table import require

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from nbboard.series.points import ScalarTable
    from nbboard.series.store import Store

__all__ = ["scalars_of", "series_of"]


def series_of(store: Store, scalars: ScalarTable, part: str) -> pa.Table:
    """Return the rows of ``series``: the scalars first, in the order of their points.

    Parameters
    ----------
    store
        What was read.
    scalars
        All its scalars.
    part
        The part's name.
    """
    others = [key for one in store.plugins() if one != "scalars" for key in store.series(one)]
    keys = [*scalars.keys, *others]
    sizes, starts = _spans(scalars)
    there = np.flatnonzero(sizes)
    ends = np.full((2, len(sizes)), -1, np.int64)
    ends[0, there] = scalars.step[starts[there]]
    ends[1, there] = scalars.step[(starts + sizes)[there] - 1]
    first, last = (
        [step if size else None for step, size in zip(row.tolist(), sizes.tolist(), strict=True)]
        for row in ends
    )
    for run, tag, plugin, *_ in others:
        step = store.values(run, tag, plugin).step
        first.append(int(step[0]) if len(step) else None)
        last.append(int(step[-1]) if len(step) else None)
    texts = Texts()
    columns: dict[str, Any] = {
        "run": [texts[key.run] for key in keys],
        "part": [part] * len(keys),
        "series": np.arange(len(keys), dtype=np.int32),
        "tag": [texts[key.tag] for key in keys],
        "plugin": [texts[key.plugin] for key in keys],
        "points": [key.count for key in keys],
        "start": [*starts.tolist(), *[0] * len(others)],
        "dtype": [*(dtype.str for dtype in scalars.dtypes), *[""] * len(others)],
        "first_step": first,
        "last_step": last,
        "metadata": store.metadata_of(keys),
    }
    return table_of("series", columns)


def scalars_of(store: Store, scalars: ScalarTable, part: str) -> pa.Table:
    """Return the rows of ``scalars``, each value in the column for its type; as above."""
    arrow = require("pyarrow", "catalogue")
    count = len(scalars.step)
    sizes, starts = _spans(scalars)
    kept_in = np.array([column_for(dtype) for dtype in scalars.dtypes], "U7")
    integer = np.zeros(count, np.int64)
    for i in np.flatnonzero(kept_in == "integer").tolist():
        # Not all whole numbers are floats.
        key = scalars.keys[i]
        integer[starts[i] : starts[i] + sizes[i]] = store.scalar(key.run, key.tag).value
    # What is too large for 32 bits stands in another column.
    with np.errstate(over="ignore"):
        value = scalars.value.astype(np.float32)
    values = {"value": value, "double": scalars.value.astype(np.float64), "integer": integer}
    columns = {
        "part": arrow.DictionaryArray.from_arrays(np.zeros(count, np.int32), [part]),
        "series": arrow.array(scalars.series_code),
        "step": arrow.array(scalars.step),
        "wall_time": arrow.array(scalars.wall_time),
        **{
            name: arrow.array(values[name], mask=np.repeat(kept_in != name, sizes))
            for name in ("value", "double", "integer")
        },
    }
    names = schemas()["scalars"].names
    return arrow.table([columns[name] for name in names], names=names)


def _spans(scalars: ScalarTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many points each series has, and where they begin."""
    sizes = np.array([key.count for key in scalars.keys], np.int64)
    return sizes, np.cumsum(sizes) - sizes
