"""Noting how a run came about, in the run's own log: code, command, packages, machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from nbboard.errors import UsageError
from nbboard.kinds.params.secrets import masked_command
from nbboard.records.framing import frame

__all__ = ["NOTE_TAG", "note_run"]

#: The tag of the text that is written.
NOTE_TAG = "nbboard/run"

#: Seconds that git, or what asks a graphics card for its name, may take.
_PATIENCE = 10
_MOST_PACKAGES = 1_000


def note_run(logdir: str | os.PathLike[str]) -> dict[str, str]:
    """Write down how this run comes about, so that it travels with the log.

    To be called once in a script or notebook that trains. It records the commit and a hash
    of what is changed against it, the command line, the versions of the installed packages
    and the machine, as a text summary in an event file of its own. TensorBoard shows it among
    its texts; :func:`nbboard.diff` reads it back.

    The environment is never recorded, and of the command line what looks like a secret is
    masked: options called like one (``--api-key``, ``token=``), logins in URLs, and words
    that look like a service's token.

    Parameters
    ----------
    logdir
        The run's folder, where its writer logs to; a local path. It is made if need be.

    Returns
    -------
    dict
        What was written, by name: ``"git.commit"``, ``"git.diff"``, ``"command"``,
        ``"machine.host"``, ``"package.numpy"``, ...

    Raises
    ------
    UsageError
        If `logdir` is no local path.
    OSError
        If the file cannot be written.
    """
    place = os.fspath(logdir)
    if not isinstance(place, str) or "://" in place:
        raise UsageError(f"a note is written to a local folder, not to {place!r}")
    folder = Path(place).expanduser()
    noted = {**_code(), "command": masked_command(_command()), **_machine(), **_packages()}
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, noted)
    return noted


def _write(folder: Path, noted: dict[str, str]) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.types_pb2 import DT_STRING

    tensor = TensorProto(dtype=DT_STRING, string_val=[_table(noted).encode("utf-8", "replace")])
    tensor.tensor_shape.dim.add(size=1)
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    value = Summary.Value(tag=NOTE_TAG, tensor=tensor, metadata=metadata)
    now = time.time()
    events = [
        Event(wall_time=now, file_version="brain.Event:2"),
        Event(wall_time=now, step=0, summary=Summary(value=[value])),
    ]
    # TensorBoard reads the files of a folder one after the other, by name, and is done with
    # one when it goes on to the next: a name before every other keeps the writer's the last.
    path = folder / f"events.out.tfevents.0000000000.nbboard.{os.getpid()}.{time.time_ns()}"
    with path.open("xb") as file:
        file.write(b"".join(frame(event.SerializeToString()) for event in events))


def _table(noted: dict[str, str]) -> str:
    rows = [f"|{name}|{_cell(value)}|" for name, value in noted.items()]
    return "\n".join(["|param|value|", "|-|-|", *rows])


def _cell(value: str) -> str:
    return " ".join(value.split()).replace("|", "\\|")


def _command() -> list[str]:
    """Return the command line, without Python's own path; in a notebook what was started."""
    words = getattr(sys, "orig_argv", None) or [sys.executable, *sys.argv]
    return [Path(words[0]).name or "python", *words[1:]]


def _code() -> dict[str, str]:
    """Return the commit of the code and what of it is changed; nothing where it is in no git."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    folder = Path(script).resolve().parent if script else Path.cwd()
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return {}
    found = {"git.commit": commit.decode().strip()}
    diff = _git(folder, "diff", "--no-ext-diff", "--no-textconv", "--binary", "HEAD")
    if diff is not None:
        found["git.diff"] = sha256(diff).hexdigest()[:16] if diff else "none"
    return found


def _git(folder: Path, *words: str) -> bytes | None:
    # Nothing that the repository configures is run, and its index stays as it is.
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *words]
    return _output(command, {**os.environ, "GIT_OPTIONAL_LOCKS": "0"})


def _output(command: list[str], environment: dict[str, str] | None = None) -> bytes | None:
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def _machine() -> dict[str, str]:
    found = {
        "machine.host": socket.gethostname(),
        "machine.system": f"{platform.system()} {platform.release()}",
        "machine.architecture": platform.machine(),
        "machine.python": platform.python_version(),
        "machine.processors": str(os.cpu_count() or ""),
    }
    cards = _output(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"])
    names = cards.decode("utf-8", "replace").splitlines() if cards else []
    if names:
        found["machine.gpu"] = ", ".join(name.strip() for name in names)
    return {name: value for name, value in found.items() if value}


def _packages() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in importlib.metadata.distributions():
        name = one.metadata["Name"] if one.metadata else None
        if name:
            # The first one on the path is the one that is imported.
            found.setdefault(f"package.{name.lower().replace('_', '-')}", str(one.version))
    return dict(sorted(found.items())[:_MOST_PACKAGES])
