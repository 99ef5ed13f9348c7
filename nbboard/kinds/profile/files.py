"""Which files are profiles, and which of them belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbboard.kinds.profile.patterns import REFUSED, STATISTICS, TRACES
from nbboard.text import natural_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbboard.series.points import FileBeside

__all__ = ["ProfileFile", "SessionFiles", "group_sessions", "recognize"]

_STAMP = re.compile(r"^(?P<worker>.*?)\.(?P<stamp>\d{10,})$")


@dataclass(frozen=True)
class ProfileFile:
    """One file of a profile.

    Attributes
    ----------
    file
        Where it is, and its state when it was listed.
    host
        The host or worker that it is of.
    form
        ``"chrome"``, ``"xplane"``, ``"local"``, ``"memory"``, ``"statistics"`` or
        ``"refused"``.
    suffix
        The end of its name that told.
    """

    file: FileBeside
    host: str
    form: str
    suffix: str

    @property
    def path(self) -> str:
        """Where it is."""
        return self.file.path

    @property
    def refusal(self) -> str:
        """Why nothing is shown of it; empty if something is."""
        return REFUSED.get(self.suffix, "")


@dataclass
class SessionFiles:
    """The files of one session of profiling, of all hosts.

    Attributes
    ----------
    run
        The run that it lies in.
    session
        Its name, unique in the run.
    files
        By name.
    """

    run: str
    session: str
    files: list[ProfileFile] = field(default_factory=list)


def recognize(file: FileBeside) -> ProfileFile | None:
    """Return what a file of a profile is; None for other files."""
    name = file.name
    for suffix in STATISTICS:
        if name.endswith(suffix):
            return ProfileFile(file, name[: -len(suffix)], "statistics", suffix)
    for suffix in REFUSED:
        if name.endswith(suffix):
            return ProfileFile(file, name[: -len(suffix)], "refused", suffix)
    for suffix, form in TRACES.items():
        if name.endswith(suffix):
            return ProfileFile(file, name[: -len(suffix)] or "local", form, suffix)
    return None


def group_sessions(found: Iterable[FileBeside]) -> list[SessionFiles]:
    """Return which files of a log are one session of profiling.

    TensorFlow's profiler writes ``<run>/plugins/profile/<session>/<host>.<tool>``, torch's
    handler ``<run>/<worker>.<time>.pt.trace.json.gz``. In the latter, files of several
    workers are one session if they are the first, second, ... of each.

    Parameters
    ----------
    found
        The files; what is no profile is left out.

    Returns
    -------
    list
        By run and session, in natural order.
    """
    folders: dict[str, dict[str, ProfileFile]] = {}
    for file in found:
        profile = recognize(file)
        if profile is not None:
            folders.setdefault(file.run, {})[file.name] = profile
    sessions = [one for folder, files in folders.items() for one in _in_folder(folder, files)]
    return sorted(sessions, key=lambda one: (natural_key(one.run), natural_key(one.session)))


def _in_folder(folder: str, files: dict[str, ProfileFile]) -> list[SessionFiles]:
    parts = [] if folder == "." else folder.split("/")
    for place in range(len(parts) - 1, 0, -1):
        if parts[place] == "profile" and parts[place - 1] == "plugins":
            run = "/".join(parts[: place - 1]) or "."
            session = "/".join(parts[place + 1 :]) or "profile"
            return [SessionFiles(run, session, [files[name] for name in sorted(files)])]
    traces = {
        name: file
        for name, file in files.items()
        if name.endswith((".trace.json", ".trace.json.gz")) or file.form == "xplane"
    }
    return _by_cycle(traces, folder)


def _by_cycle(files: dict[str, ProfileFile], run: str) -> list[SessionFiles]:
    """Group the traces of a folder: the first of each worker, the second, and so on."""
    cycles: dict[str, list[tuple[str, ProfileFile]]] = {}
    for name in sorted(files, key=natural_key):
        file = files[name]
        match = _STAMP.match(file.host)
        worker, stamp = (match["worker"], match["stamp"]) if match else (file.host, "")
        cycles.setdefault(worker, []).append(
            (stamp, ProfileFile(file.file, worker, file.form, file.suffix))
        )
    sessions: list[SessionFiles] = []
    for cycle in range(max(map(len, cycles.values()), default=0)):
        mine = [one[cycle] for one in cycles.values() if cycle < len(one)]
        stamps = sorted(stamp for stamp, _ in mine if stamp)
        session = stamps[0] if stamps else ("trace" if len(cycles) > 1 else mine[0][1].host)
        taken = {one.session for one in sessions}
        while session in taken:
            session += "'"
        sessions.append(SessionFiles(run, session, [file for _, file in mine]))
    return sessions
