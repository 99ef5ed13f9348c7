"""A log with something of each of TensorBoard's plugins, old forms and new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto import config_pb2, event_pb2, graph_pb2, summary_pb2
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.mesh import metadata as mesh
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_data
from tensorboard.plugins.pr_curve import metadata as pr_curves

from tests.provider.logs import Writer

__all__ = ["PNG", "WAV", "write_everything"]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
WAV = b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\2\0\0\0\x80\x80"
STEPS = 6


def write_everything(folder: Path) -> None:
    """Write the runs ``new``, ``old``, ``curves``, ``shapes`` and ``trial``."""
    _new(Writer(folder / "new"))
    _old(Writer(folder / "old"))
    _curves(Writer(folder / "curves"))
    _shapes(Writer(folder / "shapes"))
    _trial(Writer(folder / "trial"))


def _new(run: Writer) -> None:
    for step in range(STEPS):
        run.tensor("loss", step, np.float32(1 / (step + 1)), "scalars", summary_description="*a*")
        run.tensor("wide", step, np.float64(step) / 3, "scalars", display_name="Wide")
        picture = [b"1", b"1", *[PNG + bytes([step])] * (1 + step % 3)]
        run.tensor("picture", step, picture, "images", summary_description="a dot")
        sound = [[WAV, b"first"], [WAV + bytes([step]), b"second"]]
        run.tensor("sound", step, sound, "audio", b"\x10\x0b")
        run.tensor("words", step, [b"# step %d" % step, b"<b>x</b>"], "text")
        buckets = [[0.0, step + 1.0, 5.0], [step + 1.0, step + 2.0, 3.0]]
        run.tensor("weights", step, np.array(buckets), "histograms")
        run.tensor("numbers", step, np.int64(step), "somebody_elses", data_class=1)


def _old(run: Writer) -> None:
    graph = graph_pb2.GraphDef()
    graph.node.add(name="x", op="Placeholder")
    run.event(graph_def=graph.SerializeToString())
    taken = config_pb2.RunMetadata()
    taken.step_stats.dev_stats.add(device="cpu")
    tagged = event_pb2.TaggedRunMetadata(tag="step_1", run_metadata=taken.SerializeToString())
    run.event(1, tagged_run_metadata=tagged)
    run.tensor("keras", 0, b'{"class_name": "Sequential", "config": []}', "graph_keras_model", b"1")
    run.tensor("batch", 0, taken.SerializeToString(), "graph_run_metadata", b"1")
    for step in range(STEPS):
        run.scalar("loss", step, step * 0.1)
        image = summary_pb2.Summary.Image(
            height=1, width=1, colorspace=3, encoded_image_string=PNG + bytes([step])
        )
        run.value(step, tag="picture", image=image)
        audio = summary_pb2.Summary.Audio(
            sample_rate=8000, num_channels=1, encoded_audio_string=WAV + bytes([step])
        )
        run.value(step, tag="sound", audio=audio)
        histogram = summary_pb2.HistogramProto(
            min=-1, max=2, num=6, bucket_limit=[-2, 0, 1, 1e308], bucket=[0, 2, 3, 1]
        )
        run.value(step, tag="weights", histo=histogram)


def _curves(run: Writer) -> None:
    about = pr_curves.create_summary_metadata("Curve", "described", 4)
    for step in range(STEPS):
        rows = [[5, 4, 2, 0], [3, 2, 1, 0], [2, 3, 4, 5], [0, 1, 3, 5], [0.6] * 4, [1, 0.8, 0.4, 0]]
        run.tensor(
            "curve", step, np.array(rows, np.float32) + np.float32(step) / 100, "pr_curves",
            about.plugin_data.content, display_name="Curve",
        )  # fmt: skip
    margin = layout_pb2.MarginChartContent.Series(value="mid", lower="low", upper="high")
    charts = [
        layout_pb2.Chart(title="all", multiline=layout_pb2.MultilineChartContent(tag=["mid"])),
        layout_pb2.Chart(title="margin", margin=layout_pb2.MarginChartContent(series=[margin])),
    ]
    layout = layout_pb2.Layout(category=[layout_pb2.Category(title="one", chart=charts)])
    run.tensor("custom_scalars__config__", 0, layout.SerializeToString(), "custom_scalars")
    for step in range(STEPS):
        for i, tag in enumerate(("low", "mid", "high")):
            run.tensor(tag, step, np.float32(step + i), "scalars")


def _shapes(run: Writer) -> None:
    kinds = mesh_data.MeshPluginData
    for name, kind, data in (
        ("VERTEX", kinds.VERTEX, np.arange(9, dtype=np.float32).reshape(1, 3, 3)),
        ("FACE", kinds.FACE, np.array([[[0, 1, 2]]], np.int32)),
    ):
        tag = mesh.get_instance_name("triangle", kind)
        about: Any = mesh.create_summary_metadata(
            "triangle", "Triangle", kind, mesh.get_components_bitmask([kind]), list(data.shape), "d"
        )
        assert name in tag
        for step in range(STEPS):
            run.tensor(tag, step, data, "mesh", about.plugin_data.content, display_name="Triangle")


def _trial(run: Writer) -> None:
    experiment = api_pb2.Experiment(
        description="tried",
        hparam_infos=[api_pb2.HParamInfo(name="lr", type=api_pb2.DATA_TYPE_FLOAT64)],
        metric_infos=[api_pb2.MetricInfo(name=api_pb2.MetricName(tag="accuracy"))],
        time_created_secs=1.0,
    )
    begin = plugin_data_pb2.SessionStartInfo(start_time_secs=1.0)
    begin.hparams["lr"].number_value = 0.1
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_SUCCESS, end_time_secs=9.0)
    for name, content in (
        ("experiment", {"experiment": experiment}),
        ("session_start_info", {"session_start_info": begin}),
        ("session_end_info", {"session_end_info": end}),
    ):
        data = plugin_data_pb2.HParamsPluginData(version=0, **content)
        metadata = summary_pb2.SummaryMetadata()
        metadata.plugin_data.plugin_name = "hparams"
        metadata.plugin_data.content = data.SerializeToString()
        run.value(0, tag=f"_hparams_/{name}", metadata=metadata)
    for step in range(STEPS):
        run.tensor("accuracy", step, np.float32(step / 10), "scalars")
