"""Layouts of custom scalar charts: which tags stand together in one chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbboard.errors import UndecodableError
from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

__all__ = ["KIND", "Category", "Chart", "Layout", "Margin"]


@dataclass(frozen=True)
class Margin:
    """A line with a band around it: three tags."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True)
class Chart:
    """One chart of a layout.

    Attributes
    ----------
    title
        Its title.
    tags
        Regular expressions: every tag that matches one is a line of the chart.
    margins
        Lines with bands.
    """

    title: str
    tags: tuple[str, ...] = ()
    margins: tuple[Margin, ...] = ()


@dataclass(frozen=True)
class Category:
    """A group of charts."""

    title: str
    charts: tuple[Chart, ...]
    closed: bool = False


@dataclass(frozen=True)
class Layout:
    """The layout logged by one run, ordered as logged."""

    categories: tuple[Category, ...]


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Layout]:
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.custom_scalar import layout_pb2

    strings = strings_of(value.tensor)
    if len(strings) != 1:
        raise UndecodableError(f"a custom scalar layout of {len(strings)} strings, not one")
    try:
        layout = layout_pb2.Layout.FromString(strings[0])
    except DecodeError as error:
        raise UndecodableError("a custom scalar layout that is not a layout") from error
    return (
        Layout(
            tuple(
                Category(
                    title=category.title,
                    charts=tuple(
                        Chart(
                            title=chart.title,
                            tags=tuple(chart.multiline.tag),
                            margins=tuple(
                                Margin(series.value, series.lower, series.upper)
                                for series in chart.margin.series
                            ),
                        )
                        for chart in category.chart
                    ),
                    closed=category.closed,
                )
                for category in layout.category
            )
        ),
    )


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
