"""A notebook open in a real browser: run it, read its outputs, take its picture."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.jupyter import JupyterServer

__all__ = [
    "APPS",
    "BUSY",
    "SCREENSHOTS",
    "TOO_LATE",
    "KernelError",
    "NotebookPage",
    "training",
    "wait_until",
]

SCREENSHOTS = Path(__file__).parent / "screenshots"

# The open notebook: in JupyterLab the current widget of the main area, in Notebook 7 the only one.
PANEL = "const app = window.jupyterapp; const panel = app.shell.currentWidget;"


def training(first: str = "pass") -> str:
    """Return a cell that does one line, then trains until it is interrupted.

    There is no error in its output, whatever it is doing at that moment.
    """
    return f"""try:
    {first}
    while True: sum(range(1000))
except KeyboardInterrupt:
    pass"""


BUSY = training()

# What anywidget says on a busy machine; views go on all the same, as test_late.py shows.
TOO_LATE = "[anywidget] Failed to initialize model"

# Where a view's controls are driven, every one; the same in Notebook 7 is among the longer checks.
APPS = ["lab", pytest.param("notebook7", marks=pytest.mark.soak)]

# JupyterLab waits for half a second in which nothing changes before it opens the notebook: not here.
NO_WAIT = """if (window === top) {
  const wait = window.setTimeout;
  window.setTimeout = (call, ms, ...more) =>
    wait(call, ms === 500 && !window.nbbReady ? 10 : ms, ...more);
}"""

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """Return what *condition* gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


class KernelError(Exception):
    """Code that :meth:`NotebookPage.execute` ran raised; the message is the traceback."""


class NotebookPage:
    """One notebook in one browser page.

    Parameters
    ----------
    page
        An empty page.
    server
        Where the notebook is.
    path
        Its path below the server's root.

    Attributes
    ----------
    page : playwright.sync_api.Page
        For everything that has no method here.
    errors : list of str
        Uncaught errors and ``console.error`` lines of the page and its frames.
    foreign : list of str
        Requests to any machine but this one. A test of ours asserts that there are none.
    """

    def __init__(self, page: Page, server: JupyterServer, path: str) -> None:
        self.page = page
        self.server = server
        self.path = path
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", self._note_error)
        page.on("console", self._note_console)
        page.on("request", self._note_request)
        page.add_init_script(NO_WAIT)
        where = "lab/tree/" if server.app == "lab" else "notebooks/"
        page.goto(f"{server.url}{where}{quote(path)}?token={server.token}&reset")
        self.wait_until_ready()

    # --- running ------------------------------------------------------------

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait until the notebook is on screen and its kernel has said what it is."""
        self.page.wait_for_function(
            "window.jupyterapp?.shell?.currentWidget?.sessionContext !== undefined"
            " && window.jupyterapp.shell.currentWidget.context.isReady",
            timeout=seconds * 1000,
        )
        self.page.evaluate(
            f"""async () => {{ {PANEL}
              await panel.revealed;
              await panel.sessionContext.ready;
              await panel.sessionContext.session.kernel.info;
              window.nbbReady = true; }}"""
        )

    def run_all(self, seconds: float = 120, *, wait: bool = True) -> None:
        """Run all cells; return when the last has ended, or at once with ``wait=False``."""
        self._settle(
            f"""async () => {{ {PANEL}
              panel.content.activate();
              await app.commands.execute("notebook:run-all-cells"); }}""",
            seconds,
            wait,
        )

    def run_cell(self, index: int, seconds: float = 120, *, wait: bool = True) -> None:
        """Run one cell, counted over all cells from 0 (negative from the end)."""
        self._settle(
            f"""async () => {{ {PANEL}
              const cells = panel.content.widgets;
              panel.content.deselectAll();
              panel.content.activeCellIndex = ({index} + cells.length) % cells.length;
              await app.commands.execute("notebook:run-cell"); }}""",
            seconds,
            wait,
        )

    def add_cell(self, source: str, *, run: bool = True, seconds: float = 120) -> int:
        """Append a code cell, run it, and return its index."""
        index: int = self.page.evaluate(
            f"""source => {{ {PANEL}
              const model = panel.content.model.sharedModel;
              model.insertCell(model.cells.length, {{ cell_type: "code", source }});
              return model.cells.length - 1; }}""",
            source,
        )
        if run:
            self.run_cell(index, seconds)
        return index

    def wait_until_idle(self, seconds: float = 120) -> None:
        """Wait until every cell that was asked to run has run."""
        self.page.wait_for_function(
            f"""() => {{ {PANEL}
              return panel.content.widgets.every(cell =>
                cell.promptNode?.textContent?.trim() !== "[*]:") &&
                panel.sessionContext.session.kernel.status === "idle"; }}""",
            timeout=seconds * 1000,
        )

    def run_busy_cell(self) -> int:
        """Append a cell that runs until :meth:`end_busy_cell`; return its index when it runs."""
        index = self.add_cell(BUSY, run=False)
        self.run_cell(index, wait=False)
        self.cell(index).locator(".jp-InputPrompt", has_text="[*]:").wait_for()
        self.page.wait_for_function(
            f"() => {{ {PANEL} return panel.sessionContext.session.kernel.status === 'busy'; }}"
        )
        return index

    def end_busy_cell(self, index: int) -> None:
        """Interrupt the busy cell, which ran until now."""
        assert self.cell(index).locator(".jp-InputPrompt").inner_text() == "[*]:"
        self.interrupt_kernel()
        self.wait_until_idle()

    def execute(self, code: str) -> str:
        """Run *code* in the notebook's kernel, outside any cell; return what it printed.

        The value of a last expression counts as printed.

        Raises
        ------
        KernelError
            The code raised.
        """
        text, error = self.page.evaluate(
            f"""async code => {{ {PANEL}
              let text = "", error = null;
              const future = panel.sessionContext.session.kernel.requestExecute({{ code }});
              future.onIOPub = message => {{
                const content = message.content;
                if (message.header.msg_type === "stream") text += content.text;
                if (content.data?.["text/plain"]) text += content.data["text/plain"];
                if (message.header.msg_type === "error")
                  error = content.traceback.join("\\n");
              }};
              await future.done;
              return [text, error]; }}""",
            code,
        )
        if error is not None:
            raise KernelError(error)
        result: str = text
        return result

    def interrupt_kernel(self) -> None:
        """Do what the stop button does."""
        self.page.evaluate(
            f"async () => {{ {PANEL} await panel.sessionContext.session.kernel.interrupt(); }}"
        )

    def restart_kernel(self) -> None:
        """Do what the restart button does, without its question."""
        self.page.evaluate(
            f"""async () => {{ {PANEL}
              await panel.sessionContext.session.kernel.restart();
              await panel.sessionContext.session.kernel.info; }}"""
        )

    def shut_down_kernel(self) -> None:
        """End the kernel; the page stays as a saved notebook without one."""
        self.page.evaluate(f"async () => {{ {PANEL} await panel.sessionContext.shutdown(); }}")

    def save(self) -> Path:
        """Save the notebook and return its file."""
        self.page.evaluate(f"async () => {{ {PANEL} await panel.context.save(); }}")
        return self.server.root / self.path

    def reload(self) -> None:
        """Load the page again, as a person does with F5."""
        self.page.reload()
        self.wait_until_ready()

    # --- reading ------------------------------------------------------------

    def cell(self, index: int) -> Locator:
        """Return a cell, counted over all cells from 0 (negative from the end)."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        """Return the output area of a cell, scrolled into view."""
        area = self.cell(index).locator(".jp-Cell-outputWrapper .jp-OutputArea").first
        self.cell(index).scroll_into_view_if_needed()
        return area

    def output_text(self, index: int) -> str:
        """Return the text of a cell's output as a reader sees it."""
        return self.output(index).inner_text()

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return the saved form of a cell's outputs (``output_type``, ``data`` ...)."""
        result: list[dict[str, Any]] = self.page.evaluate(
            f"""index => {{ {PANEL}
              const cells = panel.content.widgets;
              return cells.at(index).model.sharedModel.toJSON().outputs; }}""",
            index,
        )
        return result

    def error_outputs(self) -> list[str]:
        """Return "name: value" of every error that a cell ended with."""
        result: list[str] = self.page.evaluate(
            f"""() => {{ {PANEL}
              return panel.content.widgets
                .filter(cell => cell.model.type === "code")
                .flatMap(cell => cell.model.sharedModel.toJSON().outputs)
                .filter(output => output.output_type === "error")
                .map(output => `${{output.ename}}: ${{output.evalue}}`); }}"""
        )
        return result

    def frame(self, index: int) -> FrameLocator:
        """Return what is inside the frame (iframe) in a cell's output."""
        return self.output(index).locator("iframe").first.content_frame

    def frame_page(self, index: int, seconds: float = 60) -> Frame:
        """Return the frame itself, for its url and for evaluating in it."""
        locator = self.output(index).locator("iframe").first
        locator.wait_for(state="attached", timeout=seconds * 1000)
        element = locator.element_handle()
        assert element is not None
        frame = element.content_frame()
        assert frame is not None
        return frame

    # --- looking ------------------------------------------------------------

    def set_theme(self, theme: str) -> None:
        """Switch the host to ``"light"`` or ``"dark"``, as its settings menu does."""
        self.page.evaluate(
            f"""async theme => {{ {PANEL}
              await app.commands.execute("apputils:change-theme", {{ theme }}); }}""",
            THEMES[theme],
        )
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === String(light)", arg=theme == "light"
        )

    def hide_sidebars(self) -> None:
        """Give the notebook the whole width (JupyterLab)."""
        self.page.evaluate(
            """() => { const shell = window.jupyterapp.shell;
              shell.collapseLeft?.(); shell.collapseRight?.(); }"""
        )

    def screenshot(self, name: str, of: Locator | None = None, *, full: bool = False) -> Path:
        """Write ``screenshots/<name>.png`` of the window, or of one element; return the file."""
        return take(of if of is not None else self.page, name, full=full)

    def close(self) -> None:
        """Close the page and end its kernel."""
        self.page.context.close()
        self.server.end_sessions()

    # --- inside -------------------------------------------------------------

    def _settle(self, script: str, seconds: float, wait: bool) -> None:
        """Run *script*, a promise, and wait for it for so long if at all."""
        if not wait:
            self.page.evaluate(f"() => {{ ({script})(); }}")
            return
        limit = f"new Promise((_, no) => setTimeout(() => no(new Error('{seconds} s are over')), "
        self.page.evaluate(f"() => Promise.race([({script})(), {limit}{seconds * 1000}))])")

    def _note_error(self, error: Any) -> None:
        # Notebook 7.6 does this by itself, on any notebook and without nbboard.
        if self.server.app == "notebook" and "(reading 'schema')" in error.message:
            return
        if TOO_LATE in error.message:
            return
        self.errors.append(f"{error}")

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _note_request(self, request: Any) -> None:
        host = urlsplit(request.url).hostname
        if host not in {None, "localhost", "127.0.0.1"}:
            self.foreign.append(request.url)


def take(what: Locator | Page, name: str, *, full: bool = False) -> Path:
    """Write a picture into the screenshots folder; the name may hold anything."""
    SCREENSHOTS.mkdir(exist_ok=True)
    file = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9._=-]+', '-', name)}.png"
    if isinstance(what, Page):
        what.screenshot(path=file, full_page=full, animations="disabled")
    else:
        what.screenshot(path=file, animations="disabled")
    return file
