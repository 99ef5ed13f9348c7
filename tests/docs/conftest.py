"""A folder as the pages expect it: small logs of the demo and as of Keras, a sound, a shape."""

from __future__ import annotations

import io
import shutil
import wave

import numpy as np
import pytest

from tests.logdir.conftest import Logs


@pytest.fixture(scope="session")
def small_logs(made_once):
    """Four short runs of the demo, with everything that it logs; copy them to change them."""
    from nbboard.demo import Settings, train

    runs = [
        Settings(64, 0.1, "adam", 1, epochs=2, repeated=True),
        Settings(64, 0.1, "adam", 2, epochs=2, repeated=True),
        Settings(64, 0.1, "sgd", epochs=2),
        Settings(16, 0.4, "adam", epochs=2),
    ]
    return made_once("docs", lambda folder: train(folder / "logs", runs=runs, progress=False))


@pytest.fixture
def place(small_logs, tmp_path, monkeypatch):
    """The folder in which a page's lines are run."""
    shutil.copytree(small_logs / "logs", tmp_path / "logs")
    for part in ("train", "validation"):  # as Keras calls them
        Logs(tmp_path / "logs" / "fit").scalars(f"20261128-120000/{part}", "epoch_loss", [2.0, 1.0])
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.zeros(800, np.int16).tobytes())
    Logs(tmp_path / "sounds").tensor(
        "run", "voice", "audio", np.array([[sound.getvalue(), b""]], object)
    )
    _mesh(Logs(tmp_path / "shapes"))
    (tmp_path / "dials.js").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _mesh(logs):
    from tensorboard.plugins.mesh import plugin_data_pb2

    vertices = plugin_data_pb2.MeshPluginData(name="box", content_type=1)
    logs.tensor(
        "run", "box_VERTEX", "mesh", np.zeros((1, 8, 3), np.float32),
        content=vertices.SerializeToString(),
    )  # fmt: skip
