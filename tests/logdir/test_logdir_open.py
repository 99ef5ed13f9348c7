"""Opening logdirs: what may be given, what they say about themselves."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

import nbboard
from nbboard.logdir import listing
from nbboard.series.sources import sources_of


def test_runs_kinds_and_series(logs, png):
    """A logdir lists its runs in natural order and its series by kind."""
    for run in ("run10", "run2", "."):
        logs.scalars(run, "loss", [1.0, 2.0])
    logs.images("run2", "picture", [png(0)])
    logs.tensor("run2", "odd", "their_plugin", [1.0])

    log = logs.open()

    assert log.runs == (".", "run2", "run10")
    assert log.kinds == {"scalars": 3, "images": 1, "their_plugin": 1}
    assert [series.run for series in log.scalars] == [".", "run2", "run10"]
    assert log.problems == ()
    assert log.last_wall_time("run10") == 1001
    assert len(log.their_plugin) == len(log.collection("their_plugin")) == 1
    assert {"scalars", "hparams", "their_plugin"} <= set(dir(log))


def test_a_kind_that_is_not_there_is_empty(logs):
    """Every known kind is an attribute, with nothing in it where nothing was logged."""
    log = logs.open()

    assert len(log.images) == 0
    assert list(log.audio) == []
    with pytest.raises(AttributeError, match="no 'imagse'"):
        _ = log.imagse


def test_a_run_that_is_gone_was_never_written_to(logs):
    """Asking for the time of a run that vanished, or never was, is no error."""
    logs.scalars("run", "loss", [1.0])
    log = logs.open()
    assert log.last_wall_time("run") == 1000

    shutil.rmtree(logs.root / "run")
    log.refresh()

    assert log.last_wall_time("run") is None
    assert listing.list_runs(log, ["run"]).splitlines()[1].split() == ["run", "0"]
    assert listing.summarize(log, ["run"]) == "1 run, 0 series, 0 points"


def test_several_logdirs(logs):
    """A list prefixes runs with the folders' names, a mapping with its keys."""
    logs.scalars("a/x", "loss", [1.0])
    logs.scalars("b", "loss", [1.0])
    a, b = logs.root / "a", logs.root / "b"

    assert nbboard.open([a, str(b)]).runs == ("a/x", "b")
    assert nbboard.open({"first": a, "second": b}).runs == ("first/x", "second")
    assert nbboard.open({"": a}).runs == ("x",)


@pytest.mark.parametrize(
    "logdir",
    [
        *([], {}, 5, None, b"logs", "", [""], "a\0b", ["a", "a"], {"x": 5}),
        *({"": "a", "b": "c"}, {"x/": "a", "x": "b"}, {"x": "a", "x-y": "b", "x/y": "c"}),
    ],
)
def test_what_is_no_logdir_is_refused(logdir):
    """Anything but a path, paths or named paths raises one clear error."""
    with pytest.raises(nbboard.LogdirError):
        nbboard.open(logdir)


def test_names_of_several_paths_are_their_ends_where_these_differ():
    """Equal last parts are told apart by the whole paths."""
    names = [source.name for source in sources_of(["exp/a/", "exp/b"])]
    same = [source.name for source in sources_of(["x/logs", "/y/logs"])]

    assert names == ["a", "b"]
    assert same == ["x/logs", "y/logs"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "there is no such folder"),
        ("*/run", "there is no such folder (a pattern is not expanded"),
        ("a,b", "there is no such folder (several folders are given as a list"),
        ("x" * 300, "cannot be read: file name too long"),
    ],
)
def test_a_folder_that_is_not_there_is_told_with_what_to_do(logs, name, said):
    """It is no error, for it may come; a pattern or a list in one string is recognised."""
    logs.root.mkdir()
    (problem,) = nbboard.open(logs.root / name).problems

    assert problem.reason.startswith(said)
    assert problem.file == str(logs.root / name)


def test_the_home_of_nobody_is_a_missing_folder():
    """``~name`` of a user that does not exist is an empty logdir with that problem."""
    log = nbboard.open("~no-such-user-here/logs")

    assert [problem.reason for problem in log.problems] == ["there is no such folder"]


def test_a_folder_that_comes_later(logs):
    """A folder that does not exist yet is an empty logdir and is read once it does."""
    log = logs.open()
    assert (log.runs, log.kinds) == ((), {})
    assert "no such folder" in log.problems[0].reason

    logs.scalars("run", "loss", [1.0])
    changes = log.refresh()

    assert changes.runs_added == ("run",)
    assert log.problems == ()
    assert log.scalars["run", "loss"].value.tolist() == [1.0]


def test_a_remote_folder(logs):
    """A URL of fsspec's is read as a path is."""
    fsspec = pytest.importorskip("fsspec")
    logs.scalars("run", "loss", [1.0, 2.0])
    memory = fsspec.filesystem("memory")
    memory.pipe("/face-test/run/events.out.tfevents.1", logs.file().read_bytes())

    log = nbboard.open("memory://face-test")

    assert log.scalars["run", "loss"].value.tolist() == [1.0, 2.0]
    assert len(log.projector) == 0


def test_home_and_path_objects(logs, monkeypatch):
    """``~`` is the home folder; path objects are paths."""
    logs.scalars("run", "loss", [1.0])
    monkeypatch.setenv("HOME", str(logs.root.parent))

    assert nbboard.open("~/logs").runs == ("run",)
    assert nbboard.open(pathlib.Path(logs.root)).runs == ("run",)


def test_it_tells_what_it_holds(logs):
    """The text form names runs, series, points and the first problems."""
    logs.scalars("run", "loss", [1.0, 2.0])
    file = logs.file("bad")
    file.write_bytes(b"this is no event file" * 3)

    text = repr(logs.open())

    assert text.splitlines()[0].endswith(": 2 runs")
    assert "scalars" in text
    assert "2 points" in text
    assert "1 problem, 63 bytes lost" in text
    assert str(file) in text


def test_unknown_rule_for_restarts_is_refused(logs):
    """Restarts is one of two words."""
    with pytest.raises(nbboard.UsageError, match="'keep', 'latest' or 'purge'"):
        logs.open(restarts="newest")


def test_a_log_that_is_open_is_opened_as_it_is(logs):
    """Opening it again gives the same; another rule for restarts needs another reading."""
    log = logs.open(restarts="latest")

    assert nbboard.open(log) is nbboard.open(log, restarts="latest") is log
    with pytest.raises(nbboard.UsageError, match=r"restarts='keep': open its paths anew"):
        nbboard.open(logs.open(), restarts="latest")


def test_the_text_is_displayed_where_there_is_no_kernel(logs):
    """Outside a notebook a display is text; nothing of widgets is imported."""
    logs.scalars("run", "loss", [1.0])
    code = (
        "import sys, nbboard\n"
        f"log = nbboard.open({str(logs.root)!r})\n"
        "assert set(log._repr_mimebundle_()) == {'text/plain'}\n"
        "assert set(log.scalars._repr_mimebundle_()) == {'text/plain'}\n"
        "heavy = {'ipywidgets', 'pandas', 'matplotlib', 'IPython', 'fsspec', 'tqdm', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_kind_without_a_view_says_so(logs):
    """view() and figure() of a kind that has none name those that have one."""
    log = logs.open()

    with pytest.raises(nbboard.UsageError, match=r"no view of their_plugin \(views: "):
        log.collection("their_plugin").view()
    with pytest.raises(nbboard.UsageError, match="no view of their_plugin"):
        log.collection("their_plugin").figure()
