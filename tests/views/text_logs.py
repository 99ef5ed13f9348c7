"""Event files with texts in them, written byte by byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.util import tensor_util

from tests.views.image_logs import CLOCK, framed

__all__ = ["write_texts"]


def write_texts(root, run, tag, texts, *, title="", caption=""):
    """Append texts to a run: ``{step: text}`` or ``[(step, text), ...]``; arrays are tables."""
    folder = Path(root) / run
    folder.mkdir(parents=True, exist_ok=True)
    pairs = texts.items() if isinstance(texts, dict) else texts
    with (folder / "events.out.tfevents.1.host").open("ab") as file:
        for step, text in pairs:
            array = np.array(text, dtype=object)
            data = np.vectorize(_bytes, otypes=[object])(array) if array.size else array
            value = summary_pb2.Summary.Value(tag=tag, tensor=tensor_util.make_tensor_proto(data))
            value.metadata.plugin_data.plugin_name = "text"
            value.metadata.display_name = title
            value.metadata.summary_description = caption
            event = event_pb2.Event(step=step, wall_time=next(CLOCK))
            event.summary.value.append(value)
            file.write(framed(event.SerializeToString()))


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
