"""Panels for folders of logs, in a real JupyterLab that has nbboard from the built wheel.

The server stands below ``/user/someone/`` and asks for a token, as on a hub.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FAILED
from tests.browser.lab_page import LabPage, gone, log_scalars, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer

pytestmark = pytest.mark.installed

SLOW = 60_000  # TensorBoard's start, on a busy machine


@pytest.fixture(scope="module")
def shared(wheel_lab: JupyterServer, browser: Browser) -> Iterator[LabPage]:
    """One window for all tests, over two folders of logs and one without."""
    for folder in ("logs/fast", "logs/slow", "other logs"):
        log_scalars(wheel_lab.root / folder)
    (wheel_lab.root / "notes").mkdir(exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield LabPage(page, wheel_lab)
    page.close()


@pytest.fixture
def window(shared: LabPage, request: pytest.FixtureRequest) -> Iterator[LabPage]:
    """JupyterLab's window; nothing is open in it and nothing runs before and after the test."""
    shared.close_all()
    yield shared
    if request.node.stash.get(FAILED, False):
        shared.screenshot(f"failed-{request.node.name}")
    shared.close_all()


def shows(window: LabPage, run: str = "fast") -> None:
    """Wait until TensorBoard in the panel in front lists a run."""
    expect(window.frame().get_by_text(run, exact=True).first).to_be_visible(timeout=SLOW)


def test_folder_with_event_files_offers_both_doors_first(window):
    """Right-clicking a folder of logs offers nbboard and TensorBoard before all else."""
    assert window.menu_of(window.entry("logs"))[:2] == ["Open in nbboard", "Open in TensorBoard"]
    window.page.keyboard.press("Escape")

    labels = window.menu_of(window.entry("notes"))
    assert labels[0] == "Open"
    assert labels.count("Open in TensorBoard") == 1


def test_context_menu_opens_a_live_tensorboard(window):
    """The frame comes through the proxy below the base URL, and a new run appears in it."""
    window.open("logs", "Open in TensorBoard")

    frame = window.frame()
    expect(frame.get_by_text("fast", exact=True).first).to_be_visible(timeout=SLOW)
    source = window.panel().locator("iframe").first.get_attribute("src")
    assert re.match(rf"{re.escape(window.server.url)}proxy/\d+/[^/]+/", source)
    window.screenshot("lab-tensorboard-light")
    window.set_theme("dark")
    expect(window.panel().locator("iframe").first).to_have_attribute(
        "src", re.compile("darkMode=true")
    )
    shows(window)
    window.screenshot("lab-tensorboard-dark")
    window.set_theme("light")

    log_scalars(window.server.root / "logs" / "added-to-tensorboard")
    window.page.wait_for_timeout(6000)  # TensorBoard looks every 5 s
    window.button("Reload logs").click()
    added = window.frame().get_by_text("added-to-tensorboard", exact=True).first
    expect(added).to_be_visible(timeout=SLOW)
    assert window.errors == []


def test_context_menu_opens_a_live_board(window):
    """The board draws curves, and a run that is logged later appears by itself while it is live."""
    panel = window.open("logs", "Open in nbboard")
    expect(panel.locator("canvas").first).to_be_visible(timeout=SLOW)
    expect(panel.get_by_role("checkbox", name="fast")).to_be_visible()
    window.screenshot("lab-board-light")
    window.set_theme("dark")
    window.page.wait_for_timeout(500)
    window.screenshot("lab-board-dark")
    window.set_theme("light")

    log_scalars(window.server.root / "logs" / "while-live")
    expect(panel.get_by_role("checkbox", name="while-live")).to_be_visible(timeout=SLOW)

    live = window.button("Live")
    expect(live).to_have_attribute("aria-pressed", "true")
    live.click()
    expect(live).to_have_attribute("aria-pressed", "false")
    window.page.wait_for_timeout(1000)
    log_scalars(window.server.root / "logs" / "while-not-live")
    window.page.wait_for_timeout(2500)
    expect(panel.get_by_role("checkbox", name="while-not-live")).to_have_count(0)

    window.button("Reload logs").click()
    expect(panel.get_by_role("checkbox", name="while-not-live")).to_be_visible(timeout=SLOW)
    assert window.errors == []


def test_a_panel_has_one_live_switch(window):
    """The one in its toolbar, which pauses the board; that it is paused outlives a reload."""
    panel = window.open("logs", "Open in nbboard")
    expect(panel.locator("canvas").first).to_be_visible(timeout=SLOW)
    toolbar, board = window.button("Live"), panel.locator(".nbb-root .nbb-live").first
    expect(board).to_be_hidden()
    expect(toolbar).to_have_attribute("aria-pressed", "true")

    toolbar.click()
    expect(board).to_have_text("paused")
    expect(toolbar).to_have_attribute("aria-pressed", "false")
    window.page.wait_for_timeout(1500)  # the layout is saved a moment later
    window.page.reload()
    window.wait_until_ready()
    expect(window.panel().locator("canvas").first).to_be_visible(timeout=SLOW)
    expect(window.button("Live")).to_have_attribute("aria-pressed", "false")


def test_event_file_opens_its_folder(window):
    """On an event file, the same two commands open the folder that holds it."""
    window.entry("other logs").dblclick()
    file = window.entry("events.out.tfevents.1700000000.test")
    file.wait_for()

    assert window.menu_of(file)[:2] == ["Open in nbboard", "Open in TensorBoard"]
    window.choose("Open in TensorBoard")

    expect(window.frame().locator("body")).to_contain_text("TensorBoard", timeout=SLOW)
    assert window.tabs() == ["TensorBoard: other logs"]


def test_launcher_card_asks_for_a_folder_and_completes_it(window):
    """Where no logs are at hand, the panel waits for a folder, which can be completed."""
    window.page.locator(".jp-LauncherCard").filter(has_text="TensorBoard").click()
    panel = window.panel()
    expect(panel).to_contain_text("Enter the folder of your logs")
    assert window.kernels() == []

    field = panel.get_by_role("combobox", name="Folder of logs")
    expect(field).to_be_focused()
    field.fill("lo")
    expect(panel.locator("datalist option")).to_have_count(1)
    assert panel.locator("datalist option").get_attribute("value") == "logs"
    field.fill("logs")
    field.press("Enter")

    shows(window)
    assert window.tabs() == ["TensorBoard: logs"]


@pytest.fixture
def endless(window: LabPage, tmp_path: Path) -> Iterator[Path]:
    """A folder that kernels of now never read to the end; they make it when they begin."""
    startup = window.server.folder / "home/.ipython/profile_default/startup/endless.py"
    startup.parent.mkdir(parents=True, exist_ok=True)
    startup.write_text(
        "import os, time, nbboard\n"
        "_open = nbboard.open\n"
        "def _open_or_wait(path, **options):\n"
        "    if path.endswith('endless'):\n"
        "        os.mkdir(path)\n"
        "        time.sleep(600)\n"
        "    return _open(path, **options)\n"
        "nbboard.open = _open_or_wait\n"
    )
    yield tmp_path / "endless"
    startup.unlink()


def test_another_folder_need_not_wait_for_the_one_that_is_read(window, endless):
    """Who typed a folder that takes too long types another, and sees that one at once."""
    window.page.locator(".jp-LauncherCard").filter(has_text="nbboard").click()
    panel = window.panel()
    field = panel.get_by_role("combobox", name="Folder of logs")
    expect(field).to_be_focused()
    field.fill(str(endless))
    field.press("Enter")
    expect(panel).to_contain_text(f"Reading {endless}.", timeout=SLOW)
    wait_until(endless.exists, "reading begun")
    kernels = window.kernels()

    field.fill("logs")
    field.press("Enter")

    expect(panel.locator("canvas").first).to_be_visible(timeout=SLOW)
    assert "KeyboardInterrupt" not in panel.inner_text()
    assert kernels == window.kernels()
    assert window.tabs() == ["nbboard: logs"]
    # A kernel that is interrupted in the middle of a message sends the rest of it as one.
    assert [error for error in window.errors if "message validation" not in error] == []


def test_palette_and_file_menu_have_the_commands(window):
    """Both doors are found by typing, and in File > New."""
    # The launcher takes the focus when it comes, and the palette closes without it.
    window.page.locator(".jp-LauncherCard").first.wait_for()
    window.page.wait_for_timeout(1000)
    window.page.keyboard.press("Control+Shift+C")
    window.page.locator(".lm-CommandPalette").wait_for()
    window.page.keyboard.type("open logs in nbboard")
    items = window.page.locator(".lm-CommandPalette-item")
    items.filter(has_text="Open logs in nbboard").click()
    expect(window.panel()).to_contain_text("Enter the folder of your logs")

    window.page.locator(".lm-MenuBar-item").filter(has_text="File").click()
    window.page.locator(".lm-Menu-item").filter(has_text="New").first.hover()
    menu = window.page.locator(".lm-Menu").last
    expect(menu).to_contain_text("TensorBoard")
    expect(menu).to_contain_text("nbboard")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Escape")


def test_reload_of_the_page_brings_panels_back_to_their_kernels(window):
    """After F5 both panels are there again, on the same kernels and the same server."""
    window.open("logs", "Open in TensorBoard")
    shows(window)
    board = window.open("logs", "Open in nbboard")
    expect(board.locator("canvas").first).to_be_visible(timeout=SLOW)
    kernels = sorted(s["kernel"]["id"] for s in window.sessions())
    servers = window.tensorboards()
    window.page.wait_for_timeout(1500)  # the layout is saved a moment later

    window.page.reload()
    window.wait_until_ready()

    expect(window.panel().locator("canvas").first).to_be_visible(timeout=SLOW)
    window.page.locator(".lm-TabBar-tab[title^='TensorBoard: logs']").click()
    shows(window)
    assert sorted(window.tabs()) == ["TensorBoard: logs", "nbboard: logs"]
    assert sorted(s["kernel"]["id"] for s in window.sessions()) == kernels
    assert window.tensorboards() == servers
    assert len(servers) == 1


def test_closing_asks_nothing_and_leaves_nothing(window):
    """With its tab, the panel's kernel and TensorBoard's process are gone."""
    window.open("logs", "Open in TensorBoard")
    shows(window)
    processes = window.kernels() + window.tensorboards()
    assert len(processes) == 2

    window.close("logs")

    wait_until(lambda: gone(processes), "kernel and server gone")
    wait_until(lambda: window.sessions() == [], "session gone")
    assert window.page.locator(".jp-Dialog").count() == 0
    assert window.tabs() == []


def test_closing_while_it_starts_leaves_nothing(window):
    """A panel closed before its kernel was there leaves no kernel behind."""
    window.open("logs", "Open in TensorBoard")
    window.close("logs")

    wait_until(lambda: window.tabs() == [] and window.sessions() == [], "session gone")
    window.page.wait_for_timeout(2000)
    assert window.server.request("api/kernels") == []


def test_two_folders_at_once_and_the_same_folder_once(window):
    """Each folder has its panel, which opening it again brings to the front, and running list."""
    window.open("logs", "Open in TensorBoard")
    shows(window)
    first = window.kernels() + window.tensorboards()
    window.open("other logs", "Open in TensorBoard")
    expect(window.frame().locator("body")).to_contain_text("TensorBoard", timeout=SLOW)
    assert len(window.tensorboards()) == 2

    window.open("logs", "Open in TensorBoard")

    assert window.tabs() == ["TensorBoard: logs", "TensorBoard: other logs"]
    shows(window)
    assert len(window.sessions()) == 2

    window.page.locator(".lm-TabBar-tab[data-id='jp-running-sessions']").click()
    # Jupyter lists every session among its kernels, too; nbboard's own list is the last.
    items = window.page.locator(".jp-RunningSessions-item")
    item = items.filter(has_text="TensorBoard: logs").last
    item.hover()
    item.locator(".jp-RunningSessions-itemShutdown").click()
    wait_until(lambda: gone(first), "kernel and server gone")
    assert window.tabs() == ["TensorBoard: other logs"]
    window.page.locator(".lm-TabBar-tab[data-id='filebrowser']").click()


def test_changed_settings_take_effect(window):
    """The default view comes first in menus; new boards have the smoothing and the interval."""
    page = window.page
    window.execute("settingeditor:open", query="nbboard")
    form = "#jp-SettingsEditor-nbboard\\:plugin_"
    try:
        page.locator(f"{form}defaultView").select_option(label="TensorBoard")
        page.locator(f"{form}smoothing").fill("0.93")
        page.locator(f"{form}smoothing").press("Tab")
        page.locator(f"{form}liveInterval").fill("2")
        page.locator(f"{form}liveInterval").press("Tab")
        page.wait_for_timeout(1500)  # the form saves a moment after the last key

        labels = window.menu_of(window.entry("logs"))
        assert labels[:2] == ["Open in TensorBoard", "Open in nbboard"]
        window.choose("Open in nbboard")
        panel = window.panel()
        expect(panel.locator("canvas").first).to_be_visible(timeout=SLOW)
        expect(panel.get_by_label("Smoothing").first).to_have_value("0.93")
        seconds = page.evaluate(
            """async () => {
              const panel = window.jupyterapp.shell.currentWidget;
              const { content } = await panel.execute("", { seconds: "_nbboard_view.interval" });
              return content.user_expressions.seconds.data["text/plain"]; }"""
        )
        assert seconds == "2.0"
    finally:
        page.evaluate(
            "() => window.jupyterapp.serviceManager.settings.save('nbboard:plugin', '{}')"
        )


def test_wrong_flag_is_a_sentence_and_can_be_mended(window):
    """A server that fails says why in the panel; the right flag starts it, Stop ends it."""
    panel = window.open("logs", "Open in TensorBoard")
    shows(window)
    flags = panel.get_by_role("textbox", name="TensorBoard flags")

    flags.fill("--no_such_flag 1")
    flags.press("Enter")
    expect(panel).to_contain_text("no_such_flag", timeout=SLOW)
    assert "Traceback" not in panel.inner_text()

    flags.fill("--samples_per_plugin scalars=5")
    flags.press("Enter")
    shows(window)

    processes = window.kernels() + window.tensorboards()
    window.button("Stop").click()
    expect(panel).to_contain_text("TensorBoard was stopped; its kernel is gone.")
    wait_until(lambda: gone(processes), "kernel and server gone")
    window.screenshot("lab-stopped")

    panel.get_by_role("button", name="Start").click()
    shows(window)


def test_shortcuts(window):
    """The keyboard opens a panel, pauses it, and puts the cursor into its folder."""
    keyboard = window.page.keyboard
    window.page.locator(".jp-LauncherCard").first.wait_for()
    keyboard.press("Control+Alt+B")
    field = window.panel().get_by_role("combobox", name="Folder of logs")
    expect(field).to_be_focused()
    keyboard.type("logs")
    keyboard.press("Enter")
    expect(window.panel().locator("canvas").first).to_be_visible(timeout=SLOW)
    live = window.button("Live")
    expect(live).to_be_enabled(timeout=SLOW)

    window.panel().locator(".nbboard-Panel-content").focus()
    keyboard.press("Alt+V")
    expect(live).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    keyboard.press("Alt+O")
    expect(field).to_be_focused()


def test_panel_leaves_a_cell_in_the_active_notebook(window):
    """The inserted cell holds what a person would have typed, relative to the notebook."""
    window.server.write("notes/work.ipynb", ["'here'"])
    window.execute("docmanager:open", path="notes/work.ipynb")
    window.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    window.open("logs", "Open in TensorBoard")

    window.button("Insert as a cell into the active notebook").click()

    cell = window.page.locator(".jp-Notebook .jp-Cell").nth(1)
    expect(cell).to_contain_text("%load_ext nbboard")
    expect(cell).to_contain_text("%tensorboard --logdir ../logs")
    # Or closing would ask.
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")


def test_browser_tabs_show_the_same(window):
    """TensorBoard's own page, and JupyterLab with nothing but the board, on the same kernel."""
    window.open("logs", "Open in TensorBoard")
    shows(window)
    with window.page.context.expect_page() as opened:
        window.button("Open in a browser tab").click()
    expect(opened.value.get_by_text("fast", exact=True).first).to_be_visible(timeout=SLOW)
    opened.value.close()

    panel = window.open("logs", "Open in nbboard")
    expect(panel.locator("canvas").first).to_be_visible(timeout=SLOW)
    sessions = len(window.sessions())
    with window.page.context.expect_page() as opened:
        window.button("Open in a browser tab").click()
    other = opened.value.locator(".nbboard-Panel")
    expect(other.locator("canvas").first).to_be_visible(timeout=SLOW)
    assert len(window.sessions()) == sessions
    opened.value.close()


def test_killed_kernel_is_a_sentence(window):
    """When the kernel is killed, the panel says so instead of showing a dead frame."""
    panel = window.open("logs", "Open in TensorBoard")
    shows(window)
    (kernel,) = window.kernels()
    servers = window.tensorboards()

    psutil.Process(kernel).kill()

    expect(panel).to_contain_text("ended unexpectedly", timeout=SLOW)
    wait_until(lambda: gone(servers), "server gone")
    panel.get_by_role("button", name="Start").click()
    shows(window)
