"""Images: any step of any run, compared, zoomed and played, with pixels as logged."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nbboard.views.base import View, module
from nbboard.views.image_catalogue import Catalogue, Entry, push_order
from nbboard.views.image_figure import MAX_ROWS, draw_rows
from nbboard.views.image_screen import Screen
from nbboard.views.image_transfer import MESSAGE_BYTES, pack
from nbboard.views.run_list import RunList, run_list_of
from nbboard.views.shared.options import option
from nbboard.views.shared.references import check_names, check_pattern

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir

__all__ = ["VIEW", "ImagesView"]

#: Bytes of images, and seconds to read them, that may delay the first picture.
FIRST_BYTES = 4 << 20
FIRST_SECONDS = 0.4
#: A piece of what follows in the background, and the pause after each: a training loop
#: in this process goes on meanwhile.
PIECE_BYTES = 1 << 20
PIECE_POINTS = 200
PIECE_PAUSE = 0.1
#: Rows of the picture that stands in a saved notebook: the cell waits for it.
PICTURE_ROWS = 4
#: The page needs a moment to start listening.
PIECE_DELAY = 1.5
#: The same for a saved report.
REPORT_BYTES = 64 << 20
REPORT_SECONDS = 60.0


def _step_option(text: str) -> Any:
    # int64: a number of the page would be rounded, so it travels as text.
    trait = option(traitlets.Int(default_value=None, allow_none=True, help=text))
    return trait.tag(
        to_json=lambda value, _: None if value is None else str(value),
        from_json=lambda value, _: None if value is None else int(value),
    )


class ImagesView(View):
    """Images over steps: ``log.images.view(...)``."""

    kind: ClassVar[str] = "images"
    _esm = module("images")

    step = _step_option("Step of the slider")
    "Each run shows its nearest step at or below; None follows the last one."

    link = option(traitlets.Bool(default_value=True))
    "Whether one slider moves all cards, or each its own."

    sample = option(traitlets.Int(default_value=0, allow_none=True, min=0))
    "Which of several images logged at one step, counted from 0; None shows all."

    compare = option(
        traitlets.Enum(["off", "side by side", "wipe", "difference"], default_value="off")
    )
    "How A and B are compared, or ``off`` for the whole grid."

    a = option(traitlets.Unicode(""))
    "Run A of a comparison; empty for the first one shown."

    b = option(traitlets.Unicode(""))
    "Run B of a comparison; empty for the second one shown."

    b_step = _step_option("Step of B")
    "Step of B in a comparison; None for that of the slider."

    wipe = option(traitlets.Float(0.5, min=0.0, max=1.0))
    "Where the wipe stands, as a fraction of the width: A left of it, B right."

    scaled = option(traitlets.Bool(default_value=True))
    "Whether the largest difference is stretched to white."

    brightness = option(traitlets.Float(1.0, min=0.0, max=2.0))
    "CSS ``brightness()``, applied after the contrast: a factor, 1 leaves pixels as they are."

    contrast = option(traitlets.Float(100.0, min=0.0, max=500.0))
    "CSS ``contrast()``: in percent, 100 leaves pixels as they are."

    size = option(traitlets.Enum(["fit", "actual"], default_value="fit"))
    "Whether pictures are fitted to their cards, or drawn one to one."

    zoom = option(traitlets.Float(1.0, min=0.001))
    "Enlargement of all pictures over their size in the card."

    center = option(traitlets.List(traitlets.Float(), default_value=[0.5, 0.5], minlen=2, maxlen=2))
    "The point of the pictures at the middle of the cards, as fractions of width and height."

    arrange = option(traitlets.Enum(["tags", "runs", "grid"], default_value="tags"))
    "Cards by tag, by run, or in a grid with a row a tag and a column a run."

    card_size = option(traitlets.Int(200, min=48, max=2000))
    "Width of a card in CSS pixels."

    height = option(traitlets.Int(560, min=0))
    "The greatest height in CSS pixels, within which the cards scroll; 0 for no limit."

    tag_filter = option(traitlets.Unicode(""))
    "Regular expression, unanchored, case-insensitive; only tags that match are shown."

    playing = option(traitlets.Bool(default_value=False))
    "Whether the steps run as a film."

    speed = option(traitlets.Int(5, min=1, max=60))
    "Steps a second of the film."

    preload = option(traitlets.Int(32, min=0, max=1024))
    "Megabytes of images sent ahead of need, so that the slider moves while a cell runs."

    animate = option(traitlets.Bool(default_value=True))
    "Whether animated images (GIF, WebP, PNG) move; if not, each has a slider over its frames."

    restarts = option(traitlets.Enum(("latest", "keep", "purge"), default_value="latest"))
    "``latest`` hides images that a restarted job logged again, ``purge`` what it declared void; \
``keep`` shows all steps."

    _card_steps: Any = traitlets.List().tag(sync=True)
    "Run, tag and step (as text) of the cards with a slider of their own."

    def __init__(self, source: Any, **options: Any) -> None:
        options.setdefault("restarts", source.restarts_on_screen)
        self._catalogue = Catalogue(source.select(restarts=options["restarts"]))
        self._reset: set[str] = set()
        self._sent: set[int] = set()
        self._streamer: threading.Thread | None = None
        super().__init__(source, **options)

    # ------------------------------------------------------------ what the page gets

    def payload(self) -> Mapping[str, Any]:
        """Return the steps of every series, and as many images as do not delay the view."""
        self._sent = set()
        content = self._content(FIRST_BYTES, FIRST_SECONDS)
        self._sent.update(header["point"] for header in content["pictures"])
        if self._displayed:
            self._stream()
        return content

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the same with many more images, for a file that no kernel will add to."""
        return self._content(REPORT_BYTES, REPORT_SECONDS)

    def news(self) -> Mapping[str, Any] | None:
        """Return the points that were logged since, and the newest of their images."""
        before = self._catalogue.entries
        reset, self._reset = self._reset, set()
        changed = self._catalogue.update(reset)
        entries = self._catalogue.entries
        removed = [list(key) for key in before if key not in entries]
        if not changed and not removed:
            return None
        series = [_delta(before.get(key), entries[key]) for key in changed]
        pictures: list[Any] = []
        total = 0
        for key in changed:
            if total < MESSAGE_BYTES:
                header, size = self._pack(entries[key], int(entries[key].order[-1]))
                pictures.append(header)
                total += size
        self._stream()
        return {"series": series, "removed": removed, "pictures": pictures}

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``pixels``: ``points``, a list of (number of a point, first sample)."""
        if method != "pixels":
            return super().answer(method, params)
        pictures: list[Any] = []
        total = 0
        # Hosts with subshells ask on a thread of their own, while a cell runs.
        with self._push_lock:
            for number, first in params.get("points", [])[:1000]:
                entry = self._owner(int(number))
                if entry is None:
                    pictures.append({"point": number, "gone": True})
                    continue
                if total >= MESSAGE_BYTES:
                    break
                header, size = pack(entry, int(number), max(0, int(first)))
                pictures.append(header)
                self._sent.add(int(number))
                total += size
        return {"pictures": pictures}

    def _owner(self, number: int) -> Entry | None:
        """Return the series of a numbered point; None if it is there no more."""
        owners = self._catalogue.owners
        if not 0 <= number < len(owners):
            return None
        entry = self._catalogue.entries.get(owners[number])
        return None if entry is None or entry.position(number) is None else entry

    def _pack(self, entry: Entry, position: int) -> tuple[dict[str, Any], int]:
        number = int(entry.point[position])
        self._sent.add(number)
        return pack(entry, number)

    def _content(self, budget: int, seconds: float) -> dict[str, Any]:
        """Return all steps, and images within so many bytes and so much time."""
        pictures: list[dict[str, Any]] = []
        # The size of each series' last image: the page keeps room for it.
        sizes: dict[tuple[str, str], list[int]] = {}
        total = 0
        end = time.monotonic() + seconds
        for entry, position in self._ordered():
            if total >= budget or time.monotonic() > end:
                break
            header, size = pack(entry, int(entry.point[position]))
            if header["images"] and entry.key not in sizes:
                first = header["images"][0]
                sizes[entry.key] = [first["width"], first["height"], header["count"]]
            pictures.append(header)
            total += size
        entries = self._catalogue.entries
        series = [_columns(entry, 0, sizes.get(key)) for key, entry in entries.items()]
        return {"series": series, "pictures": pictures}

    def _ordered(self) -> Iterator[tuple[Entry, int]]:
        """Yield points, those first that the view needs soonest; the shown step before all."""
        entries = [entry for entry in self._catalogue.entries.values() if len(entry.order)]
        if self.step is not None:
            for entry in entries:
                position = entry.at(self.step)
                if position is not None:
                    yield entry, position
        for index, place in push_order([len(entry.order) for entry in entries]):
            yield entries[index], int(entries[index].order[place])

    @traitlets.observe("restarts")
    def _restarts_changed(self, change: Any) -> None:
        if change.old not in {traitlets.Undefined, change.new}:
            with self._push_lock:
                self._catalogue.replace(self.source.select(restarts=change.new))
                self.push()

    # ------------------------------------------------------------ sending ahead

    def begin(self) -> None:
        """Begin to be on screen: send images ahead, follow the log."""
        super().begin()
        self._stream()

    def _grown(self, changes: Any) -> None:
        self._reset.update(changes.reset)
        super()._grown(changes)

    def _stream(self) -> None:
        """Send ahead what the budget allows, from a thread of its own."""
        if self.preload and (self._streamer is None or not self._streamer.is_alive()):
            self._streamer = threading.Thread(
                target=self._send_ahead, name="nbboard-images", daemon=True
            )
            self._streamer.start()

    def _send_ahead(self) -> None:
        self._ready.wait(PIECE_DELAY)
        rest = self.preload << 20
        points = self._ordered()
        try:
            while rest > 0 and self.comm is not None:
                with self._push_lock:
                    piece, size = self._piece(points)
                    if not piece:
                        return
                    self._send_content("news", {"pictures": piece})
                rest -= size
                time.sleep(PIECE_PAUSE)
        except Exception as error:  # noqa: BLE001 - the page asks for what it lacks
            self.log_failure("could not send images ahead", error)

    def _piece(self, points: Iterator[tuple[Entry, int]]) -> tuple[list[Any], int]:
        """Return the next images that were not sent, about a megabyte of them."""
        piece: list[Any] = []
        total = 0
        for entry, position in points:
            if int(entry.point[position]) in self._sent:
                continue
            header, size = self._pack(entry, position)
            piece.append(header)
            total += size
            if total >= PIECE_BYTES or len(piece) >= PIECE_POINTS:
                break
        return piece, total

    # ------------------------------------------------------------ what Python gets

    def _screen(self, changes: Mapping[str, Any] | None = None) -> Screen:
        steps = {(run, tag): int(step) for run, tag, step in self._card_steps}
        options = {**self.options, **(changes or {})}
        return Screen(self._catalogue.entries, self.shown_runs, options, steps)

    @property
    def data(self) -> pd.DataFrame:
        """The images on screen: run, tag, step, wall_time, index, width, height, format.

        ``wall_time`` is in seconds since the epoch, ``index`` counts the images of one
        step, sizes are in pixels. An image is ``log.images[run, tag]`` at that step.
        """
        return self._screen().table()

    @property
    def selection(self) -> Any:
        """The images that were picked by a click: run, tag, step, index."""
        import pandas as pd

        picked = self._selection.get("images", [])
        rows = [(item["run"], item["tag"], int(item["step"]), item["index"]) for item in picked]
        return pd.DataFrame(rows, columns=["run", "tag", "step", "index"])

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``.

        Parameters
        ----------
        **changes
            Options that the figure has instead of the view's.
        """
        changes = self.checked(self.source, changes)
        if changes.get("restarts", self.restarts) != self.restarts:
            return self.draw(self.source, **{**self.options, **changes})
        return _figure(self._screen(changes), self.run_list)

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: the first few rows."""
        return _figure(self._screen(), self.run_list, PICTURE_ROWS)

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse what names no run, beside what every view refuses."""
        super().check_references(log, options)
        for name in ("a", "b"):
            check_names(name, filter(None, [options.get(name)]), log.images.runs, "run of images")
        check_pattern("tag_filter", options.get("tag_filter", ""))

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a figure of a collection of images: a row a tag, a column a run.

        Parameters
        ----------
        source
            ``log.images`` or a selection of it.
        **options
            Those of the view: ``step``, ``sample``, ``compare``, ``contrast``, ...

        Raises
        ------
        TypeError
            For an unknown option.
        """
        options = cls.checked(source, options)
        defaults = {name: cls.class_traits()[name].default_value for name in cls.option_names()}
        images = source.select(restarts=options.get("restarts", source.restarts_on_screen))
        run_list = run_list_of(source.log)
        runs = run_list.shown(images.runs)
        return _figure(Screen(Catalogue(images).entries, runs, {**defaults, **options}), run_list)


def _columns(entry: Entry, start: int, size: list[int] | None) -> dict[str, Any]:
    """Return a series as the page reads it (labextension/src/images/columns.ts)."""
    series = entry.series
    return {
        "run": series.run,
        "tag": series.tag,
        "title": series.display_name,
        "caption": series.description,
        "hidden": series.hidden,
        "from": start,
        "step": series.step[start:].astype("<i8").tobytes(),
        "wall": series.wall_time[start:].astype("<f8").tobytes(),
        "point": entry.point[start:].astype("<u4").tobytes(),
        "size": size,
    }


def _delta(before: Entry | None, now: Entry) -> dict[str, Any]:
    """Return only the points behind those that the page has."""
    known = 0
    if before is not None:
        shared = min(len(before.point), len(now.point))
        differs = np.flatnonzero(before.point[:shared] != now.point[:shared])
        known = int(differs[0]) if len(differs) else shared
    return _columns(now, known, None)


def _figure(screen: Screen, run_list: RunList, most: int = MAX_ROWS) -> Figure:
    colors = {run: run_list.color(run) for run in screen.runs}
    rows = screen.picture_rows(colors, most)
    return draw_rows(rows, most=most, empty="No images to show.")


VIEW = ImagesView
