"""Panels where there is no kernel that could read logs: each case is a sentence with its cure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import wheel
from tests.browser.lab_page import LabPage, log_scalars, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterServer

pytestmark = pytest.mark.installed

SLOW = 60_000


@pytest.fixture
def bare_kernel(wheel_lab: JupyterServer, tmp_path: Path) -> Iterator[Path]:
    """A kernel in whose environment nbboard is not installed; gives its Python."""
    python = wheel.overlay(tmp_path / "bare", None)
    folder = wheel_lab.folder / "data" / "kernels" / "bare"
    folder.mkdir(parents=True)
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Bare Python",
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
    yield python
    (folder / "kernel.json").unlink()
    folder.rmdir()
    wheel_lab.end_sessions()


def test_kernel_without_nbboard_is_told_with_its_own_command(
    wheel_lab: JupyterServer, bare_kernel: Path, new_page: Callable[..., Page]
) -> None:
    """The command names the kernel's own Python; another kernel can be chosen on the spot."""
    log_scalars(wheel_lab.root / "logs" / "fast")
    window = LabPage(new_page(), wheel_lab)
    window.save_settings(kernel="bare")
    try:
        panel = window.open("logs", "Open in TensorBoard")

        expect(panel).to_contain_text("The kernel “Bare Python” has no nbboard", timeout=SLOW)
        expect(panel.locator("code")).to_have_text(f"{bare_kernel} -m pip install nbboard")
        expect(panel.get_by_role("button", name="Install it now")).to_be_visible()
        window.screenshot("lab-no-nbboard")

        panel.get_by_role("button", name="Choose another kernel").click()
        dialog = window.page.locator(".jp-Dialog")
        dialog.locator("select").select_option(label="Python 3 (ipykernel)")
        dialog.get_by_role("button", name="Select Kernel").click()

        frame = window.frame()
        expect(frame.get_by_text("fast", exact=True).first).to_be_visible(timeout=SLOW)
    finally:
        window.save_settings()


def test_server_without_any_kernel_is_told(
    kernelless_lab: JupyterServer, new_page: Callable[..., Page]
) -> None:
    """Where no kernel is installed at all, the panel says what to install."""
    log_scalars(kernelless_lab.root / "logs" / "fast")
    window = LabPage(new_page(), kernelless_lab)

    panel = window.open("logs", "Open in nbboard")

    expect(panel).to_contain_text("This Jupyter server has no Python kernel", timeout=SLOW)
    expect(panel.locator("code")).to_have_text("python -m pip install ipykernel nbboard")
    assert window.page.locator(".jp-Dialog").count() == 0
    window.close("logs")
    expect(window.page.locator(".nbboard-Panel")).to_have_count(0)


def test_notebook7_opens_logs_beside_its_files(
    wheel_notebook7: JupyterServer, new_page: Callable[..., Page]
) -> None:
    """In Notebook 7 the same menu opens a tab beside the files, which a reload brings back."""
    log_scalars(wheel_notebook7.root / "logs" / "fast")
    window = LabPage(new_page(), wheel_notebook7)

    window.open("logs", "Open in TensorBoard")

    frame = window.frame()
    expect(frame.get_by_text("fast", exact=True).first).to_be_visible(timeout=SLOW)
    window.screenshot("notebook7-tensorboard")
    assert len(window.sessions()) == 1
    kernels, servers = window.kernels(), window.tensorboards()

    window.page.reload()

    expect(frame.get_by_text("fast", exact=True).first).to_be_visible(timeout=SLOW)
    assert window.kernels() == kernels
    assert window.tensorboards() == servers
    window.close("logs")
    expect(window.page.locator(".nbboard-Panel")).to_have_count(0)
    wait_until(lambda: window.server.request("api/kernels") == [], "kernel gone")
    window.page.reload()
    window.wait_until_ready()
    window.page.wait_for_timeout(1000)
    expect(window.page.locator(".nbboard-Panel")).to_have_count(0)
