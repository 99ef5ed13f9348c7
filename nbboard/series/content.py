"""Runs, their files and their series: what a store holds, without how it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.decoded import Points
from nbboard.series.columns import LONG
from nbboard.series.event_file import EventFile
from nbboard.series.run import Run

if TYPE_CHECKING:
    from nbboard.events.decoded import Decoded, Part
    from nbboard.series.points import Touched
    from nbboard.storage import Storage

__all__ = ["Content"]


class Content:
    """The runs of all sources. Whoever changes it holds the store's lock.

    Attributes
    ----------
    runs
        By name.
    files
        By number; numbers are never used again.
    homes
        For each file number its run.
    orders
        For each file number the name by which a run's files are sorted.
    last_number
        The last number that a file was given.
    """

    def __init__(self, last_number: int = 0) -> None:
        self.runs: dict[str, Run] = {}
        self.files: dict[int, EventFile] = {}
        self.homes: dict[int, Run] = {}
        self.orders: dict[int, str] = {}
        self.last_number = last_number

    def add_run(self, name: str) -> Run:
        """Add an empty run."""
        run = self.runs[name] = Run(name, self.orders)
        return run

    def remove_run(self, name: str) -> None:
        """Forget a run and all its files."""
        run = self.runs.pop(name)
        for file in run.files.values():
            del self.files[file], self.homes[file], self.orders[file]

    def add_file(self, run: Run, name: str, storage: Storage, path: str) -> EventFile:
        """Add a file of which nothing is read yet."""
        number = self.last_number = self.last_number + 1
        run.files[name] = number
        self.orders[number] = name
        self.homes[number] = run
        file = self.files[number] = EventFile(number, storage, path)
        return file

    def remove_file(self, run: Run, name: str) -> None:
        """Forget a file and every point that came from it."""
        number = run.files.pop(name)
        run.drop_file(number)
        del self.files[number], self.homes[number], self.orders[number]

    def renew_file(self, file: EventFile) -> tuple[str, EventFile]:
        """Take what stands in a file's place for a new file, with a number of its own.

        References to values of the old one lead nowhere from now on.

        Returns
        -------
        tuple
            The run's name and the new file.
        """
        run = self.homes[file.number]
        name = self.orders[file.number]
        self.remove_file(run, name)
        return run.name, self.add_file(run, name, file.storage, file.path)

    def apply(self, made: Decoded, touched: list[Touched], ahead: int = 1) -> None:
        """Add decoded points to their series.

        Parameters
        ----------
        made
            The points.
        touched
            What was added is noted here.
        ahead
            How many portions like this one are expected, this one included.
        """
        homes = self.homes
        for (file, tag, plugin), metadata in made.metadata.items():
            homes[file].note_metadata(file, tag, plugin, metadata)
        touched.extend(_touched(homes[w.file].resolve(w), homes) for w in made.waiting)
        for part in _freed(made.scalars):
            homes[part.file].scalar(part.tag).add(part, ahead)
        for part in _freed(made.values):
            homes[part.file].value(part.tag, part.plugin).add(part, ahead)
        touched.extend(_touched(parts, homes) for parts in (made.scalars, made.values) if parts)
        for file, wall_time in made.last_wall_time.items():
            homes[file].note_wall_time(file, wall_time)


def _freed(parts: list[Part]) -> list[Part]:
    """Copy short parts out of arrays that are mostly long ones.

    Long ones are laid out at once, and the rest would keep the whole arrays.
    """
    if len(parts) < 2 or not any(part.stop - part.start >= LONG for part in parts):
        return parts
    short: dict[int, list[int]] = {}
    for i, part in enumerate(parts):
        if part.stop - part.start < LONG:
            short.setdefault(id(part.points), []).append(i)
    freed = list(parts)
    for places in short.values():
        points = parts[places[0]].points
        rows = sum(parts[i].stop - parts[i].start for i in places)
        if rows * 2 > len(points.step):
            continue
        chosen = np.concatenate([np.arange(parts[i].start, parts[i].stop) for i in places])
        own = Points(points.step[chosen], points.wall_time[chosen], points.value[chosen])
        start = 0
        for i in places:
            stop = start + parts[i].stop - parts[i].start
            freed[i] = parts[i]._replace(points=own, start=start, stop=stop)
            start = stop
    return freed


def _touched(parts: list[Part], homes: dict[int, Run]) -> Touched:
    """Return what a summary needs of parts: holding them would keep their arrays alive."""
    runs = [homes[part.file].name for part in parts]
    return runs, [part.tag for part in parts], [part.stop - part.start for part in parts]
