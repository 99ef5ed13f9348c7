"""Custom scalars: the charts of a layout, drawn as scalars are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.errors import UsageError
from nbboard.kinds.custom_scalars.layout import Layout
from nbboard.kinds.custom_scalars.mapping import as_mapping, layout
from nbboard.views.base import module
from nbboard.views.custom_scalars_layout import LaidChart, charts_of, logged_layouts, merged
from nbboard.views.scalars import ScalarsView
from nbboard.views.shared.options import OptionError, option
from nbboard.views.shared.references import check_names

if TYPE_CHECKING:
    import pandas as pd

    from nbboard.logdir import LogDir

__all__ = ["VIEW", "CustomScalarsView"]

#: Options that name cards.
_OF_CARDS = ("pinned", "zooms", "y_scales", "right_axis")


class LayoutTrait(traitlets.Dict):
    """A layout as a mapping; one that ``nbboard.layout`` returned becomes its mapping."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the mapping of a layout."""
        return super().validate(obj, as_mapping(value) if isinstance(value, Layout) else value)


class CustomScalarsView(ScalarsView):
    """The charts of a layout: ``log.custom_scalars.view(...)``.

    Charts are called ``category/title`` where options name them; ``right_axis`` puts a tag beside
    a chart.
    """

    kind: ClassVar[str] = "custom_scalars"
    _esm = module("custom_scalars")

    charts = option(
        LayoutTrait(),
        "A layout instead of the logged ones: {category: {chart: [regular expressions of tags]}}, "
        "as nbboard.layout takes it.",
    )
    tag_filter = option(
        traitlets.Unicode(""),
        "Regular expression, unanchored, case-insensitive; only charts whose category/title "
        "matches are shown.",
    )

    def __init__(self, source: Any, **options: Any) -> None:
        self._sent: list[dict[str, Any]] | None = None
        self._made_of: tuple[Any, ...] | None = None
        self._laid_out: dict[str, LaidChart] = {}
        super().__init__(source, **options)

    @classmethod
    def scalars_of(cls, source: Any) -> Any:
        """Return the scalars of the log; of those runs only that a selection has layouts of."""
        if not hasattr(source, "keys") or source.kind == "scalars":
            return source
        scalars = source.log.scalars.select(restarts=source.restarts_on_screen)
        if len(source.keys) == len(source.log.keys_of(source.kind)):
            return scalars
        return scalars.select(runs=list(source.runs))

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse a layout that is none, and names of charts that there are not."""
        rest = {name: value for name, value in options.items() if name not in _OF_CARDS}
        super().check_references(log, rest)
        if "charts" in options:
            try:
                layout(options["charts"])
            except UsageError as error:
                raise OptionError(f"charts: {error}") from error
        named = [name for name in _OF_CARDS if options.get(name)]
        if named:
            there = list(cls.charts_of(log.custom_scalars, options) or ())
            for name in named:
                check_names(name, options[name], there, "chart")
        beside = options.get("right_axis", {}).values()
        check_names("right_axis", beside, log.scalars.tags, "tag of scalars")

    @classmethod
    def charts_of(cls, source: Any, options: Mapping[str, Any]) -> dict[str, LaidChart]:
        """Return the charts by name: of the layout that was given, or of the logged ones."""
        given = options.get("charts")
        layouts = [layout(given)] if given else logged_layouts(source)[0]
        tags = cls.scalars_of(source).tags
        return {chart.key: chart for chart in charts_of(merged(layouts), tags)}

    def _charts(self) -> dict[str, LaidChart]:
        """Return the charts; layouts are read, and tags matched, only where there are others."""
        logged = tuple((k.run, k.tag, k.generation, k.count) for k in self.source.keys)
        made_of = (logged, self._scalars.tags, self.charts)
        if made_of != self._made_of:
            self._laid_out = self.charts_of(self.source, {"charts": self.charts})
            self._made_of = made_of
        return self._laid_out

    # ------------------------------------------------------------ what the page gets

    def payload(self) -> dict[str, Any]:
        """Return the charts, and what the scalars view returns."""
        return {**super().payload(), **self._laid(whole=True)}

    def outline(self) -> dict[str, Any] | None:
        """Return the same without points, where sampling them takes a while."""
        content = super().outline()
        return None if content is None else {**content, **self._laid(whole=True)}

    def fuller_payload(self) -> dict[str, Any]:
        """Return finer samples of all charts."""
        return {**super().fuller_payload(), **self._laid(whole=True)}

    def news(self) -> dict[str, Any] | None:
        """Return the points that the page lacks, and the charts if they have changed."""
        content = super().news()
        laid = self._laid()
        return {**(content or {}), **laid} if content is not None or laid else None

    @traitlets.observe("charts")
    def _charts_changed(self, _change: Any) -> None:
        if self._made:
            self.push()

    def _laid(self, *, whole: bool = False) -> dict[str, Any]:
        """Return the charts, if they are other ones than the page has or all is asked for."""
        charts = [chart.encoded() for chart in self._charts().values()]
        if charts == self._sent and not whole:
            return {}
        self._sent = charts
        return {"charts": charts}

    # ------------------------------------------------------------ what Python gets

    @property
    def shown_charts(self) -> list[LaidChart]:
        """The charts whose names pass the filter."""
        charts = self._charts()
        return [charts[name] for name in self.matching_tags(self.tag_filter, charts)]

    def cards(self) -> Iterable[tuple[str, Sequence[str]]]:
        """Yield the charts on screen, each with its tags."""
        return ((chart.key, chart.all_tags) for chart in self.shown_charts)

    @property
    def data(self) -> pd.DataFrame:
        """Every point on screen: chart, run, tag, step, wall_time, value, smoothed."""
        return super().data

    def _frame(self, pd: Any, source: Any, series: Any, card: str) -> Any:
        frame = super()._frame(pd, source, series, card)
        frame.insert(0, "chart", card)
        return frame


VIEW = CustomScalarsView
