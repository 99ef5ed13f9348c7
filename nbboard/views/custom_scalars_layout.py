"""The charts of a layout: which categories, which tags stand in each, what cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbboard.logdir import bulk
from nbboard.views.tag_patterns import TagMatcher

if TYPE_CHECKING:
    from nbboard.kinds.custom_scalars.layout import Category, Chart, Layout, Margin
    from nbboard.logdir.collections import Collection

__all__ = ["LaidChart", "charts_of", "logged_layouts", "merged"]

#: Tags of one chart that are drawn: more lines nobody can tell apart.
MOST_TAGS = 200


@dataclass(frozen=True)
class LaidChart:
    """A chart of a layout, for the tags that there are.

    Attributes
    ----------
    key
        ``category/chart``, or the chart alone; a number behind it tells apart what is called alike.
    category, title
        As in the layout.
    closed
        Whether the category is folded at first.
    tags
        The tags of the lines, each once, in natural order.
    bands
        Lines with bands, of which there is any tag.
    note
        What is wrong with the chart; empty if nothing.
    """

    key: str
    category: str
    title: str
    closed: bool
    tags: tuple[str, ...]
    bands: tuple[Margin, ...]
    note: str

    def encoded(self) -> dict[str, Any]:
        """Return it as the page gets it."""
        return {
            "key": self.key,
            "category": self.category,
            "title": self.title,
            "closed": self.closed,
            "tags": list(self.tags),
            "bands": [[band.value, band.lower, band.upper] for band in self.bands],
            "note": self.note,
        }

    @property
    def all_tags(self) -> tuple[str, ...]:
        """The tags of lines and bands, each once."""
        bands = (tag for band in self.bands for tag in (band.value, band.lower, band.upper))
        return tuple(dict.fromkeys([*self.tags, *bands]))


def logged_layouts(collection: Collection[Any]) -> tuple[list[Layout], list[str]]:
    """Return the last layout of each run, in the order of the runs' names, and what went wrong."""
    # Of a run with several tags of the plugin the last in order counts; there is but one.
    latest = {series.run: series for series in collection if len(series)}
    wanted = [(latest[run], len(latest[run]) - 1) for run in sorted(latest)]
    found: dict[int, Layout] = {}
    notes = []
    for point in bulk.read_points(wanted):
        if point.error is None and point.samples:
            found[point.number] = point.samples[0]
        elif point.error is not None:
            notes.append(str(point.error))
    return [found[number] for number in sorted(found)], notes


def merged(layouts: Iterable[Layout]) -> list[Category]:
    """Return the categories of several layouts: those of one title are one, equal charts are one.

    As TensorBoard's ``layout_impl``, which loses the charts that a third run adds to a category
    first seen in a second run.
    """
    from nbboard.kinds.custom_scalars.layout import Category

    charts: dict[str, dict[Chart, None]] = {}
    closed: dict[str, bool] = {}
    for layout in layouts:
        for category in layout.categories:
            closed.setdefault(category.title, category.closed)
            known = charts.setdefault(category.title, {})
            known.update(dict.fromkeys(category.charts))
    return [Category(title, tuple(inside), closed[title]) for title, inside in charts.items()]


def charts_of(categories: Sequence[Category], tags: Iterable[str]) -> list[LaidChart]:
    """Return the charts of categories for the tags that there are."""
    matcher = TagMatcher(tags)
    taken: dict[str, int] = {}
    return [
        _chart(category, chart, matcher, taken)
        for category in categories
        for chart in category.charts
    ]


def _chart(
    category: Category, chart: Chart, matcher: TagMatcher, taken: dict[str, int]
) -> LaidChart:
    notes: dict[str, None] = {}
    found: dict[str, None] = {}
    for pattern in chart.tags:
        matched = matcher.match(pattern)
        found.update(dict.fromkeys(matched.tags))
        if matched.note:
            notes[matched.note] = None
    there = set(matcher.tags)
    bands = tuple(margin for margin in chart.margins if margin.value in there)
    for margin in chart.margins:
        for tag in (margin.value, margin.lower, margin.upper):
            if tag not in there:
                notes[f"there is no tag {tag!r}"] = None
    if not found and not bands and not notes:
        notes["no tag matches" if chart.tags else "it names no tags"] = None
    order = [tag for tag in matcher.tags if tag in found] if len(found) > 1 else list(found)
    if len(order) > MOST_TAGS:
        notes[f"the first {MOST_TAGS:,} of {len(order):,} tags"] = None
    return LaidChart(
        _key(category.title, chart.title, taken),
        category.title,
        chart.title,
        category.closed,
        tuple(order[:MOST_TAGS]),
        bands,
        "; ".join(notes),
    )


def _key(category: str, title: str, taken: dict[str, int]) -> str:
    name = f"{category}/{title}" if category else title
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name} ({taken[name]})"
