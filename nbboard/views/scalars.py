"""The scalars view: curves of every tag, one line a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.errors import MissingExtraError
from nbboard.views.base import View, module
from nbboard.views.scalar_curves import X_AXES, smooth_pieces, x_of
from nbboard.views.scalar_feed import Feed
from nbboard.views.scalar_figure import FIGURE_OPTIONS
from nbboard.views.shared.options import option
from nbboard.views.shared.references import check_names, check_pattern
from nbboard.views.smoothing import METHODS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes

__all__ = ["VIEW", "ScalarsView"]

#: Bytes of points in a saved report, before they are written as text.
REPORT_BYTES = 24_000_000


class ScalarsView(View):
    """Curves of scalars: one card a tag, one line a run.

    Parameters
    ----------
    source
        ``log.scalars`` or a selection of it.
    **options
        The traits below.
    """

    kind: ClassVar[str] = "scalars"
    figure_options = FIGURE_OPTIONS
    _esm = module("scalars")

    smoothing = option(
        traitlets.Float(0.6, min=0.0, max=0.999),
        "Weight of the smoothing: 0 for none, up to 0.999.",
    )

    smoothing_method = option(
        traitlets.Enum(METHODS, default_value="ema"),
        "ema (TensorBoard's), twema (weighted by the distance in x), gaussian, mean.",
    )

    x = option(
        traitlets.Unicode("step"),
        "The x axis: step, relative (seconds since the first point), wall, order (in which \
points were written), or another tag.",
    )

    x_scale = option(
        traitlets.Enum(("linear", "log"), default_value="linear"), "The scale of the x axis."
    )

    y_scale = option(
        traitlets.Enum(("linear", "log"), default_value="linear"), "The scale of the y axis."
    )

    ignore_outliers = option(
        traitlets.Bool(default_value=True),
        "Whether the y axis spans the 5th to the 95th percentile only, by TensorBoard's rule.",
    )

    restarts = option(
        traitlets.Enum(("latest", "keep", "purge"), default_value="latest"),
        "latest hides points that a restarted job logged again, purge what it declared void; "
        "keep shows all.",
    )

    tag_filter = option(
        traitlets.Unicode(""),
        "Regular expression, unanchored, case-insensitive; only tags that match are shown.",
    )

    pinned = option(traitlets.List(traitlets.Unicode()), "Tags whose cards stand first.")

    card_size = option(
        traitlets.Enum(("small", "medium", "large"), default_value="medium"),
        "How large the cards are.",
    )

    tooltip_sort = option(
        traitlets.Enum(
            ("default", "alphabetical", "ascending", "descending", "nearest", "nearest_y"),
            default_value="nearest_y",
        ),
        "The order of runs in the tooltip.",
    )

    link_zoom = option(
        traitlets.Bool(default_value=True), "Whether zooming the x axis of one card zooms all."
    )

    x_range = option(
        traitlets.List(traitlets.Float(), allow_none=True, default_value=None),
        "What of the x axis is shown: [from, to] in its unit, or None for all.",
    )

    step_selection = option(
        traitlets.List(traitlets.Float(), default_value=[]),
        "The selected step [step] or range [from, to]; a table then stands under each card.",
    )

    center = option(
        traitlets.Enum(("mean", "median"), default_value="mean"),
        "The line of a group of runs (group_by).",
    )

    band = option(
        traitlets.Enum(("std", "minmax", "se", "ci95", "none"), default_value="std"),
        "The band of a group: standard deviation, least to greatest, standard error, 95 % interval.",
    )

    right_axis = option(
        traitlets.Dict(), "For a tag, another tag to draw against a second y axis at the right."
    )

    zooms = option(
        traitlets.Dict(),
        "What single cards are zoomed into, by tag: {'x': [from, to], 'y': [from, to]}, either None; \
x counts while link_zoom is off.",
    )

    y_scales = option(
        traitlets.Dict(value_trait=traitlets.Enum(("linear", "log"))),
        "The scale of the y axis of single cards, by tag, where it is not y_scale.",
    )

    height = option(
        traitlets.Int(560, min=0),
        "The greatest height in CSS pixels, within which the cards scroll; 0 for no limit.",
    )

    def __init__(self, source: Any, **options: Any) -> None:
        options.setdefault("restarts", source.restarts_on_screen)
        options = self.checked(source, options)
        self._scalars = self.scalars_of(source)
        travelling = _travelling(self._scalars, options["restarts"])
        self._feed = Feed(travelling, self._run_number, self._shown)
        self._feed.add_axis(options.get("x", "step"))
        super().__init__(source, **options)
        self.run_list.observe(
            lambda _: self._feed.show(), ["filter", "hidden", "only", "attention"]
        )

    @classmethod
    def scalars_of(cls, source: Any) -> Any:
        """Return the scalars that the view of a collection draws: those of the collection."""
        return source

    @classmethod
    def charts_of(cls, source: Any, options: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG003 - for views of layouts
        """Return the cards of several tags by name; None where there is a card a tag."""
        return None

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that this view has data of."""
        return tuple(self._scalars.runs)

    def _run_number(self, run: str) -> int:
        return self.run_list.number(run)

    def _shown(self) -> list[str]:
        return self.shown_runs

    @traitlets.observe("x")
    def _x_changed(self, change: Any) -> None:
        self._feed.add_axis(change.new)

    def payload(self) -> dict[str, Any]:
        """Return the series' names and sizes, and the points of the first cards."""
        return self._feed.everything()

    def outline(self) -> dict[str, Any] | None:
        """Return the series' names and sizes, where sampling the points takes a while."""
        return self._feed.outline()

    def fuller_payload(self) -> dict[str, Any]:
        """Return finer samples of all cards."""
        source = _travelling(self._scalars, self.restarts)
        whole = Feed(source, self._run_number, self._shown)
        whole.add_axis(self.x)
        return whole.everything(REPORT_BYTES)

    def note(self, changes: Changes) -> None:
        """Take note of the series that changed."""
        super().note(changes)
        self._feed.note(changes)

    @traitlets.observe("restarts")
    def _restarts_changed(self, change: Any) -> None:
        if "purge" in {change.old, change.new} and change.old != traitlets.Undefined:
            self._feed.follow(_travelling(self._scalars, change.new))
            self.push()

    def news(self) -> dict[str, Any] | None:
        """Return the points that the page lacks."""
        return self._feed.growth()

    def unfinished(self) -> bool:
        """Whether there are cards that the page has not been sent yet."""
        return not self._feed.complete

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer what the page asks of its curves: finer, other, all, or exact points."""
        tags = [str(tag) for tag in params.get("tags", [])]
        runs = [str(run) for run in params.get("runs", [])]
        feed = self._feed
        answers: dict[str, Callable[[], Mapping[str, Any]]] = {
            "whole": feed.everything,
            "load": lambda: feed.load(tags, runs if "runs" in params else None),
            "reload": lambda: feed.reload(tags),
            "refine": lambda: feed.refine(
                tags,
                str(params["by"]),
                float(params["start"]),
                float(params["stop"]),
                int(params["budget"]),
            ),
            "points": lambda: feed.points(tags, runs),
            "exact": lambda: feed.exact(
                str(params["tag"]),
                runs,
                str(params["by"]),
                (float(params["start"]), float(params["stop"])),
                restarts=str(params["restarts"]),
                weight=float(params["weight"]),
                method=str(params["method"]),
            ),
        }
        return answers[method]() if method in answers else super().answer(method, params)

    @property
    def shown_tags(self) -> list[str]:
        """The tags that pass the filter, in natural order."""
        return self.matching_tags(self.tag_filter, self._scalars.tags)

    @property
    def data(self) -> pd.DataFrame:
        """Every point on screen: run, tag, step, wall_time, value, smoothed.

        All points of the shown runs and tags within the shown x range, whatever was
        sampled for the screen.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtraError("pandas", "pandas") from error
        source = self._scalars.select(restarts=self.restarts)
        parts = []
        runs = set(self.shown_runs)
        for card, tags in self.cards():
            for tag in tags:
                here = [run for run in self.runs if run in runs and (run, tag) in source]
                parts += [self._frame(pd, source, source[run, tag], card) for run in here]
        columns = ["run", "tag", "step", "wall_time", "value", "smoothed"]
        table: pd.DataFrame = pd.DataFrame(columns=columns)
        return pd.concat(parts, ignore_index=True) if parts else table

    def cards(self) -> Iterable[tuple[str, Sequence[str]]]:
        """Yield the cards on screen, each with its tags: a card a tag."""
        return ((tag, [tag]) for tag in self.shown_tags)

    def _frame(self, pd: Any, source: Any, series: Any, card: str) -> Any:
        x = x_of(self.x, source, series)
        frame = pd.DataFrame(
            {
                "run": series.run,
                "tag": series.tag,
                "step": series.step,
                "wall_time": series.wall_time,
                "value": series.value,
                "smoothed": smooth_pieces(
                    x, series.value, weight=self.smoothing, method=self.smoothing_method
                ),
            }
        )
        shown = self.x_range if self.link_zoom else (self.zooms.get(card) or {}).get("x")
        return frame[(x >= shown[0]) & (x <= shown[1])] if shown else frame

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``."""
        state = {"runs": self.shown_runs, "run_list": self.run_list}
        return self.draw(self.source, **{**self.options, **state, **changes})

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: of the first cards and runs, coarsely."""
        return self.figure(max_cards=6, max_lines=40, points=160, quick=True)

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse an x or other tags that there are not, beside what every view refuses."""
        super().check_references(log, options)
        tags = log.scalars.tags
        if "x" in options and tags:
            check_names("x", [options["x"]], [*X_AXES, *tags], "axis or tag")
        for name in ("pinned", "right_axis", "zooms", "y_scales"):
            check_names(name, options.get(name, ()), tags, "tag of scalars")
        check_names("right_axis", options.get("right_axis", {}).values(), tags, "tag of scalars")
        check_pattern("tag_filter", options.get("tag_filter", ""))

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a ``matplotlib.figure.Figure`` of scalars.

        Parameters
        ----------
        source
            ``log.scalars`` or a selection of it.
        **options
            The view's options; further `labels` (``{run: label}`` or a function of a run's
            name), `legend` (``"right"``, ``"below"``, ``"inside"`` or ``"none"``), `width`
            (``"column"``, ``"page"`` or inches), `ax` (axes to draw into, one a tag),
            `columns`, `max_cards`, `max_lines` (in a card) and `points` (of a line). Unless
            told otherwise a figure shows the whole of every curve (``ignore_outliers=False``).
        """
        from nbboard.views.scalar_figure import draw_scalars

        return draw_scalars(cls, source, options)

    @staticmethod
    def matching_tags(pattern: str, tags: Iterable[str]) -> list[str]:
        """Return the tags that a filter lets pass; all of them for a broken pattern."""
        if not pattern:
            return list(tags)
        try:
            found = re.compile(pattern, re.IGNORECASE)
        except re.error:
            return list(tags)
        return [tag for tag in tags if found.search(tag)]


def _travelling(source: Any, restarts: str) -> Any:
    """Return the points that travel: whether those before a restart show is decided in the page.

    Only what a job has declared void, which takes the log to know, does not travel.
    """
    return source.select(restarts="purge" if restarts == "purge" else "keep")


VIEW = ScalarsView
