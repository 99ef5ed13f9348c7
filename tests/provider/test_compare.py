"""Route by route, what a page gets from our reader and from TensorBoard's own loader.

Nothing is sampled and no restart hidden, so that the answers can be equal. Deliberate
differences, each with its test here or where it is named:

- *restarts*: by default points that were logged again are hidden, as TensorBoard's data
  server does (``test_provider.py``); its Python loader keeps them, or drops others.
- *sampling*: peaks are kept, never drawn at random (``test_sampling.py``); images, sounds,
  texts, meshes and histograms are there at every step (``test_flags.py``).
- *old histograms*: float64, as logged, where TensorBoard rounds to float32.
- *several graphs of a run at one step*: the last, as in TensorBoard's data server; its
  Python loader shows the first. Of several images or sounds at one step the Python loader
  shows the first, the data server the last; here all are there.
- *names of old scalars that have metadata of their own*: what was logged, where TensorBoard
  writes the tag into an empty name. The page shows the tag either way.
- *one tag of two plugins*: both are there; TensorBoard's loader answers 500 for all.
- *damage*: what is whole is shown; TensorBoard's loader shows nothing behind it.
- *a single event file as the logdir* is shown (``test_provider.py``).
- *folders with nothing but a ``.profile-empty`` file* are no runs here.
- *unnamed folders of --logdir_spec*: each folder's name stands before its runs
  (``test_flags.py``).
- *numbers that are none*: a point that is no single number is left out; TensorBoard's
  loader answers 500 (``test_provider.py``).
- *which of several experiments counts*: the first run in natural order; in TensorBoard the
  first that the file system lists.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.corpus.place import CORPUS
from tests.provider.everything import write_everything
from tests.provider.logs import Writer
from tests.provider.pages import differences, of_nbboard, of_tensorboard

KEEP = "--purge_orphaned_data=false"


def compare(folder: Path) -> list[str]:
    """The routes to which the answers differ."""
    both = of_tensorboard(folder, KEEP), of_nbboard(folder, KEEP)
    return [f"{route} {data}" for route, data, _, _ in differences(*both)]


def test_a_log_with_something_of_each_plugin(tmp_path: Path) -> None:
    """Every route of every plugin gives the same."""
    write_everything(tmp_path)
    assert compare(tmp_path) == []


@pytest.mark.soak
def test_the_demo(demo_logs: Path) -> None:
    """Nor is there a difference in the demo's runs."""
    assert compare(demo_logs) == []


def test_one_tag_of_two_plugins(tmp_path: Path) -> None:
    """TensorBoard's loader gives up on all of a request; here both series are there."""
    writer = Writer(tmp_path / "run")
    for step in range(3):
        writer.scalar("same", step, 1.0)
        writer.tensor("same", step, np.array([[0.0, 1.0, 2.0]]), "histograms")
    route = "/data/plugin/{0}/{0}?run=run&tag=same"
    pages = of_nbboard(tmp_path)
    for plugin in ("scalars", "histograms"):
        status, body = pages.ask(route.format(plugin))
        assert (status, [point[1] for point in body]) == (200, [0, 1, 2])


def test_damage_costs_only_itself(tmp_path: Path) -> None:
    """Behind a flipped byte TensorBoard's loader shows nothing; here one point is missing."""
    writer = Writer(tmp_path / "run")
    for step in range(10):
        writer.scalar("loss", step, 1.0)
    writer.flip(5)
    route = "/data/plugin/scalars/scalars?run=run&tag=loss"
    found = [[p[1] for p in make(tmp_path).ask(route)[1]] for make in (of_tensorboard, of_nbboard)]
    assert found == [[0, 1, 2, 3], [0, 1, 2, 3, 5, 6, 7, 8, 9]]


def test_several_images_at_one_step(tmp_path: Path) -> None:
    """All are there; TensorBoard's loader shows the first, its data server the last."""
    writer = Writer(tmp_path / "run")
    for name in (b"first", b"last"):
        writer.tensor("picture", 0, [b"1", b"1", name], "images")
    route = "/data/plugin/images/images?run=run&tag=picture&sample=0"
    counts = [len(make(tmp_path).ask(route)[1]) for make in (of_tensorboard, of_nbboard)]
    assert counts == [1, 2]


def test_the_last_of_several_graphs(tmp_path: Path) -> None:
    """A job that was started again has logged its graph anew."""
    from tensorboard.compat.proto import graph_pb2

    writer = Writer(tmp_path / "run")
    for name in ("first", "last"):
        graph = graph_pb2.GraphDef()
        graph.node.add(name=name, op="Const")
        writer.event(graph_def=graph.SerializeToString())
    _, body = of_nbboard(tmp_path).ask("/data/plugin/graphs/graph?run=run")
    assert b"last" in body


def test_the_logged_name_of_an_old_scalar(tmp_path: Path) -> None:
    """An empty name stays one where the log has metadata."""
    from tensorboard.compat.proto import summary_pb2

    metadata = summary_pb2.SummaryMetadata()
    metadata.plugin_data.plugin_name = "scalars"
    Writer(tmp_path / "run").value(1, tag="loss", simple_value=1.0, metadata=metadata)
    _, body = of_nbboard(tmp_path).ask("/data/plugin/scalars/tags")
    assert body == {"run": {"loss": {"displayName": "", "description": ""}}}


def test_a_folder_with_only_a_marker_is_no_run(tmp_path: Path) -> None:
    """TensorBoard lists it, and shows nothing of it."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "events.out.tfevents.1.host.profile-empty").touch()
    assert of_nbboard(tmp_path).ask("/data/runs") == (200, [])


#: In the corpus, by folder: what the route begins with, and what is in it. The reasons are above.
GRAPH = ("/data/plugin/graphs/graph?", "run=")
RUNS = ("/data/runs", "")
AT_ONE_STEP = (
    ("/data/plugin/images/images?", "run="),
    ("/data/plugin/audio/audio?", "run="),
    ("/experiment/x/data/plugin/timeseries/timeSeries", "images"),
)
KNOWN: dict[str, tuple[tuple[str, str], ...]] = {
    "Alwaysproblem__tensorboard-review": (GRAPH,),
    "Jiawch__vits-vae": AT_ONE_STEP,
    "MorvanZhou__tutorials": (GRAPH,),
    "dfalbel__tfevents-js": (("/data/plugin/scalars/tags", ""),),
    "ibadrather__pytorch_learn": AT_ONE_STEP,
    "joshbrew__hifart-gan": AT_ONE_STEP,
    "lyhue1991__eat_pytorch_in_20_days": (GRAPH,),
    "pytorch__kineto": (RUNS,),
    "tensorflow__profiler": (RUNS,),
    "tensorflow__tensorboard": (GRAPH,),
    "tensorflow__tfx": (GRAPH,),
}


@pytest.mark.soak
@pytest.mark.skipif(not (CORPUS / "data").is_dir(), reason=f"no corpus of real logs at {CORPUS}")
def test_the_corpus() -> None:
    """Real logs of 43 projects: nothing differs but what is named."""
    found = {}
    for folder in sorted((CORPUS / "data").iterdir()):
        known = KNOWN.get(folder.name, ())
        found[folder.name] = [
            route
            for route in compare(folder)
            if not any(route.startswith(begin) and part in route for begin, part in known)
        ]
    assert {name: routes for name, routes in found.items() if routes} == {}


@pytest.mark.soak
@pytest.mark.parametrize("version", ["2.19.0", "2.20.0", "2.21.0"])
def test_every_tensorboard_that_is_supported(tmp_path: Path, version: str) -> None:
    """The same in an environment of each version's own."""
    import venv

    write_everything(tmp_path / "logs")
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    packages = [f"tensorboard=={version}", "setuptools<81", "crc32c", "tsdownsample", "tqdm"]
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    root = Path(__file__).parents[2]
    command = [python, "-m", "tests.provider.pages", str(tmp_path / "logs")]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("0 differences\n"), done.stdout + done.stderr
    assert sys.executable != str(python)
