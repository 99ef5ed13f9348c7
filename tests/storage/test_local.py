"""Folders of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tensorboardX import SummaryWriter

import nbboard

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_relative_logdir_stays_where_it_was_when_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values that are read later, and what is logged since, come from the same folder."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with SummaryWriter("logs/a") as writer:
        writer.add_image("picture", np.zeros((3, 2, 2), np.uint8), 0)
    log = nbboard.open("logs")
    assert not log.problems

    monkeypatch.chdir(tmp_path / "elsewhere")

    (image,) = log.images["a", "picture"]
    assert (image.width, image.height) == (2, 2)
    with SummaryWriter(str(tmp_path / "logs" / "b")) as writer:
        writer.add_scalar("loss", 1.0, 0)
    log.refresh()
    assert list(log.runs) == ["a", "b"]
    assert not any("elsewhere" in str(run) or str(tmp_path) in str(run) for run in log.runs)
