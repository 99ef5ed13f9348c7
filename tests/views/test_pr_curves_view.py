"""The PR curves view in Python: what travels, which step is shown, tables, figures."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.kinds.pr_curves.kind import SCORES
from nbboard.views.pr_curves import MOST_THRESHOLDS
from nbboard.views.shared import wire

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FILES = itertools.count()
REAL = CORPUS / "data" / "ibadrather__pytorch_learn"


def rows(count=5, scale=1.0):
    """Return the six rows of a curve."""
    tp = np.linspace(40, 0, count) * scale
    fp = np.linspace(60, 0, count) ** 2 / 60 * scale
    tn, fn = fp[0] - fp, tp[0] - tp
    with np.errstate(invalid="ignore"):
        return [tp, fp, tn, fn, np.nan_to_num(tp / (tp + fp)), tp / tp[0]]


def write(folder, run, steps, tag="curve", values=None):
    """Log a curve at each step."""
    # Or two files of one second would be one.
    writer = SummaryWriter(str(folder / run), filename_suffix=f".{next(FILES)}")
    for step in steps:
        given = rows(scale=step + 1) if values is None else values
        writer.add_pr_curve_raw(tag, *given, step, len(given[0]))
    writer.close()


def opened(folder, **options):
    """Return a view of all curves of a folder."""
    return nbboard.open(folder, progress=False).pr_curves.view(**options)


def items(view):
    """Return the curves that travel with the view, by step."""
    content = wire.unpack(*wire.pack(view.encoded()))
    return [header["items"][0] for header in content["items"]]


def test_a_run_shows_its_first_step_at_or_above_as_tensorboard_does(tmp_path):
    """A run that ends before shows its last; another that lacks the step a later one."""
    write(tmp_path, "a", [0, 10, 20])
    write(tmp_path, "b", [4, 14])
    view = opened(tmp_path, step=12)

    assert view.data.step.tolist() == [20, 14]
    view.step = 20
    assert view.data.step.tolist() == [20, 14]
    view.step = None
    assert view.data.step.tolist() == [20, 14]
    view.step = 0
    assert view.data.step.tolist() == [0, 4]


def test_the_threshold_decides_what_the_table_has(tmp_path):
    """Counts and rates at the nearest logged threshold, beside the scores of the whole curve."""
    write(tmp_path, "a", [0])
    view = opened(tmp_path, threshold=0.3)

    (row,) = view.data.to_dict("records")

    curve = nbboard.open(tmp_path, progress=False).pr_curves["a", "curve"][0]
    assert row["threshold"] == 0.25
    assert row["true_positives"] == curve.true_positives[1]
    assert row["f1"] == curve.rates.f1[1]
    assert row["average_precision"] == curve.scores.average_precision
    table = nbboard.open(tmp_path, progress=False).pr_curves.to_pandas()
    assert table.roc_auc.tolist() == [curve.scores.roc_auc]


def test_weighted_counts_are_exact(tmp_path):
    """Counts below one, which TensorBoard cuts to 0, are drawn, counted and scored."""
    weighted = [row * 0.001 if number < 4 else row for number, row in enumerate(rows())]
    write(tmp_path, "a", [0], values=weighted)
    view = opened(tmp_path)

    (item,) = items(view)

    assert np.array_equal(item["rows"], np.array(weighted, np.float32))
    assert item["scores"][0] == pytest.approx(
        nbboard.open(tmp_path, progress=False).pr_curves["a", "curve"][0].scores.average_precision
    )
    assert len(view.figure().axes[1].lines[-3].get_xdata()) == 4  # without the one at no positive


def test_of_very_many_thresholds_some_travel_and_all_count(tmp_path):
    """100,000 thresholds: evenly spaced ones and the best, with scores of all."""
    write(tmp_path, "a", [0], values=rows(100_000))
    view = opened(tmp_path)

    (item,) = items(view)

    curve = nbboard.open(tmp_path, progress=False).pr_curves["a", "curve"][0]
    assert item["thresholds"] == 100_000
    assert MOST_THRESHOLDS <= len(item["places"]) <= MOST_THRESHOLDS + 1
    assert curve.place(curve.scores.best_threshold) in item["places"].tolist()
    assert {0, 99_999} <= set(item["places"].tolist())
    assert item["scores"].tolist() == [getattr(curve.scores, name) for name in SCORES]
    view.figure()


def test_a_curve_without_thresholds_says_so(tmp_path):
    """It is refused in words, and stands in the table."""
    write(tmp_path, "a", [0], values=[np.empty(0)] * 6)
    view = opened(tmp_path)

    (item,) = items(view)

    assert item == {"refusal": "it has no thresholds"}
    assert np.isnan(view.data.average_precision).tolist() == [True]
    view.figure()


def test_the_scores_of_all_steps_travel_once(tmp_path):
    """Piece by piece, each point once; after growth the new ones; a report has all of them."""
    write(tmp_path, "a", range(300))
    log = nbboard.open(tmp_path, progress=False)
    view = log.pr_curves.view()
    sent = []
    while (piece := view._scores.piece()) is not None:
        sent += zip(piece["id"].tolist(), piece["place"].tolist(), strict=True)

    assert len(sent) == len(set(sent)) == 300
    assert len(view.fuller_payload()["scores"]["id"]) == 300
    write(tmp_path, "b", [1])
    view.note(log.refresh())
    view.news()
    assert len(view._scores.piece()["id"]) == 1
    assert view._scores.piece() is None
    scores = view.fuller_payload()["scores"]
    curve = log.pr_curves["a", "curve"][7]
    at = scores["place"].tolist().index(7)
    assert scores["best_f1"][at] == curve.scores.best_f1


@pytest.mark.parametrize("face", ["pr", "roc", "f1", "steps"])
@pytest.mark.parametrize("arrange", ["tags", "runs", "grid"])
def test_a_figure_has_the_lines_of_the_screen(tmp_path, face, arrange):
    """A chart a tag with all runs, a chart a run with all tags, or one for each."""
    for run in ("a", "b"):
        for tag in ("cat", "dog", "eel"):
            write(tmp_path, run, [0, 1], tag)
    figure = opened(tmp_path, face=face, arrange=arrange).figure()

    charts = [axes for axes in figure.axes if axes.get_xlabel()]

    expected = {"tags": 3, "runs": 2, "grid": 3 if face == "steps" else 6}[arrange]
    assert len(charts) == expected
    named = [{text.get_text() for text in c.get_legend().texts} for c in charts if c.get_legend()]
    if arrange == "tags":
        assert named == [{"a", "b"}] * 3
    if arrange == "runs":
        assert named == [{"cat", "dog", "eel"}] * 2


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no corpus of real logs at {CORPUS}")
def test_curves_are_those_of_tensorboards_own_page():
    """Of ten real series, all that TensorBoard's route answers, at its precision."""
    from tests.provider.pages import of_tensorboard

    pages = of_tensorboard(REAL)
    log = nbboard.open(REAL, progress=False)
    view = log.pr_curves.view()
    compared = 0
    for series in log.pr_curves:
        query = urlencode({"run": series.run, "tag": series.tag})
        status, answer = pages.ask(f"/data/plugin/pr_curves/pr_curves?{query}")
        assert status == 200
        for entry, curve, step in zip(
            answer[series.run], series, series.step.tolist(), strict=True
        ):
            sent = view.encode(curve)["rows"]
            count = len(entry["precision"])
            assert entry["step"] == step
            assert entry["precision"] == sent[4, :count].tolist()
            assert entry["recall"] == sent[5, :count].tolist()
            names = ("true_positives", "false_positives", "true_negatives", "false_negatives")
            for row, name in enumerate(names):
                assert entry[name] == sent[row, :count].astype(int).tolist()
            assert entry["thresholds"][:count] == pytest.approx(curve.thresholds[:count])
            assert not (sent[0, count:] + sent[1, count:]).any()
        compared += 1

    assert compared == 10
