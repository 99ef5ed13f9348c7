"""Points on screen as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.logdir import table as tables

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from nbboard.kinds.projector.embedding import EmbeddedPoints
    from nbboard.views.projector.clouds import Cloud

__all__ = ["places_of", "selected_rows", "table_of"]

_AXES = ("x", "y", "z")


def places_of(
    cloud: Cloud, dimensions: int, layout: Mapping[str, Any] | None = None
) -> NDArray[np.float64]:
    """Return where points are on screen, float64 (points, dimensions); NaN for nowhere.

    Parameters
    ----------
    cloud
        The points along their principal components.
    dimensions
        2 or 3.
    layout
        Places that t-SNE or UMAP found instead, of all points or those ``among`` them.
    """
    if layout is None:
        return (cloud.plane if dimensions == 2 else cloud.space).astype(np.float64)
    found = np.full((len(cloud.space), dimensions), np.nan)
    places = np.asarray(layout["places"], np.float64).reshape(-1, dimensions)
    among = layout.get("among")
    rows = np.arange(len(places)) if among is None else np.asarray(among, np.intp)
    found[rows] = places
    return found


def table_of(
    cloud: Cloud | None,
    points: EmbeddedPoints | None,
    dimensions: int,
    layout: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Return points on screen: run, tag, step, row, what is known of them, and x, y (and z)."""
    axes = _AXES[:dimensions]
    if cloud is None or points is None:
        names = ("run", "tag", "step", "row", *axes)
        return tables.to_pandas({name: [] for name in names})
    count = len(points)
    table: dict[str, Any] = {
        "run": [cloud.key.run] * count,
        "tag": [cloud.key.tag] * count,
        "step": np.full(count, cloud.step),
    }
    for name, values in points.table().items():
        free = name
        while free in table or free in axes:
            free += "_"
        table[free] = values
    table |= dict(zip(axes, places_of(cloud, dimensions, layout).T, strict=True))
    return tables.to_pandas(table)


def selected_rows(table: pd.DataFrame, selection: Mapping[str, Any]) -> pd.DataFrame:
    """Return rows of a table that were picked: ``ranges`` has first and last of each stretch."""
    ranges = selection.get("ranges") or []
    chosen = np.zeros(len(table), bool)
    for first, last in zip(ranges[::2], ranges[1::2], strict=False):
        chosen[int(first) : int(last) + 1] = True
    found: pd.DataFrame = table.loc[chosen]
    return found
