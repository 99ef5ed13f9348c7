"""Checks of reading: whether a growing log is noticed, and where logs lie."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from nbboard.doctor.finding import Finding

__all__ = ["folder", "watch"]

#: File systems on which other machines' writes may be seen late.
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "lustre", "beegfs", "ceph"}


def watch(seconds: float = 10.0) -> Finding:
    """Follow a log that grows, and wait until its second point is noticed."""
    import nbboard

    # The system's own folder for temporary files stands for a local disk.
    with tempfile.TemporaryDirectory() as place:
        _append(Path(place), 1)
        noticed = threading.Event()
        with nbboard.open(place) as log, log.follow(lambda _: noticed.set(), interval=0.2):
            began = time.monotonic()
            _append(Path(place), 2)
            seen = noticed.wait(seconds)
            took = time.monotonic() - began
            points = sum(key.count for key in log.scalars.keys)
    if not seen or points != 2:
        return Finding(
            "fail",
            f"New data in {tempfile.gettempdir()} was not noticed within {seconds:.0f} s.",
            "set TMPDIR to a folder on a local disk and try again",
        )
    return Finding("ok", f"New data is noticed: a point appeared within {max(took, 0.1):.1f} s.")


def folder(path: str) -> Finding:
    """Say what lies in a folder of logs, and on what kind of disk."""
    import nbboard

    local = "://" not in path
    if local and not Path(path).exists():
        return Finding("fail", f"There is no folder {path}.", "check the path; it is relative here")
    try:
        with nbboard.open(path) as log:
            runs, problems, kinds = len(log.runs), len(log.problems), sum(log.kinds.values())
    except nbboard.NbboardError as error:
        return Finding("fail", str(error), "check the path and who may read it")
    text = f"{path}: {runs:,} run{'s' * (runs != 1)}, {kinds:,} series"
    if problems:
        places = "place" if problems == 1 else "places"
        text += f", {problems:,} damaged {places}, skipped and counted"
    kind = _file_system(Path(path)) if local else ""
    if kind in _REMOTE:
        return Finding(
            "note",
            f"{text}. It is on a network disk ({kind}): what another machine writes may appear late.",
        )
    return Finding("note" if problems or not runs else "ok", f"{text}.")


def _append(place: Path, step: int) -> None:
    """Log one scalar, as any program would."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    summary = Summary(value=[Summary.Value(tag="loss", simple_value=1 / step)])
    event = Event(step=step, wall_time=time.time(), summary=summary)
    with (place / "events.out.tfevents.1.doctor").open("ab") as stream:
        RecordWriter(stream).write(event.SerializeToString())


def _file_system(path: Path) -> str:
    """Return the type of the file system that holds a path; empty where that is unknown."""
    if not sys.platform.startswith("linux"):
        return ""
    best = ("", "")
    resolved = str(path.resolve()) + "/"
    for line in Path("/proc/mounts").read_text(errors="replace").splitlines():
        _, point, kind, *_ = line.split()
        if resolved.startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]
