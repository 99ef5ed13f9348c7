"""Which files are profiles, and which of them belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbboard.kinds.profile.statistics import READERS
from nbboard.text import natural_key

if TYPE_CHECKING:
    from nbboard.storage import Entry, Storage

__all__ = ["ProfileFile", "SessionFiles", "find_sessions", "recognize"]

#: How a time line ends, by what reads it.
_TRACES = {
    ".pt.trace.json.gz": "chrome",
    ".pt.trace.json": "chrome",
    ".trace.json.gz": "chrome",
    ".trace.json": "chrome",
    ".xplane.pb": "xplane",
    "local.trace": "local",
    ".trace": "local",
    ".memory_profile.json.gz": "memory",
    ".memory_profile.json": "memory",
}
#: What other tools of the profilers leave, and why nothing is shown of it.
_REFUSED = {
    ".memory_viewer.json": "the buffers of one XLA program, not a time line",
    ".hlo_proto.pb": "a program of XLA, not a time line",
    ".op_profile.pb": "a tree of XLA operations that only the plugin's version of its time reads",
    ".end_2_end.json": "a demonstration of a chart, not a profile",
    ".google_chart_demo.json": "a demonstration of a chart, not a profile",
    ".SSTABLE": "a cache of the plugin",
}
_STAMP = re.compile(r"^(?P<worker>.*?)\.(?P<stamp>\d{10,})$")
#: Folders of logs are never deeper.
_DEEPEST = 40


@dataclass(frozen=True)
class ProfileFile:
    """One file of a profile.

    Attributes
    ----------
    path
        Where it is.
    host
        The host or worker that it is of.
    form
        ``"chrome"``, ``"xplane"``, ``"local"``, ``"memory"``, ``"statistics"`` or
        ``"refused"``.
    suffix
        The end of its name that told.
    """

    path: str
    host: str
    form: str
    suffix: str

    @property
    def refusal(self) -> str:
        """Why nothing is shown of it; empty if something is."""
        return _REFUSED.get(self.suffix, "")


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


def recognize(name: str, path: str) -> ProfileFile | None:
    """Return what a file of a profile is; None for other files."""
    for suffix in READERS:
        if name.endswith(suffix):
            return ProfileFile(path, name[: -len(suffix)], "statistics", suffix)
    for suffix in _REFUSED:
        if name.endswith(suffix):
            return ProfileFile(path, name[: -len(suffix)], "refused", suffix)
    for suffix, form in _TRACES.items():
        if name.endswith(suffix):
            return ProfileFile(path, name[: -len(suffix)] or "local", form, suffix)
    return None


def find_sessions(storage: Storage, root: str, prefix: str = "") -> list[SessionFiles]:
    """Walk a logdir for profiles.

    TensorFlow's profiler writes ``<run>/plugins/profile/<session>/<host>.<tool>``, torch's
    handler ``<run>/<worker>.<time>.pt.trace.json.gz``. In the latter, files of several
    workers are one session if they are the first, second, ... of each.

    Parameters
    ----------
    storage, root
        Where.
    prefix
        What stands before the runs' names.

    Returns
    -------
    list
        By run and session, in natural order. What cannot be listed is left out: reading the
        logs says so already.
    """
    found: list[SessionFiles] = []
    pending = [(root, "", 0)]
    while pending:
        path, below, depth = pending.pop()
        try:
            entries = storage.scan(path)
        except OSError:
            continue
        for entry in entries:
            # A link may lead back to where it lies.
            if entry.kind == "folder" and not entry.is_link and depth < _DEEPEST:
                inside = f"{below}/{entry.name}" if below else entry.name
                pending.append((entry.path, inside, depth + 1))
        found += _in_folder(entries, below)
    for session in found:
        session.run = _joined(prefix, session.run)
    return sorted(found, key=lambda one: (natural_key(one.run), natural_key(one.session)))


def _joined(prefix: str, run: str) -> str:
    return "/".join(part for part in (prefix, run) if part) or "."


def _in_folder(entries: list[Entry], below: str) -> list[SessionFiles]:
    files = {
        entry.name: file
        for entry in entries
        if entry.kind == "file" and (file := recognize(entry.name, entry.path)) is not None
    }
    parts = below.split("/") if below else []
    if "profile" in parts[-2:] and "plugins" in parts[-3:-1]:
        place = len(parts) - 1 - parts[::-1].index("profile")
        if parts[place - 1] == "plugins" and files:
            session = "/".join(parts[place + 1 :]) or "profile"
            ordered = [files[name] for name in sorted(files)]
            return [SessionFiles("/".join(parts[: place - 1]), session, ordered)]
    traces = {
        name: file
        for name, file in files.items()
        if name.endswith((".trace.json", ".trace.json.gz")) or file.form == "xplane"
    }
    return _by_cycle(traces, below)


def _by_cycle(files: dict[str, ProfileFile], run: str) -> list[SessionFiles]:
    """Group the traces of a folder: the first of each worker, the second, and so on."""
    cycles: dict[str, list[tuple[str, ProfileFile]]] = {}
    for name in sorted(files, key=natural_key):
        file = files[name]
        match = _STAMP.match(file.host)
        worker, stamp = (match["worker"], match["stamp"]) if match else (file.host, "")
        cycles.setdefault(worker, []).append(
            (stamp, ProfileFile(file.path, worker, file.form, file.suffix))
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
