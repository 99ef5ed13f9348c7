"""Series and values on their way to the page: columns of points, encoded items, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.shared.wire import size_of

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry

__all__ = ["MESSAGE_BYTES", "Encode", "message", "pack", "series_columns"]

#: How an item travels: what the page's cell gets of it. ``refusal`` in it says why the
#: item itself does not travel.
Encode = Callable[[Any], Mapping[str, Any]]

#: One message to the browser carries about so many bytes of items at most (one item
#: may be larger): a long message would hold up the ones behind it.
MESSAGE_BYTES = 4 << 20

#: A point may be a thousand items; so many are described, the rest only counted.
MAX_ITEMS = 256


def pack(
    entry: Entry,
    position: int,
    items: Sequence[Any] | Exception,
    encode: Encode,
    first: int = 0,
) -> tuple[dict[str, Any], int]:
    """Make one point of a series ready to send.

    Parameters
    ----------
    entry, position, items
        The series, the position of the point in it, and what was logged as it or why that
        cannot be read, as of :func:`~nbboard.views.shared.points.read_points`.
    encode
        How an item travels.
    first
        From which item on: the point is sent in parts if it is large.

    Returns
    -------
    header : dict
        ``id`` and ``place``, the name of the point; ``count``, the items that were logged
        as it; ``first`` and ``items`` (fewer than ``count`` if the message would get too
        long: the rest is asked for with another `first`); ``error``, a sentence or None.
    total : int
        About how many bytes that is.
    """
    header: dict[str, Any] = {
        "id": entry.id,
        "place": int(entry.place[position]),
        "first": first,
        "count": 0,
        "items": [],
        "error": None,
    }
    if isinstance(items, Exception):
        header["error"] = str(items)
        return header, size_of(header)
    header["count"] = len(items)
    total = size_of(header)
    for item in items[first : first + MAX_ITEMS]:
        encoded = encode(item)
        size = size_of(encoded)
        if header["items"] and total + size > MESSAGE_BYTES:
            break
        total += size
        header["items"].append(encoded)
    # What is bundled (:func:`message`) travels without names of its own.
    return header, _numbers(header) if _is_plain(header) else total


def message(headers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return points as they travel: those that are plain numbers bundled by series.

    A point of a few small arrays costs more in names than in numbers, and a page may want
    thousands of them: the arrays of all points of a series are sent one after the other.

    Parameters
    ----------
    headers
        What :func:`pack` returned, of any series.

    Returns
    -------
    dict
        ``items``, the headers that stay as they are; ``bundles``, each with the ``id`` of a
        series, the ``place`` of its points, and by name ``columns``: of a number an array
        with one for each point, of an array ``data`` and the ``length`` of each part.
    """
    items: list[Mapping[str, Any]] = []
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for header in headers:
        if _is_plain(header):
            names = tuple(sorted(header["items"][0]))
            groups.setdefault((header["id"], names), []).append(header)
        else:
            items.append(header)
    bundles = []
    for (number, names), group in groups.items():
        if len(group) == 1:
            items.append(group[0])
            continue
        parts = [header["items"][0] for header in group]
        columns = {name: _joined([part[name] for part in parts]) for name in names}
        place = np.array([header["place"] for header in group], np.uint32)
        bundles.append({"id": number, "place": place, "columns": columns})
    return {"items": items, "bundles": bundles}


def _is_plain(header: Mapping[str, Any]) -> bool:
    """Return whether a point is one item of numbers and one-dimensional arrays of them."""
    if (
        "gone" in header
        or "light" in header
        or header["error"] is not None
        or header["count"] != 1
        or header["first"]
        or not header["items"]
    ):
        return False
    return all(
        value.ndim == 1 and value.dtype.kind in "iuf"
        if isinstance(value, np.ndarray)
        else isinstance(value, int | float) and not isinstance(value, bool)
        for value in header["items"][0].values()
    )


def _numbers(header: Mapping[str, Any]) -> int:
    """Return the bytes of the numbers of a plain point."""
    return sum(np.asarray(value).nbytes for value in header["items"][0].values())


def _joined(parts: Sequence[Any]) -> Any:
    if not all(isinstance(part, np.ndarray) for part in parts):
        return np.array(parts, np.float64)
    lengths = np.array([len(part) for part in parts])
    data = np.concatenate(parts)
    smallest = np.min_scalar_type(int(lengths.max()))
    return {"data": _dictionary(data), "length": lengths.astype(smallest)}


#: Fewer numbers than this are not worth looking through for repetitions.
_WORTH = 256


def _dictionary(data: np.ndarray) -> Any:
    """Return numbers of 8 bytes as ``values`` and ``codes`` where that halves them.

    Writers put the same edges into every histogram.
    """
    if data.dtype != np.float64 or len(data) < _WORTH:
        return data
    values, codes = np.unique(data, return_inverse=True)
    if len(values) > 1 << 16 or values.nbytes + 2 * len(codes) > data.nbytes / 2:
        return data
    return {"values": values, "codes": codes.astype(np.uint16)}


def series_columns(
    entries: Iterable[Entry],
    known: Mapping[int, Entry],
    previews: Mapping[int, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return series as the page reads them (labextension/src/stepped/series.ts).

    Parameters
    ----------
    entries
        The series that are new to the page or have other points than it knows.
    known
        What the page has, by number: of those only what is behind the common points goes.
    previews
        By number, what the page needs to know of the last item to keep room for it.
    """
    entries = list(entries)
    starts = [_common(known.get(entry.id), entry) for entry in entries]
    pairs = list(zip(entries, starts, strict=True))

    def joined(name: str, dtype: str) -> np.ndarray:
        parts = [getattr(entry, name)[start:] for entry, start in pairs]
        return np.concatenate(parts).astype(dtype) if parts else np.empty(0, dtype)

    def words(of: Callable[[Entry], str]) -> np.ndarray:
        return np.array([of(entry) for entry in entries], dtype=object)

    return {
        "id": np.array([entry.id for entry in entries], np.uint32),
        "run": words(lambda entry: entry.series.run),
        "tag": words(lambda entry: entry.series.tag),
        "title": words(lambda entry: entry.series.display_name),
        "caption": words(lambda entry: entry.series.description),
        "hidden": np.array([entry.hidden for entry in entries], np.uint32),
        "from": np.array(starts, np.uint32),
        "length": np.array([len(entry.place) - start for entry, start in pairs], np.uint32),
        "step": joined("step", "<i8"),
        "wall": joined("wall_time", "<f8"),
        "place": joined("place", "<u4"),
        "last": {str(entry.id): previews[entry.id] for entry in entries if entry.id in previews},
    }


def _common(before: Entry | None, now: Entry) -> int:
    """Return how many of its first points the page has already."""
    if before is None:
        return 0
    shared = min(len(before.place), len(now.place))
    differs = np.flatnonzero(before.place[:shared] != now.place[:shared])
    return int(differs[0]) if len(differs) else shared
