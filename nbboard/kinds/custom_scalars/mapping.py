"""Layouts that nobody logged: written as a mapping, checked, and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbboard.errors import UsageError
from nbboard.kinds.custom_scalars.layout import Category, Chart, Layout, Margin

__all__ = ["as_mapping", "layout"]

_FORMS = (
    "a regular expression, a list of them, or {'tags': [...], 'margins': [[value, lower, upper]]}"
)


def layout(categories: Mapping[str, Mapping[str, Any]]) -> Layout:
    """Return a layout of custom scalar charts, as if it had been logged.

    Parameters
    ----------
    categories
        For each category, and in it for each chart, by title: a regular expression of tags, or
        a list of them; or ``{"tags": [...], "margins": [[value, lower, upper], ...]}``, of
        which the margins are exact tags, each a line with a band. What tensorboardX and
        PyTorch take is taken, too: ``["Multiline", [...]]`` and ``["Margin", [value, lower,
        upper]]``. Expressions are matched as TensorBoard does, from the start of the tag, with
        regard to case.

    Returns
    -------
    Layout
        For ``log.custom_scalars.view(charts=...)``.

    Raises
    ------
    UsageError
        For anything else, with the place where it stands.

    Examples
    --------
    >>> import nbboard
    >>> nbboard.layout({"losses": {"all": ["loss/.*"]}}).categories[0].charts[0].tags
    ('loss/.*',)
    """
    if not isinstance(categories, Mapping):
        raise UsageError(f"a layout is {{category: {{chart: tags}}}}, not {categories!r}")
    return Layout(
        tuple(
            Category(_title(title), _charts(title, inside)) for title, inside in categories.items()
        )
    )


def as_mapping(given: Layout) -> dict[str, Any]:
    """Return a layout as the mapping that :func:`layout` takes; charts of one title keep apart."""
    found: dict[str, Any] = {}
    for category in given.categories:
        charts = found.setdefault(_free(category.title, found), {})
        for chart in category.charts:
            margins = [[m.value, m.lower, m.upper] for m in chart.margins]
            content: Any = list(chart.tags)
            if margins:
                content = {"tags": list(chart.tags), "margins": margins}
            charts[_free(chart.title, charts)] = content
    return found


def _free(title: str, taken: Mapping[str, Any]) -> str:
    number, name = 1, title
    while name in taken:
        number += 1
        name = f"{title} ({number})"
    return name


def _charts(category: str, charts: object) -> tuple[Chart, ...]:
    if not isinstance(charts, Mapping):
        raise UsageError(f"category {category!r} is {{chart: tags}}, not {charts!r}")
    return tuple(_chart(category, title, content) for title, content in charts.items())


def _chart(category: str, title: object, content: Any) -> Chart:
    where = f"chart {title!r} of category {category!r}"
    name = _title(title)
    if isinstance(content, str):
        return Chart(name, (content,))
    if isinstance(content, Mapping):
        unknown = sorted(set(content) - {"tags", "margins"}, key=str)
        if unknown:
            raise UsageError(f"{where} has {unknown[0]!r}; it is {_FORMS}")
        margins = content.get("margins", ())
        if not _is_list(margins):
            raise UsageError(f"{where}: margins is a list of [value, lower, upper]")
        return Chart(
            name,
            _texts(where, content.get("tags", ())),
            tuple(_margin(where, margin) for margin in margins),
        )
    if _is_list(content) and len(content) == 2 and _is_list(content[1]):
        kind, names = content
        if kind == "Multiline":
            return Chart(name, _texts(where, names))
        if kind == "Margin":
            return Chart(name, (), (_margin(where, names),))
    return Chart(name, _texts(where, content))


def _margin(where: str, names: Any) -> Margin:
    if not _is_list(names) or len(names) != 3 or not all(isinstance(n, str) for n in names):
        raise UsageError(f"{where}: a margin is [value, lower, upper], three tags, not {names!r}")
    return Margin(*names)


def _texts(where: str, names: Any) -> tuple[str, ...]:
    if not _is_list(names) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{where} is {_FORMS}, not {names!r}")
    return tuple(names)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _title(title: object) -> str:
    if not isinstance(title, str):
        raise UsageError(f"titles of a layout are text, not {title!r}")
    return title
