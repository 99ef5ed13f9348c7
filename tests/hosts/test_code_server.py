"""VS Code in a browser (code-server): a saved notebook in its own notebook editor.

Its Jupyter extension is in no package registry, so nothing runs here: what is seen is what VS Code
makes of outputs that another host has saved.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import SCREENSHOTS
from tests.hosts.conftest import free_port, wait_for_port
from tests.hosts.test_pages import environment, logs

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

__all__ = ["logs"]

#: VS Code's own page of a notebook's outputs: a frame in a frame.
OUTPUTS = "iframe.webview"
INSIDE = "iframe#active-frame"
WIDGET = "application/vnd.jupyter.widget-view+json"
#: Nothing beside the files and the notebook; a file that is opened while the extensions are still
#: looked for waits for the one that has the notebook editor.
SETTINGS = {
    "workbench.editorAssociations": {"*.ipynb": "jupyter-notebook"},
    "chat.disableAIFeatures": True,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}


@pytest.fixture
def code_server(hosts: Path) -> Path:
    """The program; skip with what its installation said where it could not be installed."""
    folder = hosts.parent / "code-server"
    program = folder / "node_modules" / ".bin" / "code-server"
    if not program.exists():
        log = folder.with_suffix(".log")
        said = log.read_text(errors="replace").strip() if log.exists() else "make hosts does that"
        pytest.skip(f"code-server is not installed: {said[-300:]}")
    return program


@pytest.fixture
def saved_notebook(
    start_jupyter: Callable[..., JupyterServer],
    open_notebook: Callable[..., NotebookPage],
    tmp_path: Path,
    logs: Path,
) -> Path:
    """A notebook with two views that JupyterLab has run and saved, each also with its widget.

    The second form is that of a JupyterLab without nbboard's extension.
    """
    opened = f"import nbboard\nlog = nbboard.open({str(logs)!r}, progress=False)\n"
    page = open_notebook(start_jupyter("lab"), [f"{opened}log.scalars", "log.hparams"])
    page.run_all()
    saved = json.loads(page.save().read_text())
    for cell in copy.deepcopy(saved["cells"]):
        for output in cell["outputs"]:
            output["data"][WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": "gone"}
        saved["cells"].append({**cell, "id": f"{cell['id']}-widget"})
    notebook = tmp_path / "work" / "saved.ipynb"
    notebook.parent.mkdir()
    notebook.write_text(json.dumps(saved))
    return notebook


@pytest.fixture
def url(
    hosts: Path,
    code_server: Path,
    program: Callable[..., Path],
    tmp_path: Path,
    saved_notebook: Path,
) -> str:
    """The address of a code-server that shows the notebook's folder."""
    settings = tmp_path / "user" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS))
    port = free_port()
    log = program(
        [
            *(code_server, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}"),
            *("--user-data-dir", tmp_path / "user", "--extensions-dir", tmp_path / "extensions"),
            *("--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"),
            *("--disable-getting-started-override", saved_notebook.parent),
        ],
        environment(hosts),
    )
    wait_for_port(port, log)
    return f"http://127.0.0.1:{port}/?folder={quote(str(saved_notebook.parent))}"


def test_a_saved_notebook_shows_its_pictures(url: str, new_page: Callable[..., Page]) -> None:
    """Each view is the picture that was saved with it: no error, and nothing left blank."""
    page = new_page(viewport=(1280, 1600))
    page.goto(url)
    page.get_by_role("treeitem", name="saved.ipynb").dblclick(timeout=120_000)

    outputs = page.frame_locator(OUTPUTS).frame_locator(INSIDE)
    pictures = outputs.locator("img")
    expect(pictures).to_have_count(4, timeout=60_000)
    for picture in pictures.all():
        expect(picture).to_be_visible()
        assert picture.evaluate("e => e.complete && e.naturalWidth > 200")
    page.screenshot(path=str(SCREENSHOTS / "code-server-saved.png"))
    shown = outputs.locator("body").inner_text()
    for wrong in ("Error", "could not be", "not found", "No renderer"):
        assert wrong not in shown
