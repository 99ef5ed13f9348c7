"""The frame of ``%tensorboard`` in a real JupyterLab and Notebook 7."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Frame, Request, expect

from tests.browser.jupyter import APPS
from tests.server.conftest import logdir

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

__all__ = ["logdir"]

LONG_CELL = "import time\nprint('training', flush=True)\ntime.sleep(300)"


def start_cell(logdir: Path, flags: str = "") -> str:
    """A cell that shows TensorBoard over a folder."""
    return f"%load_ext nbboard\n%tensorboard --logdir {{{str(logdir)!r}}} {flags}"


def shows_tensorboard(frame: Frame) -> str:
    """Wait until a frame shows TensorBoard's own text and a run; return what its URL ends in."""
    frame.get_by_text("TensorBoard", exact=True).first.wait_for()
    frame.get_by_text("a run").first.wait_for()
    return frame.url.split("?")[0].rstrip("/").rsplit("/", 1)[1]


class Asked:
    """What a page and its frames ask for.

    Attributes
    ----------
    secrets : list of str
        What was handed over for a cookie.
    urls : list of str
        Every address.
    """

    def __init__(self, page: NotebookPage) -> None:
        self.secrets: list[str] = []
        self.urls: list[str] = []
        page.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.urls.append(request.url)
        if request.url.endswith("/nbboard-enter"):
            self.secrets.append(request.post_data or "")


@pytest.mark.parametrize("app", APPS)
def test_the_frame_comes_while_the_kernel_is_busy_and_back_after_a_reload(
    app: str,
    request: pytest.FixtureRequest,
    open_notebook: Callable[..., NotebookPage],
    logdir: Path,
) -> None:
    """With "run all" and a long cell after it, the frame shows TensorBoard through the proxy."""
    server: JupyterServer = request.getfixturevalue(app)
    cells = [start_cell(logdir, "--height 450"), LONG_CELL, "'never run'"]
    page = open_notebook(server, cells, theme="dark")
    asked = Asked(page)
    page.run_all(wait=False)
    frame = page.frame_page(0)
    name = shows_tensorboard(frame)
    (secret,) = asked.secrets

    assert (
        page.page.evaluate(
            "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
        )
        == "busy"
    )
    assert f"{server.base_url}proxy/" in frame.url
    assert "darkMode=true" in frame.url
    assert frame.evaluate("document.body.classList.contains('dark-mode')")
    assert frame.evaluate("window.frameElement.parentElement.getBoundingClientRect().height") == 450
    link = page.output(0).get_by_role("link", name="Open in new tab")
    assert frame.url.split("?")[0] in str(link.get_attribute("href"))
    page.screenshot(f"frame-{app}-dark")

    saved = page.save().read_text()
    assert len(secret) >= 32
    assert secret not in saved
    assert "TensorBoard was shown here" in saved
    assert [url for url in [*asked.urls, server.log()] if secret in url] == []

    page.interrupt_kernel()
    page.wait_until_idle()
    page.reload()
    assert name == shows_tensorboard(page.frame_page(0))
    assert page.foreign == []


def test_the_frame_follows_the_theme_and_ends_in_words(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], logdir: Path
) -> None:
    """The theme follows the host; a stopped server and a restarted kernel leave a sentence."""
    again = start_cell(logdir, "--height 300")
    page = open_notebook(lab, [start_cell(logdir), "%tensorboard stop", again])
    page.run_cell(0)
    shows_tensorboard(page.frame_page(0))
    assert "darkMode=false" in page.frame_page(0).url
    page.set_theme("dark")
    iframe = page.output(0).locator("iframe")
    expect(iframe).to_have_attribute("src", re.compile("darkMode=true"))
    shows_tensorboard(page.frame_page(0))

    page.run_cell(1)
    expect(page.output(0)).to_contain_text("This TensorBoard was stopped.")
    expect(iframe).to_have_count(0)

    page.run_cell(2)
    shows_tensorboard(page.frame_page(2))
    page.restart_kernel()
    expect(page.output(2)).to_contain_text("does not answer any more", timeout=20_000)
    expect(page.output(2).locator("iframe")).to_have_count(0)
    page.screenshot("frame-ended-dark")

    page.run_cell(2)
    shows_tensorboard(page.frame_page(2))
    page.shut_down_kernel()
    page.cell(2).hover(position={"x": 5, "y": 5})
    page.output(2).locator(".nbb-frame").hover()
    expect(page.output(2)).to_contain_text("does not answer any more", timeout=20_000)


def test_without_the_proxy_the_page_finds_another_way_or_says_what_helps(
    start_jupyter: Callable[..., JupyterServer],
    open_notebook: Callable[..., NotebookPage],
    logdir: Path,
) -> None:
    """Over http the same host is tried; where nothing answers, one command helps, and a retry."""
    server = start_jupyter(
        "lab",
        proxy=False,
        settings={"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}},
    )
    page = open_notebook(server, [start_cell(logdir), "%tensorboard open --height 300"])
    asked = Asked(page)
    page.run_cell(0)
    frame = page.frame_page(0)
    name = shows_tensorboard(frame)
    secret = asked.secrets[0]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]+/", frame.url.split("?")[0])

    page.page.route("**/nbboard/ready", lambda route: route.abort())
    page.run_cell(1)
    output = page.output(1)
    expect(output).to_contain_text("this page cannot reach it")
    expect(output.locator("code")).to_have_text(re.compile(r"pip install|ssh|--port"))
    expect(output.locator("iframe")).to_have_count(0)
    expect(output.get_by_role("link", name="Open in new tab")).to_be_visible()
    page.screenshot("frame-unreachable")

    # Saved with the widgets' state, too, as the person asked of JupyterLab.
    notebook = json.loads(page.save().read_text())
    assert notebook["metadata"]["widgets"]
    assert secret not in json.dumps(notebook)

    page.page.unroute("**/nbboard/ready")
    output.get_by_role("button", name="Try again").click()
    assert name == shows_tensorboard(page.frame_page(1))
    assert [url for url in asked.urls if secret in url] == []


def test_where_no_cookie_is_kept_the_address_opens_the_door_and_the_page_says_so(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], logdir: Path
) -> None:
    """A browser that drops the cookie, imitated by an answer without it, gets the secret path."""
    page = open_notebook(lab, [start_cell(logdir)])
    asked = Asked(page)
    page.page.route(
        "**/nbboard-enter", lambda route: route.fulfill(status=200, json={}, headers={})
    )
    page.run_cell(0)

    assert shows_tensorboard(page.frame_page(0)) == asked.secrets[0]
    expect(page.output(0)).to_contain_text("keeps no cookie")


def test_a_proxy_url_of_the_environment_comes_first(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], logdir: Path
) -> None:
    """TENSORBOARD_PROXY_URL is tried first, relative to the page's host."""
    url = "/user/someone/proxy/localhost:%PORT%/"
    setting = f"import os\nos.environ['TENSORBOARD_PROXY_URL'] = {url!r}\n"
    page = open_notebook(lab, [setting + start_cell(logdir)])
    page.run_cell(0)
    shows_tensorboard(page.frame_page(0))

    assert "/user/someone/proxy/localhost:" in page.frame_page(0).url


def test_a_page_without_widgets_says_what_it_lacks(
    start_jupyter: Callable[..., JupyterServer],
    open_notebook: Callable[..., NotebookPage],
    logdir: Path,
) -> None:
    """Where only the kernel's environment has nbboard, the cell says so, and a view its picture."""
    missing = ["nbboard", "anywidget", "@jupyter-widgets/jupyterlab-manager"]
    server = start_jupyter("lab", disabled=missing)
    view = f"import nbboard\nnbboard.open({str(logdir)!r}).scalars"
    page = open_notebook(server, [start_cell(logdir), view])
    page.run_cell(0)
    page.run_cell(1)

    expect(page.output(0)).to_contain_text("environment of the Jupyter server, too")
    expect(page.output(1).locator("img")).to_be_visible()
    page.screenshot("frame-without-widgets")
