"""Collections and series: narrowing, indexing, restarts, snapshots, damage."""

from __future__ import annotations

import copy
import pickle
import re

import numpy as np
import pytest

import nbboard
from nbboard.kinds import kind_named
from nbboard.logdir import long_form
from nbboard.logdir.restarts import kept_by_latest


@pytest.fixture
def log(logs):
    """Open a logdir of two runs with two tags each."""
    for run in ("Run_a", "run_b"):
        logs.scalars(run, "loss/train", [3.0, 2.0, 1.0])
        logs.scalars(run, "acc", [0.5])
    return logs.open()


def test_a_scalar_series(log):
    """A series has read-only columns of the logged types, and its names."""
    series = log.scalars["run_b", "loss/train"]

    assert (series.run, series.tag, len(series)) == ("run_b", "loss/train", 3)
    assert (series.step.dtype, series.wall_time.dtype) == (np.int64, np.float64)
    assert series.value.dtype == np.float32
    assert (series.step.tolist(), series.value.tolist()) == ([0, 1, 2], [3.0, 2.0, 1.0])
    assert not series.value.flags.writeable
    assert (series.display_name, series.description) == ("loss/train", "")
    assert repr(series) == "ScalarSeries('run_b', 'loss/train', 3 points, steps 0 to 2, last 1)"


def test_selections_are_regular_expressions_or_names(log):
    """A string is an unanchored, case-insensitive expression; several strings are names."""
    names = [(key.run, key.tag) for key in log.scalars.keys]

    assert names == [(r, t) for r in ("Run_a", "run_b") for t in ("acc", "loss/train")]
    assert log.scalars.select(tags="LOSS").tags == ("loss/train",)
    assert log.scalars.select(runs="run_[ab]$").runs == ("Run_a", "run_b")
    assert log.scalars.select("acc", runs="A").runs == ("Run_a",)
    assert log.scalars.select(runs=["run_b"]).runs == ("run_b",)
    assert log.scalars.select(runs=(run for run in ["run_b"])).runs == ("run_b",)
    for names in ({"runs": ["run_b", "ru_b"]}, {"tags": ["los/train"]}):
        with pytest.raises(nbboard.LogdirError, match=r"did you mean '(run_b|loss/train)'"):
            log.scalars.select(**names)
    assert len(log.scalars.select(tags="loss").select(tags="train").select(runs="b")) == 1
    assert len(log.scalars.select(tags="nothing")) == 0
    with pytest.raises(nbboard.UsageError, match=r"tags='\(' is not a regular expression"):
        log.scalars.select(tags="(")


def test_selections_by_compiled_expressions_and_functions(log):
    """A compiled expression keeps its flags; a function is asked about each name."""
    assert log.scalars.select(tags=re.compile("loss")).tags == ("loss/train",)
    assert log.scalars.select(runs=re.compile("RUN")).runs == ()
    assert log.scalars.select(runs=re.compile("RUN", re.IGNORECASE)).runs == ("Run_a", "run_b")
    assert log.scalars.select(runs=lambda run: run.endswith("b")).runs == ("run_b",)
    assert log.scalars.select(tags=("acc",), runs={"run_b": 1}).tags == ("acc",)
    assert log.scalars.select(tags=[]).tags == ()


@pytest.mark.parametrize("names", [5, b"loss", [5], re.compile(b"loss"), object()])
def test_what_cannot_narrow_is_refused(log, names):
    """Whatever is neither expression, names nor function is an error that says so."""
    with pytest.raises(nbboard.UsageError, match="runs is a regular expression, a list of names"):
        log.scalars.select(runs=names)


def test_what_is_not_there_names_what_is_near(log):
    """An unknown run or tag raises an error that tells near ones."""
    with pytest.raises(nbboard.LogdirError, match="loss/train"):
        _ = log.scalars["run_b", "loss/trian"]
    with pytest.raises(nbboard.LogdirError, match="run 'run_b'"):
        _ = log.scalars["run_c", "acc"]
    with pytest.raises(nbboard.LogdirError, match=r"\['run_b', 'acc'\] \(the run comes first\)"):
        _ = log.scalars["acc", "run_b"]
    with pytest.raises(nbboard.LogdirError, match=r"; runs: 'Run_a', 'run_b'$"):
        _ = log.scalars["zzz", "acc"]
    with pytest.raises(nbboard.LogdirError, match=r"; tags: 'acc', 'loss/train'$"):
        _ = log.scalars["run_b", "zzz"]
    with pytest.raises(nbboard.LogdirError, match="there are no images here"):
        _ = log.images["run_b", "acc"]
    with pytest.raises(nbboard.UsageError, match=r"log.scalars\['Run_a', 'acc'\]"):
        _ = log.scalars[0]
    with pytest.raises(nbboard.LogdirError, match="did you mean 'loss/train'"):
        _ = log.scalars["loss/tran"]
    with pytest.raises(nbboard.LogdirError, match=r"is a run: log\['run_b'\].scalars"):
        _ = log.scalars["run_b"]
    assert ("run_b", "acc") in log.scalars
    assert ("run_b", "no") not in log.scalars


def test_a_tag_alone_is_that_of_all_runs(log):
    """log.scalars[tag] has one series a run, and a tag that some run has is in it."""
    assert [(one.run, one.tag) for one in log.scalars["acc"]] == [
        ("Run_a", "acc"),
        ("run_b", "acc"),
    ]
    assert "acc" in log.scalars
    assert "ac" not in log.scalars


def test_an_empty_selection_says_why(logs):
    """Nothing logged yet, nothing of this kind, or nothing that matches, with what is near."""
    assert "no event files yet" in logs.open().scalars.why_empty()
    logs.text("run", "note", "x")
    assert "1 run below" in logs.open().scalars.why_empty()
    logs.scalars("run", "loss", [1.0])
    why = logs.open().scalars.select(runs="run", tags="los_s").why_empty()
    assert "no scalars match tags='los_s'; did you mean 'loss'?" in why


def test_a_series_of_scalars_is_its_values(logs):
    """Indexing, iterating and NumPy give values in the logged type."""
    logs.scalars("run", "loss", [3.0, 2.0, 1.0])
    series = logs.open().scalars["run", "loss"]

    assert series[-1] == 1.0
    assert series[:2].tolist() == list(series)[:2] == [3.0, 2.0]
    assert np.asarray(series).dtype == np.float32
    assert np.asarray(series, np.float64).tolist() == [3.0, 2.0, 1.0]
    assert np.mean(series) == 2.0
    with pytest.raises(IndexError, match="3 points: there is no point 3"):
        series[3]
    with pytest.raises(TypeError, match="whole number"):
        series["loss"]


def test_a_collection_tells_what_it_holds(log):
    """The text form counts, and lists the first series."""
    text = repr(log.scalars)

    assert "4 series of 2 tags in 2 runs, 8 points" in text
    assert "  run_b  loss/train  3 points" in text
    assert "1 series of 1 tag in 1 run, 1 point" in repr(log.scalars.select("acc", ["run_b"]))
    assert bool(log.images)


def test_names_stand_on_one_line(logs):
    """Line ends and control characters of names are shown as codes, so that rows stay rows."""
    logs.scalars("two\nlines", "\x1b[31mred", [1.0])

    assert repr(logs.open().scalars).splitlines()[1:] == ["  two\\nlines  \\x1b[31mred  1 point"]


def test_a_series_is_its_own_copy(log):
    """Nothing in a series changes, so copying it costs nothing; pickling tells what to do."""
    series = log.scalars["run_b", "acc"]

    assert copy.deepcopy([series])[0] is copy.copy(series) is series
    with pytest.raises(TypeError, match=r"pickle \.to_pandas\(\)"):
        pickle.dumps(series)
    with pytest.raises(TypeError, match="open its paths again"):
        pickle.dumps(log.scalars)
    with pytest.raises(TypeError, match="open its paths again"):
        copy.copy(log)


def test_restarts(logs):
    """Keep has every point in written order; latest what TensorBoard shows; both say how many."""
    logs.scalars("run", "loss", [0, 1, 2, 3, 11, 12, 13], steps=[0, 1, 2, 3, 1, 2, 3])
    log = logs.open()

    keep, latest = log.scalars["run", "loss"], log.scalars.select(restarts="latest")["run", "loss"]

    assert keep.value.tolist() == [0, 1, 2, 3, 11, 12, 13]
    assert keep.hidden == 0
    assert (latest.step.tolist(), latest.value.tolist()) == ([0, 1, 2, 3], [0, 11, 12, 13])
    assert latest.hidden == 3
    assert "3 hidden" in repr(latest)
    assert log.scalars.select(restarts="latest").to_pandas().value.tolist() == [0, 11, 12, 13]


def test_what_was_asked_for_holds_on_screen_too(logs):
    """Views and figures leave out restarted points unless "keep" was asked for, anywhere."""
    logs.scalars("run", "loss", [0, 1, 2, 3, 11, 12], steps=[0, 1, 2, 3, 1, 2])
    log = logs.open()
    asked = [log.scalars.select(restarts="keep"), logs.open(restarts="keep").scalars]

    assert log.scalars.restarts_on_screen == "latest"
    assert log.scalars.view().restarts == "latest"
    assert len(log.scalars.view().data) == 3
    for scalars in asked:
        narrowed = scalars.select(tags="loss")
        assert narrowed.view().restarts == "keep"
        assert len(narrowed.view().data) == 6
        assert len(narrowed.view(restarts="latest").data) == 3
        drawn = narrowed.figure(smoothing=0.0).axes[0].lines[0].get_ydata()
        assert np.isfinite(drawn).sum() == 6
    assert asked[1].log.view().views["scalars"].restarts == "keep"


def test_the_rule_for_restarts_drops_what_a_restart_logs_again():
    """Dropping all at once equals letting each restart evict what is not below it."""
    rng = np.random.default_rng(8)
    for _ in range(200):
        step = rng.integers(-3, 12, rng.integers(0, 30))
        wall = np.cumsum(rng.integers(-1, 4, len(step))).astype(float)
        held = []
        for index, one in enumerate(step.tolist()):
            if index and one < step[index - 1] and wall[index] >= wall[index - 1]:
                held = [i for i in held if step[i] < one]
            held.append(index)

        kept = kept_by_latest(step, wall)

        assert (np.arange(len(step)) if kept is None else np.flatnonzero(kept)).tolist() == held


def test_nothing_is_copied_when_nothing_is_hidden(logs):
    """Columns of a series are the store's own memory."""
    logs.scalars("run", "loss", [1.0, 2.0])
    log = logs.open(restarts="latest")

    series = log.scalars["run", "loss"]

    assert series.value.base is not None
    assert np.shares_memory(series.value, log.scalars["run", "loss"].value)


def test_extreme_numbers_are_not_altered(logs):
    """Steps up to 2^63-1, negative ones, NaN, infinities and odd wall times stay as they are."""
    steps = [2**53 + 1, 2**63 - 1, -(2**63), -1, 0]
    values = [float("nan"), float("inf"), -float("inf"), -0.0, 1e-45]
    logs.scalars("run", "odd", values, steps=steps)
    logs.event("run", step=7, wall_time=float("nan"), summary=None)

    series = logs.open().scalars["run", "odd"]

    assert series.step.tolist() == steps
    assert np.array_equal(series.value, np.array(values, np.float32), equal_nan=True)
    assert np.signbit(series.value[3])


def test_values_are_read_when_asked_for(logs, png):
    """Images come one by one, the k-th of several too, and from the end."""
    logs.images("run", "picture", [png(1), png(2)], step=5)
    logs.images("run", "picture", [png(3)], step=6)

    series = logs.open().images["run", "picture"]

    assert (series.step.tolist(), len(series)) == ([5, 6], 2)
    assert [series[0, k].to_numpy().max() for k in (0, 1, -1)] == [1, 2, 2]
    assert [image.to_numpy().max() for image in series] == [1, 3]
    assert series[-1].to_numpy().max() == series[1:][0].to_numpy().max() == 3
    assert len(series.samples(0)) == 2
    assert repr(series) == "ValueSeries of images('run', 'picture', 2 points, steps 5 to 6)"
    assert series[np.int64(0), np.int8(1)].to_numpy().max() == 2
    for wrong in (2, -3, (0, 2), (1, -2)):
        with pytest.raises(
            IndexError, match=r"^'run', 'picture' has .*: there is no (point|value)"
        ):
            _ = series[wrong]
    for wrong in ("a", 0.5, None, [0], (0, 0, 0), (0, "a"), (slice(None), 0)):
        with pytest.raises(TypeError, match="is named by"):
            _ = series[wrong]


def test_metadata_is_that_of_the_series(logs):
    """Display name and description come from the first value, as text."""
    logs.tensor("run", "loss", "scalars", 1.0, display_name="Loss", summary_description="*b*")

    series = logs.open().scalars["run", "loss"]

    assert (series.display_name, series.description) == ("Loss", "*b*")


def test_a_value_that_changed_on_disk_is_not_handed_out(logs):
    """The checksums are verified again on each access."""
    logs.text("run", "note", "first text", step=1)
    log = logs.open()
    series = log.text["run", "note"]
    data = logs.file().read_bytes()
    assert str(series[0]) == "first text"

    logs.file().write_bytes(data.replace(b"first", b"thirst"[1:]))

    with pytest.raises(nbboard.DamagedError):
        _ = series[0]


def test_a_snapshot_finds_its_values_after_the_series_has_changed(logs):
    """A file that sorts before the known one does not shift what an old snapshot names."""
    logs.text("run", "note", "second", step=2)
    log = logs.open()
    old = log.text["run", "note"]
    logs.file("run", "events.out.tfevents.0").write_bytes(b"")
    first = logs.file("other")
    logs.text("other", "note", "first", step=1)
    first.rename(logs.file("run", "events.out.tfevents.0"))

    log.refresh()

    assert [str(text) for text in log.text["run", "note"]] == ["first", "second"]
    assert str(old[0]) == "second"


def test_an_undecodable_value_is_an_error_where_it_is_asked_for(logs):
    """One bad value is an error of its own; a table leaves it out and says so."""
    logs.tensor("run", "curve", "pr_curves", np.ones((6, 2)), step=0)
    logs.tensor("run", "curve", "pr_curves", np.ones((5, 2)), step=1)
    log = logs.open()

    assert log.pr_curves["run", "curve"][0].recall.tolist() == [1, 1]
    with pytest.raises(nbboard.NbboardError, match=r"\(5, 2\)"):
        _ = log.pr_curves["run", "curve"][1]
    assert log.pr_curves.to_pandas().step.tolist() == [0]
    (problem,) = log.problems
    assert "'curve' at step 1" in problem.reason
    assert problem.file == str(logs.file())
    assert logs.file().read_bytes()[problem.offset :].count(b"pr_curves") == 1

    logs.file().unlink()
    logs.scalars("run", "loss", [1.0])
    log.refresh()
    assert log.problems == ()


def test_values_of_a_file_that_was_read_anew_are_no_problem(logs):
    """What an old series cannot fetch any more says nothing about the log."""
    logs.text("run", "note", "old")
    log = logs.open()
    (old,) = log.text
    logs.file().unlink()
    logs.text("run", "note", "other")
    log.refresh()

    with pytest.raises(nbboard.DamagedError, match="take the series from the log again"):
        _ = old[0]
    assert long_form.value_table([old], kind_named("text"), log.note_problem)["value"] == []
    assert log.problems == ()


def test_a_collection_is_live(logs):
    """After a refresh the same collection, also a selection, has what is new; a series stays."""
    logs.scalars("run", "loss", [1.0])
    log = logs.open()
    selected = log.scalars.select("loss")
    before = log.scalars["run", "loss"]
    assert len(selected) == 1

    logs.scalars("run", "loss", [2.0], steps=[1])
    logs.scalars("run2", "loss", [2.0])
    changes = log.refresh()

    assert changes.series == {("run", "loss"): 1, ("run2", "loss"): 1}
    assert selected.runs == ("run", "run2")
    assert selected["run", "loss"].value.tolist() == [1.0, 2.0]
    assert before.value.tolist() == [1.0]
    assert not log.refresh()
