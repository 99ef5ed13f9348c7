"""What each of TensorBoard's plugins answers its page with, over our reader."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.provider.everything import PNG, STEPS, WAV, write_everything
from tests.provider.logs import START
from tests.provider.pages import HPARAMS, HPARAMS_GROUPS, Pages, of_nbboard


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages over a log with something of each plugin."""
    folder = tmp_path_factory.mktemp("everything")
    write_everything(folder)
    return of_nbboard(folder)


def get(pages: Pages, route: str, **arguments: object) -> object:
    """The body of an answer that must be one."""
    query = f"?{urlencode(arguments, doseq=True)}" if arguments else ""
    status, body = pages.ask(f"/data/{route}{query}")
    assert status == 200, (route, body)
    return body


def test_core_lists_runs_by_their_start(pages: Pages) -> None:
    """All begin at the same moment here: then by name."""
    assert get(pages, "runs") == ["curves", "new", "old", "shapes", "trial"]
    where = get(pages, "environment")
    assert "everything" in where["data_location"]


def test_every_plugin_with_data_is_active(pages: Pages) -> None:
    """The listing that decides which tabs there are."""
    listing = get(pages, "plugins_listing")
    active = {name for name, about in listing.items() if about["enabled"]}
    assert active >= {
        "scalars", "timeseries", "images", "audio", "text", "histograms", "distributions",
        "pr_curves", "custom_scalars", "mesh", "graphs", "hparams",
    }  # fmt: skip
    assert "debugger-v2" not in active


def test_scalars(pages: Pages) -> None:
    """Tags with texts; points as JSON and CSV; several runs at once; what is not there is 404."""
    tags = get(pages, "plugin/scalars/tags")
    assert tags["new"]["loss"] == {"displayName": "", "description": "<p><em>a</em></p>"}
    assert tags["new"]["wide"]["displayName"] == "Wide"
    assert tags["old"]["loss"]["displayName"] == "loss"
    points = get(pages, "plugin/scalars/scalars", run="new", tag="wide")
    assert points == [[START + i, i, i / 3] for i in range(STEPS)]
    csv = get(pages, "plugin/scalars/scalars", run="new", tag="wide", format="csv")
    assert csv.decode().split() == [
        "Wall", "time,Step,Value", *(f"{START + i},{i},{i / 3}" for i in range(STEPS))
    ]  # fmt: skip
    asked = {"tag": "loss", "runs": ["new", "old", "none"]}
    status, both = pages.ask("/data/plugin/scalars/scalars_multirun", data=asked)
    assert (status, set(both)) == (200, {"new", "old"})
    assert pages.ask("/data/plugin/scalars/scalars?run=new&tag=none")[0] == 404


def test_time_series(pages: Pages) -> None:
    """The page of today asks for many series at once, by POST."""
    tags = get(pages, "plugin/timeseries/tags")
    assert tags["images"]["tagRunSampledInfo"]["picture"]["new"] == {"maxSamplesPerStep": 3}
    assert set(tags["scalars"]["runTagInfo"]) == {"new", "old", "curves", "trial"}
    wanted = [
        {"plugin": "scalars", "tag": "loss"},
        {"plugin": "histograms", "tag": "weights", "run": "new"},
        {"plugin": "images", "tag": "picture", "run": "new", "sample": 2},
    ]
    asked = {"requests": json.dumps(wanted)}
    status, found = pages.ask("/experiment/x/data/plugin/timeseries/timeSeries", data=asked)
    assert status == 200
    assert [p["step"] for p in found[0]["runToSeries"]["old"]] == list(range(STEPS))
    assert found[1]["runToSeries"]["new"][2]["bins"][0] == {"min": 0.0, "max": 3.0, "count": 5.0}
    assert [p["step"] for p in found[2]["runToSeries"]["new"]] == [2, 5]


def test_images(pages: Pages) -> None:
    """All steps, in old form and new, by sample; the bytes are those that were logged."""
    tags = get(pages, "plugin/images/tags")
    assert tags["new"]["picture"] == {
        "displayName": "", "description": "<p>a dot</p>", "samples": 3,
    }  # fmt: skip
    for run, steps in (("new", [1, 2, 4, 5]), ("old", [])):
        found = get(pages, "plugin/images/images", run=run, tag="picture", sample=1)
        assert [image["step"] for image in found] == steps
    data = pages.provider.read_blob_sequences(
        experiment_id="", plugin_name="images", downsample=100
    )
    for run in ("new", "old"):
        for datum in data[run]["picture"]:
            asked = urlencode({"blob_key": datum.values[2].blob_key})
            _, body = pages.ask(f"/data/plugin/images/individualImage?{asked}")
            assert body == PNG + bytes([datum.step])


def test_audio(pages: Pages) -> None:
    """Labels are dropped, samples are told, the type is that of the metadata."""
    tags = get(pages, "plugin/audio/tags")
    assert tags["new"]["sound"]["samples"] == 2
    found = get(pages, "plugin/audio/audio", run="new", tag="sound", sample=1)
    assert [clip["step"] for clip in found] == list(range(STEPS))
    assert {clip["contentType"] for clip in found} == {"audio/wav"}
    data = pages.provider.read_blob_sequences(experiment_id="", plugin_name="audio", downsample=9)
    key = data["old"]["sound"][3].values[0].blob_key
    asked = urlencode({"blob_key": key, "content_type": "audio/wav"})
    assert pages.ask(f"/data/plugin/audio/individualAudio?{asked}")[1] == WAV + b"\3"


def test_text(pages: Pages) -> None:
    """Markdown is rendered by TensorBoard, and markup in it made harmless."""
    assert get(pages, "plugin/text/tags") == {"new": ["words"]}
    found = get(pages, "plugin/text/text", run="new", tag="words")
    assert [entry["step"] for entry in found] == list(range(STEPS))
    assert "<h1>step 3</h1>" in found[3]["text"]
    assert "<b>x</b>" not in found[3]["text"]


def test_histograms_and_distributions(pages: Pages) -> None:
    """Buckets as logged; of old ones the open ends are closed, in full precision."""
    new = get(pages, "plugin/histograms/histograms", run="new", tag="weights")
    assert new[2] == [START + 2, 2, [[0.0, 3.0, 5.0], [3.0, 4.0, 3.0]]]
    old = get(pages, "plugin/histograms/histograms", run="old", tag="weights")
    assert old[0][2] == [[-1.0, 0.0, 2.0], [0.0, 1.0, 3.0], [1.0, 2.0, 1.0]]
    spread = get(pages, "plugin/distributions/distributions", run="new", tag="weights")
    assert [entry[1] for entry in spread] == list(range(STEPS))
    assert spread[0][2][0] == [0, 0.0]


def test_pr_curves(pages: Pages) -> None:
    """Curves with their thresholds, for several runs; a run without is an error."""
    assert get(pages, "plugin/pr_curves/tags")["curves"]["curve"]["displayName"] == "Curve"
    found = get(pages, "plugin/pr_curves/pr_curves", run="curves", tag="curve")["curves"]
    assert [entry["step"] for entry in found] == list(range(STEPS))
    assert found[0]["true_positives"] == [5, 4, 2]  # without those of no positive at all
    assert pages.ask("/data/plugin/pr_curves/pr_curves?run=new&tag=curve")[0] == 400


def test_custom_scalars(pages: Pages) -> None:
    """The layout, the series that a pattern matches, and a series to download."""
    layout = get(pages, "plugin/custom_scalars/layout")
    assert [chart["title"] for chart in layout["category"][0]["chart"]] == ["all", "margin"]
    found = get(pages, "plugin/custom_scalars/scalars", run="curves", tag="mid|low")
    assert found["regex_valid"]
    assert set(found["tag_to_events"]) == {"mid", "low"}
    assert found["tag_to_events"]["mid"][2][1:] == [2, 3.0]
    asked = {"run": "curves", "tag": "high", "format": "json"}
    assert len(get(pages, "plugin/custom_scalars/download_data", **asked)) == STEPS


def test_mesh(pages: Pages) -> None:
    """Vertices and faces of a shape, at every step, as bytes."""
    assert get(pages, "plugin/mesh/tags")["shapes"]["triangle"]["samples"] == 1
    asked = {"run": "shapes", "tag": "triangle", "sample": 0}
    found = get(pages, "plugin/mesh/meshes", **asked)
    assert {entry["step"] for entry in found} == set(range(STEPS))
    data = get(pages, "plugin/mesh/data", **asked, step=2, content_type="VERTEX", timestamp=0)
    assert len(data) == 9 * 4


def test_graphs(pages: Pages) -> None:
    """A run's graph, what was measured of it, a Keras model."""
    info = get(pages, "plugin/graphs/info")["old"]
    assert info["run_graph"]
    assert info["tags"]["step_1"]["profile"]
    assert info["tags"]["keras"]["conceptual_graph"]
    assert info["tags"]["batch"] == {
        "tag": "batch", "conceptual_graph": False, "op_graph": True, "profile": True,
    }  # fmt: skip
    assert b'op: "Placeholder"' in get(pages, "plugin/graphs/graph", run="old")
    for tag in ("step_1", "batch"):
        assert b'device: "cpu"' in get(pages, "plugin/graphs/run_metadata", run="old", tag=tag)
    assert pages.ask("/data/plugin/graphs/graph?run=new")[0] == 404


def test_hyperparameters(pages: Pages) -> None:
    """An experiment and its sessions, with metrics from the scalars."""
    _, experiment = pages.ask("/data/plugin/hparams/experiment", json=HPARAMS)
    assert [info["name"] for info in experiment["hparamInfos"]] == ["lr"]
    _, groups = pages.ask("/data/plugin/hparams/session_groups", json=HPARAMS_GROUPS)
    (group,) = groups["sessionGroups"]
    assert group["hparams"] == {"lr": 0.1}
    (metric,) = groups["sessionGroups"][0]["metricValues"]
    assert (metric["trainingStep"], round(metric["value"], 6)) == (STEPS - 1, 0.5)


def test_the_projector_finds_its_files_by_the_logdir(tmp_path: Path) -> None:
    """It reads folders by itself; ours tells it the runs."""
    from tests.provider.logs import Writer

    Writer(tmp_path / "run").scalar("loss", 1, 1.0)
    config = 'embeddings { tensor_name: "points" tensor_path: "points.tsv" }\n'
    (tmp_path / "run" / "projector_config.pbtxt").write_text(config)
    (tmp_path / "run" / "points.tsv").write_text("1.0\t2.0\n3.0\t4.0\n")
    pages = of_nbboard(tmp_path)
    assert get(pages, "plugin/projector/runs") == ["run"]
    assert get(pages, "plugin/projector/info", run="run")["embeddings"][0]["tensorShape"] == [2, 2]
    assert len(get(pages, "plugin/projector/tensor", run="run", name="points")) == 16
