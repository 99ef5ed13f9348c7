"""Take the README's pictures, light and dark, in a real JupyterLab over the demo's logs.

Run as ``python -m tests.browser.take_screenshots [NAME ...]`` (or ``make screenshots``); the
pictures go to ``docs/images/NAME-light.png`` and ``NAME-dark.png``. A new picture is one line in
:data:`SHOTS`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright, ViewportSize, sync_playwright

from nbboard import demo
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.lab_page import LabPage
from tests.browser.notebook_page import NotebookPage

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SETUP = "%load_ext nbboard\nimport nbboard\nlog = nbboard.open('logs')"


class Shot(NamedTuple):
    """One picture: a cell and its output.

    Parameters
    ----------
    name
        The file's name.
    code
        The cell; for the picture of JupyterLab's panel, what to choose from the folder's menu.
    ready
        A selector within the output: the picture is taken once it is visible and still.
    width
        Of the window, in CSS pixels.
    """

    name: str
    code: str
    ready: str
    width: int = 1200


SHOTS = (
    Shot("tensorboard", "%tensorboard --logdir logs --height 640", "iframe", 1400),
    Shot("board", "%nbboard logs", "canvas:visible"),
    Shot("scalars", "log.scalars.select(tags='^(loss|accuracy)')", "canvas:visible"),
    Shot(
        "images",
        "log.images.select(tags='confusion', runs='seed=1|units=16.*sgd')",
        "canvas:visible, img:visible",
    ),
    Shot("hparams", "log.hparams", "svg:visible, canvas:visible", 1560),
    Shot("panel", "Open in nbboard", "canvas:visible", 1400),
)


def main(names: list[str]) -> None:
    """Take the pictures with these names, or all."""
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    if unknown := set(names) - {shot.name for shot in SHOTS}:
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        take_all(wanted, Path(folder), playwright)


def take_all(shots: list[Shot], folder: Path, playwright: Playwright) -> None:
    """Train, start JupyterLab and a browser, and take each picture twice."""
    server = JupyterServer("lab", folder)
    try:
        demo.train(server.root / "logs")
        with chromium.launch(playwright, chromium.find()) as browser:
            for shot in shots:
                for theme in ("light", "dark"):
                    picture = take_panel if shot.name == "panel" else take
                    print(picture(shot, theme, server, browser))
    finally:
        server.stop()


def take(shot: Shot, theme: str, server: JupyterServer, browser: Browser) -> Path:
    """Take the picture of a cell."""
    path = server.write(f"{shot.name}-{theme}.ipynb", [SETUP, shot.code, "", "# the active one"])
    page = NotebookPage(_new_page(shot, theme, browser), server, path)
    page.hide_sidebars()
    page.set_theme(theme)
    page.run_all()
    page.output(1).locator(shot.ready).first.wait_for(timeout=60_000)
    if shot.ready == "iframe":
        _wait_for_tensorboard(page)
    file = _still(page.cell(1), f"{shot.name}-{theme}")
    page.close()
    return file


def take_panel(shot: Shot, theme: str, server: JupyterServer, browser: Browser) -> Path:
    """Take the picture of the whole window with a panel that the file browser opened."""
    for notebook in server.root.glob("*.ipynb"):  # of the other pictures
        notebook.unlink()
    window = LabPage(_new_page(shot, theme, browser), server)
    window.set_theme(theme)
    panel = window.open("logs", shot.code)
    panel.locator(shot.ready).first.wait_for(timeout=60_000)
    file = _still(window.page.locator("#main"), f"{shot.name}-{theme}")
    window.page.context.close()
    server.end_sessions()
    return file


def _new_page(shot: Shot, theme: str, browser: Browser) -> Page:
    context = browser.new_context(
        viewport=ViewportSize(width=shot.width, height=900 if shot.name == "panel" else 1100),
        device_scale_factor=1.5,
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
        timezone_id="UTC",
    )
    return context.new_page()


def _wait_for_tensorboard(page: NotebookPage) -> None:
    """Wait until TensorBoard has read every run to its end, and let it draw that."""
    frame = page.frame_page(1)
    frame.get_by_text("accuracy").first.wait_for(timeout=60_000)
    read_all = """async runs => {
      const points = async run => {
        const query = new URLSearchParams({ run, tag: "accuracy/train" });
        const answer = await fetch(`data/plugin/scalars/scalars?${query}`);
        return answer.ok ? (await answer.json()).length : 0;
      };
      return (await Promise.all(runs.map(points))).every(count => count === 15); }"""
    runs = [settings.run for settings in demo.GRID]
    while not frame.evaluate(read_all, runs):
        page.page.wait_for_timeout(1000)
    # It draws what it had when it was opened, so it is opened again.
    with page.page.expect_response("**/timeSeries", timeout=60_000):
        frame.evaluate("location.reload()")
    frame.get_by_text("accuracy").first.wait_for(timeout=60_000)


def _still(what: Locator, name: str) -> Path:
    """Write the picture once two in a row, a second apart, are the same."""
    file = IMAGES / f"{name}.png"
    before = b""
    for _ in range(30):
        what.page.wait_for_timeout(1000)
        now = what.screenshot(path=file, animations="disabled")
        if now == before:
            break
        before = now
    else:
        print("it still moves; taken as it was")
    _shrink(file)
    return file


def _shrink(file: Path) -> None:
    """Round the colours to steps of four, which no eye sees and which PNG packs better.

    A palette would tint greys or lose a green dot.
    """
    picture = Image.open(file).convert("RGB")
    picture.point([min(255, (value + 2) // 4 * 4) for value in range(256)] * 3).save(
        file, optimize=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
