"""Event files with meshes in them, as TensorBoard's own summary writes them."""

from __future__ import annotations

import itertools
import json

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.mesh import metadata
from tensorboard.plugins.mesh.plugin_data_pb2 import MeshPluginData
from tensorboard.util import tensor_util

from tests.views.image_logs import CLOCK, framed

__all__ = ["cube", "sphere", "torus", "write_meshes"]

_FILES = itertools.count()


def write_meshes(folder, run, name, steps, config=None):
    """Log a mesh: by step its ``vertices``, and ``faces`` and ``colors`` if it has such.

    Each is an array of shape (n, 3), or with a batch before that; `config` is a mapping, or text.
    """
    events = [event_pb2.Event(wall_time=next(CLOCK), file_version="brain.Event:2")]
    text = config if isinstance(config, str) else json.dumps(config) if config else ""
    for step, parts in steps.items():
        values = []
        for part, number in (("vertices", 1), ("faces", 2), ("colors", 3)):
            if part not in parts:
                continue
            array = np.asarray(parts[part])
            array = array if array.ndim == 3 else array[None]
            summary = metadata.create_summary_metadata(
                name, None, number, 2, array.shape, json_config=text
            )
            tag = metadata.get_instance_name(name, number)
            tensor = tensor_util.make_tensor_proto(array)
            values.append(summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=summary))
        summary = summary_pb2.Summary(value=values)
        events.append(event_pb2.Event(wall_time=next(CLOCK), step=step, summary=summary))
    file = folder / run / f"events.out.tfevents.{next(CLOCK)}.{next(_FILES)}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(framed(event.SerializeToString()) for event in events))
    assert MeshPluginData.VERTEX == 1
    return file


def cube():
    """Return the corners, triangles and colours of a cube from -1 to 1."""
    corners = np.array(list(itertools.product([-1, 1], repeat=3)), np.float32)
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    faces = [triangle for a, b, c, d in quads for triangle in ([a, b, c], [a, c, d])]
    colors = ((corners + 1) * 127).astype(np.uint8)
    return {"vertices": corners, "faces": np.array(faces, np.int32), "colors": colors}


def torus(around=60, across=30, radius=0.4):
    """Return a torus of so many rings of so many vertices."""
    u, v = np.meshgrid(
        np.arange(around) * 2 * np.pi / around, np.arange(across) * 2 * np.pi / across,
        indexing="ij",
    )  # fmt: skip
    out = 1 + radius * np.cos(v)
    points = np.stack([out * np.cos(u), radius * np.sin(v), out * np.sin(u)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
    a, b = i * across + j, (i + 1) % around * across + j
    c, d = (i + 1) % around * across + (j + 1) % across, i * across + (j + 1) % across
    faces = np.stack([a, c, b, a, d, c], -1).reshape(-1, 3)
    return {"vertices": points.astype(np.float32), "faces": faces.astype(np.int32)}


def sphere(count, seed=0):
    """Return so many points on a sphere."""
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
