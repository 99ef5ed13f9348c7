"""Which curves are drawn with margins around them, and so must be sampled at the same steps.

The custom scalars dashboard draws a value between a lower and an upper bound, and refuses
to if their steps differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError
from tensorboard.plugins.custom_scalar import layout_pb2

if TYPE_CHECKING:
    from nbboard.provider.index import Index
    from nbboard.provider.values import Values

__all__ = ["Margins"]

_PLUGIN, _TAG = "custom_scalars", "custom_scalars__config__"


class Margins:
    """The curves with margins that the layouts in a log name.

    Parameters
    ----------
    index, values
        The log.
    """

    def __init__(self, index: Index, values: Values) -> None:
        self._index = index
        self._values = values
        self._version = -1
        self._groups: dict[str, tuple[str, ...]] = {}

    def group(self, tag: str, version: int) -> tuple[str, ...]:
        """Return the tags that are drawn together with one; mostly it alone.

        Parameters
        ----------
        tag
            The tag.
        version
            The log's.
        """
        if version != self._version:
            self._groups = self._read()
            self._version = version
        return self._groups.get(tag, (tag,))

    def _read(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {}
        for _, table in self._index.select(_PLUGIN, None, (_TAG,)):
            points = self._values.points(table[_TAG])
            for layout in () if points is None else self._values.tensors(points.value[-1:]):
                if layout is None or layout.size != 1 or layout.dtype != object:
                    continue
                for tags in _margins(layout.reshape(-1)[0]):
                    groups |= dict.fromkeys(tags, tags)
        return groups


def _margins(layout: bytes) -> list[tuple[str, ...]]:
    """Return the tags of each curve with margins in a serialised layout."""
    try:
        read = layout_pb2.Layout.FromString(layout)
    except DecodeError:
        return []
    charts = (chart for category in read.category for chart in category.chart)
    return [
        (series.value, series.lower, series.upper)
        for chart in charts
        for series in chart.margin.series
    ]
