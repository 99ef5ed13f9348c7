"""A table of trials that was kept up to date is the one that a fresh reading gives."""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import nbboard
from nbboard.views.hparams.rows import Rows
from nbboard.views.hparams.table import TrialTable
from tests.views import hparams_logs as logs


def _state(table: TrialTable) -> dict[str, object]:
    statistics = table.statistics
    counted = statistics.count > 0
    finite = counted & ~np.isnan(statistics.value[3])
    return {
        "trials": table.trials,
        "sessions": [(row.run, row.status, row.runs, row.start) for row in table.sessions],
        "trial_of": table.trial_of.tolist(),
        "hparams": table.hparams,
        "cells": {column.key: table.cells(column) for column in table.hparams},
        "metrics": table.metrics,
        "judge": table.judge,
        "count": statistics.count.tolist(),
        "value": np.nan_to_num(statistics.value, nan=-1e9).tolist(),
        "step": [np.where(counted, statistics.step[0], -1).tolist(),
                 np.where(finite, statistics.step[1:], -1).tolist()],
    }  # fmt: skip


Deed = Callable[[Path], None]


def _run(name: str, hparams: dict[str, logs.Value], loss: float = 1.0, **more: object) -> Deed:
    def act(folder: Path) -> None:
        curves = {"loss": [(0, 2 * loss), (1, loss)]}
        logs.session(folder / name, hparams, curves, **more)  # type: ignore[arg-type]

    return act


def _gone(name: str) -> Deed:
    return lambda folder: shutil.rmtree(folder / name)


def _again(name: str, loss: float) -> Deed:
    def act(folder: Path) -> None:
        shutil.rmtree(folder / name)
        _run(name, {"lr": 1.0}, loss)(folder)

    return act


def _also(name: str, tag: str) -> Deed:
    def act(folder: Path) -> None:
        writer = logs.session(folder / name / "eval", {"x": 0.0}, {tag: [(5, 7.0)]}, status=None)
        writer.close()

    return act


DEEDS = {
    "a trial in the middle": [_run("b5", {"lr": 3.0})],
    "a trial that is gone": [_gone("b2")],
    "the first and the last that are gone": [_gone("b1"), _gone("b10")],
    "one written anew, as many points": [_again("b2", 9.0)],
    "one written anew without a finite value": [_again("b2", math.nan)],
    "one that takes another's place in a group": [_gone("g2"), _run("g0", {"lr": 5.0}, group="G")],
    "a group that is left alone": [_gone("g2")],
    "a group that takes a run's name": [
        _run("h1", {"lr": 1.0}, group="b2"),
        _run("h2", {"lr": 1.0}, group="b2"),
    ],
    "a new hyperparameter": [_run("c", {"lr": 1.0, "zeta": "new", "alpha": True})],
    "a hyperparameter that only one had": [_gone("b10")],
    "a session below another": [_also("b1", "loss"), _also("b2", "accuracy")],
    "a declared metric that was logged before": [lambda folder: logs.declare(folder, ["other"])],
    "all gone": [_gone(name) for name in ("b1", "b2", "b10", "g1", "g2")],
}


@pytest.mark.parametrize("name", DEEDS)
def test_what_changed_leaves_the_table_as_read_anew(tmp_path, name):
    """After each change, in one look or in one look each, nothing tells it from a fresh one."""
    for folder in (tmp_path / "once", tmp_path / "each"):
        for run, lr in (("b1", 1.0), ("b2", 2.0)):
            _run(run, {"lr": lr})(folder)
        logs.session(
            folder / "b10", {"lr": 1.0, "only": 1.0}, {"loss": [(0, 1.0)], "other": [(3, 4.0)]}
        )
        for run in ("g1", "g2"):
            _run(run, {"lr": float(run[1])}, group="G")(folder)
        log = nbboard.open(folder)
        table = TrialTable(log.hparams)
        table.update()
        for deed in DEEDS[name]:
            deed(folder)
            if folder.name == "each":
                log.refresh()
                table.update()
        log.refresh()
        table.update()
        fresh = TrialTable(nbboard.open(folder).hparams)
        fresh.update()

        assert _state(fresh) == _state(table)


def test_nothing_changed_is_no_change(tmp_path):
    """Without news there is nothing to say, also where something else grew."""
    _run("a", {"lr": 1.0})(tmp_path)
    log = nbboard.open(tmp_path)
    table = TrialTable(log.hparams)
    assert table.update()
    assert table.update() is None

    logs.add(logs.EventFileWriter(str(tmp_path / "elsewhere")), {"loss": [(0, 1.0)]})
    assert log.refresh()
    assert table.update() is None


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_come_and_go_keep_their_order(seed):
    """Whatever changes: rows are in natural order, and the change leads from old to new."""
    chance = random.Random(seed)
    rows: Rows[int] = Rows()
    there: dict[str, tuple[str, int]] = {}
    held = np.zeros((2, 0))
    for turn in range(40):
        changed: dict[str, tuple[str, int] | None] = {}
        for name in chance.sample([f"n{i}" for i in range(12)], chance.randrange(5)):
            there.pop(name, None)
            changed[name] = None
            if chance.random() < 0.7:
                changed[name] = there[name] = (f"{chance.choice('ab')}{name}", turn)
        change = rows.update(changed)
        expected = sorted(there, key=lambda name: (there[name][0][0], int(name[1:])))
        fresh = np.full((2, len(expected)), -1.0)
        held = change.merged(held, fresh)
        held[:, change.sent] = [rows.items[at] for at in change.sent]

        assert expected == rows.names
        assert [there[name][1] for name in expected] == rows.items == held[1].tolist()
        assert {name: at for at, name in enumerate(expected)} == rows.place
        assert set(change.came) <= set(change.sent)
