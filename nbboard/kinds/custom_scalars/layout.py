"""The layouts themselves: categories of charts, charts of lines and of bands."""

from __future__ import annotations

from dataclasses import dataclass

from nbboard.errors import UndecodableError

__all__ = ["Category", "Chart", "Layout", "Margin", "parse_layout"]


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


def parse_layout(data: bytes) -> Layout:
    """Return the layout in a serialised message.

    Raises
    ------
    UndecodableError
        If it is none.
    """
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.custom_scalar import layout_pb2

    try:
        layout = layout_pb2.Layout.FromString(data)
    except DecodeError as error:
        raise UndecodableError("a custom scalar layout that is not a layout") from error
    return Layout(
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
    )
