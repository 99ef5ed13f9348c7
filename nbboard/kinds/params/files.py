"""Reading one file of parameters: bounded, never out of the log, damage told in words."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbboard.errors import UndecodableError
from nbboard.kinds.params.flat import ParamValue, flatten
from nbboard.kinds.params.secrets import masked_command
from nbboard.kinds.params.yaml_text import parse_yaml
from nbboard.series.find import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbboard.series import FileBeside

__all__ = ["MOST_BYTES", "read_file"]

#: Longer files hold more than settings; a trainer's state holds its log, too.
MOST_BYTES = 1 << 20
_MOST_STATE = 64 << 20

#: What of a trainer's state was given to it; the rest is what came of it.
_TRAINER = (
    "max_steps",
    "num_train_epochs",
    "train_batch_size",
    "logging_steps",
    "eval_steps",
    "save_steps",
    "trial_name",
    "trial_params",
)
#: What of W&B's metadata says how a run came about; who ran it is nobody else's business.
_WANDB = {
    "program": "program",
    "python": "machine.python",
    "os": "machine.system",
    "host": "machine.host",
    "gpu": "machine.gpu",
    "cpu_count": "machine.processors",
}


def read_file(file: FileBeside) -> dict[str, ParamValue]:
    """Return the parameters in a file, by flat name.

    Raises
    ------
    UndecodableError
        If it cannot be read, is too long, no settings, or a link out of its folder.
    """
    limit = _MOST_STATE if file.name == "trainer_state.json" else MOST_BYTES
    try:
        if file.storage.is_local:
            _stay_inside(file.path)
        with file.storage.open(file.path) as opened:
            size = opened.stat().size
            if size > limit:
                raise UndecodableError(f"{size:,} bytes, which are no settings")
            data = bytearray(size)
            count = opened.read_into(memoryview(data), 0)
    except OSError as error:
        raise UndecodableError(f"cannot be read: {reason(error)}") from error
    return _settings(file.name, _parsed(file.name, bytes(data[:count])))


def _stay_inside(path: str) -> None:
    """Refuse a link to what lies elsewhere: only what stands beside a run belongs to it."""
    if not stat.S_ISLNK(os.lstat(path).st_mode):
        return
    target, folder = Path(path).resolve(), Path(path).parent.resolve()
    if not target.is_relative_to(folder):
        raise UndecodableError("a link that leads out of its folder: not followed")


def _parsed(name: str, data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UndecodableError("no text in UTF-8") from error
    if not name.endswith(".json"):
        return parse_yaml(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UndecodableError(f"JSON that cannot be parsed: {error}") from error


def _settings(name: str, found: Any) -> dict[str, ParamValue]:
    if found is None:
        return {}  # Lightning leaves an empty file where there are none
    if not isinstance(found, dict):
        return flatten(found)  # which says what it is
    if name == "trainer_state.json":
        return flatten({key: found[key] for key in _TRAINER if found.get(key) is not None})
    if name == "wandb-metadata.json":
        return _metadata(found)
    if "wandb_version" in found or "_wandb" in found:
        return flatten(
            {
                key: value["value"]
                for key, value in found.items()
                if isinstance(value, dict) and "value" in value and key != "_wandb"
            }
        )
    return flatten(found)


def _metadata(found: Mapping[str, Any]) -> dict[str, ParamValue]:
    given: dict[str, Any] = {
        name: found[key] for key, name in _WANDB.items() if found.get(key) is not None
    }
    git = found.get("git")
    if isinstance(git, dict) and git.get("commit"):
        given["git.commit"] = git["commit"]
    words = found.get("args")
    if isinstance(words, list):
        given["command"] = masked_command([str(found.get("program", "")), *map(str, words)])
    return flatten(given)
