"""Rows in the natural order of their names, of which some come, go or change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from nbboard.text import natural_key

__all__ = ["RowChange", "Rows"]

T = TypeVar("T")


class RowChange(NamedTuple):
    """What became of rows; int32 arrays, ascending.

    Attributes
    ----------
    gone
        Where those were, in the old order, that are there no more.
    came
        Where those are, in the new order, that were not there before.
    sent
        Where those are, in the new order, that are new or not what they were.
    """

    gone: np.ndarray
    came: np.ndarray
    sent: np.ndarray

    def __bool__(self) -> bool:
        return bool(len(self.gone) or len(self.sent))

    @property
    def moves(self) -> bool:
        """Whether rows stand elsewhere than before."""
        return bool(len(self.gone) or len(self.came))

    def merged(self, before: np.ndarray, blank: np.ndarray) -> np.ndarray:
        """Return an array with one entry a row (its last axis) in the new order.

        Parameters
        ----------
        before
            The entries in the old order.
        blank
            The entries in the new order, where they are not known from before.
        """
        kept = np.delete(np.arange(before.shape[-1]), self.gone)
        places = np.delete(np.arange(blank.shape[-1]), self.came)
        blank[..., places] = before[..., kept]
        return blank


@dataclass
class Rows(Generic[T]):
    """Rows by identity, in the natural order of what they are placed by.

    Attributes
    ----------
    names
        Identities, in order.
    items
        The rows, in the same order.
    place
        By identity: where it stands.
    """

    names: list[str] = field(default_factory=list)
    items: list[T] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)

    def update(self, changed: Mapping[str, tuple[str, T] | None]) -> RowChange:
        """Take over what some identities are now.

        Parameters
        ----------
        changed
            By identity: what it is placed by, and its row; None if there is no such row.
        """
        keys = {name: natural_key(now[0]) for name, now in changed.items() if now is not None}
        gone, stay = [], []
        for name, now in changed.items():
            at = self.place.get(name)
            if at is None:
                continue
            if now is None or keys[name] != self._keys[at]:
                gone.append(at)
            else:
                self.items[at] = now[1]
                stay.append(name)
        gone.sort()
        left = set(stay)
        fresh = sorted((key, name) for name, key in keys.items() if name not in left)
        came: list[int] = []
        if gone or fresh:
            came = self._rearrange(gone, fresh, changed)
        sent = sorted([*came, *(self.place[name] for name in stay)])
        return RowChange(_int32(gone), _int32(came), _int32(sent))

    def _rearrange(
        self,
        gone: Sequence[int],
        fresh: Sequence[tuple[str, str]],
        changed: Mapping[str, tuple[str, T] | None],
    ) -> list[int]:
        """Take rows out and put others in; return where these are."""
        for at in reversed(gone):
            del self.names[at], self.items[at], self._keys[at]
        before = [bisect_left(self._keys, key) for key, _ in fresh]
        came = [at + number for number, at in enumerate(before)]
        self._keys = _spread(self._keys, before, [key for key, _ in fresh])
        self.names = _spread(self.names, before, [name for _, name in fresh])
        rows = [now[1] for _, name in fresh if (now := changed[name]) is not None]
        self.items = _spread(self.items, before, rows)
        self.place = {name: at for at, name in enumerate(self.names)}
        return came


U = TypeVar("U")


def _spread(kept: list[U], before: Sequence[int], fresh: Sequence[U]) -> list[U]:
    """Put each of `fresh` before a place of `kept`."""
    merged: list[U] = []
    start = 0
    for at, item in zip(before, fresh, strict=True):
        merged += kept[start:at]
        merged.append(item)
        start = at
    return merged + kept[start:]


def _int32(places: Iterable[int]) -> np.ndarray:
    return np.array(list(places), np.int32)
