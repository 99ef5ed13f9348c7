"""The profile view's Python half: what travels, options, figure, report, and reading on a thread."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import nbboard
from nbboard.errors import LogdirError, NbboardError
from nbboard.kinds.profile import profile as profile_module
from nbboard.kinds.profile.chrome import read_chrome
from nbboard.kinds.profile.roles import roles_of
from nbboard.views.profile import view as view_module
from nbboard.views.profile import windows
from nbboard.views.profile.windows import pack_all, pack_window
from nbboard.views.shared.options import OptionError
from tests.kinds.profile.traces import pieces, span, training, write
from tests.views.reports import unpacked


@pytest.fixture
def log(tmp_path):
    """A log with two sessions of one run."""
    write(tmp_path / "run/w.1700000000001.pt.trace.json", training(steps=4))
    write(tmp_path / "run/w.1700000000900.pt.trace.json", training(steps=4, loading=2))
    return nbboard.open(tmp_path)


def column(packed: dict, name: str, kind: str) -> np.ndarray:
    """One column of packed spans."""
    found = packed[name]
    assert found.dtype == np.dtype(kind)
    return found


def test_the_latest_session_is_shown_with_all_that_the_page_needs(log):
    """Verdict, steps, tables and trace come with the first payload."""
    view = log.profile.view()
    content = view.payload()
    packed = content["profile"]

    assert content["chosen"] == ["run", "1700000000900"]
    assert content["sessions"] == [["run", "1700000000001"], ["run", "1700000000900"]]
    assert packed["verdict"]["sentence"] == view.profile.verdict.sentence
    assert packed["operators"]["columns"]["name"] == ["aten::conv"]
    assert packed["steps"]["names"] == ["0", "1", "2", "3"]
    assert len(column(packed["trace"]["spans"], "start", "<f8")) == 20
    assert content["reading"] is None


def test_another_session_is_pushed_when_it_is_chosen(log):
    """Traits choose; what was sent before is not sent again."""
    view = log.profile.view()
    view.payload()
    assert view.news() is None

    view.session = "1700000000001"
    news = view.news() or view._content()

    assert news["chosen"] == ["run", "1700000000001"]
    assert view.news() is None


def test_the_page_hears_that_a_file_is_no_problem_any_more(tmp_path):
    """A trace that is shown while it is written is damaged until it is whole, and then is not."""
    file = write(tmp_path / "run/w.1700000000001.pt.trace.json", training(steps=3))
    whole = file.read_bytes()
    file.write_bytes(whole[:7])
    log = nbboard.open(tmp_path)
    view = log.profile.view()
    assert view.encoded()["status"]["n_problems"] == 1
    told: list[dict] = []
    view._send_content = lambda _kind, content: told.append(content)

    file.write_bytes(whole)
    view.note(log.refresh())
    view.push()

    assert told[-1]["profile"] is not None
    assert told[-1]["status"]["n_problems"] == 0


def test_a_comparison_travels_with_the_profile(log):
    """What changed since an earlier session, by operator and kernel."""
    view = log.profile.view(compare=["run", "1700000000001"])
    comparison = view.payload()["comparison"]

    assert comparison["before"] == ["run", "1700000000001"]
    assert comparison["operators"]["columns"]["status"] == ["alike"]
    assert comparison["mean_us"] == 100.0


def test_a_profile_that_is_not_there_is_told(log):
    """A name of nothing is refused with what there is; one that goes away is said in the page."""
    with pytest.raises(OptionError, match="there is no such run; there is 'run'"):
        log.profile.view(run="nope")
    with pytest.raises(OptionError, match="not a regular expression"):
        log.profile.view(search="(")
    with pytest.raises(OptionError, match="no such run and session"):
        log.profile.view(compare=["run", "1"])
    view = log.profile.view()
    view.set_trait("session", "gone")

    assert view.payload()["failure"].startswith("no profile gone; there is run/1700000000001")
    with pytest.raises(LogdirError, match="no profile gone"):
        _ = view.data


def test_wrong_options_are_refused(log):
    """An unknown option names the nearest, a wrong value is no option."""
    with pytest.raises(OptionError, match="did you mean 'session'"):
        log.profile.view(sesion="x")
    with pytest.raises(OptionError, match="tab"):
        log.profile.figure(tab="pies")


def test_a_long_profile_is_read_beside(log, monkeypatch):
    """The view is there at once and says how far reading is; then the profile is pushed."""
    gate = threading.Event()
    read = profile_module.read_host

    def waiting(*arguments):
        gate.wait(30)
        return read(*arguments)

    monkeypatch.setattr(profile_module, "read_host", waiting)
    monkeypatch.setattr(view_module, "READ_AT_ONCE", 0)
    view = log.profile.view()
    first = view.payload()

    assert first["profile"] is None
    assert first["reading"]["total"] > 0
    assert "still being read" in view.picture().texts[0].get_text()

    gate.set()
    end = time.monotonic() + 30
    while not view.profile.is_read:
        assert time.monotonic() < end
        time.sleep(0.01)

    assert view._content()["profile"] is not None


def test_the_page_asks_for_a_window_and_for_a_span(log):
    """Answers are finer than the screen, or say what cannot be had."""
    view = log.profile.view()
    view.payload()
    window = view.answer("window", {"begin": 0, "end": 99, "bins": 500})
    facts = view.answer("span", {"id": 0})

    assert column(window, "start", "<f8").max() < 99
    assert facts["category"] == "user_annotation"
    with pytest.raises(NbboardError, match="no span 99"):
        view.answer("span", {"id": 99})


def test_the_selection_is_a_table_of_spans(log):
    """A range that was dragged in the page gives the spans in it, a click the one."""
    view = log.profile.view()
    view._selection = {"begin": 0, "end": 55}

    assert set(view.selection["name"]) == {
        "enumerate(DataLoader)#_Iter.__next__",
        "aten::conv",
        "cudaLaunchKernel",
    }
    view._selection = {"span": 0}
    assert len(view.selection) == 1


def test_a_million_spans_are_summed_up_for_the_screen(monkeypatch):
    """Wide spans come as they are; narrow neighbours are merged, counted, and nothing is lost."""
    monkeypatch.setattr(windows, "MOST_SPANS", 1000)
    events = [span("outer", 0, 60_000)]
    events += [span(f"op {i % 7}", 2 * i, 1) for i in range(20_000)]
    trace = read_chrome(pieces(events))
    roles = roles_of(trace)
    whole = pack_all(trace, roles)
    merged = column(whole, "merged", "<u4")

    assert not whole["complete"]
    assert len(merged) < 5_000
    assert merged.sum() == 20_001
    assert column(whole, "duration", "<f4").max() == 60_000

    close = pack_window(trace, roles, 0, 200 * 10**6, 1000)
    assert column(close, "merged", "<u4").tolist() == [1] * 101


def test_the_figure_has_the_verdict_and_the_operators(log):
    """The sentence, the stack and the table, as text that can be searched."""
    figure = log.profile.figure()
    words = [text.get_text() for text in figure.texts]

    assert any(word.startswith(("Waiting", "Launch")) for word in words)
    assert "aten::conv" in words
    assert any("mean step 100 µs" in word for word in words)
    assert len(figure.axes) == 1


def test_a_log_without_profiles_has_an_empty_view_and_figure(tmp_path):
    """Nothing there is no error."""
    log = nbboard.open(tmp_path)

    assert log.profile.view().payload()["profile"] is None
    assert log.profile.figure().texts[0].get_text() == "No profile yet"
    assert "profile" not in log.kinds


def test_a_report_holds_the_whole_profile(log, tmp_path):
    """One file with the trace in it; hostile names are inert."""
    write(tmp_path / "run/w.1700000001000.pt.trace.json", [span("</script><b>x", 0, 5)])
    log.refresh()
    path = log.profile.view().save(tmp_path / "report.html")

    assert "</script><b>x" in unpacked(path)
    assert "</script><b>x" not in path.read_text("utf-8")


def test_profiles_have_a_tab_on_the_board(log):
    """A log of profiles alone is a board with that tab."""
    board = log.view()

    assert list(board.views) == ["profile"]
    assert board.counts == {"profile": 2}
