"""The data provider: what TensorBoard's interface promises, kept over our reader."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard import errors
from tensorboard.data import provider as base

from nbboard.provider import open_provider
from tests.provider.logs import START, Writer

PNG = b"\x89PNG\r\n\x1a\n"
ASKED: dict[str, Any] = {"experiment_id": "any"}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Runs of scalars, of other plugins' numbers, of histograms and of images."""
    polynomials = Writer(tmp_path / "polynomials")
    for i in range(10):
        about = {"summary_description": "boxen", "data_class": 1}
        polynomials.tensor("square", 2 * i, np.float32(i**2), "scalars", **about)
        polynomials.tensor("cube", 3 * i, np.float32(i**3), "scalars", data_class=1)
    waves = Writer(tmp_path / "waves")
    for i in range(10):
        waves.tensor("sine", i, np.float64(math.sin(i)), "scalars", data_class=1)
        waves.tensor("square", i, np.float32(np.sign(math.sin(i))), "scalars", data_class=1)
        waves.tensor("high_tide", i, np.int64(i), "marigraphs", data_class=1)
        waves.tensor("bad", i, np.array([i, i]), "greetings", data_class=1)
    lebesgue = Writer(tmp_path / "lebesgue")
    mondrian = Writer(tmp_path / "mondrian")
    for i in range(1, 11):
        buckets = np.array([[0.0, i, 5], [i, 2.0 * i, 7]])
        lebesgue.tensor("uniform", i, buckets, "histograms", summary_description="very smooth")
        samples = 6 - abs(6 - i)
        for name, text in (("red", "top-right"), ("blue", "bottom-left")):
            picture = [PNG + name.encode() + bytes([i])] * samples
            content = [b"%d" % i, b"%d" % (i + 1), *picture]
            mondrian.tensor(name, i, content, "images", summary_description=text)
    return tmp_path


@pytest.fixture
def provider(logdir: Path) -> Any:
    """The provider over them."""
    return open_provider(str(logdir))


def test_the_place_is_the_logdir(provider: Any, logdir: Path) -> None:
    """The experiment's metadata say where the data is."""
    assert str(logdir) == provider.experiment_metadata(**ASKED).data_location
    assert str(logdir) in str(provider)


def test_plugins_with_data_are_listed(provider: Any, logdir: Path) -> None:
    """Those of all runs, each once; a graph makes one more."""
    plugins = ["greetings", "histograms", "images", "marigraphs", "scalars"]
    assert plugins == sorted(provider.list_plugins(**ASKED))
    Writer(logdir / "graph").event(graph_def=b"graph")
    assert sorted([*plugins, "graphs"]) == sorted(provider.list_plugins(**ASKED))


def test_runs_have_the_wall_time_of_their_first_event(provider: Any, logdir: Path) -> None:
    """Without a wall time it is 0; a run whose file holds no event has none."""
    timed = Writer(logdir / "timed" / "deeper")
    timed.scalar("x", 5, 1.0)
    (logdir / "timeless").mkdir()
    Writer(logdir / "no time", "tfevents").path.unlink()
    from tests.provider.logs import record

    (logdir / "no time" / "tfevents").write_bytes(record(b"\x1a\x0dbrain.Event:2"))
    (logdir / "empty").mkdir()
    (logdir / "empty" / "tfevents").touch()
    found = {run.run_name: run.start_time for run in provider.list_runs(**ASKED)}

    assert found["timed/deeper"] == START
    assert found["no time"] == 0.0
    assert found["empty"] is None
    assert "timeless" not in found


def test_scalars_are_listed(provider: Any) -> None:
    """By run and tag, with the greatest step and wall time and what metadata say."""
    found = provider.list_scalars(plugin_name="scalars", **ASKED)
    sample = found["polynomials"]["square"]

    assert {"polynomials", "waves"} == set(found)
    assert {"square", "cube"} == set(found["polynomials"])
    assert {"sine", "square"} == set(found["waves"])
    assert isinstance(sample, base.ScalarTimeSeries)
    assert (sample.max_step, sample.max_wall_time) == (18, START + 18)
    assert (sample.description, sample.display_name, sample.plugin_content) == ("boxen", "", b"")


@pytest.mark.parametrize(
    ("runs", "tags", "expected"),
    [
        (["waves"], ["square"], {"waves": {"square"}}),
        (None, ["square", "quartic"], {"waves": {"square"}, "polynomials": {"square"}}),
        (["waves", "hugs"], None, {"waves": {"sine", "square"}}),
        (["un"], ["likely"], {}),
        ([], None, {}),
        (None, [], {}),
    ],
)
@pytest.mark.parametrize("ask", ["list_scalars", "read_scalars", "read_last_scalars"])
def test_filters_choose_runs_and_tags(
    provider: Any, ask: str, runs: Any, tags: Any, expected: Any
) -> None:
    """Only what is there and was asked for is in the answer."""
    more = {"downsample": 9} if ask == "read_scalars" else {}
    chosen = base.RunTagFilter(runs, tags)
    found = getattr(provider, ask)(plugin_name="scalars", run_tag_filter=chosen, **more, **ASKED)

    assert expected == {run: set(table) for run, table in found.items()}


def test_scalars_are_read_exactly(provider: Any) -> None:
    """Steps, wall times and values are those that were logged, in the precision of each."""
    found = provider.read_scalars(plugin_name="scalars", downsample=100, **ASKED)
    sine = [(d.step, d.wall_time, d.value) for d in found["waves"]["sine"]]
    cube = [(d.step, d.value) for d in found["polynomials"]["cube"]]

    assert sine == [(i, START + i, math.sin(i)) for i in range(10)]
    assert cube == [(3 * i, float(i**3)) for i in range(10)]
    assert isinstance(found["waves"]["sine"][0], base.ScalarDatum)


def test_fewer_points_than_there_are_with_the_last(provider: Any) -> None:
    """``downsample`` is obeyed for scalars, tensors and blobs."""
    scalars = provider.read_scalars(plugin_name="scalars", downsample=3, **ASKED)
    tensors = provider.read_tensors(plugin_name="histograms", downsample=3, **ASKED)
    blobs = provider.read_blob_sequences(plugin_name="images", downsample=4, **ASKED)

    assert (len(scalars["waves"]["sine"]), scalars["waves"]["sine"][-1].step) == (3, 9)
    assert (len(tensors["lebesgue"]["uniform"]), tensors["lebesgue"]["uniform"][-1].step) == (3, 10)
    assert (len(blobs["mondrian"]["blue"]), blobs["mondrian"]["blue"][-1].step) == (4, 10)
    nothing = provider.read_scalars(plugin_name="scalars", downsample=0, **ASKED)
    assert nothing["waves"]["sine"] == []


def test_numbers_of_another_plugin_are_scalars_too(provider: Any) -> None:
    """The data class decides; what is no single number is left out, and costs no page."""
    tide = provider.read_scalars(plugin_name="marigraphs", downsample=100, **ASKED)
    last = provider.read_last_scalars(plugin_name="marigraphs", **ASKED)
    bad = provider.read_scalars(plugin_name="greetings", downsample=100, **ASKED)

    assert [(i, float(i)) for i in range(10)] == [
        (d.step, d.value) for d in tide["waves"]["high_tide"]
    ]
    assert last["waves"]["high_tide"].value == 9
    assert bad["waves"]["bad"] == []


def test_the_last_scalar(provider: Any) -> None:
    """One datum a series."""
    found = provider.read_last_scalars(plugin_name="scalars", **ASKED)
    assert (found["polynomials"]["cube"].step, found["polynomials"]["cube"].value) == (27, 729.0)


def test_tensors_are_listed_and_read(provider: Any) -> None:
    """With the class that their plugin gives them where the log names none."""
    listed = provider.list_tensors(plugin_name="histograms", **ASKED)["lebesgue"]["uniform"]
    read = provider.read_tensors(plugin_name="histograms", downsample=100, **ASKED)
    data = read["lebesgue"]["uniform"]

    assert isinstance(listed, base.TensorTimeSeries)
    assert (listed.max_step, listed.description) == (10, "very smooth")
    assert isinstance(data[0], base.TensorDatum)
    assert data[3].numpy.tolist() == [[0.0, 4.0, 5.0], [4.0, 8.0, 7.0]]
    assert provider.list_scalars(plugin_name="histograms", **ASKED) == {}


def test_blob_sequences_are_listed_and_read(provider: Any) -> None:
    """Their greatest length is told; the keys lead to the bytes that were logged."""
    listed = provider.list_blob_sequences(plugin_name="images", **ASKED)["mondrian"]["blue"]
    read = provider.read_blob_sequences(plugin_name="images", downsample=100, **ASKED)
    last = read["mondrian"]["blue"][-1]
    blobs = [provider.read_blob(blob_key=value.blob_key) for value in last.values]

    assert isinstance(listed, base.BlobSequenceTimeSeries)
    assert (listed.max_length, listed.description) == (6 + 2, "bottom-left")
    assert blobs == [b"10", b"11", PNG + b"blue\n", PNG + b"blue\n"]
    assert list(range(1, 11)) == [datum.step for datum in read["mondrian"]["blue"]]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "é",
        "bm8",
        "WzFd",
        "eyJhIjoxfQ",
        "WyJpbWFnZXMiLCJtb25kcmlhbiIsInJlZCIsMSwyLDMsNF0",
        "WyJpbWFnZXMiLCJtb25kcmlhbiIsInJlZCIsMSwyLDMsIngiXQ",
    ],
)
def test_a_made_up_key_leads_nowhere(provider: Any, key: str) -> None:
    """Only what the log is known to hold can be had."""
    with pytest.raises(errors.NotFoundError):
        provider.read_blob(blob_key=key)


def test_a_key_reads_no_more_blobs_than_there_are(provider: Any) -> None:
    """The number of the blob is checked as well as its place."""
    from nbboard.provider.provider import _key, _read_key

    read = provider.read_blob_sequences(plugin_name="images", downsample=1, **ASKED)
    parts = _read_key(read["mondrian"]["red"][-1].values[0].blob_key)
    plugin, run, tag, file, offset, index, _ = parts
    ref = {"file": file, "offset": offset, "index": index}
    for number in (-1, 4, 10**9):
        with pytest.raises(errors.NotFoundError):
            provider.read_blob(blob_key=_key(plugin, run, tag, ref, number))
    with pytest.raises(errors.NotFoundError):
        provider.read_blob(blob_key=_key("scalars", "waves", "sine", ref, 0))
    with pytest.raises(errors.NotFoundError):
        provider.read_blob(blob_key=_key(plugin, run, tag, {**ref, "offset": offset + 1}, 0))


def test_a_question_that_the_interface_forbids_is_refused(provider: Any) -> None:
    """An experiment that is no text, and no number of points."""
    with pytest.raises(TypeError, match="experiment_id"):
        provider.list_runs(experiment_id=None)
    with pytest.raises(TypeError, match="downsample"):
        provider.read_scalars(plugin_name="scalars", **ASKED)


def test_hyperparameters_are_tensorboards_own_work(provider: Any) -> None:
    """The base class's empty answers have its plugin read the summaries."""
    assert provider.list_hyperparameters(experiment_ids=["x"]).hyperparameters == []


def test_names_that_are_no_text_are_shown(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 become U+FFFD, two that look alike get numbers; both are read."""
    writer = Writer(tmp_path / "run")
    for tag, value in ((b"loss\xff", 1.0), (b"loss\xfe", 2.0)):
        import struct

        content = b"\x0a" + bytes([len(tag)]) + tag + b"\x15" + struct.pack("<f", value)
        summary = b"\x0a" + bytes([len(content)]) + content
        writer.payload(
            b"\x09" + struct.pack("<d", START) + b"\x2a" + bytes([len(summary)]) + summary
        )
    found = open_provider(str(tmp_path)).read_scalars(plugin_name="scalars", downsample=9, **ASKED)

    assert {t: len(d) for t, d in found["run"].items()} == {"loss\ufffd": 1, "loss\ufffd (2)": 1}
    assert {1.0, 2.0} == {data[0].value for data in found["run"].values()}


def test_restarts_are_hidden_or_kept(tmp_path: Path) -> None:
    """What was logged again replaces what was there, for scalars, tensors and blobs; or not."""
    writer = Writer(tmp_path / "run")
    for step, value in ((0, 0.0), (1, 1.0), (2, 2.0), (1, 10.0), (2, 20.0)):
        writer.scalar("loss", step, value)
        writer.tensor("text", step, [b"%d" % value], "text")
        writer.tensor("image", step, [b"1", b"1", b"%d" % value], "images")
    found = {}
    for restarts in ("latest", "keep"):
        provider = open_provider(str(tmp_path), restarts)
        scalars = provider.read_scalars(plugin_name="scalars", downsample=9, **ASKED)
        texts = provider.read_tensors(plugin_name="text", downsample=9, **ASKED)
        images = provider.read_blob_sequences(plugin_name="images", downsample=9, **ASKED)
        found[restarts] = (
            [d.value for d in scalars["run"]["loss"]],
            [int(d.numpy[0]) for d in texts["run"]["text"]],
            [
                int(provider.read_blob(blob_key=d.values[2].blob_key))
                for d in images["run"]["image"]
            ],
        )

    assert found["latest"] == ([0, 10, 20],) * 3
    assert found["keep"] == ([0, 1, 2, 10, 20],) * 3


def test_runs_that_change_are_seen(tmp_path: Path) -> None:
    """A run that grows, is truncated, replaced, deleted, and one that comes."""
    one, two = Writer(tmp_path / "one"), Writer(tmp_path / "two")
    one.scalar("loss", 1, 1.0)
    two.scalar("loss", 1, 2.0)
    provider = open_provider(str(tmp_path))

    def values() -> dict[str, list[float]]:
        found = provider.read_scalars(plugin_name="scalars", downsample=9, **ASKED)
        return {run: [d.value for tag in table for d in table[tag]] for run, table in found.items()}

    assert values() == {"one": [1.0], "two": [2.0]}
    one.scalar("loss", 2, 3.0)
    assert values()["one"] == [1.0, 3.0]
    one.path.unlink()
    Writer(tmp_path / "one").scalar("other", 7, 9.0)
    assert values() == {"one": [9.0], "two": [2.0]}
    two.path.unlink()
    two.path.parent.rmdir()
    Writer(tmp_path / "three").scalar("loss", 1, 4.0)
    assert values() == {"one": [9.0], "three": [4.0]}
    assert {"one", "three"} == {run.run_name for run in provider.list_runs(**ASKED)}
    three = Writer(tmp_path / "four")
    three.scalar("loss", 1, 5.0)
    values()
    three.path.write_bytes(three.path.read_bytes()[:40])
    assert "four" not in values()


def test_a_single_event_file_is_a_logdir(tmp_path: Path) -> None:
    """TensorBoard's own loader shows nothing for one."""
    writer = Writer(tmp_path / "run")
    writer.scalar("loss", 1, 1.0)
    provider = open_provider(str(writer.path))
    assert [run.run_name for run in provider.list_runs(**ASKED)] == ["."]


def test_curves_with_margins_get_the_same_steps(tmp_path: Path) -> None:
    """The dashboard that draws them refuses other steps; the peaks of all three are there."""
    from tensorboard.plugins.custom_scalar import layout_pb2

    series = layout_pb2.MarginChartContent.Series(value="v", lower="l", upper="u")
    chart = layout_pb2.Chart(margin=layout_pb2.MarginChartContent(series=[series]))
    layout = layout_pb2.Layout(category=[layout_pb2.Category(chart=[chart])])
    writer = Writer(tmp_path / "run")
    content = [layout.SerializeToString()]
    writer.tensor("custom_scalars__config__", 0, content[0], "custom_scalars")
    for step in range(2000):
        for i, tag in enumerate(("v", "l", "u", "alone")):
            writer.scalar(tag, step, 9.0 if step == 300 * (i + 1) + 1 else 0.0)
    found = open_provider(str(tmp_path)).read_scalars(
        plugin_name="scalars", downsample=100, **ASKED
    )["run"]
    steps = {tag: [d.step for d in data] for tag, data in found.items()}

    assert steps["v"] == steps["l"] == steps["u"]
    assert {301, 601, 901} <= set(steps["v"])
    assert steps["alone"] != steps["v"]
