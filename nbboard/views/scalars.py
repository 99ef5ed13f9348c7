"""The scalars view: curves of every tag, one line a run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.errors import MissingExtraError
from nbboard.views.base import View, module
from nbboard.views.scalar_curves import X_AXES, smooth_pieces, x_of
from nbboard.views.scalar_feed import Feed
from nbboard.views.shared.options import OptionError, option
from nbboard.views.smoothing import METHODS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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
    _esm = module("scalars")

    smoothing = option(traitlets.Float(0.6, min=0.0, max=0.999))
    "Weight of the smoothing: 0 for none, up to 0.999."

    smoothing_method = option(traitlets.Enum(METHODS, default_value="ema"))
    "``ema`` (TensorBoard's), ``twema`` (weighted by the distance in x), ``gaussian``, ``mean``."

    x = option(traitlets.Unicode("step"))
    "The x axis: ``step``, ``relative`` (seconds since the first point), ``wall``, ``order`` (in \
which points were written), or another tag."

    x_scale = option(traitlets.Enum(("linear", "log"), default_value="linear"))
    "The scale of the x axis."

    y_scale = option(traitlets.Enum(("linear", "log"), default_value="linear"))
    "The scale of the y axis."

    ignore_outliers = option(traitlets.Bool(default_value=True))
    "Whether the y axis spans the 5th to the 95th percentile only, by TensorBoard's rule."

    restarts = option(traitlets.Enum(("latest", "keep"), default_value="latest"))
    "``latest`` hides points that a restarted job logged again; ``keep`` shows all."

    tag_filter = option(traitlets.Unicode(""))
    "Regular expression, unanchored, case-insensitive; only tags that match are shown."

    pinned = option(traitlets.List(traitlets.Unicode()))
    "Tags whose cards stand first."

    card_size = option(traitlets.Enum(("small", "medium", "large"), default_value="medium"))
    "How large the cards are."

    tooltip_sort = option(
        traitlets.Enum(
            ("default", "alphabetical", "ascending", "descending", "nearest", "nearest_y"),
            default_value="nearest_y",
        )
    )
    "The order of runs in the tooltip."

    link_zoom = option(traitlets.Bool(default_value=True))
    "Whether zooming the x axis of one card zooms all."

    x_range = option(traitlets.List(traitlets.Float(), allow_none=True, default_value=None))
    "What of the x axis is shown: ``[from, to]`` in its unit, or None for all."

    step_selection = option(traitlets.List(traitlets.Float(), default_value=[]))
    "The selected step ``[step]`` or range ``[from, to]``; a table then stands under each card."

    center = option(traitlets.Enum(("mean", "median"), default_value="mean"))
    "The line of a group of runs (``group_by``)."

    band = option(traitlets.Enum(("std", "minmax", "se", "ci95", "none"), default_value="std"))
    "The band of a group: standard deviation, least to greatest, standard error, 95 % interval."

    right_axis = option(traitlets.Dict())
    "For a tag, another tag to draw against a second y axis at the right."

    zooms = option(traitlets.Dict())
    "What single cards are zoomed into, by tag: ``{'x': [from, to], 'y': [from, to]}``, either None; \
x counts while `link_zoom` is off."

    y_scales = option(traitlets.Dict(value_trait=traitlets.Enum(("linear", "log"))))
    "The scale of the y axis of single cards, by tag, where it is not `y_scale`."

    height = option(traitlets.Int(560, min=0))
    "The greatest height in CSS pixels, within which the cards scroll; 0 for no limit."

    def __init__(self, source: Any, **options: Any) -> None:
        # All points travel: whether those before a restart are shown is decided in the page.
        self._feed = Feed(source.select(restarts="keep"), self._run_number, self._shown)
        self._feed.add_axis(_checked_x(source, options.get("x", "step")))
        super().__init__(source, **options)
        self.run_list.observe(
            lambda _: self._feed.show(), ["filter", "hidden", "only", "attention"]
        )

    def _run_number(self, run: str) -> int:
        return self.run_list.number(run)

    def _shown(self) -> list[str]:
        return self.shown_runs

    @traitlets.validate("x")
    def _check_x(self, proposal: Any) -> str:
        x = _checked_x(self.source, proposal.value)
        self._feed.add_axis(x)
        return x

    def payload(self) -> dict[str, Any]:
        """Return the series' names and sizes, and the points of the first cards."""
        return self._feed.everything()

    def outline(self) -> dict[str, Any] | None:
        """Return the series' names and sizes, where sampling the points takes a while."""
        return self._feed.outline()

    def fuller_payload(self) -> dict[str, Any]:
        """Return finer samples of all cards."""
        whole = Feed(self.source.select(restarts="keep"), self._run_number, self._shown)
        whole.add_axis(self.x)
        return whole.everything(REPORT_BYTES)

    def note(self, changes: Changes) -> None:
        """Take note of the series that changed."""
        super().note(changes)
        self._feed.note(changes)

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
        return self.matching_tags(self.tag_filter, self.source.tags)

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
        source = self.source.select(restarts=self.restarts)
        parts = []
        runs = set(self.shown_runs)
        for tag in self.shown_tags:
            here = [run for run in self.runs if run in runs and (run, tag) in source]
            parts += [self._frame(pd, source, source[run, tag]) for run in here]
        columns = ["run", "tag", "step", "wall_time", "value", "smoothed"]
        table: pd.DataFrame = pd.DataFrame(columns=columns)
        return pd.concat(parts, ignore_index=True) if parts else table

    def _frame(self, pd: Any, source: Any, series: Any) -> Any:
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
        shown = self.x_range if self.link_zoom else (self.zooms.get(series.tag) or {}).get("x")
        return frame[(x >= shown[0]) & (x <= shown[1])] if shown else frame

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``."""
        state = {"runs": self.shown_runs, "run_list": self.run_list}
        return self.draw(self.source, **{**self.options, **state, **changes})

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: of the first cards and runs, coarsely."""
        return self.figure(max_cards=6, max_lines=40, points=160, quick=True)

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a ``matplotlib.figure.Figure`` of scalars.

        Parameters
        ----------
        source
            ``log.scalars`` or a selection of it.
        **options
            The view's options; further ``columns``, ``width`` (inches), ``max_cards``,
            ``max_lines`` (in a card), ``points`` (of a line) and ``quick`` (a simple layout).
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


def _checked_x(source: Any, x: str) -> str:
    """Return an x axis if there is such a one.

    Raises
    ------
    OptionError
        With the nearest one that there is.
    """
    if x in X_AXES:
        return x
    tags = source.log.scalars.tags
    # Of a log that has nothing yet nobody knows.
    if not tags or x in tags:
        return x
    known = [*X_AXES, *tags]
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(x.lower(), lower, n=1)
    hint = f"did you mean {lower[near[0]]!r}?" if near else f"or one of {len(tags):,} tags"
    raise OptionError(
        f"x of the scalars view takes {', '.join(X_AXES)} or a tag, not {x!r}; {hint}"
    )


VIEW = ScalarsView
