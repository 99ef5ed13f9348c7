"""Logs of TensorFlow, read back equal to what was given."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import nbboard

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def tf(writer_package):
    """Return TensorFlow."""
    return writer_package("tensorflow")


@pytest.fixture
def logged(tf, tmp_path):
    """Return a function that writes under a default tf.summary writer and opens the result."""

    def write(what):
        with tf.summary.create_file_writer(str(tmp_path / "run")).as_default():
            what(tf.summary)
        log = nbboard.open(tmp_path)
        assert log.problems == ()
        return log

    return write


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32", "int64", "uint8"])
def test_scalars_of_every_type(tf, logged, rng, dtype):
    """Scalars come back with their steps; TensorFlow stores them as float32."""
    values = (rng.random(50) * 100).astype(dtype)

    def write(summary):
        for step, value in enumerate(values):
            summary.scalar("loss", tf.constant(value), step=2**33 + step, description="the *loss*")

    series = logged(write).scalars["run", "loss"]

    assert series.step.tolist() == list(range(2**33, 2**33 + 50))
    assert np.array_equal(series.value, values.astype(np.float32))
    assert series.description == "the *loss*"


def test_images(tf, logged, rng):
    """Several images a step come back pixel by pixel."""
    pictures = rng.integers(0, 256, (4, 8, 9, 3), np.uint8)

    log = logged(lambda s: s.image("pictures", tf.constant(pictures), step=7, max_outputs=3))

    series = log.images["run", "pictures"]
    assert [image.to_numpy().tolist() for image in series.samples(0)] == pictures[:3].tolist()
    assert np.array_equal(series[0, 2].to_numpy(), pictures[2])
    assert (series[0].width, series[0].height) == (9, 8)


def test_histograms(tf, logged, rng, check_histogram):
    """Each histogram counts exactly the values that were given; that of nothing is empty."""
    values = rng.normal(size=1000)

    def write(summary):
        summary.histogram("weights", tf.constant(values), step=1)
        summary.histogram("constant", tf.fill([5], 2.0), step=1)
        summary.histogram("nothing", tf.zeros([0]), step=1)

    log = logged(write)

    check_histogram(log.histograms["run", "weights"][0], values)
    assert log.histograms["run", "constant"][0].count == 5
    assert log.histograms["run", "nothing"][0].count == 0


def test_text(tf, logged):
    """Text comes back letter by letter, tables of it in their shape."""
    table = [["a", "ü"], ["漢字", ""]]

    def write(summary):
        summary.text("one", tf.constant("# títle\nbody"), step=0)
        summary.text("table", tf.constant(table), step=0)

    log = logged(write)

    assert str(log.text["run", "one"][0]) == "# títle\nbody"
    assert log.text["run", "table"][0].value.tolist() == table


def test_audio(tf, logged, rng):
    """Several clips a step come back sample by sample."""
    waves = (rng.random((2, 500, 2)) * 2 - 1).astype(np.float32)

    log = logged(lambda s: s.audio("tone", tf.constant(waves), sample_rate=16000, step=3))

    clips = log.audio["run", "tone"].samples(0)
    assert len(clips) == 2
    for clip, wave in zip(clips, waves, strict=True):
        assert (clip.sample_rate, clip.channels, clip.frames) == (16000, 2, 500)
        expected, _ = tf.audio.decode_wav(tf.audio.encode_wav(wave, 16000))
        assert np.array_equal(clip.to_numpy() / np.float32(32768), expected.numpy())


@pytest.mark.parametrize(
    "dtype",
    [
        *("float32", "float64", "float16", "bfloat16", "complex64", "complex128", "bool"),
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    ],
)
def test_tensors_of_every_type(tf, logged, rng, dtype):
    """A tensor comes back in its dtype and shape; also one that TensorFlow compresses."""
    given = tf.cast(tf.constant(rng.integers(0, 100, (3, 4))), dtype)
    same = tf.cast(tf.fill([2, 30], 7), dtype)

    def write(summary):
        summary.write("tensor", given, step=0)
        summary.write("same", same, step=0)

    log = logged(write)

    for tag, expected in (("tensor", given), ("same", same)):
        actual = log.tensors["run", tag][0].value
        wanted = expected.numpy()
        if dtype == "bfloat16":
            wanted = wanted.astype(np.float32)
        assert actual.dtype == wanted.dtype
        assert np.array_equal(actual, wanted)


def test_graph_of_a_function(tf, tmp_path):
    """A traced function comes back as a graph with its operations."""
    writer = tf.summary.create_file_writer(str(tmp_path))

    @tf.function
    def multiply(x, y):
        return tf.matmul(x, y, name="the_product")

    tf.summary.trace_on(graph=True)
    multiply(tf.zeros([2, 2]), tf.zeros([2, 2]))
    with writer.as_default():
        tf.summary.trace_export("trace", step=0)
    writer.close()

    graphs = [graph for series in nbboard.open(tmp_path).graphs for graph in series]

    assert any("the_product" in node.name for graph in graphs for node in graph.nodes)


def test_the_first_tensorflow_writes(tf, tmp_path, rng, check_histogram):
    """tf.compat.v1: summary operations in a graph, written by a FileWriter."""
    values = rng.normal(size=300).astype(np.float32)
    picture = rng.integers(0, 256, (1, 6, 5, 3), np.uint8)
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        place = v1.placeholder(tf.float32, [None], name="place")
        merged = v1.summary.merge(
            [
                v1.summary.scalar("average", tf.reduce_mean(place)),
                v1.summary.histogram("values", place),
                v1.summary.image("picture", tf.constant(picture)),
                v1.summary.text("note", tf.constant("hello")),
                v1.summary.audio("tone", tf.zeros([1, 100, 1]), 8000.0),
            ]
        )
        given = session.graph.get_operations()
        with v1.summary.FileWriter(str(tmp_path), session.graph) as writer:
            for step in range(3):
                written, mean = session.run([merged, tf.reduce_mean(place)], {place: values})
                writer.add_summary(written, step)

    log = nbboard.open(tmp_path)

    assert log.scalars[".", "average"].value.tolist() == [mean] * 3
    assert log.scalars[".", "average"].step.tolist() == [0, 1, 2]
    check_histogram(log.histograms[".", "values"][2], values)
    (image,) = {key.tag for key in log.images.keys}
    assert np.array_equal(log.images[".", image][1].to_numpy(), picture[0])
    assert str(log.text[".", "note"][0]) == "hello"
    (tone,) = log.audio
    assert (tone[0].frames, tone[0].sample_rate) == (100, 8000)
    graph = log.graphs[".", "__run_graph__"][0]
    assert "place" in {node.name for node in graph.nodes}
    assert {node.name for node in graph.nodes} == {operation.name for operation in given}
    fed = {(tensor.op.name, each.name) for each in given for tensor in each.inputs}
    fed |= {(before.name, each.name) for each in given for before in each.control_inputs}
    assert set(graph.edges) == fed


def test_pr_curves(tf, tmp_path, rng, check_curve):
    """TensorBoard's own PR curve summary comes back exactly."""
    from tensorboard.plugins.pr_curve import summary

    labels, predictions = rng.integers(0, 2, 200).astype(bool), rng.random(200)
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.summary.FileWriter(str(tmp_path)) as writer:
        written = summary.pb("curve", labels, predictions, num_thresholds=51)
        writer.add_summary(written, 9)

    series = nbboard.open(tmp_path).pr_curves[".", "curve/pr_curves"]

    assert series.step.tolist() == [9]
    check_curve(series[0], labels, predictions)


def test_hparams(tf, tmp_path):
    """TensorBoard's hparams API: an experiment, sessions in groups, and their metrics."""
    from tensorboard.plugins.hparams import api as hp

    units = hp.HParam("units", hp.Discrete([16, 32]), display_name="Units")
    rate = hp.HParam("rate", hp.RealInterval(0.1, 0.2), description="of dropout")
    name, flag = hp.HParam("name", hp.Discrete(["adam", "sgd"])), hp.HParam("flag")
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        hp.hparams_config(
            hparams=[units, rate, name, flag],
            metrics=[hp.Metric("accuracy", group="validation", display_name="Accuracy")],
        )
    for number in range(4):
        with tf.summary.create_file_writer(str(tmp_path / f"run-{number}")).as_default():
            hp.hparams(
                {units: 16, rate: 0.1, name: "adam", flag: number > 1}, trial_id=f"t{number // 2}"
            )
        writer = tf.summary.create_file_writer(str(tmp_path / f"run-{number}" / "validation"))
        with writer.as_default():
            tf.summary.scalar("accuracy", number / 4, step=number)

    log = nbboard.open(tmp_path)
    trials = log.hparams.trials()

    assert [(h.name, h.type) for h in trials.hparams] == [
        ("units", "number"),
        ("rate", "number"),
        ("name", "string"),
        ("flag", ""),
    ]
    assert (trials.hparams[0].values, trials.hparams[0].display_name) == ((16, 32), "Units")
    assert (trials.hparams[1].interval, trials.hparams[1].description) == ((0.1, 0.2), "of dropout")
    assert [t.name for t in trials.rows] == ["t0", "t1"]
    assert [dict(t.hparams) for t in trials.rows] == [
        {"units": 16, "rate": 0.1, "name": "adam", "flag": flag} for flag in (False, True)
    ]
    assert [t.metrics["validation/accuracy"].value for t in trials.rows] == [0.125, 0.625]
    assert [t.metrics["validation/accuracy"].step for t in trials.rows] == [0, 2]
    best = log.hparams.trials(aggregation="max", metric="validation/accuracy")
    assert [t.metrics["validation/accuracy"].value for t in best.rows] == [0.25, 0.75]
    table = log.hparams.to_pandas()
    assert list(table.columns) == ["trial", "units", "rate", "name", "flag", "validation/accuracy"]


def test_mesh(tf, logged, rng):
    """TensorBoard's mesh summary comes back, vertex by vertex."""
    from tensorboard.plugins.mesh import summary_v2 as mesh

    vertices = rng.normal(size=(1, 5, 3)).astype(np.float32)
    faces = rng.integers(0, 5, (1, 4, 3)).astype(np.int32)
    colors = rng.integers(0, 256, (1, 5, 3)).astype(np.int32)

    log = logged(
        lambda _: mesh.mesh(
            "cloud", vertices=tf.constant(vertices), faces=tf.constant(faces),
            colors=tf.constant(colors), config_dict={"camera": {"fov": 50}}, step=2,
        )
    )  # fmt: skip

    parts = {series.part: series[0] for series in log.mesh}
    assert np.array_equal(parts["vertices"].data, vertices)
    assert np.array_equal(parts["faces"].data, faces)
    assert np.array_equal(parts["colors"].data, colors)
    assert {series.name for series in log.mesh} == {"cloud"}
    assert parts["vertices"].config == {"camera": {"fov": 50}}


def test_keras_callback(tf, tmp_path, check_histogram):
    """The Keras callback: curves equal to the history, weights, images of them, the model."""
    model = tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), tf.keras.layers.Dense(3, name="inner", activation="relu"),
         tf.keras.layers.Dense(1, name="outer")]
    )  # fmt: skip
    model.compile("sgd", "mse", metrics=["mae"])
    callback = tf.keras.callbacks.TensorBoard(str(tmp_path), histogram_freq=1, write_images=True)
    x, y = np.random.default_rng(1).normal(size=(64, 4)), np.ones((64, 1))

    history = model.fit(x, y, epochs=3, validation_split=0.25, callbacks=[callback], verbose=0)

    log = nbboard.open(tmp_path)
    assert set(log.runs) == {"train", "validation"}
    for run, prefix in (("train", ""), ("validation", "val_")):
        for name in ("loss", "mae"):
            series = log.scalars[run, f"epoch_{name}"]
            expected = np.array(history.history[prefix + name], np.float32)
            assert series.step.tolist() == [0, 1, 2]
            assert np.array_equal(series.value, expected)
    kernel = next(s for s in log.histograms if "inner" in s.tag and "kernel" in s.tag)
    check_histogram(kernel[-1], model.get_layer("inner").kernel.numpy())
    assert len(log.images) > 0
    nodes = {node.name for series in log.graphs for graph in series for node in graph.nodes}
    assert any("inner" in name for name in nodes)


def test_keras_models_have_their_edges_and_parameters(tf, tmp_path):
    """A functional model with a branch: layers, edges and counts as Keras itself has them."""
    layers = tf.keras.layers
    given = layers.Input((8, 8, 3), name="given")
    left = layers.Conv2D(4, 3, padding="same", name="left")(given)
    right = layers.Conv2D(4, 1, use_bias=False, name="right")(given)
    both = layers.BatchNormalization(name="normed")(layers.Add(name="both")([left, right]))
    flat = layers.Flatten(name="flat")(layers.MaxPooling2D(2, name="pooled")(both))
    model = tf.keras.Model(given, layers.Dense(2, name="end")(flat))
    callback = tf.keras.callbacks.TensorBoard(str(tmp_path))
    model.compile("sgd", "mse")
    model.fit(np.zeros((4, 8, 8, 3)), np.zeros((4, 2)), callbacks=[callback], verbose=0)

    (graph,) = [
        graph
        for series in nbboard.open(tmp_path).graphs
        for graph in series
        if graph.form == "keras"
    ]

    table = graph.layers.set_index("layer")
    for layer in model.layers:
        assert table.loc[layer.name, "parameters"] == layer.count_params(), layer.name
    chain = ["both", "normed", "pooled", "flat", "end"]
    edges = {("given", "left"), ("given", "right"), ("left", "both"), ("right", "both")}
    assert set(graph.edges) == edges | set(pairwise(chain))


def test_keras_hparams_callback(tf, tmp_path):
    """hp.KerasCallback beside the TensorBoard callback gives a trial with its end."""
    from tensorboard.plugins.hparams import api as hp

    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    path = str(tmp_path / "run")
    try:
        callbacks = [tf.keras.callbacks.TensorBoard(path), hp.KerasCallback(path, {"units": 1})]
        model.fit(np.ones((8, 2)), np.ones((8, 1)), epochs=2, callbacks=callbacks, verbose=0)
    except (AttributeError, TypeError) as error:
        pytest.skip(f"this TensorBoard's KerasCallback does not work with this Keras: {error}")

    (trial,) = nbboard.open(tmp_path).hparams.trials().rows

    assert dict(trial.hparams) == {"units": 1}
    assert trial.sessions[0].status == "success"
    assert "train/epoch_loss" in trial.metrics


def test_embeddings_of_a_checkpoint(tf, tmp_path, rng):
    """Matrices of tf.train.Checkpoint, as the tutorial of the projector saves them."""
    run = tmp_path / "run"
    with tf.summary.create_file_writer(str(run)).as_default():
        tf.summary.scalar("x", 1.0, step=0)
    words = rng.normal(size=(50, 7)).astype(np.float32)
    half = tf.Variable(tf.cast(rng.normal(size=(5, 3)), tf.bfloat16))
    saved = tf.train.Checkpoint(embedding=tf.Variable(words), half=half)
    saved.save(str(run / "embedding.ckpt"))
    names = [f"{name}/.ATTRIBUTES/VARIABLE_VALUE" for name in ("embedding", "half")]
    (run / "projector_config.pbtxt").write_text(
        "".join(f'embeddings {{ tensor_name: "{name}" }}\n' for name in names)
    )

    found = nbboard.open(tmp_path).projector

    assert np.array_equal(found["run", names[0]][0].vectors, words)
    assert np.array_equal(found["run", names[1]][0].vectors, tf.cast(half, tf.float32).numpy())


def test_embeddings_of_a_moved_checkpoint_in_parts(tf, tmp_path):
    """Matrices of tf.compat.v1's Saver, which writes where they were saved; made in parts."""
    v1 = tf.compat.v1
    run = tmp_path / "here" / "run"
    with tf.summary.create_file_writer(str(run)).as_default():
        tf.summary.scalar("x", 1.0, step=0)
    with tf.Graph().as_default(), v1.Session() as session:
        variables = {
            "rows": v1.get_variable("rows", (103, 6), partitioner=v1.fixed_size_partitioner(4)),
            "columns": v1.get_variable(
                "columns", (5, 300), partitioner=v1.fixed_size_partitioner(3, axis=1)
            ),
            "whole": v1.get_variable("whole", (4, 3)),
        }
        session.run(v1.global_variables_initializer())
        v1.train.Saver(sharded=True).save(session, str(run / "model.ckpt"), global_step=7)
        given = {name: session.run(tf.convert_to_tensor(one)) for name, one in variables.items()}
    (run / "projector_config.pbtxt").write_text(
        "".join(f'embeddings {{ tensor_name: "{name}" }}\n' for name in given)
    )
    (tmp_path / "here").rename(tmp_path / "there")

    found = nbboard.open(tmp_path / "there").projector

    for name, values in given.items():
        assert np.array_equal(found["run", name][0].vectors, values)
