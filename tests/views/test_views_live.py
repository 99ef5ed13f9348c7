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


def test_news_that_failed_once_are_told_all_the_same(tmp_path, monkeypatch, caplog):
    """What had been made of them is lost: the whole of the view is sent in its turn."""
    log_scalars(tmp_path / "run")
    log = nbboard.open(tmp_path, progress=False)
    view = log.scalars.view(live=False)
    sent = []
    monkeypatch.setattr(type(view), "_send_content", lambda _, kind, content: sent.append(content))
    log_scalars(tmp_path / "later")
    view.note(log.refresh())
    with monkeypatch.context() as failing:
        failing.setattr(type(view), "news", lambda _: 1 / 0)
        view.push()
    assert sent == []
    assert "could not bring a view up to date" in caplog.text
    assert view.has_noted

    view.push()

    (whole,) = sent
    assert set(whole) == set(view.encoded())
    assert not view.has_noted
    view.close()


def test_news_that_always_fail_wait_for_the_log_to_change(tmp_path, monkeypatch, caplog):
    """Nobody is told the same again and again."""
    log_scalars(tmp_path / "run")
    log = nbboard.open(tmp_path, progress=False)
    view = log.scalars.view(live=False)
    monkeypatch.setattr(type(view), "news", lambda _: 1 / 0)
    monkeypatch.setattr(type(view), "encoded", lambda _: 1 / 0)
    view.has_noted = True

    while view.has_noted:
        view.push()

    assert len(caplog.records) == 3
    view.close()
