"""One refresh of a store: find the files, read what is new, add it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.errors import Problem
from nbboard.events.decode import Decoder
from nbboard.series.buffers import PIECE
from nbboard.series.catalogue import RUN_ORDER
from nbboard.series.find import StoppedError, discover, reason
from nbboard.series.read import FileResult, read_files
from nbboard.series.recover import read_carefully
from nbboard.series.run_names import path_below, run_name
from nbboard.series.stream import stream
from nbboard.series.workers import Meter, Workers
from nbboard.text import natural_key

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from nbboard.events.decoded import Decoded
    from nbboard.series.content import Content
    from nbboard.series.delta import Changes
    from nbboard.series.event_file import EventFile
    from nbboard.series.find import Found
    from nbboard.series.gc_pause import GcPause
    from nbboard.series.points import Source
    from nbboard.series.run import Run
    from nbboard.storage import FileStat, Storage

__all__ = ["AT_ONCE", "Refreshing"]

#: Small files are read in groups of at most so many.
_GROUP = 1024
#: ... of a remote storage of fewer: each of them is a request to wait for.
_REMOTE_GROUP = 8
#: So many folders or files are asked for at a time, where asking means waiting.
AT_ONCE = 32
#: So many files are looked at by one of those who ask.
_LOOKS = 64
#: The first groups, when it is not known yet how large the files are.
_FIRST_GROUP = 8


class Refreshing:
    """One pass; the content is locked only while something is added to it.

    Parameters
    ----------
    content
        What is brought up to date.
    lock
        Its lock.
    decoder
        Decodes the records.
    rest
        The collector's, during the pass.
    stop
        Asked now and then whether to come to an early end: what is left is read by the
        next pass.

    Attributes
    ----------
    conditions
        By path, what cannot be read at present.
    """

    def __init__(
        self,
        content: Content,
        lock: threading.RLock,
        decoder: Decoder,
        rest: GcPause,
        stop: Callable[[], bool],
    ) -> None:
        self._content = content
        self._lock = lock
        self._decoder = decoder
        self._rest = rest
        self._stop = stop
        self._beside_changed: set[str] = set()
        self._added: list[Run] = []
        self._removed: list[str] = []
        self._reset: set[str] = set()
        self._away: set[Storage] = set()
        self.conditions: dict[str, Problem] = {}

    def changes(self, problems: Sequence[Problem]) -> Changes:
        """Return what was found, with the problems that are new."""
        return self._content.delta.changes(
            tuple(run.name for run in sorted(self._added, key=RUN_ORDER)),
            tuple(sorted(self._removed, key=natural_key)),
            tuple(sorted(self._reset.difference(self._removed), key=natural_key)),
            tuple(problems),
            tuple(sorted(self._beside_changed)),
        )

    # -- which files ------------------------------------------------------

    def find(
        self,
        number: int,
        source: Source,
        place: tuple[Storage, str],
        beside: Callable[[str], object] | None = None,
    ) -> None:
        """Make the runs and files of a source those that are there now.

        Parameters
        ----------
        number
            Which of the sources it is.
        source, place
            Its name, and where it lies: the storage and the path there.
        beside
            Told a file's name, whether the file is of interest though it is no event file.
        """
        storage, root = place
        try:
            with Workers(AT_ONCE) as workers:
                found = discover(storage, root, workers, self._stop, beside)
        except StoppedError:
            return
        known = self._content.paths[number]
        if found.away:
            # One look has to be enough: each may take a client many seconds.
            self._away.add(storage)
            if known:
                found.skipped[root] += "; what was read before is kept"
        for path, why in found.skipped.items():
            self.conditions[path] = Problem(path, 0, why, 0)
        with self._lock:
            # Most often nothing came and nothing went, which is told without a loop.
            if found.files.keys() != known.keys():
                self._forget_gone(found, known, source.name)
                for path in [path for path in found.files if path not in known]:
                    below, name, _ = found.files[path]
                    self._add_file(run_name(source.name, below), number, name, storage, path)
            for path, (_, _, stat) in found.files.items():
                if stat is None:
                    break  # this storage's listings tell no states
                known[path].listed = stat
            self._take_beside(number, found)

    def _take_beside(self, number: int, found: Found) -> None:
        """Note the files of interest beside the event files; what may only be hidden stays."""
        known = self._content.beside[number]
        hidden = {path: file for path, file in known.items() if found.may_hide(file.below)}
        now = {**hidden, **found.beside} if hidden else found.beside
        self._beside_changed.update(now.keys() ^ known.keys())
        self._beside_changed.update(p for p in now.keys() & known.keys() if now[p] != known[p])
        self._content.beside[number] = now

    def _forget_gone(self, found: Found, known: dict[str, EventFile], source: str) -> None:
        for path in [path for path in known if path not in found.files]:
            file = known[path]
            run = file.run
            if found.may_hide(path_below(run.name, source)):
                continue
            if len(run.files) == 1:
                self._content.remove_run(run)
                self._reset.discard(run.name)
                self._removed.append(run.name)
            else:
                self._content.remove_file(file)
                self._reset.add(run.name)

    def _add_file(self, run: str, source: int, name: str, storage: Storage, path: str) -> None:
        known = self._content.catalogue.runs.get(run)
        if known is None:
            known = self._content.add_run(run, source)
            self._added.append(known)
        self._content.add_file(known, name, storage, path)

    # -- their content ----------------------------------------------------

    def read(self, workers: int, progress: Callable[[int, int], None] | None) -> None:
        """Read what is new in all files."""
        stop, away = self._stop, self._away
        files = [f for f in self._content.files.values() if not away or f.storage not in away]
        changed = self._changed(files)
        if not changed:
            return
        if not all(file.storage.is_local for file in changed):
            workers = AT_ONCE
        meter = Meter(progress)
        left: list[EventFile] = []
        with Workers(workers) as threads:
            groups = _groups(changed, meter, stop)
            for results, made in threads.map(self._read_group, groups):
                self._note(results, left)
                for decoded in made:
                    self._apply(decoded)
                meter.add(sum(result.size for result in results), len(results))
                self._rest.breathe()
            self._read_long(threads, left, meter)
        if stop():
            for file in changed:
                file.retry = True

    def _read_group(self, files: list[EventFile]) -> tuple[list[FileResult], list[Decoded]]:
        marks = [file.mark() for file in files]
        try:
            return read_files(files, self._decoder)
        except Exception:  # noqa: BLE001 - whatever it is, it must not stop the other files
            for file, mark in zip(files, marks, strict=True):
                file.reset_to(mark)
            return [FileResult(file, left=True) for file in files], []

    def _read_rest(self, file: EventFile) -> tuple[FileResult, list[Decoded]]:
        """Read to the end with care; should that fail, in the plainest way there is."""
        error: Exception | None = None
        for decoder in (self._decoder, Decoder(columnar=False)):
            mark = file.mark()
            try:
                return read_carefully(file, decoder)
            except Exception as caught:  # noqa: BLE001 - as above
                file.reset_to(mark)
                error = caught
        return FileResult(file, error=error), []

    def _changed(self, files: list[EventFile]) -> list[EventFile]:
        """Return the files that are not as they were when they were last read."""
        with Workers(AT_ONCE) as workers:
            groups = (files[i : i + _LOOKS] for i in range(0, len(files), _LOOKS))
            return [file for found in workers.map(self._changed_of, groups) for file in found]

    def _changed_of(self, files: list[EventFile]) -> list[EventFile]:
        return [file for file in files if not self._stop() and self._has_changed(file)]

    def _has_changed(self, file: EventFile) -> bool:
        if file.stat is None or file.retry:
            file.retry = False
            return True
        try:
            return file.look() != file.stat
        except OSError as error:
            self._unreadable(file, error)
            return False

    def _note(self, results: list[FileResult], left: list[EventFile]) -> None:
        """Note what became of files; what is still to be read goes to ``left``."""
        for result in results:
            if result.replaced:
                with self._lock:
                    file = self._content.renew_file(result.file)
                self._reset.add(file.run.name)
                left.append(file)
            elif result.error is not None:
                self._unreadable(result.file, result.error)
            elif result.left:
                left.append(result.file)

    def _read_long(self, threads: Workers, files: list[EventFile], meter: Meter) -> None:
        """Read long files piece by piece, and with care what does not read smoothly."""
        sizes = {file.number: now.size for file in files if (now := self._stat(file)) is not None}
        for file in files:
            meter.expect(sizes.get(file.number, file.position) - file.position)
        for file in files:
            size = sizes.get(file.number)
            if size is None:
                continue
            if file.is_plain and size - file.position > PIECE and not self._stop():
                self._stream(threads, file, size, meter)
            if self._stop():
                _leave(file)
                continue
            # The rest: nothing, an unfinished record, or what needs care. A file
            # that is replaced just now is read at the next refresh.
            result, made = self._read_rest(file)
            self._note([result], [])
            for decoded in made:
                self._apply(decoded)
            self._rest.breathe()

    def _stream(self, threads: Workers, file: EventFile, size: int, meter: Meter) -> None:
        start = file.position
        try:
            for portion in stream(file, size, self._decoder, threads):
                done = portion.stop - file.position
                # How many more like this one are to come.
                ahead = -(-(size - file.position) // max(done, 1)) if file.position == start else 1
                file.position, file.tail = portion.stop, portion.tail
                file.note_all(portion.damage)
                self._apply(portion.decoded, ahead)
                meter.add(done)
                self._rest.breathe()
                if self._stop():
                    return
        except Exception:  # noqa: BLE001 - the careful way tells what it means
            return

    def _stat(self, file: EventFile) -> FileStat | None:
        try:
            return file.look()
        except OSError as error:
            self._unreadable(file, error)
            return None

    def _apply(self, made: Decoded, ahead: int = 1) -> None:
        with self._lock:
            self._content.apply(made, ahead)

    def _unreadable(self, file: EventFile, error: Exception) -> None:
        why = reason(error) if isinstance(error, OSError) else repr(error)
        note = "; what was read before is kept" if file.position else ""
        self.conditions[file.path] = Problem(file.path, 0, f"cannot be read: {why}{note}", 0)
        # So that it is looked at again.
        file.retry = True


def _leave(file: EventFile) -> None:
    """Leave a file where it is, so that the next pass goes on there."""
    try:
        if file.stat is None and file.position:
            with file.open() as opened:
                file.remember(opened, opened.stat())
    except OSError:
        return
    if file.stat is not None:
        file.stat = file.stat._replace(size=file.position)


def _groups(
    files: list[EventFile], meter: Meter, stop: Callable[[], bool]
) -> Iterator[list[EventFile]]:
    """Yield groups of files that are about one piece together, as far as can be told.

    Every thread gets its share of them, and none holds much that is decoded but
    not yet added.
    """
    start = 0
    while start < len(files) and not stop():
        count = _FIRST_GROUP
        if meter.files:
            count = PIECE * meter.files // max(meter.done, 1)
        most = _GROUP if files[start].storage.is_local else _REMOTE_GROUP
        end = start + min(max(count, 1), most)
        yield files[start:end]
        start = end
