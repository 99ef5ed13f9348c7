"""The kind: how a layout is found in a logged value, and its rows in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbboard.errors import UndecodableError
from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.custom_scalars.layout import Layout

__all__ = ["KIND"]


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Layout]:
    from nbboard.kinds.custom_scalars.layout import parse_layout

    strings = strings_of(value.tensor)
    if len(strings) != 1:
        raise UndecodableError(f"a custom scalar layout of {len(strings)} strings, not one")
    return (parse_layout(strings[0]),)


def _columns(item: Layout) -> Mapping[str, object]:
    charts = [(category, chart) for category in item.categories for chart in category.charts]
    return {
        "category": [category.title for category, _ in charts],
        "chart": [chart.title for _, chart in charts],
        "tags": [
            [*chart.tags, *(tag for m in chart.margins for tag in (m.value, m.lower, m.upper))]
            for _, chart in charts
        ],
    }


KIND = Kind(
    name="custom_scalars",
    plugins=("custom_scalars",),
    decode=_decode,
    columns=_columns,
    order=70,
    cells=("category", "chart", "tags"),
)
