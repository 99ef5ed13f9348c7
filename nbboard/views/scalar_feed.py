"""What the browser has of a collection of scalars, and what it still lacks.

Points travel under the numbers of :mod:`nbboard.views.scalar_numbers`: those on screen with
the first picture, others after it while they are no burden, the rest when they are asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import LogdirError
from nbboard.views.noted import Noted
from nbboard.views.sampling import sample_series
from nbboard.views.scalar_blocks import POINT_BYTES, Mode, Part, pack_blocks
from nbboard.views.scalar_curves import X_AXES, x_of
from nbboard.views.scalar_numbers import Name, SeriesNumbers

if TYPE_CHECKING:
    from nbboard.series.store import Changes

__all__ = ["Feed"]

#: Bytes of points that travel with the widget itself, before anything is asked.
FIRST_BYTES = 3_200_000
#: With fewer points than these there is no sense in sending the names before them.
FEW_POINTS = 50_000
#: From so many series on, the first message has a third of that.
MANY_SERIES = 2000
#: Bytes of points that are pushed afterwards, unasked, so that a busy kernel matters less.
UNASKED_BYTES = 12_000_000
#: Bytes of one such push.
PUSH_BYTES = 1_000_000
#: Points of a series: at least, if it is sent at all, and at most.
FEWEST, MOST = 24, 1500


@dataclass(slots=True)
class _Sent:
    """What the page has of a series: which one, how many points it knows of, and holds."""

    generation: int
    count: int
    held: int


class Feed:
    """The page's share of a collection of scalars. Thread-safe.

    Parameters
    ----------
    source
        ``log.scalars`` or a selection of it, with ``restarts="keep"``.
    run_number
        Gives a run the number that it has in the page's run list.
    shown
        Returns the runs that are on screen: their points come first.
    """

    def __init__(
        self,
        source: Any,
        run_number: Callable[[str], int] | None = None,
        shown: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._source = source
        self._shown = shown or (lambda: self._source.runs)
        self._lock = threading.RLock()
        self._numbers = SeriesNumbers(run_number or _counting())
        self._sent: dict[int, _Sent] = {}
        self._bytes = 0
        self._budget = MOST
        self._queue: Iterator[Name] | None = None
        #: Tags outside of the selection, against which its curves are drawn.
        self._axes: list[str] = []
        #: Whether all changes were noted, and what they were of.
        self._noted = Noted(source.log)
        self._touched: set[Name] = set()

    # ------------------------------------------------------------ the first messages

    def outline(self) -> dict[str, Any] | None:
        """Return the names alone; None if the points are so few that they can come along."""
        with self._lock:
            if sum(key.count for key in self._source.keys) < FEW_POINTS:
                return None
            self._look_through()
            return {**self._heads(whole=True), "blocks": []}

    def everything(self, limit: int = FIRST_BYTES) -> dict[str, Any]:
        """Return the names of all series and the points of the first cards."""
        with self._lock:
            self._sent.clear()
            self._bytes = 0
            self._look_through()
            shown = set(self._shown())
            series = sum(len(tags) for run, tags in self._numbers.runs.items() if run in shown)
            per_series = limit // POINT_BYTES // max(series, 1)
            self._budget = max(FEWEST, min(MOST, per_series))
            self._queue = self._unsent()
            # Where there are so many, the first cards alone fill the screen; the rest follows.
            first = limit if series <= MANY_SERIES else limit // 3
            return {**self._heads(whole=True), "blocks": self._next_cards(first, at_least=1)}

    # ------------------------------------------------------------ what comes later

    def note(self, changes: Changes) -> None:
        """Take note of what a refresh found; :meth:`growth` then looks at that alone."""
        with self._lock:
            self._noted.note()
            grew = (growth.key for growth in changes.grew)
            for key in (*changes.gone, *changes.reread, *changes.came, *grew):
                if key.plugin == "scalars":
                    self._touched.add((key.run, key.tag))

    def growth(self) -> dict[str, Any] | None:
        """Return what changed, and as many unsent cards as fit, or None."""
        with self._lock:
            parts = [part for name in self._changed_names() for part in self._changed(name)]
            news = self._heads()
            if news or self._queue is None:
                self._queue = self._unsent()
            blocks = pack_blocks(parts)
            room = min(PUSH_BYTES, UNASKED_BYTES - self._bytes)
            if room > 0:
                blocks += self._next_cards(room)
            return {**news, "blocks": blocks} if news or blocks else None

    def follow(self, source: Any) -> None:
        """Take the points from another selection: to the page all series are new ones."""
        with self._lock:
            self._source = source
            for name in list(self._numbers.others_than({})):
                self._forget(name)
            self._look_through()
            self._queue = None

    def show(self) -> None:
        """Take note that other runs are shown: they come first from now on."""
        with self._lock:
            self._queue = None

    @property
    def complete(self) -> bool:
        """Whether no more is to be pushed unasked."""
        with self._lock:
            return self._bytes >= UNASKED_BYTES or not self._peek()

    def add_axis(self, tag: str) -> None:
        """Take in a tag outside of the selection, to draw its curves against."""
        with self._lock:
            # Of very many runs none is asked for what is no tag.
            if tag in X_AXES or tag in self._axes or tag in self._numbers.tags:
                return
            every = self._all
            if any((run, tag) in every for run in self._source.runs):
                self._axes.append(tag)
                self._touched.update(self._look_through())

    # ------------------------------------------------------------ answers

    def load(self, tags: Sequence[str], runs: Sequence[str] | None = None) -> dict[str, Any]:
        """Return series of these tags: of these runs, or all that the browser does not have."""
        with self._lock:
            for tag in tags:
                self.add_axis(tag)
            chosen = list(self._numbers.runs) if runs is None else runs
            names = [
                (run, tag)
                for tag in tags
                for run in chosen
                if (number := self._numbers.get(run, tag)) is not None
                and (runs is not None or number not in self._sent)
            ]
            budget = min(self._budget, max(FEWEST, FIRST_BYTES // POINT_BYTES // (len(names) or 1)))
            parts = [part for name in names for part in self._part(name, "replace", budget)]
            return {**self._heads(), "blocks": pack_blocks(parts)}

    def reload(self, tags: Sequence[str]) -> dict[str, Any]:
        """Return all series of these tags that were sent, whatever the browser has of them."""
        with self._lock:
            runs = list(dict.fromkeys(run for (run, _), _ in self._held(tags)))
            return self.load(tags, runs)

    def refine(
        self, tags: Sequence[str], by: str, start: float, stop: float, budget: int
    ) -> dict[str, Any]:
        """Return finer samples of a range, of the series that the browser has.

        Parameters
        ----------
        tags
            Whose series.
        by
            ``"step"``, ``"wall"``, ``"order"``, or ``"relative"``: seconds since the series'
            first point.
        start, stop
            The range, in that unit.
        budget
            Points of each series within the range.
        """
        with self._lock:
            parts = []
            for name, number in self._held(tags):
                series = self._read(name)
                if series is None:
                    continue
                x = x_of(by, self._source, series)
                # As the axis shows it, one point more on each side.
                inside = np.flatnonzero((x >= start) & (x <= stop))
                if len(inside):
                    low, high = max(int(inside[0]) - 1, 0), int(inside[-1]) + 2
                    sample = sample_series(series, max(budget, 16), low, high)
                    parts.append(Part(number, sample, "refine"))
            return {"blocks": pack_blocks(parts)}

    def points(self, tags: Sequence[str], runs: Sequence[str]) -> dict[str, Any]:
        """Return every point of these series."""
        with self._lock:
            parts = []
            for name in ((run, tag) for tag in tags for run in runs):
                number, series = self._numbers.get(*name), self._read(name)
                if number is not None and series is not None:
                    parts.append(Part(number, sample_series(series, len(series.step)), "all"))
            return {"blocks": pack_blocks(parts)}

    def exact(
        self, tag: str, runs: Sequence[str], by: str, at: tuple[float, float], **how: Any
    ) -> dict[str, Any]:
        """Return what the series of a tag are at a place or in a range, from all points.

        Parameters
        ----------
        tag, runs
            Which series.
        by, at
            As for :func:`~nbboard.views.scalar_exact.exact_rows`.
        **how
            ``restarts``, and the smoothing, ``weight`` and ``method``.
        """
        from nbboard.views.scalar_exact import exact_rows

        with self._lock:
            source = self._all.select(restarts=how.pop("restarts"))
            names = [
                (n, (run, tag)) for run in runs if (n := self._numbers.get(run, tag)) is not None
            ]
            return exact_rows(source, names, by, at, **how)

    # ------------------------------------------------------------ which series there are

    @property
    def _all(self) -> Any:
        """All scalars of the log."""
        return self._source.log.scalars.select(restarts="keep")

    def _held(self, tags: Sequence[str]) -> list[tuple[Name, int]]:
        """Return the series of these tags that the browser has points of."""
        return [
            ((run, tag), numbers[tag])
            for run, numbers in self._numbers.runs.items()
            for tag in tags
            if numbers.get(tag, -1) in self._sent
        ]

    def _read(self, name: Name) -> Any:
        """Return a series; None if there is none any more."""
        source = self._all if name[1] in self._axes else self._source
        try:
            found = source[name] if name in source else None  # noqa: SIM401 - no dictionary
        except LogdirError:
            return None  # the watcher found its run gone in between
        return found

    def _look_through(self) -> Iterable[Name]:
        """Bring the numbers up to date with the whole log; return the series there are."""
        self._noted.settle()
        there = dict.fromkeys((key.run, key.tag) for key in self._source.keys)
        if self._axes:
            runs = set(self._source.runs)
            others = (key for key in self._all.keys if key.tag in self._axes)
            there.update(dict.fromkeys((key.run, key.tag) for key in others if key.run in runs))
        for name in self._numbers.others_than(there):
            self._forget(name)
        for name in there:
            self._numbers.add(name)
        return there

    def _changed_names(self) -> Iterable[Name]:
        """Return the series that may have changed since the page was told."""
        names, self._touched = self._touched, set()
        # Where something was not noted, all of them.
        return names if self._noted.settle() else self._look_through()

    def _forget(self, name: Name) -> None:
        number = self._numbers.remove(name)
        if number is not None:
            self._sent.pop(number, None)
        if name[1] in self._axes and name[1] not in self._numbers.tags:
            self._axes.remove(name[1])

    def _heads(self, *, whole: bool = False) -> dict[str, Any]:
        """Return which series are new to the page, or all, and the order of cards if it changed."""
        found = self._numbers.heads(whole=whole)
        order = self._numbers.new_order(lambda: self._source.tags, whole=whole)
        if order is not None:
            # For the words where nothing is selected: what there is besides.
            others = 0 if len(order) else len(self._source.log.scalars.keys)
            found |= {"order": order, "others": others}
        return found

    # ------------------------------------------------------------ points on their way

    def _unsent(self) -> Iterator[Name]:
        """Yield the series that the browser has only the names of, card by card.

        First those of shown runs; the others only if all of them are no burden.
        """
        order = [*self._axes, *(tag for tag in self._source.tags if tag in self._numbers.tags)]
        shown = [run for run in self._shown() if run in self._numbers.runs]
        everybody = list(self._numbers.runs)
        series = len(self._numbers)
        phases = [shown]
        if series * FEWEST * POINT_BYTES <= UNASKED_BYTES and len(shown) < len(everybody):
            these = set(shown)
            phases.append([run for run in everybody if run not in these])
        for runs in phases:
            for tag in order:
                for run in runs:
                    number = self._numbers.get(run, tag)
                    if number is not None and number not in self._sent:
                        yield run, tag

    def _peek(self) -> bool:
        """Whether any series is left to be pushed."""
        queue = self._queue if self._queue is not None else self._unsent()
        name = next(queue, None)
        if name is None:
            self._queue = iter(())
            return False
        self._queue = _before(name, queue)
        return True

    def _next_cards(self, limit: int, at_least: int = 0) -> list[dict[str, Any]]:
        """Return the next cards, whole ones, as far as the limit allows."""
        queue = self._queue if self._queue is not None else self._unsent()
        parts: list[Part] = []
        room, cards, card = limit, 0, None
        for name in queue:
            if name[1] != card:
                if room <= 0 and cards >= at_least:
                    self._queue = _before(name, queue)
                    return pack_blocks(parts)
                card = name[1]
                cards += 1
            for part in self._part(name, "replace", self._budget):
                room -= len(part.sample.index) * POINT_BYTES
                parts.append(part)
        self._queue = iter(())
        return pack_blocks(parts)

    def _changed(self, name: Name) -> Iterator[Part]:
        """Yield what the page lacks of a series that may have changed."""
        series = self._read(name)
        number = self._numbers.get(*name)
        if series is None:
            self._forget(name)
            return
        if number is None:
            self._numbers.add(name)
            return
        sent = self._sent.get(number)
        if sent is None:
            return
        count = len(series.step)
        if sent.generation != series.key.generation:
            # Not the series that the page has: another one of these names.
            self._forget(name)
            self._numbers.add(name)
            yield from self._part(name, "replace", self._budget)
        elif count > sent.count:
            step = series.step
            back = bool(np.any(np.diff(step[max(sent.count - 1, 0) :]) < 0)) or bool(
                np.any(step[sent.count :] < step[: sent.count].max(initial=-(1 << 62)))
            )
            # Where steps went back points before are hidden; what has grown long is sampled anew.
            if back or sent.held > 2 * self._budget:
                yield from self._part(name, "replace", self._budget)
            else:
                yield from self._part(name, "append", max(self._budget // 4, 16), sent.count)

    def _part(self, name: Name, mode: Mode, budget: int, start: int = 0) -> Iterator[Part]:
        """Yield a sample of a series, if it is still there, and note that the page has it."""
        number, series = self._numbers.get(*name), self._read(name)
        if number is None or series is None:
            return
        sample = sample_series(series, budget, start)
        sent = self._sent.get(number)
        before = sent.held if sent is not None and mode == "append" else 0
        self._sent[number] = _Sent(series.key.generation, sample.total, before + len(sample.index))
        self._bytes += len(sample.index) * POINT_BYTES
        yield Part(number, sample, mode)


def _before(first: Name, rest: Iterator[Name]) -> Iterator[Name]:
    yield first
    yield from rest


def _counting() -> Callable[[str], int]:
    """Return what numbers runs in the order in which they are met."""
    known: dict[str, int] = {}
    return lambda run: known.setdefault(run, len(known))
