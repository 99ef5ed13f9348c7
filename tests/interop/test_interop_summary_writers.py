"""Logs of the SummaryWriters of PyTorch and tensorboardX, read back equal to what was given."""

from __future__ import annotations

import numpy as np
import pytest

import nbboard

pytestmark = pytest.mark.interop

WRITERS = ["torch.utils.tensorboard", "tensorboardX"]


@pytest.fixture(params=WRITERS)
def package(request, writer_package):
    """Return the module of each of the two writers."""
    return writer_package(request.param)


@pytest.fixture
def logged(package, tmp_path):
    """Return a function that writes with a SummaryWriter and opens the result."""

    def write(what, **options):
        with package.SummaryWriter(str(tmp_path / "run"), **options) as writer:
            what(writer)
        log = nbboard.open(tmp_path)
        assert log.problems == ()
        return log

    return write


def test_scalars(logged, rng):
    """Every scalar comes back with its step, wall time and value."""
    values = rng.normal(size=500).astype(np.float32)
    steps = np.arange(500) * 7

    def write(writer):
        for step, value in zip(steps, values, strict=True):
            writer.add_scalar("loss/train", value, int(step), walltime=1.5e9 + float(step))
        writer.add_scalar("odd", float("nan"), 2**40)
        writer.add_scalar("odd", float("inf"), 2**40 + 1)
        writer.add_scalar("odd", -0.0, 2**40 + 2)

    log = logged(write)

    series = log.scalars["run", "loss/train"]
    assert np.array_equal(series.step, steps)
    assert np.array_equal(series.value, values)
    assert np.array_equal(series.wall_time, 1.5e9 + steps)
    odd = log.scalars["run", "odd"]
    assert odd.step.tolist() == [2**40, 2**40 + 1, 2**40 + 2]
    assert np.array_equal(odd.value, [np.nan, np.inf, 0.0], equal_nan=True)


def test_groups_of_scalars_are_runs(logged):
    """add_scalars writes a run per line; all are found."""

    def write(writer):
        writer.add_scalar("alone", 1, 0)
        for step in range(10):
            writer.add_scalars("both", {"a": step, "b": -step}, step)

    log = logged(write)

    # PyTorch calls them run/both_a, tensorboardX run/both/a.
    assert len(log.runs) == 3
    for line, sign in (("a$", 1), ("b$", -1)):
        (series,) = log.scalars.select("both", runs=line)
        assert series.value.tolist() == [sign * step for step in range(10)]


def test_images(logged, rng):
    """Every pixel comes back."""
    color = rng.integers(0, 256, (3, 20, 30), np.uint8)
    grey = rng.integers(0, 256, (1, 5, 7), np.uint8)

    def write(writer):
        writer.add_image("color", color, 3)
        writer.add_image("color", color[:, ::-1].copy(), 4)
        writer.add_image("grey", grey, 0)

    log = logged(write)

    series = log.images["run", "color"]
    assert series.step.tolist() == [3, 4]
    assert (series[0].width, series[0].height, series[0].format) == (30, 20, "png")
    assert np.array_equal(series[0].to_numpy()[..., :3], np.moveaxis(color, 0, -1))
    assert np.array_equal(series[1].to_numpy()[..., :3], np.moveaxis(color[:, ::-1], 0, -1))
    assert np.array_equal(log.images["run", "grey"][0].to_numpy()[..., 0], grey[0])


def test_figure(logged):
    """A matplotlib figure comes back as an image of its size."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1), dpi=100)
    figure.subplots().plot([1, 2])

    log = logged(lambda writer: writer.add_figure("figure", figure, 1))

    image = log.images["run", "figure"][0]
    assert (image.width, image.height) == (200, 100)


def test_histograms(logged, rng, check_histogram):
    """Each histogram counts exactly the values that were given."""
    values = rng.normal(size=1000)

    def write(writer):
        writer.add_histogram("weights", values, 5)
        writer.add_histogram("auto", values, 6, bins="auto")

    log = logged(write)

    for tag in ("weights", "auto"):
        check_histogram(log.histograms["run", tag][0], values)


def test_text(logged):
    """Text comes back letter by letter."""
    text = "| a | b |\n|---|---|\n| ü | 漢字 |\n<script>alert(1)</script>"

    log = logged(lambda writer: writer.add_text("note", text, 2))

    (series,) = log.text
    assert text == str(series[0])
    assert series.step.tolist() == [2]


def test_audio(logged, package, writer_package):
    """A clip comes back with its rate and samples."""
    if package.__name__ == "tensorboardX":
        writer_package("soundfile")
    wave = np.sin(np.arange(1000) / 20).astype(np.float32)[np.newaxis]
    # tensorboardX takes (frames, channels), PyTorch (channels, frames).
    given = wave.T if package.__name__ == "tensorboardX" else wave

    log = logged(lambda writer: writer.add_audio("tone", given, 1, sample_rate=8000))

    clip = log.audio["run", "tone"][0]
    assert (clip.sample_rate, clip.channels, clip.frames) == (8000, 1, 1000)
    # Both write 16 bits; one scales by 32767, the other by 32768.
    assert np.abs(clip.to_numpy()[:, 0] - wave[0] * 32767).max() <= 2


def test_hparams(logged):
    """Hyperparameters and metrics become one row a trial."""

    def write(writer):
        for rate in (0.1, 0.01):
            writer.add_hparams(
                {"lr": rate, "layers": 3, "name": "small", "bias": True}, {"accuracy": 1 - rate}
            )

    log = logged(write)

    trials = log.hparams.trials()
    assert [{"lr": rate, "layers": 3.0, "name": "small", "bias": True} for rate in (0.1, 0.01)] == [
        dict(trial.hparams) for trial in sorted(trials.rows, key=lambda t: -t.hparams["lr"])
    ]
    assert {(t.hparams["lr"], np.float32(t.metrics["accuracy"].value)) for t in trials.rows} == {
        (0.1, np.float32(0.9)),
        (0.01, np.float32(0.99)),
    }
    table = log.hparams.to_pandas()
    assert {"trial", "lr", "layers", "name", "bias", "accuracy"} == set(table.columns)
    assert trials.differing == ("lr",)


def test_pr_curve(logged, rng, check_curve):
    """The curve counts exactly the labels and predictions that were given."""
    labels, predictions = rng.integers(0, 2, 200), rng.random(200)

    log = logged(lambda writer: writer.add_pr_curve("curve", labels, predictions, 4))

    curve = log.pr_curves["run", "curve"][0]
    assert len(curve.thresholds) == 127
    check_curve(curve, labels, predictions)


def test_mesh(logged, rng):
    """Vertices, faces and colours come back."""
    vertices = rng.normal(size=(1, 8, 3)).astype(np.float32)
    faces = rng.integers(0, 8, (1, 5, 3))
    colors = rng.integers(0, 256, (1, 8, 3)).astype(np.uint8)
    config = {"camera": {"cls": "PerspectiveCamera", "fov": 75}}

    log = logged(lambda w: w.add_mesh("cube", vertices, colors, faces, config, 1))

    parts = {series[0].part: series[0] for series in log.mesh}
    assert np.array_equal(parts["vertices"].data, vertices)
    assert np.array_equal(parts["faces"].data, faces)
    assert np.array_equal(parts["colors"].data, colors)
    assert {"cube"} == {part.name for part in parts.values()}
    assert config == parts["vertices"].config


def test_layout(logged):
    """A layout of custom scalars comes back."""
    layout = {"Losses": {"both": ["Multiline", ["a", "b"]], "band": ["Margin", ["v", "lo", "up"]]}}

    log = logged(lambda writer: writer.add_custom_scalars(layout))

    (series,) = log.custom_scalars
    (category,) = series[0].categories
    charts = {chart.title: chart for chart in category.charts}
    assert category.title == "Losses"
    assert charts["both"].tags == ("a", "b")
    assert [(m.value, m.lower, m.upper) for m in charts["band"].margins] == [("v", "lo", "up")]


def test_projector(logged, rng):
    """Embeddings come back by step, equal to what was given, with metadata and pictures."""
    points = rng.normal(size=(6, 4)).astype(np.float32)
    rows = [[letter, str(row)] for row, letter in enumerate("abcdef")]
    pictures = rng.random((6, 3, 4, 4)).astype(np.float32)

    def write(writer):
        writer.add_scalar("x", 1, 0)
        for step in (3, 12):
            writer.add_embedding(
                points * step,
                metadata=rows,
                metadata_header=["letter", "row number"],
                label_img=as_given(writer, pictures),
                tag="words",
                global_step=step,
            )

    log = logged(write)

    series = log.projector["run", "words"]
    assert series.step.tolist() == [3, 12]
    for step, found in zip(series.step.tolist(), series, strict=True):
        np.testing.assert_array_equal(found.vectors, points * np.float32(step))
    last = series[-1]
    assert [column.name for column in last.columns] == ["letter", "row number"]
    assert last.columns[0].texts.tolist() == list("abcdef")
    assert last.columns[1].values.tolist() == list(range(6))
    assert (last.sprite.width, last.sprite.height, last.sprite.columns) == (4, 4, 3)
    assert last.notes == ()
    assert log.kinds["projector"] == 1


def as_given(writer, array):
    """Return an array as the writer takes pictures: torch wants tensors."""
    if "tensorboardX" in type(writer).__module__:
        return array
    import torch

    return torch.from_numpy(array)


def test_graph(package, logged, writer_package):
    """The graph of a model comes back with its layers."""
    torch = writer_package("torch")
    if package.__name__ == "tensorboardX":
        pytest.importorskip("onnx", reason="tensorboardX's add_graph needs onnx")
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))

    log = logged(lambda writer: writer.add_graph(model, torch.zeros(2, 4)))

    graph = log.graphs["run", "__run_graph__"][0]
    assert graph.form == "graph_def"
    assert any("Linear" in node.name for node in graph.nodes)
    assert any(node.op == "aten::relu" for node in graph.nodes)
    names = {node.name for node in graph.nodes}
    inputs = [given for node in graph.nodes for given in node.inputs if given in names]
    assert [source for source, _ in graph.edges] == inputs


def test_tensor_scalars(writer_package, tmp_path):
    """PyTorch's new style, scalars as tensors with their dtype, comes back as scalars."""
    torch = writer_package("torch")
    package = writer_package("torch.utils.tensorboard")
    with package.SummaryWriter(str(tmp_path)) as writer:
        for step in range(20):
            writer.add_scalar("float", step / 3, step, new_style=True)
            writer.add_scalar("double", step / 3, step, new_style=True, double_precision=True)
            writer.add_tensor("matrix", torch.arange(6).reshape(2, 3) + step, step)

    log = nbboard.open(tmp_path)

    thirds = np.arange(20) / 3
    single, double = log.scalars[".", "float"], log.scalars[".", "double"]
    assert np.array_equal(single.value, thirds.astype(np.float32))
    assert np.array_equal(double.value, thirds)
    assert (np.float32, np.float64) == (single.value.dtype, double.value.dtype)
    matrices = log.tensors[".", "matrix"]
    assert all(
        np.array_equal(item.value, np.arange(6).reshape(2, 3) + step)
        for step, item in enumerate(matrices)
    )


def test_video(writer_package, tmp_path, rng):
    """A video is a GIF with all its frames."""
    writer_package("moviepy")
    torch = writer_package("torch")
    package = writer_package("torch.utils.tensorboard")
    frames = torch.tensor(rng.integers(0, 256, (1, 5, 3, 16, 24), np.uint8))
    with package.SummaryWriter(str(tmp_path)) as writer:
        writer.add_video("clip", frames, 1, fps=5)

    image = nbboard.open(tmp_path).images[".", "clip"][0]

    assert (image.format, image.width, image.height, image.frames) == ("gif", 24, 16, 5)
    assert image.to_numpy().shape[:3] == (5, 16, 24)
