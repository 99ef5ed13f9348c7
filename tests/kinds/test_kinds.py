"""The other kinds, the registry, and that no kind ever escapes its error."""

from __future__ import annotations

import math
import random
import subprocess
import sys

import numpy as np
import pytest
from tensorboard.compat.proto import graph_pb2, meta_graph_pb2, summary_pb2
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2 as hparams_pb2
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2

from nbboard.errors import UndecodableError
from nbboard.kinds import Kind, kind_named, kind_of_plugin, kinds
from nbboard.kinds.hparams.messages import (
    Experiment,
    HParam,
    Metric,
    SessionEnd,
    SessionStart,
)
from nbboard.kinds.projector.config import parse_projector_config
from tests.logdir.conftest import Logs


def metadata(plugin, content=b""):
    """Make a SummaryMetadata."""
    result = summary_pb2.SummaryMetadata()
    result.plugin_data.plugin_name = plugin
    result.plugin_data.content = content
    return result


def objects(*items):
    """Return strings as an array of bytes."""
    return np.array(items, object)


def only(kind, value, meta=None):
    """Decode the one item of a value."""
    (item,) = kind_named(kind).decode(value, meta)
    return item


def test_every_kind_is_found():
    """The kinds of this package are there, in the order of listings."""
    assert list(kinds()) == [
        *("scalars", "images", "hparams", "audio", "text", "histograms", "pr_curves"),
        *("tensors", "graphs", "custom_scalars", "mesh", "profile", "projector", "params", "runs"),
    ]
    assert kind_of_plugin("graph_keras_model").name == "graphs"


def test_an_unknown_plugin_is_a_kind_of_its_own(value_of):
    """Its values stay messages, with the plugin's own bytes beside."""
    kind = kind_of_plugin("someones_plugin")
    (item,) = kind.decode(value_of([1.0, 2.0]), metadata("someones_plugin", b"abc"))

    assert kind.name == "someones_plugin"
    assert item.content == b"abc"
    assert item.tensor.tolist() == [1.0, 2.0]
    assert kind.columns(item)["content"] == b"abc"
    assert kind.decode(summary_pb2.Summary.Value(), None)[0].tensor is None


def test_other_distributions_add_kinds(tmp_path):
    """An entry point of the group nbboard.kinds adds a kind; a broken one is left out."""
    (tmp_path / "theirs.py").write_text(
        "from nbboard.kinds import Kind\n"
        "KIND = Kind('theirs', ('their_plugin',), lambda v, m: (v.tag,), lambda i: {'tag': i})\n"
        "NONE = 5\n"
    )
    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[nbboard.kinds]\ntheirs = theirs:KIND\nbroken = nowhere:KIND\nwrong = theirs:NONE\n"
    )
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from nbboard.kinds import kinds, kind_of_plugin\n"
        "print(kind_of_plugin('their_plugin').name, 'broken' in kinds(), 'scalars' in kinds())"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["theirs", "False", "True"]


def test_a_kind_of_another_distribution_in_use(tmp_path):
    """Its collection is an attribute, a table with its cells, and bears what its code raises."""
    (tmp_path / "theirs.py").write_text(
        "from nbboard.kinds import Kind\n"
        "def decode(value, metadata):\n"
        "    number = value.tensor.float_val[0]\n"
        "    return (number, {}['gone']) if number == 2 else (number,)\n"
        "def columns(number):\n"
        "    return {'twice': 2 * number, **({'odd': 'yes'} if number % 2 else {})}\n"
        "KIND = Kind('theirs', ('their_plugin',), decode, columns, cells=('twice',))\n"
    )
    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[nbboard.kinds]\ntheirs = theirs:KIND\n")
    logs = Logs(tmp_path / "logs")
    for step in range(4):
        logs.tensor("run", "tag", "their_plugin", np.float32([step]), step=step)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import nbboard\n"
        f"log = nbboard.open({str(tmp_path / 'logs')!r})\n"
        "print(log.kinds, log.theirs['run', 'tag'][1])\n"
        "print(log.theirs.to_pandas().drop(columns='wall_time').values.tolist())\n"
        "print(log.theirs.select('none').to_pandas().columns[-1])\n"
        "print([problem.reason for problem in log.problems])\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    # Which of the two stands for a cell that is not there depends on pandas' version.
    assert done.stdout.replace("None", "nan").splitlines() == [
        "{'theirs': 1} 1.0",
        str(
            [
                *(["run", "tag", 0, 0.0, None], ["run", "tag", 1, 2.0, "yes"]),
                ["run", "tag", 3, 6.0, "yes"],
            ]
        ).replace("None", "nan"),
        "twice",
        "[\"theirs 'tag' at step 2: not a value of theirs: KeyError: 'gone'\"]",
    ]


def test_text_keeps_shape_and_replaces_what_is_not_utf8(value_of):
    """Text is str of the logged shape; bytes that are not UTF-8 show as U+FFFD."""
    table = only("text", value_of(objects(b"a", "ü".encode(), b"\xff", b"<b>").reshape(2, 2)))

    assert table.value.tolist() == [["a", "ü"], ["\ufffd", "<b>"]]
    assert str(table) == "a\nü\n\ufffd\n<b>"
    assert table.data[1, 0] == b"\xff"
    with pytest.raises(UndecodableError):
        only("text", value_of([1.0]))


def test_histograms_are_buckets_of_float64(value_of):
    """A histogram is (k, 3) whatever float was logged; k may be 0."""
    one = only("histograms", value_of(np.array([[0, 1, 2], [1, 3, 4]], np.float32)))
    none = only("histograms", value_of(np.zeros((0, 3))))

    assert one.buckets.dtype == np.float64
    assert (one.left.tolist(), one.right.tolist(), one.counts.tolist()) == ([0, 1], [1, 3], [2, 4])
    assert (one.count, none.count) == (6, 0)
    assert repr(none) == "Histogram(empty)"
    assert repr(one) == "Histogram(2 buckets from 0 to 3, 6 values)"
    for wrong in (np.zeros(3), np.zeros((3, 2)), objects(b"x")):
        with pytest.raises(UndecodableError):
            only("histograms", value_of(wrong))


def test_pr_curves_name_their_rows(value_of):
    """The six rows have names, the thresholds are evenly spaced."""
    curve = only("pr_curves", value_of(np.arange(18.0).reshape(6, 3)))

    rows = [
        *(curve.true_positives, curve.false_positives, curve.true_negatives),
        *(curve.false_negatives, curve.precision, curve.recall),
    ]
    assert [row[0] for row in rows] == [0, 3, 6, 9, 12, 15]
    assert curve.thresholds.tolist() == [0, 0.5, 1]
    with pytest.raises(UndecodableError):
        only("pr_curves", value_of(np.zeros((5, 3))))


def test_meshes_tell_their_part(value_of):
    """The metadata says which mesh and which part of it a tensor is."""
    plugin = mesh_pb2.MeshPluginData(
        name="cube", content_type=2, json_config='{"camera": {"fov": 75}}'
    )
    meta = metadata("mesh", plugin.SerializeToString())

    part = only("mesh", value_of(np.zeros((1, 4, 3), np.int32)), meta)

    assert (part.name, part.part, part.data.shape) == ("cube", "faces", (1, 4, 3))
    assert part.config == {"camera": {"fov": 75}}
    with pytest.raises(UndecodableError):
        only("mesh", value_of(np.zeros((4, 3))), meta)
    with pytest.raises(UndecodableError):
        only("mesh", value_of(np.zeros((1, 4, 3))), metadata("mesh", b"\xff\xff"))


def test_layouts_of_custom_scalars(value_of):
    """A layout keeps its categories, charts and margins in order."""
    layout = layout_pb2.Layout()
    category = layout.category.add(title="losses", closed=True)
    category.chart.add(title="both").multiline.tag.extend(["a", "b"])
    category.chart.add(title="band").margin.series.add(value="v", lower="l", upper="u")

    item = only("custom_scalars", value_of(objects(layout.SerializeToString())[0]))

    (first,) = item.categories
    assert (first.title, first.closed) == ("losses", True)
    assert [chart.tags for chart in first.charts] == [("a", "b"), ()]
    assert first.charts[1].margins[0].lower == "l"
    assert kind_named("custom_scalars").columns(item)["tags"] == [["a", "b"], ["v", "l", "u"]]
    with pytest.raises(UndecodableError):
        only("custom_scalars", value_of(objects(b"\xff\xff\xff")[0]))


def test_graphs_of_every_form(value_of):
    """A graph definition, one in a meta graph, and a Keras model all name their nodes."""
    graph = graph_pb2.GraphDef()
    graph.node.add(name="x", op="MatMul", device="/cpu:0").input.extend(["a", "^b"])
    keras = b'{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "d"}}]}}'
    inner = meta_graph_pb2.MetaGraphDef(graph_def=graph).SerializeToString()

    plain = only("graphs", value_of([graph.SerializeToString()]), metadata("graphs"))
    meta = only("graphs", value_of([inner], tag="__run_meta_graph__"), metadata("graphs"))
    model = only("graphs", value_of([keras]), metadata("graph_keras_model"))

    assert [(node.name, node.op, node.inputs) for node in plain.nodes] == [
        ("x", "MatMul", ("a", "^b"))
    ]
    assert meta.nodes == plain.nodes
    assert [(node.name, node.op) for node in model.nodes] == [("d", "Dense")]
    broken = only("graphs", value_of([b"\xff\xff"]), metadata("graphs"))
    with pytest.raises(UndecodableError):
        _ = broken.nodes
    deep = only("graphs", value_of([b"[" * 100_000]), metadata("graph_keras_model"))
    with pytest.raises(UndecodableError):
        _ = deep.nodes


def test_hyperparameters(value_of):
    """Experiments, session starts and ends come as they were logged."""
    experiment = hparams_pb2.HParamsPluginData()
    experiment.experiment.name = "exp"
    info = experiment.experiment.hparam_infos.add(name="lr", type=3, description="rate")
    info.domain_interval.min_value, info.domain_interval.max_value = 0.1, 0.5
    info = experiment.experiment.hparam_infos.add(name="opt", type=1, display_name="Optimizer")
    info.domain_discrete.values.add().string_value = "adam"
    experiment.experiment.metric_infos.add(dataset_type=2).name.tag = "acc"
    start = hparams_pb2.HParamsPluginData()
    start.session_start_info.group_name = "g"
    start.session_start_info.hparams["lr"].number_value = float("nan")
    start.session_start_info.hparams["flag"].bool_value = False
    start.session_start_info.hparams["none"].null_value = 0
    end = hparams_pb2.HParamsPluginData()
    end.session_end_info.status, end.session_end_info.end_time_secs = 2, 5.0

    said = [
        only("hparams", value_of([]), metadata("hparams", message.SerializeToString()))
        for message in (experiment, start, end)
    ]

    assert said[0] == Experiment(
        name="exp",
        hparams=(
            HParam("lr", "lr", "rate", "number", interval=(0.1, 0.5)),
            HParam("opt", "Optimizer", "", "string", values=("adam",)),
        ),
        metrics=(Metric("acc", dataset="validation"),),
    )
    assert isinstance(said[1], SessionStart)
    assert said[1].group_name == "g"
    assert set(said[1].hparams) == {"lr", "flag", "none"}
    assert math.isnan(said[1].hparams["lr"])
    assert said[2] == SessionEnd("failure", 5.0)
    assert Metric("acc", "validation").name == "validation/acc"


def test_hyperparameters_in_the_tensor(value_of):
    """Where the metadata is empty the message may stand in the tensor."""
    end = hparams_pb2.HParamsPluginData()
    end.session_end_info.status = 1

    said = only("hparams", value_of(objects(end.SerializeToString())[0]), metadata("hparams"))

    assert said == SessionEnd("success")
    for wrong in (b"", b"\xff\xff", hparams_pb2.HParamsPluginData(version=9).SerializeToString()):
        with pytest.raises(UndecodableError):
            only("hparams", value_of(objects(wrong)[0]), metadata("hparams"))


def test_projector_configurations():
    """The text format is read, fields of the future are passed over, nonsense is refused."""
    config = parse_projector_config(
        b'model_checkpoint_path: "c"\n'
        b'embeddings { tensor_name: "t" tensor_shape: 5 tensor_shape: 3 tensor_path: "t.tsv"\n'
        b'  metadata_path: "m.tsv" sprite { image_path: "s.png" single_image_dim: 8 single_image_dim: 9 }\n'
        b"  from_the_future: 5 }\n"
    )

    (embedding,) = config.embeddings
    assert (embedding.name, embedding.shape, embedding.sprite_size) == ("t", (5, 3), (8, 9))
    assert (embedding.tensor_path, embedding.metadata_path) == ("t.tsv", "m.tsv")
    assert config.checkpoint == "c"
    for wrong in (b"embeddings {", b"\xff\xfe"):
        with pytest.raises(UndecodableError):
            parse_projector_config(wrong)


def look_at(item):
    """Ask an item for everything it has."""
    repr(item)
    # A scalar is a NumPy number, whose methods are not of interest here.
    for name in [] if isinstance(item, np.generic) else dir(item):
        if not name.startswith("_"):
            found = getattr(item, name)
            if name == "to_numpy":
                found()


def test_damaged_values_never_escape_as_another_error(value_of, encoded, pixels):
    """Whatever bytes of a value are changed, decoding works or raises UndecodableError."""
    rng = random.Random(11)
    keras = b'{"config": {"layers": [{"config": {"name": "d"}}]}}'
    plugin = mesh_pb2.MeshPluginData(name="cube", content_type=1, json_config="{}")
    seeds = {
        "images": value_of(objects(b"17", b"12", encoded(pixels[:4, :4]))),
        "audio": value_of(
            np.array([[b"RIFF\0\0\0\0WAVEfmt " + b"\x10\0\0\0\1\0\1\0" * 4, b""]], object)
        ),
        "text": value_of(objects(b"text")),
        "histograms": value_of(np.ones((2, 3))),
        "pr_curves": value_of(np.ones((6, 2))),
        "tensors": value_of(np.ones((2, 2), np.float16)),
        "graphs": value_of([keras]),
        "mesh": value_of(np.ones((1, 2, 3))),
        "custom_scalars": value_of(b"\x12\x04\x0a\x02ab"),
        "hparams": value_of(b"\x12\x00"),
        "scalars": value_of(1.0),
        "projector": value_of(b"embeddings { }"),
    }
    tried = 0
    for name, seed in seeds.items():
        kind: Kind = kind_named(name)
        content = plugin.SerializeToString() if name == "mesh" else b""
        meta = metadata("graph_keras_model" if name == "graphs" else name, content)
        whole = seed.SerializeToString()
        for _ in range(250):
            damaged = bytearray(whole)
            for _ in range(rng.randint(1, 3)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            try:
                value = summary_pb2.Summary.Value.FromString(bytes(damaged))
            except Exception:  # noqa: BLE001 - the reader's business, not a kind's
                continue
            tried += 1
            try:
                for item in kind.decode(value, meta):
                    look_at(item)
                    kind.columns(item)
            except UndecodableError:
                continue

    assert tried > 1000
