"""The view of a kind whose values stand at steps: all that such kinds have in common.

A kind supplies what an item is: how it travels to the page (:meth:`SteppedView.encode`),
how it is drawn on paper (:meth:`SteppedView.draw_cell`), and in TypeScript a component for
its cell (``labextension/src/stepped/kind.ts``).
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nbboard.errors import UsageError
from nbboard.logdir.registry import kind_named
from nbboard.views.base import View
from nbboard.views.run_list import RunList, untouched_run_list
from nbboard.views.shared.feed import Feed
from nbboard.views.shared.film import evenly, write_film
from nbboard.views.shared.grid import MAX_COLUMNS, MAX_ROWS, Place, draw_rows
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.points import Catalogue, read_points
from nbboard.views.shared.references import check_pattern
from nbboard.views.shared.screen import Screen
from nbboard.views.shared.summaries import Summaries

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir
    from nbboard.logdir.series import ValueSeries
    from nbboard.views.shared.points import Entry, Point

__all__ = ["SteppedView"]

#: Seconds after each piece of what follows in the background: a training loop in this
#: process goes on meanwhile.
PIECE_PAUSE = 0.1
#: The page needs a moment to start listening.
PIECE_DELAY = 1.5
#: Rows of the picture that stands in a saved notebook: the cell waits for it.
PICTURE_ROWS = 4
#: Bytes of items in a saved report, and seconds to read them.
REPORT_BYTES = 64 << 20
REPORT_SECONDS = 60.0


class SteppedView(View):
    """A view of values over steps: a card for each run and tag, one slider for all.

    A subclass names its `kind` and `_esm`, and overrides :meth:`encode` and
    :meth:`draw_cell`; the other class methods and attributes are there to be overridden
    where what they do is not right.
    """

    #: What the items are called: one, and several.
    noun: ClassVar[tuple[str, str]] = ("value", "values")
    #: Columns of :attr:`data` behind run, tag, step, wall_time and index; if empty those of
    #: the kind's table.
    cell_names: ClassVar[tuple[str, ...]] = ()
    #: Bytes of items, and seconds to read them, that may delay the first picture.
    first_bytes: ClassVar[int] = 3 << 19
    first_seconds: ClassVar[float] = 0.4
    #: Of a larger item, in bytes as logged, only that it is there comes with the view, which is
    #: made while the item is read: for kinds that read for long.
    most_at_once: ClassVar[float] = math.inf
    #: So many points of each series, spread over all, are sent before the others: for kinds
    #: that show many steps at once; 0 for those that show one.
    overview: ClassVar[int] = 0
    #: So many points of each series, spread over all, are summed up (:meth:`summary`) before
    #: their items are sent: for kinds that tell of all series at once; 0 for others.
    summed_up: ClassVar[int] = 0
    #: What of an encoded item travels only where it is shown, or will be at the next step; the
    #: page asks for it by ``whole`` (``labextension/src/stepped/kind.ts``).
    heavy: ClassVar[frozenset[str]] = frozenset()
    #: Width of a cell of a figure, in inches.
    figure_side: ClassVar[float] = 2.0
    #: So many cells has the picture of a saved notebook at most, or one row.
    picture_cells: ClassVar[int] = PICTURE_ROWS * MAX_COLUMNS
    #: Which cards are on screen.
    screen: ClassVar[type[Screen]] = Screen
    #: Whether a run without the slider's step shows its nearest step above, not below.
    later: ClassVar[bool] = False

    step = step_option(
        "Step of the slider: each run shows its nearest step at or below; None follows the last."
    )
    link = option(
        traitlets.Bool(default_value=True), "Whether one slider moves all cards, or each its own."
    )
    sample = option(
        traitlets.Int(default_value=0, allow_none=True, min=0),
        "Which of several items logged at one step, counted from 0; None shows all.",
    )
    arrange = option(
        traitlets.Enum(["tags", "runs", "grid"], default_value="tags"),
        "Cards by tag, by run, or in a grid with a row a tag and a column a run.",
    )
    card_size = option(traitlets.Int(200, min=48, max=2000), "Least width of a card in CSS pixels.")
    height = option(
        traitlets.Int(560, min=0),
        "The greatest height in CSS pixels, within which the cards scroll; 0 for no limit.",
    )
    tag_filter = option(
        traitlets.Unicode(""),
        "Regular expression, unanchored, case-insensitive; only tags that match are shown.",
    )
    playing = option(traitlets.Bool(default_value=False), "Whether the steps run as a film.")
    speed = option(traitlets.Int(5, min=1, max=60), "Steps a second of the film.")
    preload = option(
        traitlets.Int(16, min=0, max=1024),
        "Megabytes sent ahead of need, so that the slider moves while a cell runs.",
    )
    restarts = option(
        traitlets.Enum(("latest", "keep", "purge"), default_value="latest"),
        "latest hides what a restarted job logged again, purge what it declared void; keep shows"
        " all steps.",
    )

    _card_steps: Any = traitlets.List().tag(sync=True)
    "Run, tag and step (as text) of the cards with a slider of their own."

    def __init__(self, source: Any, **options: Any) -> None:
        options.setdefault("restarts", source.restarts_on_screen)
        options = self.checked(source, options)
        catalogue = Catalogue(source, options["restarts"], self.wanted, later=self.later)
        self._feed = Feed(
            catalogue,
            self.encode,
            self.preview,
            overview=self.overview,
            heavy=self.heavy,
            read=self.read,
            summaries=Summaries(self.summed_up, self.summary, self.read),
        )
        self._streamer: threading.Thread | None = None
        super().__init__(source, **options)

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse a filter that is none, beside what every view refuses."""
        super().check_references(log, options)
        check_pattern("tag_filter", options.get("tag_filter", ""))

    # ------------------------------------------------------------ what a kind says

    @classmethod
    def wanted(cls, series: ValueSeries[Any]) -> bool:  # noqa: ARG003 - all of them
        """Return whether a series has cards of its own."""
        return True

    @classmethod
    def read(cls, points: Iterable[tuple[Entry, int]]) -> Iterator[Point]:
        """Read points: items that are logged as several series are put together here."""
        return read_points(points)

    @classmethod
    def encode(cls, item: Any) -> Mapping[str, Any]:
        """Return an item as the page's cell gets it; see :mod:`nbboard.views.shared.wire`.

        With ``refusal``, a sentence, the item is not shown, and the sentence says why.
        """
        raise NotImplementedError

    @classmethod
    def draw_cell(cls, place: Place, item: Any, options: Mapping[str, Any]) -> float | None:
        """Draw an item on paper, with the view's options.

        Returns
        -------
        float or None
            The height that it took, in inches; None for all of it.

        Raises
        ------
        NbboardError
            If it cannot be drawn; its words then stand in its place.
        """
        raise NotImplementedError

    @classmethod
    def aspect(cls, item: Any) -> float:  # noqa: ARG003 - for those that differ
        """Return the height of an item on paper, in widths."""
        return 0.75

    @classmethod
    def summary(cls, items: Sequence[Any]) -> list[Mapping[str, float]]:
        """Return the numbers that sum up each item, by name; where :attr:`summed_up` asks so."""
        raise NotImplementedError

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG003 - the same
        """Return what of an item the page needs to keep room for it before it is there."""
        return {}

    @classmethod
    def cells(cls, item: Any) -> Mapping[str, Any]:
        """Return the cells of an item in :attr:`data`: those of its kind's table."""
        return kind_named(cls.kind).columns(item)

    @classmethod
    def unreadable(cls) -> Mapping[str, Any]:
        """Return the cells of an item that is damaged."""
        return {}

    # ------------------------------------------------------------ what the page gets

    def outline(self) -> Mapping[str, Any] | None:
        """Return the steps alone where a picture is of many or large values, which take a while."""
        large = self.most_at_once < math.inf and self._feed.largest() > self.most_at_once
        many = self.overview > 0 and not self._feed.has_few
        return self._feed.outline() if many or large else None

    def payload(self) -> Mapping[str, Any]:
        """Return the steps of every series, and as many items as do not delay the view."""
        content = self._feed.opening(self.step, self.first_bytes, self.first_seconds)
        if self._displayed:
            self._stream()
        return content

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the same with many more items, for a file that no kernel will add to."""
        return self._feed.content(self.step, REPORT_BYTES, REPORT_SECONDS)

    def news(self) -> Mapping[str, Any] | None:
        """Return the points that were logged since, and the newest of their items."""
        content = self._feed.news()
        if content is not None:
            self._stream()
        return content

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``items``: ``points``, a list of (series, place, first item)."""
        if method != "items":
            return super().answer(method, params)
        # Hosts with subshells ask on a thread of their own, while a cell runs.
        with self._push_lock:
            return self._feed.answer(params.get("points", []))

    @traitlets.observe("restarts")
    def _restarts_changed(self, change: Any) -> None:
        if self._made and change.old != change.new:
            with self._push_lock:
                content = self._feed.show(change.new)
                if content is not None and self.comm is not None:
                    self._send_content("news", self._around(lambda: content))

    # ------------------------------------------------------------ sending ahead

    def begin(self) -> None:
        """Begin to be on screen: send items ahead, follow the log."""
        super().begin()
        self._stream()

    def _stream(self) -> None:
        """Send ahead what the budget allows, from a thread of its own."""
        ahead = self.preload or self.summed_up
        if ahead and (self._streamer is None or not self._streamer.is_alive()):
            self._streamer = threading.Thread(
                target=self._send_ahead, name=f"nbboard-{self.kind}", daemon=True
            )
            self._streamer.start()

    def _send_ahead(self) -> None:
        self._ready.wait(PIECE_DELAY)
        rest = self.preload << 20
        points = self._feed.ordered(self.step)
        try:
            while self.comm is not None:
                with self._push_lock:
                    content, size = self._feed.ahead(points, rest)
                    if not content:
                        return
                    self._send_content("news", content)
                rest -= size
                time.sleep(PIECE_PAUSE)
        except Exception as error:  # noqa: BLE001 - the page asks for what it lacks
            self.log_failure(f"could not send {self.noun[1]} ahead", error)

    # ------------------------------------------------------------ what Python gets

    def _screen(
        self, changes: Mapping[str, Any] | None = None, run_list: RunList | None = None
    ) -> Screen:
        steps = {(run, tag): int(step) for run, tag, step in self._card_steps}
        options = {**self.options, **(changes or {})}
        runs = (run_list or self.run_list).shown(self.runs)
        return self.screen(type(self), self._feed.catalogue.entries, runs, options, steps)

    @property
    def data(self) -> pd.DataFrame:
        """What is on screen: run, tag, step, wall_time, index, and what the kind adds.

        ``wall_time`` is in seconds since the epoch, ``index`` counts the items of one step.
        An item is ``log.<kind>[run, tag]`` at that step.
        """
        import pandas as pd

        cells = self.cell_names or kind_named(self.kind).cells
        names = ["run", "tag", "step", "wall_time", "index", *cells]
        table: pd.DataFrame = pd.DataFrame.from_records(self._screen().records(), columns=names)
        return table

    @property
    def selection(self) -> Any:
        """The cards that were picked by a click: run, tag, step, index."""
        import pandas as pd

        picked = self._selection.get("items", [])
        rows = [(item["run"], item["tag"], int(item["step"]), item["index"]) for item in picked]
        return pd.DataFrame(rows, columns=["run", "tag", "step", "index"])

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``.

        Parameters
        ----------
        **changes
            Options that the figure has instead of the view's, those of the run list included.
        """
        changes = self.checked(self.source, changes)
        if changes.get("restarts", self.restarts) != self.restarts:
            return self.draw(self.source, **{**self.options, **changes})
        run_list = _changed(self.run_list, changes)
        return self._on_paper(self._screen(changes, run_list), run_list)

    def save_film(
        self,
        path: str | os.PathLike[str],
        *,
        over: str = "steps",
        dpi: float = 100,
        **changes: Any,
    ) -> Path:
        """Write the figures of all steps as a film: what playing shows.

        Parameters
        ----------
        path
            The file, ``.gif``, or ``.mp4`` where ffmpeg is installed.
        over
            ``"steps"``; or, for images, ``"frames"``: those of the animations at one step.
        dpi
            Pixels an inch.
        **changes
            Options that the film has instead of the view's, as for :meth:`figure`; `speed`
            is in figures a second.

        Returns
        -------
        pathlib.Path
            That file.

        Raises
        ------
        UsageError
            For another ending or `over`, or where there is no step.
        NbboardError
            If there is no ffmpeg for an MP4, or it fails.

        Notes
        -----
        Of more than 1,000 steps as many evenly spaced ones are taken.
        """
        changes = self.checked(self.source, changes)
        speed = changes.get("speed", self.speed)
        figures = (self.figure(**{**changes, **frame}) for frame in self._film(over, changes))
        return write_film(path, figures, per_second=speed, dpi=dpi)

    def _film(self, over: str, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what differs from one figure of a film to the next."""
        if over != "steps":
            raise UsageError(f"over={over!r}: a film of {self.noun[1]} is one over their steps")
        screen = self._screen(changes, _changed(self.run_list, changes))
        shown = [one.entry.step for _, row in screen.rows() for one in row if one is not None]
        steps = np.unique(np.concatenate(shown)) if shown else np.empty(0, np.int64)
        # All cards together: a slider of its own would hold a card still.
        return [{"step": int(steps[at]), "link": True} for at in evenly(len(steps))]

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: the first few rows, briefly."""
        screen = self._screen()
        screen.brief = True
        columns = max(1, min(MAX_COLUMNS, len(screen.runs)))
        rows = min(PICTURE_ROWS, max(1, self.picture_cells // columns))
        return self._on_paper(screen, self.run_list, rows)

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a figure of a collection: a row a tag, a column a run.

        Parameters
        ----------
        source
            The collection, for example ``log.images``, or a selection of it.
        **options
            Those of the view, and of the run list.

        Raises
        ------
        OptionError
            For an option that there is not, or a value that it cannot have.
        """
        options = cls.checked(source, options)
        defaults = {name: t.default() for name, t in cls.class_traits(option=True).items()}
        settings = {**defaults, "restarts": source.restarts_on_screen, **options}
        # What was clicked in a view is the view's: only its own figure() shows it.
        run_list = untouched_run_list(source.log, source.runs, options)
        entries = Catalogue(source, settings["restarts"], cls.wanted, later=cls.later).entries
        screen = cls.screen(cls, entries, run_list.shown(source.runs), settings)
        return cls._on_paper(screen, run_list, empty=None if entries else source.why_empty())

    @classmethod
    def _on_paper(
        cls, screen: Screen, run_list: RunList, most: int = MAX_ROWS, empty: str | None = None
    ) -> Figure:
        colors = {run: run_list.color(run) for run in screen.runs}
        rows = screen.figure_rows(colors, most)
        said = empty or f"No {cls.noun[1]} to show."
        return draw_rows(rows, most=most, empty=said, side=cls.figure_side)


def _changed(run_list: RunList, options: Mapping[str, Any]) -> RunList:
    """Return the run list, or a copy with what the options say of it: no view shows that."""
    changes = {of: options[name] for name, of in RunList.OPTIONS.items() if name in options}
    return run_list.copy(**changes) if changes else run_list
