"""Every run and tag of a corpus of real logs, against what TensorBoard reads from them.

The corpus is not part of this repository: it is looked for in ``../shared/corpus``
beside it, or where NBBOARD_CORPUS says.

Deliberate differences, with their reasons, are all listed here:

- *purged restarts*: for one run TensorBoard's accumulator drops what a SessionLog.START
  made stale. nbboard keeps every point ("keep") or lets later steps win ("latest"); the
  reference has the unpurged figures beside it, which are compared (``purge_differs``).
- *old histograms*: they are upgraded, as in TensorBoard's own data server: empty buckets
  at both ends are cut and the outermost edges are the logged minimum and maximum. So the
  number of buckets may be smaller; counts, minimum and maximum are equal.
- *graphs and run metadata* are series here (kind "graphs"); the accumulator has flags.
- *a directory without event files* (only ``.profile-empty`` markers) is no run.
- *tensors of plugin ""* and metadata-only values are listed under their plugin's kind.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import nbboard
from nbboard.kinds import kind_of_plugin
from nbboard.kinds.hparams.messages import Experiment, SessionEnd, SessionStart
from tests.corpus.place import CORPUS

if not (CORPUS / "reference.json").is_file():
    pytest.skip(f"no corpus of real logs at {CORPUS}", allow_module_level=True)

REFERENCE = json.loads((CORPUS / "reference.json").read_text(encoding="utf-8"))["runs"]

KINDS = {"scalar": "scalars", "image": "images", "histogram": "histograms", "pr_curve": "pr_curves"}


@pytest.fixture(scope="module")
def log():
    """Read the whole corpus once."""
    return nbboard.open(CORPUS / "data")


@pytest.fixture(scope="module")
def latest():
    """Read the whole corpus by TensorBoard's rule for restarts."""
    return nbboard.open(CORPUS / "data", restarts="latest")


def run_of(name):
    """Return nbboard's name of a run of the reference."""
    return name.removeprefix("data/")


def tags_of(*kinds):
    """Return run, tag and reference of every series of some kinds."""
    return [
        (name, tag, expected)
        for name, run in REFERENCE.items()
        for tag, expected in run.get("tags", {}).items()
        if expected["kind"] in kinds
    ]


def kind_of(expected):
    """Return nbboard's kind for a tag of the reference."""
    if expected["kind"] == "tensor":
        return kind_of_plugin(expected["plugin"]).name
    return KINDS.get(expected["kind"], expected["kind"])


def number(value):
    """Return a number of the reference, which writes NaN and infinities as strings."""
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


def same(expected, actual):
    """Whether two floats are equal, NaN being equal to itself."""
    return expected == actual or (math.isnan(expected) and math.isnan(actual))


def check_steps(expected, series):
    """Compare count, first and last step, which every kind has."""
    assert expected["n"] == len(series)
    assert (expected["first_step"], expected["last_step"]) == (series.step[0], series.step[-1])


def test_every_run_is_found_and_no_other(log):
    """The runs are exactly the directories that TensorBoard takes for runs."""
    expected = {run_of(name) for name, run in REFERENCE.items() if "note" not in run}

    assert expected == set(log.runs)


def test_every_tag_is_found_and_no_other(log):
    """The series of every kind are exactly the tags of the reference, and the graphs."""
    expected = Counter(
        (run_of(name), tag, kind_of(reference))
        for name, run in REFERENCE.items()
        for tag, reference in run.get("tags", {}).items()
    )
    for name, run in REFERENCE.items():
        run_name = run_of(name)
        expected.update((run_name, tag, "hparams") for tag in run.get("hparams", {}))
        expected.update(
            (run_name, tag, plugin) for tag, plugin in run.get("metadata_only_tags", {}).items()
        )
        expected.update((run_name, tag, "graphs") for tag in run.get("run_metadata_tags", []))
        expected.update([(run_name, "__run_graph__", "graphs")] * bool(run.get("has_graph")))
        expected.update(
            [(run_name, "__run_meta_graph__", "graphs")] * bool(run.get("has_meta_graph"))
        )

    actual = Counter((key.run, key.tag, kind) for kind in log.kinds for key in log.keys_of(kind))

    # In the reference has_graph is also true for a graph inside a meta graph.
    missing = [
        (run, tag, kind)
        for run, tag, kind in (expected - actual)
        if not (tag == "__run_graph__" and (run, "__run_meta_graph__", "graphs") in actual)
    ]
    assert missing == []
    assert sorted(actual - expected) == []


def test_scalars(log):
    """Counts, steps, values, sums, extremes and wall times of all scalars are equal, exactly."""
    compared = 0
    for name, tag, given in tags_of("scalar"):
        expected = dict(given)
        purged = REFERENCE[name].get("purge_differs", {}).get(tag)
        series = log.scalars[run_of(name), tag]
        if purged:
            expected.update(n=purged["n_unpurged"], sum=purged["sum_unpurged"])
            assert purged["n_unpurged"] == len(series), (name, tag)
            assert purged["sum_unpurged"] == math.fsum(series.value.astype(float).tolist())
            compared += 1
            continue
        check_steps(expected, series)
        value = series.value.astype(np.float64)
        finite = value[np.isfinite(value)]
        assert (expected["min_step"], expected["max_step"]) == (
            series.step.min(),
            series.step.max(),
        )
        assert same(number(expected["first_value"]), value[0]), (name, tag)
        assert same(number(expected["last_value"]), value[-1]), (name, tag)
        assert expected["first_wall_time"] == series.wall_time[0]
        assert expected["last_wall_time"] == series.wall_time[-1]
        total = math.fsum(finite.tolist())
        assert expected.get("sum_finite", expected["sum"]) == total, (name, tag)
        assert expected.get("n_nan", 0) == np.isnan(value).sum()
        assert expected.get("n_inf", 0) == np.isinf(value).sum()
        if expected["min"] is not None:
            assert (expected["min"], expected["max"]) == (finite.min(), finite.max())
        assert expected.get("steps_decrease", 0) == (np.diff(series.step) < 0).sum(), (name, tag)
        compared += 1

    assert len(tags_of("scalar")) == compared


def test_restarts_by_tensorboards_rule(log, latest):
    """What restarts="latest" hides, TensorBoard's data server hides, too.

    It also hides all but the last of several points at one step: without those, the same
    points are left.
    """
    for name, tag, expected in tags_of("scalar"):
        series = latest.scalars[run_of(name), tag]
        assert len(log.scalars[run_of(name), tag]) == len(series) + series.hidden
        if "preempted" not in expected:
            if tag not in REFERENCE[name].get("purge_differs", {}):
                assert series.hidden == 0, (name, tag)
            continue
        kept = expected["preempted"]
        last = np.minimum.accumulate(series.step[::-1])[::-1]
        alone = np.append(series.step[:-1] < last[1:], True)
        value = series.value[alone].astype(np.float64)
        step = series.step[alone]
        assert (kept["n"], kept["first_step"], kept["last_step"]) == (len(step), step[0], step[-1])
        assert same(number(kept["last_value"]), value[-1])
        assert kept["sum_finite"] == math.fsum(value[np.isfinite(value)].tolist()), (name, tag)


def test_images(log):
    """Every image has its declared size, the first decodes, and no byte is missing."""
    for name, tag, expected in tags_of("image"):
        series = log.images[run_of(name), tag]
        check_steps(expected, series)
        images = [image for index in range(len(series)) for image in series.samples(index)]
        if "image_count" in expected:
            assert expected["image_count"] == len(images)
        if "bytes" in expected:
            assert expected["bytes"] in {
                sum(len(image.data) for image in images),
                len(images[0].data),
            }
        declared = {(image.declared_width, image.declared_height) for image in images}
        assert {tuple(size) for size in expected["declared_sizes"]} == declared, (name, tag)
        width, height, form, frames = expected["first_decoded"]
        first = images[0]
        assert (width, height, form.lower(), frames) == (
            first.width,
            first.height,
            first.format,
            first.frames,
        )
        shape = first.to_numpy().shape
        assert (height, width) == shape[-3:-1]
        assert frames == (shape[0] if len(shape) == 4 else 1)


def test_audio(log):
    """Every clip has its format, rate and length, and no byte is missing."""
    for name, tag, expected in tags_of("audio"):
        series = log.audio[run_of(name), tag]
        check_steps(expected, series)
        clips = list(series)
        assert set(expected["content_types"]) == {clip.mime for clip in clips}
        assert set(expected["sample_rates"]) == {clip.sample_rate for clip in clips}
        assert set(expected["length_frames"]) == {clip.frames for clip in clips}
        assert expected["bytes"] == sum(len(clip.data) for clip in clips), (name, tag)
        assert (clips[0].frames, clips[0].channels) == clips[0].to_numpy().shape


def test_text(log):
    """The bytes of every text are those that were logged."""
    for name, tag, expected in tags_of("text"):
        series = log.text[run_of(name), tag]
        check_steps(expected, series)
        assert tuple(expected["shape"]) == series[0].data.shape
        logged = b"".join(string for text in series for string in text.data.reshape(-1))
        assert expected["text_bytes"] == len(logged), (name, tag)
        assert expected["text_sha256"] == hashlib.sha256(logged).hexdigest(), (name, tag)


def test_histograms(log):
    """Counts and extremes of every histogram are equal; old ones are upgraded (see above)."""
    for name, tag, given in tags_of("histogram"):
        series = log.histograms[run_of(name), tag]
        purged = REFERENCE[name].get("purge_differs", {}).get(tag)
        if purged:
            assert purged["n_unpurged"] == len(series)
        else:
            check_steps(given, series)
        last, expected = series[-1], given["last"]
        assert expected["num"] == last.count, (name, tag)
        if given["storage"] == "tensor":
            assert tuple(expected["shape"]) == last.buckets.shape
            continue
        assert len(last.buckets) <= expected["n_buckets"]
        if len(last.buckets):
            assert (expected["min"], expected["max"]) == (last.left[0], last.right[-1])
        if not purged:
            assert given["sum_of_num"] == math.fsum(histogram.count for histogram in series)


def test_pr_curves(log):
    """Every precision-recall curve has its thresholds."""
    for name, tag, expected in tags_of("pr_curve"):
        series = log.pr_curves[run_of(name), tag]
        check_steps(expected, series)
        assert tuple(expected["last_shape"]) == series[-1].data.shape
        assert bool(((series[-1].precision >= 0) & (series[-1].precision <= 1)).all())


def test_other_tensors_and_graphs(log):
    """Every other series has its points, and every graph can be parsed."""
    for name, tag, expected in tags_of("tensor"):
        check_steps(expected, log.collection(kind_of(expected))[run_of(name), tag])
    for series in log.graphs:
        for graph in series:
            if graph.form != "run_metadata":
                assert len(graph.nodes) > 0, series


def plain_domain(info):
    """Return a hyperparameter's domain as the reference writes it."""
    if info.interval is not None:
        return {"minValue": info.interval[0], "maxValue": info.interval[1]}
    return list(info.values) or None


def test_hparams(log):
    """Every logged experiment, session start and session end is equal, value for value."""
    types = {"": 0, "string": 1, "bool": 2, "number": 3}
    statuses = {"unknown": 0, "success": 1, "failure": 2, "running": 3}
    compared = Counter()
    for name, run in REFERENCE.items():
        for tag, expected in run.get("hparams", {}).items():
            said = log.hparams[run_of(name), tag][0]
            compared[type(said)] += 1
            if isinstance(said, Experiment):
                actual = {
                    "type": "experiment",
                    "hparams": [
                        {"name": h.name, "type": types[h.type], "domain": plain_domain(h)}
                        for h in said.hparams
                    ],
                    "metrics": [{"tag": m.tag, "group": m.group} for m in said.metrics],
                }
            elif isinstance(said, SessionStart):
                actual = {
                    "type": "session_start_info",
                    "hparams": dict(said.hparams),
                    "group_name": said.group_name,
                    "start_time_secs": said.start_time,
                }
            else:
                assert isinstance(said, SessionEnd)
                actual = {
                    "type": "session_end_info",
                    "status": statuses[said.status],
                    "end_time_secs": said.end_time,
                }
            assert expected == actual, (name, tag)

    assert sum(compared.values()) == len(log.hparams)


def test_trials(log):
    """Each session of the reference is in one trial, grouped by its group name."""
    groups = {}
    for name, run in REFERENCE.items():
        start = run.get("hparams", {}).get("_hparams_/session_start_info")
        if start is not None:
            groups.setdefault(start["group_name"] or run_of(name), set()).add(run_of(name))

    trials = log.hparams.trials().rows

    assert groups == {trial.name: {session.run for session in trial.sessions} for trial in trials}
    assert len(groups) == len(log.hparams.to_pandas())


def test_damage_is_reported_for_exactly_the_damaged_files(log):
    """Problems name the damaged files and those that are no event files; cut tails are none."""
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
    expected = {
        CORPUS / row["path"]
        for row in rows
        if row["role"] == "event file"
        and row["peculiarities"].startswith(("bad_len_crc", "git-lfs-pointer"))
    }

    assert expected == {Path(problem.file) for problem in log.problems}
    assert sum(path.stat().st_size for path in expected) == sum(p.lost for p in log.problems)
