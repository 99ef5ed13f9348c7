"""One run: its files, its series, and what its metadata says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbboard.series.columns import Column
    from nbboard.series.event_file import EventFile

__all__ = ["Run", "Tag"]


class Tag:
    """A tag of a plugin; the same object in every run that logs it.

    Attributes
    ----------
    name, plugin
        Its names.
    key
        What its name is sorted by.
    """

    __slots__ = ("key", "name", "plugin")

    def __init__(self, name: str, plugin: str, key: str) -> None:
        self.name = name
        self.plugin = plugin
        self.key = key


class Run:
    """The content of one run.

    Attributes
    ----------
    name
        Its name in the logdir.
    key
        What its name is sorted by.
    source
        Which of the logdirs it lies in.
    files
        Its event files by name.
    columns
        Its series.
    """

    __slots__ = ("_metadata", "columns", "files", "key", "name", "source")

    def __init__(self, name: str, key: str, source: int) -> None:
        self.name = name
        self.key = key
        self.source = source
        self.files: dict[str, EventFile] = {}
        self.columns: dict[Tag, Column] = {}
        # By tag: the first metadata of each plugin in each file.
        self._metadata: dict[str, tuple[_Metadata, ...]] = {}

    def note_metadata(self, file: EventFile, tag: str, plugin: str, metadata: bytes) -> None:
        """Remember the first metadata of a tag in a file."""
        known = self._metadata.get(tag, ())
        if not any(entry.file is file and entry.plugin == plugin for entry in known):
            self._metadata[tag] = (*known, _Metadata(file, plugin, metadata))

    def metadata(self, tag: str, plugin: str | None) -> bytes | None:
        """Return the first metadata of a series, serialised; without a plugin, of the tag."""
        entry = self._first_metadata(tag, plugin)
        return None if entry is None else entry.content

    def plugin_of(self, tag: str) -> str | None:
        """Return the plugin that the first metadata of a tag names; None without any."""
        entry = self._first_metadata(tag, None)
        return None if entry is None else entry.plugin

    def _first_metadata(self, tag: str, plugin: str | None) -> _Metadata | None:
        entries = self._metadata.get(tag, ())
        if len(entries) == 1 and plugin in {None, entries[0].plugin}:
            return entries[0]
        fitting = [entry for entry in entries if plugin is None or entry.plugin == plugin]
        if len(fitting) == 1:
            return fitting[0]
        return min(fitting, key=lambda entry: entry.file.order, default=None)

    def files_in_order(self) -> list[EventFile]:
        """Return its files in the order in which they are read; most runs have one."""
        files = list(self.files.values())
        return files if len(files) == 1 else sorted(files, key=lambda file: file.order)

    @property
    def last_wall_time(self) -> float | None:
        """Of the latest last event of the run's files; None without events."""
        times = [file.last_wall_time for file in self.files.values()]
        return max((time for time in times if math.isfinite(time)), default=None)

    @property
    def first_wall_time(self) -> float | None:
        """Of the first event of the first file that has one; None without events."""
        times = (file.first_wall_time for file in self.files_in_order())
        return next((time for time in times if time is not None), None)

    def forget_file(self, file: EventFile) -> None:
        """Forget what a file's metadata said."""
        for tag, entries in list(self._metadata.items()):
            self._metadata[tag] = tuple(entry for entry in entries if entry.file is not file)


class _Metadata(NamedTuple):
    file: EventFile
    plugin: str
    content: bytes
