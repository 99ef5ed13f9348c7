"""How a view gets into a cell's output, in a real kernel: what is sent, and in which order."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from PIL import Image
from tensorboardX import SummaryWriter

VIEW = "application/vnd.nbboard.view+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
Message = dict[str, Any]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run with one curve."""
    folder = tmp_path_factory.mktemp("logs")
    writer = SummaryWriter(str(folder / "run"))
    for step in range(20):
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.close()
    return folder


@pytest.fixture(scope="module")
def run(logs: Path) -> Iterator[Callable[[str], list[Message]]]:
    """Run code in a kernel where ``log`` is open; return the outputs that it sent."""
    manager, client = start_new_kernel()

    def run_code(code: str) -> list[Message]:
        sent: list[Message] = []

        def note(message: Message) -> None:
            if message["msg_type"] in {"display_data", "execute_result", "update_display_data"}:
                sent.append(message)
            assert message["msg_type"] != "error", message["content"]["traceback"]

        client.execute_interactive(code, output_hook=note, timeout=60)
        return sent

    run_code(
        "import os, nbboard\nimport nbboard.views.page as page\nimport ipywidgets\n"
        f"log = nbboard.open({str(logs)!r}, progress=False)"
    )
    yield run_code
    client.stop_channels()
    manager.shutdown_kernel(now=True)


NBBOARD = "labextensions/nbboard/package.json"
LIVE = ("labextensions/@jupyter-widgets/jupyterlab-manager/x", "labextensions/anywidget/x")


@pytest.fixture
def served(
    run: Callable[[str], list[Message]], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """Have the kernel started by a server whose pages have these extensions, by default all."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    for place in getattr(request, "param", (NBBOARD, *LIVE)):
        extension = tmp_path / "share/jupyter" / place
        extension.parent.mkdir(parents=True)
        extension.write_text("{}")
    (tmp_path / "share/jupyter").mkdir(parents=True, exist_ok=True)
    command = [str(python), "-S", "-c", "input()"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE)
    forget = "page.has_extension.cache_clear(); page.lack.cache_clear(); page.may_be_classic.cache_clear()"
    # Nothing that is installed for all servers of this machine counts here.
    run(
        "from jupyter_core import paths; paths.jupyter_data_dir = lambda: '/none'\n"
        f"paths.SYSTEM_JUPYTER_PATH = []; os.environ.pop('JUPYTER_PATH', None); {forget}\n"
        f"os.environ['JPY_PARENT_PID'] = '{server.pid}'"
    )
    yield tmp_path
    server.communicate(b"\n")
    run(f"os.environ['JPY_PARENT_PID'] = ''; {forget}")


def is_whole(message: Message) -> bool:
    """Whether an output has the view, its picture and its words."""
    return {VIEW, WIDGET, "image/png", "text/plain"} <= set(message["content"]["data"])


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "code", ["log.scalars", "log", "view = log.scalars.view(); view", "display(log.scalars)"]
)
def test_the_view_comes_first_and_the_picture_into_the_same_output(run, code):
    """Where the page keeps a live view on updates, it does not wait for its picture."""
    first, second = run(code)

    assert first["msg_type"] == "display_data"
    assert {VIEW, WIDGET, "text/plain"} == set(first["content"]["data"])
    assert second["msg_type"] == "update_display_data"
    assert is_whole(second)
    assert second["content"]["transient"] == first["content"]["transient"]
    for kind in (VIEW, WIDGET):
        assert second["content"]["data"][kind] == first["content"]["data"][kind]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("code", ["log.scalars", "log"])
def test_the_picture_says_when_it_was_live(run, code):
    """In its last row of words, for pages without widgets, and in words for who cannot see it."""
    message = run(code)[-1]["content"]

    said = message["metadata"]["image/png"]["alt"]
    assert re.search(
        r"Picture of the live view as it was on \d{4}-\d\d-\d\d at \d\d:\d\d; run the cell to", said
    )
    assert "1 run" in said
    picture = Image.open(io.BytesIO(base64.b64decode(message["data"]["image/png"]))).convert("L")
    words = np.asarray(picture)[-20:]
    assert (words < 160).sum() > 200


@pytest.mark.parametrize("served", [LIVE], indirect=True)
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("code", ["log.scalars", "view = log.scalars.view(); view"])
def test_elsewhere_view_and_picture_are_one_message(run, code):
    """VS Code and the like would draw the view anew at an update."""
    (only,) = run(code)

    assert is_whole(only)


@pytest.mark.parametrize(
    ("served", "missing"),
    [((), "ipywidgets and no anywidget"), ((NBBOARD, LIVE[0]), "anywidget")],
    indirect=["served"],
)
@pytest.mark.parametrize("code", ["log.scalars", "view = log.scalars.view(); view"])
def test_a_page_without_widgets_gets_the_picture_and_what_helps(run, served, missing, code):
    """No half of the output is for a widget, which would be shown as an error."""
    picture, words = run(code)

    assert {VIEW, "image/png", "text/plain"} == set(picture["content"]["data"])
    said = words["content"]["data"]["text/plain"]
    assert f"has no {missing}," in said
    assert said.endswith(f"{served}/bin/python -m pip install nbboard")
    assert "<code>" in words["content"]["data"]["text/html"]


@pytest.mark.usefixtures("served")
def test_imitated_colab_gets_one_message(run):
    """Colab has a page of its own."""
    run("import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')")
    (only,) = run("log.scalars")
    run("del sys.modules['google.colab']")

    assert is_whole(only)


@pytest.mark.usefixtures("served")
def test_imitated_colab_is_told_where_its_widget_manager_is(run):
    """As anywidget does it, whose own words for Colab are not lost."""
    (only,) = run(
        "import anywidget._util as util; ask = util.get_repr_metadata\n"
        f"util.get_repr_metadata = lambda: {{{WIDGET!r}: {{'colab': 'there'}}}}\n"
        "sys.modules['google.colab'] = types.ModuleType('google.colab'); log.scalars.view()"
    )
    run("del sys.modules['google.colab']; util.get_repr_metadata = ask")

    assert only["content"]["metadata"][WIDGET] == {"colab": "there"}
    assert "alt" in only["content"]["metadata"]["image/png"]


@pytest.mark.parametrize(
    "served",
    [(NBBOARD, *LIVE, "../../lib/python3.11/site-packages/nbclassic/__init__.py")],
    indirect=True,
)
@pytest.mark.usefixtures("served")
def test_the_classic_notebook_gets_one_message(run):
    """It would draw the view anew; where a server has such pages, cells without a name are theirs."""
    (only,) = run("log.scalars")
    assert is_whole(only)

    first, second = run(
        "get_ipython().kernel.get_parent()['metadata']['cellId'] = 'x'; log.scalars"
    )
    assert not is_whole(first)
    assert is_whole(second)


@pytest.mark.usefixtures("served")
def test_what_collects_outputs_gets_one_message(run):
    """An Output widget and %%capture know nothing of updates."""
    (only,) = run("with ipywidgets.Output():\n    display(log.scalars)")
    assert is_whole(only)

    assert run("%%capture got\nlog.scalars") == []
    (only,) = run("got.outputs[0].display()")
    assert is_whole(only)


@pytest.mark.usefixtures("served")
def test_a_picture_that_fails_leaves_the_view(run):
    """There is a warning, and the output stays as it is."""
    (only,) = run(
        "from nbboard.views.scalars import ScalarsView\npicture = ScalarsView.picture\n"
        "ScalarsView.picture = lambda self: 1 / 0\nlog.scalars.view()"
    )
    run("ScalarsView.picture = picture")

    assert {VIEW, WIDGET, "text/plain"} == set(only["content"]["data"])


def test_an_executed_notebook_holds_the_pictures(logs, tmp_path, monkeypatch):
    """What nbclient, and so nbconvert --execute, writes has the picture in its one output."""
    for place in (NBBOARD, *LIVE):
        (tmp_path / "share/jupyter" / place).parent.mkdir(parents=True)
        (tmp_path / "share/jupyter" / place).write_text("{}")
    pretend = (
        "import nbboard.views.page as page\nfrom pathlib import Path\n"
        f"page._server_prefixes = lambda: [Path({str(tmp_path)!r})]"
    )
    cells = [pretend, f"import nbboard\nnbboard.open({str(logs)!r}, progress=False).scalars"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()

    (output,) = notebook.cells[1].outputs
    assert {VIEW, WIDGET, "image/png", "text/plain"} == set(output.data)
