"""What there is to index: the files of each run with their states, and runs that belong together."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbboard.catalogue.names import without_credentials
from nbboard.errors import LogdirError, Problem
from nbboard.kinds.params.file_names import PATTERNS, by_folder, folders_above
from nbboard.series import FileBeside, Source
from nbboard.series.find import discover, reason
from nbboard.series.run_names import run_name
from nbboard.series.sources import LogdirLike, sources_of
from nbboard.series.workers import Workers
from nbboard.storage import FileStat, Storage, storage_for

if TYPE_CHECKING:
    from nbboard.series.find import Found, FoundFile

__all__ = ["ListedFile", "ListedRun", "Listing", "families", "list_sources", "rooted_sources"]

#: So many states are asked for at a time, where asking means waiting; by each of them so many.
_AT_ONCE = 32
_STATS = 256


class ListedFile(NamedTuple):
    """A file of a run: path, name and state."""

    path: str
    name: str
    stat: FileStat


@dataclass(slots=True)
class ListedRun:
    """A run as it was listed.

    Attributes
    ----------
    source
        Which of the logdirs it is in.
    files
        Its event files.
    beside
        Files of parameters that count for it.
    """

    source: int
    files: list[ListedFile] = field(default_factory=list)
    beside: list[ListedFile] = field(default_factory=list)
    _state: int | None = None

    @property
    def state(self) -> int:
        """What changes whenever a file came, went, grew or was replaced."""
        if self._state is None:
            self._state = self._marked()
        return self._state

    def _marked(self) -> int:
        mark = hashlib.blake2b(digest_size=8)
        for _, name, (size, mtime, key, tag) in sorted(self.files):
            # What has a tag for its content is the same after it was copied, at any time.
            text = f"{name}\0{size}\0{tag or mtime}\0{key}\0\0"
            mark.update(text.encode("utf-8", "surrogatepass"))
        for path, _, (size, mtime, key, tag) in sorted(self.beside):
            text = f"{path}\0{size}\0{tag or mtime}\0{key}\0\0"
            mark.update(text.encode("utf-8", "surrogatepass"))
        state: int = struct.unpack("<q", mark.digest())[0]
        return state


@dataclass(slots=True)
class Listing:
    """What a look at all logdirs found.

    Attributes
    ----------
    runs
        By name.
    beside
        Files beside the event files that somebody is interested in, with the run of their
        folder.
    problems
        What was skipped.
    found
        What the look at each logdir found: what may only be hidden is known from it.
    """

    runs: dict[str, ListedRun] = field(default_factory=dict)
    beside: list[tuple[str, ListedFile]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    found: list[tuple[Source, Found]] = field(default_factory=list)

    def may_hide(self, run: str) -> bool:
        """Whether a run was not seen only because a folder could not be listed."""
        for source, found in self.found:
            if not found.unlisted:
                continue
            if not source.name:
                below = "" if run == "." else run
            elif run == source.name:
                below = ""
            elif run.startswith(source.name + "/"):
                below = run[len(source.name) + 1 :]
            else:
                continue
            if found.may_hide(below):
                return True
        return False


def rooted_sources(source: LogdirLike) -> tuple[Source, ...]:
    """Return the logdirs to index, local ones with their whole paths."""
    return tuple(
        one if "://" in one.root else Source(one.name, str(Path(one.root).expanduser().absolute()))
        for one in sources_of(source)
    )


def list_sources(
    sources: Sequence[Source], beside: Callable[[str], object] | None = None
) -> Listing:
    """List logdirs, with the state of each file.

    Raises
    ------
    LogdirError
        If one of them cannot be reached at all: nothing can be said of its runs.
    """
    listing = Listing()
    for number, source in enumerate(sources):
        storage, root = storage_for(source.root)
        with Workers(_AT_ONCE) as workers:
            found = discover(storage, root, workers, beside=beside)
            if found.away:
                raise LogdirError(f"{without_credentials(root)}: {found.skipped[root]}")
            for path, why in found.skipped.items():
                listing.problems.append(Problem(path, 0, why, 0))
            for file, stat in _with_states(storage, found, workers, listing):
                run = listing.runs.setdefault(
                    run_name(source.name, found.files[file].below), ListedRun(number)
                )
                run.files.append(ListedFile(file, found.files[file].name, stat))
        for path, one in found.beside.items():
            if one.stat is not None:
                run_of = run_name(source.name, one.below)
                listing.beside.append((run_of, ListedFile(path, one.name, one.stat)))
        _add_params(listing, storage, number, source, found)
        found.files, found.beside = {}, {}
        listing.found.append((source, found))
    return listing


def _add_params(
    listing: Listing, storage: Storage, number: int, source: Source, found: Found
) -> None:
    """Note with each run the files of parameters that count for it."""
    names = frozenset(PATTERNS)
    files = by_folder(
        FileBeside(run_name(source.name, one.below), one.name, path, storage, one.stat)
        for path, one in found.beside.items()
        if one.stat is not None and one.name in names
    )
    if not files:
        return
    for run, listed in listing.runs.items():
        if listed.source == number:
            held = (files[folder] for folder in folders_above(run) if folder in files)
            listed.beside = [
                ListedFile(file.path, file.name, file.stat)
                for folder in held
                for file in folder.values()
                if file.stat is not None
            ]


def _with_states(
    storage: Storage, found: Found, workers: Workers, listing: Listing
) -> Iterator[tuple[str, FileStat]]:
    """Yield event files with their states, asking for those that the listing did not tell."""
    told: list[tuple[str, FileStat]] = []
    asked: list[str] = []
    files: dict[str, FoundFile] = found.files
    for path, file in files.items():
        if file.stat is None:
            asked.append(path)
        else:
            told.append((path, file.stat))
    yield from told

    def states(paths: list[str]) -> list[tuple[str, FileStat | OSError]]:
        return [(path, _state(storage, path)) for path in paths]

    groups = (asked[i : i + _STATS] for i in range(0, len(asked), _STATS))
    for group in workers.map(states, groups):
        for path, state in group:
            if isinstance(state, OSError):
                why = f"cannot be read: {reason(state)}"
                listing.problems.append(Problem(path, 0, why, 0))
                # What is known of its run may still hold.
                found.unlisted.add(files[path].below)
            else:
                yield path, state


def _state(storage: Storage, path: str) -> FileStat | OSError:
    try:
        return storage.stat(path)
    except OSError as error:
        return error


def families(runs: Iterable[str]) -> Iterator[list[str]]:
    """Yield runs folder by folder, those that lie within one another together.

    What a run says of its hyperparameters holds for the runs below it, so these are read
    together. A run that is the logdir itself stands alone: all others lie below it.
    """
    # Part by part, so that what lies below a run follows it at once.
    ordered = sorted(runs, key=lambda run: run.split("/"))
    family: list[str] = []
    for run in ordered:
        if family and family[0] != "." and run.startswith(family[0] + "/"):
            family.append(run)
            continue
        if family:
            yield family
        family = [run]
    if family:
        yield family
