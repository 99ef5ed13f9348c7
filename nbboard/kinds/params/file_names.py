"""Which files hold parameters, and of which run's folder.

A file counts for the runs in its folder and below it. Some writers keep theirs in a folder of
its own inside the run's (Hydra, Weights & Biases); that folder is looked through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbboard.series import FileBeside

__all__ = ["ABOVE", "PATTERNS", "by_folder", "folders_above"]

#: File names, the most telling first: of two that say the same the first one is named.
PATTERNS = (
    "hparams.yaml",  # PyTorch Lightning
    "args.yaml",  # ultralytics
    "args.yml",  # Stable-Baselines3 zoo
    "opt.yaml",  # YOLOv5
    "hyp.yaml",  # YOLOv5
    "configuration.yaml",  # ML-Agents
    "config.yaml",  # Hydra, Weights & Biases, many others
    "config.yml",  # Stable-Baselines3 zoo
    "params.json",  # Ray Tune
    "params.yaml",
    "hparams.json",
    "args.json",
    "config.json",
    "trainer_state.json",  # Hugging Face Trainer
    "wandb-metadata.json",  # Weights & Biases
)

#: So many folders above a run's own are looked at, as far as they are in the log:
#: Hugging Face's Trainer logs to ``output/runs/<date>``.
ABOVE = 3

#: Folders inside a run's folder that hold its files: Hydra's; those of one W&B run; the
#: checkpoints of Hugging Face's Trainer, which each hold its state.
_HYDRA = re.compile(r"(?:^|/)\.hydra$")
_WANDB = re.compile(r"(?:^|/)(?P<run>(?:offline-)?run-[^/]+|latest-run)/files$")
_CHECKPOINT = re.compile(r"(?:^|/)checkpoint-(?P<step>[0-9]+)$")


def by_folder(files: Iterable[FileBeside]) -> dict[str, dict[str, FileBeside]]:
    """Return the parameter files that count for each folder, by folder and file name.

    Parameters
    ----------
    files
        All parameter files of a log.

    Returns
    -------
    dict
        By the name that a run in the folder would have. Where several folders inside one
        hold a file of the same name (two W&B runs), it counts for neither of them but for
        what lies inside; of checkpoints the last one counts.
    """
    found: dict[str, dict[str, FileBeside]] = {}
    lifted: dict[tuple[str, str], dict[str, FileBeside]] = {}
    for file in files:
        inside, owner = _owner(file.run)
        found.setdefault(inside, {})[file.name] = file
        if owner is not None:
            lifted.setdefault((owner, file.name), {})[file.run] = file
    for (owner, name), several in lifted.items():
        steps = {_step(folder): file for folder, file in several.items()}
        if len(several) == 1 or -1 not in steps:
            found.setdefault(owner, {}).setdefault(name, steps[max(steps)])
    return found


def folders_above(run: str) -> Iterator[str]:
    """Yield the name of a run's folder, then those above it, the nearest first."""
    yield run
    for _ in range(ABOVE):
        if run == ".":
            return
        run = run.rpartition("/")[0] or "."
        yield run


def _owner(folder: str) -> tuple[str, str | None]:
    """Return the folder that a file in this one belongs to, and one that it may count for."""
    if _HYDRA.search(folder):
        return _parent(folder), None
    if match := _WANDB.search(folder):
        inside = _parent(folder)
        above = _parent(inside)
        # A link to the newest run is no run of its own.
        above = _parent(above) if above.rpartition("/")[2] == "wandb" else above
        return inside, None if match["run"] == "latest-run" else above
    if _CHECKPOINT.search(folder):
        return folder, _parent(folder)
    return folder, None


def _parent(folder: str) -> str:
    return folder.rpartition("/")[0] or "."


def _step(folder: str) -> int:
    match = _CHECKPOINT.search(folder)
    return int(match["step"]) if match else -1
