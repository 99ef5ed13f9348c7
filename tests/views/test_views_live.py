"""How often a live view looks, which is the same for all views of a board."""

import pytest
import traitlets

import nbboard
from tests.browser.lab_page import log_scalars


def test_the_interval_of_a_board_is_that_of_its_views_and_of_their_following(tmp_path):
    """It can be chosen when the view is made, and changed while it follows the log."""
    log_scalars(tmp_path / "run")
    board = nbboard.open(tmp_path).view(interval=3)
    assert board.views["scalars"].interval == 3
    board.begin()
    assert board._sender.interval == 3

    board.interval = 7

    assert board.views["scalars"].interval == 7
    assert board._sender.interval == 7
    board.close()


def test_an_interval_that_would_never_rest_is_refused(tmp_path):
    """A tenth of a second is the shortest."""
    log_scalars(tmp_path / "run")
    with pytest.raises(traitlets.TraitError):
        nbboard.open(tmp_path).view(interval=0)
