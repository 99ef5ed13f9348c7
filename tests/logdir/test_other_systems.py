"""Reading where the system lacks a call that Linux has."""

from __future__ import annotations

import os
import types

import pytest

from nbboard.series import workers

LONG = 500_000


@pytest.fixture(params=["no preadv", "no resource", "no times of threads"])
def _elsewhere(request, monkeypatch):
    """Take away what Windows (the first two) or macOS (the last) does not have."""
    if request.param == "no preadv":
        monkeypatch.delattr(os, "preadv", raising=False)
    elif request.param == "no resource":
        monkeypatch.setattr(workers, "resource", None)
    else:
        monkeypatch.setattr(workers, "resource", types.SimpleNamespace())


@pytest.mark.usefixtures("_elsewhere")
def test_files_are_read_and_followed_without_calls_of_linux(logs):
    """Short files, long ones that a thread reads ahead, and what is added: every value is there."""
    for run in range(30):
        logs.scalars(f"run{run}", "loss", [run])
    for step in range(12):
        logs.text("long", "t", chr(ord("a") + step) * LONG, step)
    log = logs.open()

    assert [log.scalars[f"run{run}", "loss"].value.tolist() for run in range(30)] == [
        [run] for run in range(30)
    ]
    texts = log.text["long", "t"]
    assert [str(text) for text in texts] == [chr(ord("a") + step) * LONG for step in range(12)]

    logs.scalars("run7", "loss", [8], [1])
    log.refresh()
    assert log.scalars["run7", "loss"].value.tolist() == [7, 8]
    assert not log.problems
