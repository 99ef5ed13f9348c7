"""The README's lines of Python, run as they are written."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pandas as pd
from tensorboardX import SummaryWriter
from tensorboardX.proto.event_pb2 import Event

from nbboard.demo.graph import network_graph
from nbboard.logdir import Collection
from nbboard.views.base import View
from tests.kinds.profile.traces import training, write
from tests.logdir.conftest import logs, png  # noqa: F401 - fixtures
from tests.logdir.test_logdir_hparams import start
from tests.views.audio_logs import tone, wav

README = Path(__file__).parents[1] / "README.md"


def statements():
    """Return the statements of all Python blocks that hold no magics, with their text."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    text = "\n".join(block for block in blocks if "%" not in block)
    return [(node, ast.get_source_segment(text, node)) for node in ast.parse(text).body]


def test_every_line_does_what_it_says(logs, png, monkeypatch):  # noqa: F811
    """On a logdir of the names that the README shows every line gives something, and raises nothing."""
    for number, run in enumerate(("lr=0.1", "lr=0.2")):
        start(logs, run, {"lr": 0.1 + number})
        logs.scalars(run, "loss/train", [1.0, 0.5, 0.25])
        logs.images(run, "samples", [png(7)])
        logs.tensor(run, "voice", "audio", np.array([[wav(tone(440)), b""]], object))
        logs.tensor(run, "weights", "histograms", np.array([[-1.0, 0.0, 3.0], [0.0, 1.0, 4.0]]))
        with SummaryWriter(str(logs.root / run)) as writer:
            writer.add_mesh("shape", np.eye(3)[None])
            writer.file_writer.add_event(Event(graph_def=network_graph(4, 0.1, "sgd")))
            writer.add_embedding(np.eye(4), tag="points")
        write(logs.root / run / "host_1.1700000000001.pt.trace.json", training())
    monkeypatch.chdir(logs.root.parent)
    names = {}
    seen = set()

    for node, line in statements():
        if not isinstance(node, ast.Expr):
            exec(line, names)  # our own README
            continue
        value = eval(line, names)
        seen.add(type(value))
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Collection | pd.DataFrame | np.ndarray):
                assert len(one), line
            if isinstance(one, View) and one.kind == "scalars":
                assert len(one.data), line

    assert {pd.DataFrame, np.ndarray, tuple, type(names["view"])} <= seen
    assert Path("loss.pdf").read_bytes().startswith(b"%PDF")
    assert Path("report.html").stat().st_size > 10_000
