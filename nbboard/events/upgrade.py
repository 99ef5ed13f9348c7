"""Old summaries in the current form: the only place that knows how they once looked.

TensorFlow's summaries before 2017 had a field for each kind (``simple_value``,
``image``, ``histo``, ``audio``), and graphs were events of their own. Today
every value is a tensor with metadata that names its plugin. What is made here
has the same tensors as TensorBoard's own migration (``data_compat.py``,
``dataclass_compat.py``), except that histograms keep float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorboard.compat.proto import summary_pb2

__all__ = ["GRAPH_TAG", "META_GRAPH_TAG", "graph_value", "plugin_of_field", "upgrade_value"]

#: The tag of a run's graph, as TensorBoard names it.
GRAPH_TAG = "__run_graph__"
#: The tag of a run's meta graph (a graph with its collections and signatures).
META_GRAPH_TAG = "__run_meta_graph__"

_DT_FLOAT, _DT_DOUBLE, _DT_STRING = 1, 2, 7

#: Old field to plugin.
_PLUGINS = {
    "simple_value": "scalars",
    "image": "images",
    "histo": "histograms",
    "audio": "audio",
}


def plugin_of_field(field: str | None) -> str | None:
    """Return the plugin of an old field (``"histo"``), None for ``"tensor"`` and None."""
    return _PLUGINS.get(field or "")


def upgrade_value(value: Any) -> Any:
    """Return a ``Summary.Value`` in the current form; new ones come back as they are.

    Parameters
    ----------
    value
        A ``Summary.Value``; it is not changed.
    """
    field = value.WhichOneof("value")
    plugin = plugin_of_field(field)
    if plugin is None:
        return value
    made = summary_pb2.Summary.Value(tag=value.tag)
    made.metadata.display_name = value.metadata.display_name or value.tag
    made.metadata.summary_description = value.metadata.summary_description
    made.metadata.plugin_data.plugin_name = plugin
    made.metadata.data_class = summary_pb2.DATA_CLASS_TENSOR
    if field == "simple_value":
        made.metadata.data_class = summary_pb2.DATA_CLASS_SCALAR
        made.tensor.dtype = _DT_FLOAT
        made.tensor.float_val.append(value.simple_value)
    elif field == "image":
        made.metadata.data_class = summary_pb2.DATA_CLASS_BLOB_SEQUENCE
        size = [str(value.image.width).encode(), str(value.image.height).encode()]
        _strings(made.tensor, [*size, value.image.encoded_image_string], 3)
    elif field == "audio":
        made.metadata.data_class = summary_pb2.DATA_CLASS_BLOB_SEQUENCE
        # One clip and its empty label.
        _strings(made.tensor, [value.audio.encoded_audio_string, b""], 1, 2)
    else:
        buckets = _buckets(value.histo)
        made.tensor.dtype = _DT_DOUBLE
        _shape(made.tensor, *buckets.shape)
        made.tensor.tensor_content = buckets.tobytes()
    return made


def graph_value(event: Any) -> tuple[Any, str] | None:
    """Return an event's graph as a value with its plugin, None if it holds no graph.

    Parameters
    ----------
    event
        An ``Event`` with ``graph_def``, ``meta_graph_def`` or ``tagged_run_metadata``.
    """
    what = event.WhichOneof("what")
    if what == "graph_def":
        tag, plugin, data = GRAPH_TAG, "graphs", event.graph_def
    elif what == "meta_graph_def":
        tag, plugin, data = META_GRAPH_TAG, "graphs", event.meta_graph_def
    elif what == "tagged_run_metadata":
        tag, plugin = event.tagged_run_metadata.tag, "graph_tagged_run_metadata"
        data = event.tagged_run_metadata.run_metadata
    else:
        return None
    value = summary_pb2.Summary.Value(tag=tag)
    value.metadata.plugin_data.plugin_name = plugin
    value.metadata.data_class = summary_pb2.DATA_CLASS_BLOB_SEQUENCE
    _strings(value.tensor, [data], 1)
    return value, plugin


def _buckets(histogram: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return (k, 3) rows of left edge, right edge, count.

    Old histograms reach from -DBL_MAX to DBL_MAX: empty buckets at the ends are
    dropped and the outermost edges become the smallest and largest value seen.
    """
    counts = np.array(histogram.bucket, np.float64)
    limits = np.array(histogram.bucket_limit, np.float64)
    # A histogram with fewer limits than buckets is malformed; keep what pairs up.
    size = min(len(counts), len(limits))
    filled = np.flatnonzero(counts[:size] > 0)
    if not len(filled):
        return np.zeros((0, 3))
    first, last = int(filled[0]), int(filled[-1])
    inner = limits[first:last]
    left = np.concatenate(([histogram.min], inner))
    right = np.concatenate((inner, [histogram.max]))
    return np.stack((left, right, counts[first : last + 1]), axis=1)


def _strings(tensor: Any, items: list[bytes], *shape: int) -> None:
    tensor.dtype = _DT_STRING
    _shape(tensor, *shape)
    tensor.string_val.extend(items)


def _shape(tensor: Any, *sizes: int) -> None:
    for size in sizes:
        tensor.tensor_shape.dim.add(size=size)
