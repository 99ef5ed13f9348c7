"""Pages that are neither JupyterLab's nor Notebook 7's: the classic notebook, marimo, Voila."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import wait_until
from tests.hosts.conftest import Behind, free_port, wait_for_port

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Three runs with a curve and hyperparameters."""
    for number in (1, 2, 3):
        with SummaryWriter(str(tmp_path / f"logs/run{number}")) as writer:
            for step in range(50):
                writer.add_scalar("loss", number / (step + 1), step)
            writer.add_hparams({"lr": number / 10, "layers": number}, {"loss": number / 50})
    return tmp_path / "logs"


def environment(hosts: Path) -> dict[str, str]:
    """The hosts' programs first."""
    return {"PATH": os.pathsep.join([str(hosts), os.environ["PATH"]])}


def errors_of(page: Page) -> list[str]:
    """Note what goes wrong in a page from now on."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_the_classic_notebook_is_live_and_saves_the_picture(
    hosts: Path,
    program: Callable[..., Path],
    new_page: Callable[..., Page],
    tmp_path: Path,
    logs: Path,
) -> None:
    """Axes have their ticks; the notebook that it saves shows pictures without a kernel."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    opened = f"import nbboard\nlog = nbboard.open({str(logs)!r}, progress=False)\n"
    Behind(url, tmp_path, "t").write("n.ipynb", [f"{opened}log.scalars", "log.hparams"])
    log = program(
        [
            *(hosts / "python", "-m", "nbclassic", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", "--ServerApp.token=t", "--ServerApp.ip=127.0.0.1"),
            f"--ServerApp.root_dir={tmp_path}",
        ],
        environment(hosts),
    )
    wait_for_port(port, log)
    # Where it stands depends on whether Notebook 7 is installed beside it.
    wait_until(lambda: "/tree?token" in log.read_text(), "the classic notebook's address", 30)
    prefix = "nbclassic/" if "/nbclassic/tree?token" in log.read_text() else ""
    page = new_page()
    errors = errors_of(page)
    address = f"{url}{prefix}notebooks/n.ipynb?token=t"
    page.goto(address)
    page.wait_for_function(
        "window.Jupyter?.notebook?.kernel?.info_reply?.status === 'ok'"
        " && Jupyter.notebook.kernel.widget_manager",
        timeout=90_000,
    )
    # ipywidgets asks the kernel, in turns, which widgets there are, and draws those cells anew.
    asked = "() => new Promise((done) => Jupyter.notebook.kernel.kernel_info(() => done()))"
    for _ in range(6):
        page.evaluate(asked)
    page.evaluate("Jupyter.notebook.execute_all_cells()")
    expect(page.locator(".nbb-root")).to_have_count(2, timeout=60_000)
    axis = page.locator(".nbb-hp-axis svg").first
    expect(axis).to_be_visible()
    assert axis.evaluate("e => e.getBoundingClientRect().width") > 0
    page.screenshot(path=str(tmp_path / "classic.png"))
    assert errors == []

    page.evaluate("Jupyter.notebook.save_notebook()")
    page.evaluate("Jupyter.notebook.session.delete()")
    page.wait_for_timeout(1000)
    saved = (tmp_path / "n.ipynb").read_text()
    assert "image/png" in saved
    assert "application/vnd.jupyter.widget-view+json" not in saved
    page.goto(address)
    expect(page.locator(".output_area img")).to_have_count(2)
    expect(page.locator("body")).not_to_contain_text("could not be displayed")


def test_marimo_shows_a_log_its_collections_and_the_board_live(
    hosts: Path,
    program: Callable[..., Path],
    new_page: Callable[..., Page],
    tmp_path: Path,
    logs: Path,
) -> None:
    """A log and a collection at the end of a cell are views, and so are the board's tabs."""
    notebook = tmp_path / "notebook.py"
    notebook.write_text(
        "import marimo\napp = marimo.App()\n"
        "@app.cell\ndef _():\n    import nbboard\n"
        f"    log = nbboard.open({str(logs)!r}, progress=False)\n    log\n    return (log,)\n"
        "@app.cell\ndef _(log):\n    log.scalars\n    return\n"
        "if __name__ == '__main__':\n    app.run()\n"
    )
    port = free_port()
    command = [hosts / "marimo", "run", notebook, "--headless", "--port", port, "--no-token"]
    wait_for_port(port, program(command, environment(hosts)))
    page = new_page()
    errors = errors_of(page)
    page.goto(f"http://127.0.0.1:{port}/")

    expect(page.locator(".nbb-board-root")).to_have_count(1, timeout=60_000)
    expect(page.locator(".nbb-scalars canvas").first).to_be_visible()
    page.get_by_role("tab", name="hparams").click()
    expect(page.locator(".nbb-hp-axis svg").first).to_be_visible()
    page.screenshot(path=str(tmp_path / "marimo.png"))
    assert errors == []


def test_voila_shows_views(
    hosts: Path,
    program: Callable[..., Path],
    new_page: Callable[..., Page],
    tmp_path: Path,
    logs: Path,
) -> None:
    """A notebook as an application has its view, live."""
    opened = f"import nbboard\nnbboard.open({str(logs)!r}, progress=False)"
    Behind("http://x/", tmp_path, "").write("n.ipynb", [opened])
    port = free_port()
    command = [hosts / "voila", tmp_path / "n.ipynb", "--no-browser", f"--port={port}"]
    wait_for_port(port, program(command, environment(hosts)))
    page = new_page()
    page.goto(f"http://127.0.0.1:{port}/")

    expect(page.locator(".nbb-board-root")).to_have_count(1, timeout=90_000)
    expect(page.locator(".nbb-scalars canvas").first).to_be_visible()
