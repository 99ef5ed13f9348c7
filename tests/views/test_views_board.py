"""The board in Python: what its tabs count, which options it takes, what it says of problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets import TraitError

import nbboard
from nbboard.errors import Problem
from nbboard.views.board import BoardView
from tests.views import hparams_logs


def test_the_tab_of_hyperparameters_counts_trials(tmp_path: Path) -> None:
    """Not the series in which they are logged; a new trial counts."""
    for number in range(3):
        hparams_logs.session(tmp_path / f"r{number}", {"lr": float(number)}, {"loss": [(0, 1.0)]})
    log = nbboard.open(str(tmp_path), progress=False)
    board = BoardView(log)
    assert board.counts == {"scalars": 3, "hparams": None, "runs": 3}, (
        "not counted before there is a view"
    )

    assert board.views["hparams"].table is not None
    assert board.counts == {"scalars": 3, "hparams": 3, "runs": 3}
    assert log.kinds["hparams"] == 6
    hparams_logs.session(tmp_path / "new", {"lr": 9.0}, {"loss": [(0, 1.0)]})
    log.refresh()
    board.push()
    board.views["hparams"].push()
    assert board.counts == {"scalars": 4, "hparams": 4, "runs": 4}
    board.close()


def test_options_of_kinds_that_the_log_does_not_have_yet(tmp_path: Path) -> None:
    """An option of any view is taken, and reaches that view once its kind is logged."""
    board = nbboard.open(str(tmp_path), progress=False).view(smoothing=0.25, card_size=300)
    assert dict(board.views) == {}

    hparams_logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 1.0)]})
    board.logdir.refresh()
    board.push()

    assert board.views["scalars"].smoothing == 0.25
    # The images have a width in pixels for it, the scalars have words.
    assert board.views["scalars"].card_size == "medium"
    with pytest.raises(TraitError, match="card_size"):
        nbboard.open(str(tmp_path), progress=False).view(card_size="huge")
    with pytest.raises(TypeError, match="did you mean 'smoothing'"):
        nbboard.open(str(tmp_path), progress=False).view(smothing=0.25)
    board.close()


def test_a_folder_that_is_missing_is_no_damage(tmp_path: Path) -> None:
    """The status line gets problems and damage apart, in words that fit."""
    log = nbboard.open(str(tmp_path / "nowhere"), progress=False)
    board = log.view()
    status = board.encoded()["status"]

    assert status["n_problems"] == 1
    assert status["n_damaged"] == 0
    assert "at byte" not in status["problems"][0]
    assert "nowhere" in status["problems"][0]
    assert str(Problem("f", 10, "damaged", 4)) == "f at byte 10: damaged (4 bytes lost)"
    board.close()
