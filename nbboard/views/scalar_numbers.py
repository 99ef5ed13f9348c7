"""The numbers of scalar series in messages: which there are, and what the page knows of them.

A number stands for what was read, not for its names: a series that was read anew, shortened,
replaced or reordered gets another one, so that no page can put old points and new ones
together. Names of runs travel with the run list, those of tags once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

__all__ = ["Name", "SeriesNumbers"]

#: Run and tag.
Name = tuple[str, str]


class SeriesNumbers:
    """The series that a page is told of, each with its number.

    Parameters
    ----------
    run_number
        Gives a run the number that it has in the page's run list.

    Attributes
    ----------
    runs
        The number of each series, by run and tag.
    tags
        How many series there are of each tag.
    """

    def __init__(self, run_number: Callable[[str], int]) -> None:
        self._run_number = run_number
        self.runs: dict[str, dict[str, int]] = {}
        self.tags: dict[str, int] = {}
        self._names: list[Name | None] = []
        self._tag_numbers: dict[str, int] = {}
        #: How many names of series and of tags the page has; numbers that are no more.
        self._told = 0
        self._tags_told = 0
        self._gone: list[int] = []
        self._tags_changed = False

    def __len__(self) -> int:
        """Return how many series there are."""
        return sum(self.tags.values())

    def get(self, run: str, tag: str) -> int | None:
        """Return the number of a series; None if there is none."""
        return self.runs.get(run, {}).get(tag)

    def add(self, name: Name) -> None:
        """Give a series a number, if it has none."""
        run, tag = name
        numbers = self.runs.setdefault(run, {})
        if tag in numbers:
            return
        numbers[tag] = len(self._names)
        self._names.append(name)
        if tag not in self._tag_numbers:
            self._tag_numbers[tag] = len(self._tag_numbers)
        before = self.tags.get(tag, 0)
        self.tags[tag] = before + 1
        self._tags_changed = self._tags_changed or before == 0

    def remove(self, name: Name) -> int | None:
        """Take the number of a series away, and return it; None if it has none."""
        run, tag = name
        numbers = self.runs.get(run, {})
        number = numbers.pop(tag, None)
        if number is None:
            return None
        if not numbers:
            del self.runs[run]
        self._names[number] = None
        self._gone.append(number)
        self.tags[tag] -= 1
        if self.tags[tag] == 0:
            del self.tags[tag]
            self._tags_changed = True
        return number

    def others_than(self, there: Iterable[Name]) -> list[Name]:
        """Return the series that have a number and are not among these."""
        names = set(there)
        return [
            (run, tag) for run, tags in self.runs.items() for tag in tags if (run, tag) not in names
        ]

    def heads(self, *, whole: bool = False) -> dict[str, Any]:
        """Return the names of series that the page does not have, and which are gone.

        Parameters
        ----------
        whole
            Return all of them, for a page that has none.

        Returns
        -------
        dict
            Empty if there is nothing to tell. ``heads`` are the columns of new series;
            ``gone`` the numbers of those that are no more.
        """
        first, first_tag = (0, 0) if whole else (self._told, self._tags_told)
        self._told, self._tags_told = len(self._names), len(self._tag_numbers)
        gone, self._gone = self._gone, []
        found: dict[str, Any] = {}
        if whole or first < len(self._names):
            here = [(n, name) for n, name in enumerate(self._names[first:], first) if name]
            few = np.uint16 if len(self._tag_numbers) < 1 << 16 else np.uint32
            tags = (self._tag_numbers[tag] for _, (_, tag) in here)
            found["heads"] = {
                # Without gaps they need not travel.
                "numbers": None
                if len(here) == len(self._names) - first
                else np.fromiter((n for n, _ in here), np.uint32, len(here)),
                "first": first,
                "run": np.fromiter(
                    (self._run_number(run) for _, (run, _) in here), np.uint32, len(here)
                ),
                "tag": np.fromiter(tags, few, len(here)),
                "tag_names": list(self._tag_numbers)[first_tag:],
                "first_tag": first_tag,
            }
        if gone and not whole:
            found["gone"] = np.array(gone, np.uint32)
        return found

    def new_order(self, tags: Callable[[], Iterable[str]], *, whole: bool) -> np.ndarray | None:
        """Return the order of cards if tags came or went since the last time; else None.

        Parameters
        ----------
        tags
            Returns the tags of the cards, in order.
        whole
            Return it in any case.
        """
        changed, self._tags_changed = self._tags_changed, False
        if not (changed or whole):
            return None
        numbers = (self._tag_numbers[tag] for tag in tags() if tag in self._tag_numbers)
        return np.fromiter(numbers, np.uint32)
