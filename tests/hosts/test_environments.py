"""A Jupyter server whose environment is another than the kernel's, with more or less in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser import wheel
from tests.hosts.conftest import show_cell, shows_tensorboard

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

EXTENSIONS = {
    "nothing": (),
    "ipywidgets": ("@jupyter-widgets",),
    "anywidget": ("@jupyter-widgets", "anywidget"),
    "nbboard": ("@jupyter-widgets", "anywidget", "nbboard"),
}
ERRORS = ("JavaScript", "javascript error", "model not found", "Traceback", "Error displaying")


@pytest.fixture(params=EXTENSIONS)
def server(
    request: pytest.FixtureRequest, start_jupyter: Callable[..., JupyterServer], tmp_path: Path
) -> JupyterServer:
    """A JupyterLab in an environment of its own; its kernels have this test's."""
    folder = tmp_path / "server"
    python = wheel.overlay(folder, None)
    (folder / "share/jupyter/nbextensions").unlink(
        missing_ok=True
    )  # has the same, for another page
    pages = folder / "share/jupyter/labextensions"
    for name in {"@jupyter-widgets", "anywidget"} - set(EXTENSIONS[request.param]):
        (pages / name).unlink()
    if "nbboard" in EXTENSIONS[request.param]:
        (pages / "nbboard").symlink_to(Path(sys.prefix) / "share/jupyter/labextensions/nbboard")
    kernels = folder / "share/jupyter/kernels"
    if kernels.is_symlink():
        kernels.unlink()
    (kernels / "python3").mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "Other", "language": "python"}
    (kernels / "python3/kernel.json").write_text(json.dumps(specification))
    started = start_jupyter("lab", python=python, proxy=False)
    started.has = request.param  # type: ignore[attr-defined]
    return started


def test_every_output_is_live_or_a_picture_with_what_helps(
    server: Any, open_notebook: Callable[..., NotebookPage], logdir: Path
) -> None:
    """Never an error: neither at once, nor when the saved notebook is opened without a kernel."""
    view = f"import nbboard\nnbboard.open({str(logdir)!r}, progress=False).scalars"
    page = open_notebook(server, [show_cell(logdir), view])
    page.run_all()

    if server.has in {"anywidget", "nbboard"}:
        shows_tensorboard(page.frame_page(0))
        expect(page.output(1).locator(".nbb-root")).to_be_visible()
    else:
        for number in (0, 1):
            expect(page.output(number)).to_contain_text("-m pip install nbboard")
            expect(page.output(number)).to_contain_text(
                f"has no {'ipywidgets' if server.has == 'nothing' else 'anywidget'}"
            )
        expect(page.output(1).locator("img")).to_be_visible()
    page.screenshot(f"environment-{server.has}")
    assert [word for word in ERRORS for n in (0, 1) if word in page.output_text(n)] == []

    saved = page.save().read_text()
    assert "application/vnd.jupyter.widget-view+json" not in saved
    page.shut_down_kernel()
    page.reload()
    expect(page.output(1).locator("img")).to_be_visible()
    assert [word for word in ERRORS for n in (0, 1) if word in page.output_text(n)] == []
