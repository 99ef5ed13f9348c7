"""What the page of a stepped view has, and what it gets next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError
from nbboard.text import natural_key
from nbboard.views.shared.items import MESSAGE_BYTES, Encode, message, pack, series_columns
from nbboard.views.shared.points import push_order, read_points

if TYPE_CHECKING:
    from nbboard.views.shared.points import Catalogue, Entry, Read
    from nbboard.views.shared.summaries import Summaries

__all__ = ["Feed"]

#: A piece of what is sent ahead.
PIECE_BYTES = 1 << 20
PIECE_POINTS = 1_000
#: So many points are read before anybody could see an outline.
FEW_POINTS = 300
#: What all series are summed up in may delay the first picture so much.
OPENING_SECONDS = 0.1
#: Points of it that are read together.
PIECE_READ = 32
#: A page asks for so many points at once, at most.
MOST_ASKED = 1_000


class Feed:
    """The stream of series and items to one page.

    Parameters
    ----------
    catalogue
        Which points there are.
    encode
        How an item travels.
    preview
        What of an encoded item the page needs to keep room for it.
    overview
        So many points of each series, spread over all, are sent before the others; 0 where
        none are worth more than others.
    heavy
        What of an encoded item goes only where it is on screen.
    read
        Reads points: :func:`~nbboard.views.shared.points.read_points`, unless a kind puts
        its items together from several series.
    summaries
        What is told of all series before their items are sent.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        encode: Encode,
        preview: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        *,
        overview: int = 0,
        heavy: frozenset[str] = frozenset(),
        read: Read = read_points,
        summaries: Summaries,
    ) -> None:
        self.catalogue = catalogue
        self._overview = overview
        self._encode = encode
        self._preview = preview
        self._heavy = heavy
        self._read = read
        self._summaries = summaries
        #: The series that the page has, by number, and the points whose items it got.
        self._known: dict[int, Entry] = {}
        self._sent: set[tuple[int, int]] = set()

    def outline(self) -> dict[str, Any]:
        """Return the series without items."""
        series = series_columns(self.catalogue.entries.values(), {}, {})
        return {"series": series, "complete": True}

    @property
    def has_few(self) -> bool:
        """Whether points are so few that their items can come along with the series."""
        return sum(len(entry.order) for entry in self.catalogue.entries.values()) < FEW_POINTS

    def largest(self) -> int:
        """Return the bytes of the largest record that holds the last item of a series."""
        entries = [entry for entry in self.catalogue.entries.values() if len(entry.order)]
        last = (entry.series.ref[entry.place[entry.order[-1]]] for entry in entries)
        return max((int(ref["length"]) for ref in last), default=0)

    def opening(self, step: int | None, budget: int, seconds: float) -> dict[str, Any]:
        """Return :meth:`content`, as what a page begins with."""
        series, items = self._first(step, budget, seconds)
        self._known = dict(self.catalogue.by_id)
        self._sent = {
            (header["id"], header["place"]) for header in items if not header.get("light")
        }
        self._summaries.forget_page()
        # A small log has all of it in its first picture.
        summaries = self._summaries.news(self.catalogue.by_id, OPENING_SECONDS)
        return {"series": series, "complete": True, "summaries": summaries, **message(items)}

    def content(self, step: int | None, budget: int, seconds: float) -> dict[str, Any]:
        """Return all steps, and items within so many bytes and so much time.

        Parameters
        ----------
        step
            What the slider shows; None for the last step.
        """
        series, items = self._first(step, budget, seconds)
        summaries = self._summaries.all(self.catalogue.entries.values())
        return {"series": series, "complete": True, "summaries": summaries, **message(items)}

    def _first(
        self, step: int | None, budget: int, seconds: float
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the columns of all series, and the points that fit into the budget."""
        items: list[dict[str, Any]] = []
        total = 0
        end = time.monotonic() + seconds
        entries = self.catalogue.entries.values()
        shown = 0 if not self._heavy else sum(len(entry.order) > 0 for entry in entries)
        for point in self._read(self.ordered(step)):
            light = total >= budget
            # What is shown goes lightly where all of it would be too much.
            if time.monotonic() > end or (light and len(items) >= shown):
                break
            header, size = self._packed(*point, light=light)
            items.append(header)
            total += size
        return series_columns(entries, {}, self._previews(items)), items

    def ordered(self, step: int | None) -> Iterator[tuple[Entry, int]]:
        """Yield points, those first that the view needs soonest; the shown step before all."""
        entries = [entry for entry in self.catalogue.entries.values() if len(entry.order)]
        if step is not None:
            for entry in entries:
                position = entry.at(step)
                if position is not None:
                    yield entry, position
        # As the page has them from the top: by tag, and within a tag by run.
        entries.sort(key=lambda entry: natural_key(entry.key[1]))
        for index, place in push_order([len(entry.order) for entry in entries], self._overview):
            yield entries[index], int(entries[index].order[place])

    def news(self) -> dict[str, Any] | None:
        """Return what the log has now and the page does not; None if that is nothing."""
        return self._changes(self.catalogue.update())

    def show(self, restarts: str) -> dict[str, Any] | None:
        """Follow another rule for restarts, and return what changes by that."""
        return self._changes(self.catalogue.show(restarts))

    def answer(self, points: Sequence[Sequence[int]]) -> dict[str, Any]:
        """Return the items of points: (number of the series, place, first item) of each.

        A fourth number, 0, asks for what goes lightly. The answer is bounded: what is not
        in it is asked for again.
        """
        items: list[Any] = []
        there: list[tuple[Entry, int]] = []
        asked: list[tuple[int, bool]] = []
        for number, place, first, *whole in points[:MOST_ASKED]:
            now = self._now(int(number), int(place))
            if now is None:
                items.append({"id": number, "place": place, "gone": True})
            else:
                there.append(now)
                asked.append((max(0, int(first)), whole == [0]))
        total = 0
        for point, (first, light) in zip(self._read(there), asked, strict=False):
            if total >= MESSAGE_BYTES:
                break
            header, size = self._pack(*point, first, light=light)
            items.append(header)
            total += size
        return message(items)

    def items(self, number: int, place: int) -> Sequence[Any]:
        """Return everything logged at a point, by its name: for requests of a kind's own.

        Raises
        ------
        NbboardError
            If it is there no more, or cannot be read.
        """
        now = self._now(number, place)
        if now is None:
            raise LogdirError("this point is not in the log any more")
        ((_, _, items),) = self._read([now])
        if isinstance(items, Exception):
            raise items
        return items

    def ahead(self, points: Iterator[tuple[Entry, int]], rest: int) -> tuple[dict[str, Any], int]:
        """Return what is sent next without being asked for: nothing at the end; and its bytes.

        Parameters
        ----------
        points
            What is worth sending, in that order.
        rest
            Bytes of items that may still be sent.
        """
        if summaries := self._summaries.news(self.catalogue.by_id):
            return {"summaries": summaries}, 0
        piece, size = self._piece(points) if rest > 0 else ([], 0)
        return (message(piece) if piece else {}), size

    def _piece(self, points: Iterator[tuple[Entry, int]]) -> tuple[list[Any], int]:
        """Return the next items that were not sent, about a megabyte of them, and their bytes."""
        piece: list[Any] = []
        total = 0
        while total < PIECE_BYTES and len(piece) < PIECE_POINTS:
            together = list(islice(self._unsent(points), PIECE_READ))
            if not together:
                break
            for point in self._read(together):
                header, size = self._pack(*point)
                piece.append(header)
                total += size
        return piece, total

    def _unsent(self, points: Iterator[tuple[Entry, int]]) -> Iterator[tuple[Entry, int]]:
        for entry, position in points:
            place = int(entry.place[position])
            # The series may have grown, or gone, since the order was made.
            now = self._now(entry.id, place)
            if now is not None and (entry.id, place) not in self._sent:
                yield now

    def _changes(self, changed: Iterable[tuple[str, str]]) -> dict[str, Any] | None:
        by_id = self.catalogue.by_id
        entries = [self.catalogue.entries[key] for key in changed]
        removed = [number for number in self._known if number not in by_id]
        if not entries and not removed:
            return None
        items: list[Any] = []
        total = 0
        newest = [(entry, int(entry.order[-1])) for entry in entries if len(entry.order)]
        for point in self._read(newest):
            if total >= MESSAGE_BYTES:
                break
            header, size = self._pack(*point)
            items.append(header)
            total += size
        series = series_columns(entries, self._known, self._previews(items))
        self._known = dict(by_id)
        self._sent = {point for point in self._sent if point[0] in by_id}
        return {"series": series, "removed": removed, **message(items)}

    def _now(self, number: int, place: int) -> tuple[Entry, int] | None:
        """Return a point by its name; None if it is there no more."""
        entry = self.catalogue.by_id.get(number)
        position = None if entry is None else entry.position(place)
        return None if entry is None or position is None else (entry, position)

    def _pack(
        self,
        entry: Entry,
        position: int,
        items: Sequence[Any] | Exception,
        first: int = 0,
        *,
        light: bool = False,
    ) -> tuple[dict[str, Any], int]:
        header, size = self._packed(entry, position, items, first, light=light)
        if not header.get("light"):
            self._sent.add((entry.id, int(entry.place[position])))
        return header, size

    def _packed(
        self,
        entry: Entry,
        position: int,
        items: Sequence[Any] | Exception,
        first: int = 0,
        *,
        light: bool,
    ) -> tuple[dict[str, Any], int]:
        if not light or not self._heavy:
            return pack(entry, position, items, self._encode, first)
        header, size = pack(entry, position, items, self._encode_lightly, first)
        return {**header, "light": True}, size

    def _encode_lightly(self, item: Any) -> Mapping[str, Any]:
        return {name: part for name, part in self._encode(item).items() if name not in self._heavy}

    def _previews(self, headers: Iterable[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
        """Return what the page needs of each series: of the first item that is sent of it."""
        previews: dict[int, Mapping[str, Any]] = {}
        for header in headers:
            if header["items"] and header["id"] not in previews:
                preview = self._preview(header["items"][0])
                previews[header["id"]] = {"count": header["count"], **preview}
        return previews
