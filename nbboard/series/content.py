"""Runs, their files and their series: what a store holds, without how it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.decoded import PointArrays, SeriesSlice, scalar_points, stored_points
from nbboard.series.catalogue import Catalogue
from nbboard.series.columns import LONG, Column
from nbboard.series.delta import Delta
from nbboard.series.event_file import EventFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbboard.events.decoded import Decoded, SinglePoint, UntypedTensors
    from nbboard.series.find import FoundFile
    from nbboard.series.run import Run
    from nbboard.storage import Storage

__all__ = ["Content"]


class Content:
    """The runs of all sources. Whoever changes it holds the store's lock.

    Parameters
    ----------
    sources
        How many logdirs there are.
    before
        What is forgotten for this: numbers of files and generations go on from there, so
        that none is ever used again, and its series are told as gone or read anew.

    Attributes
    ----------
    catalogue
        The runs and series.
    files
        The event files by number.
    paths
        Those of each source by path.
    beside
        Files of each source by path that are no event files, but of interest.
    delta
        What has happened to series since the last refresh.
    last_number, last_generation
        The last that a file was given, and a series.
    """

    def __init__(self, sources: int, before: Content | None = None) -> None:
        self.catalogue = Catalogue()
        self.files: dict[int, EventFile] = {}
        self.paths: list[dict[str, EventFile]] = [{} for _ in range(sources)]
        self.beside: list[dict[str, FoundFile]] = [{} for _ in range(sources)]
        self.delta = Delta()
        self.last_number = 0
        self.last_generation = 0
        # Thousands of runs say the same of a tag: it is kept once.
        self._metadata: dict[bytes, bytes] = {}
        if before is not None:
            self.last_number = before.last_number
            self.last_generation = before.last_generation
            for run in before.catalogue.runs.values():
                self.delta.note_gone_run(run)

    def add_run(self, name: str, source: int) -> Run:
        """Add an empty run of a source."""
        run = self.catalogue.add_run(name, source)
        self.delta.note_new_run(run)
        return run

    def remove_run(self, run: Run) -> None:
        """Forget a run and all its files."""
        self.delta.note_gone_run(run)
        self.catalogue.remove_run(run)
        for file in run.files.values():
            del self.files[file.number], self.paths[run.source][file.path]

    def add_file(self, run: Run, name: str, storage: Storage, path: str) -> EventFile:
        """Add a file of which nothing is read yet."""
        number = self.last_number = self.last_number + 1
        file = EventFile(number, run, name, storage, path)
        run.files[name] = self.files[number] = self.paths[run.source][path] = file
        return file

    def remove_file(self, file: EventFile) -> None:
        """Forget a file and every point that came from it."""
        run = file.run
        for column in list(run.columns.values()):
            self.delta.note(column)
            if not column.drop_file(file.number, self.files):
                continue
            self._replace(column)
            if not column.count:
                self.delta.note_gone(column)
                self.catalogue.remove(column)
        run.forget_file(file)
        del run.files[file.name], self.files[file.number], self.paths[run.source][file.path]

    def renew_file(self, file: EventFile) -> EventFile:
        """Take what stands in a file's place for a new file, with a number of its own.

        References to values of the old one lead nowhere from now on.
        """
        self.remove_file(file)
        return self.add_file(file.run, file.name, file.storage, file.path)

    def forget_delta(self) -> None:
        """Forget what has happened to series until now: somebody was told."""
        self.delta = Delta()

    def apply(self, made: Decoded, ahead: int = 1) -> None:
        """Add decoded points to their series.

        Parameters
        ----------
        made
            The points.
        ahead
            How many portions like this one are expected, this one included.
        """
        files, interned = self.files, self._metadata
        for (number, tag, plugin), metadata in made.metadata.items():
            file = files[number]
            file.run.note_metadata(file, tag, plugin, interned.setdefault(metadata, metadata))
        for untyped in made.untyped:
            self._add(_resolved(untyped, files[untyped.file].run), 1)
        self._add(_freed(made.scalars), ahead)
        self._add(_freed(made.values), ahead)
        for start in made.session_starts:
            files[start.file].session_starts += (start,)
            # Whoever goes by these has to look at all points of the run again.
            for column in files[start.file].run.columns.values():
                self._replace(column)
        for number, wall_time in made.last_wall_time.items():
            files[number].last_wall_time = wall_time

    def _add(self, parts: Iterable[SeriesSlice], ahead: int) -> None:
        catalogue, files, delta = self.catalogue, self.files, self.delta
        for part in parts:
            run = files[part.file].run
            tag = catalogue.tag(part.tag, part.plugin)
            column = run.columns.get(tag)
            if column is None:
                # Of a large log there are very many, and most of them come in one part.
                self.last_generation += 1
                column = Column(run, tag, self.last_generation)
                catalogue.add(column)
                delta.note_new(column)
                column.begin(part, ahead)
                continue
            delta.note(column)
            catalogue.note_changed(column)
            if not column.is_behind(part.file, files):
                column.generation = self._generation()
            column.add(part, ahead)

    def _replace(self, column: Column) -> None:
        """Note that nothing that was known of a series holds any more."""
        self.delta.note(column)
        column.generation = self._generation()
        self.catalogue.note_changed(column)

    def _generation(self) -> int:
        self.last_generation += 1
        return self.last_generation


def _resolved(untyped: UntypedTensors, run: Run) -> list[SeriesSlice]:
    """Sort tensors without metadata into the series that the run's metadata names."""
    plugin = run.plugin_of(untyped.tag) or "tensors"
    by_plugin: dict[str, list[SinglePoint]] = {}
    for value in untyped.values:
        by_plugin.setdefault(value.plugin_under(plugin), []).append(value)
    return [
        SeriesSlice(
            untyped.file,
            untyped.tag,
            name,
            scalar_points(values) if name == "scalars" else stored_points(values),
            0,
            len(values),
        )
        for name, values in by_plugin.items()
    ]


def _freed(parts: list[SeriesSlice]) -> list[SeriesSlice]:
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
        own = PointArrays(points.step[chosen], points.wall_time[chosen], points.value[chosen])
        start = 0
        for i in places:
            stop = start + parts[i].stop - parts[i].start
            freed[i] = parts[i]._replace(points=own, start=start, stop=stop)
            start = stop
    return freed
