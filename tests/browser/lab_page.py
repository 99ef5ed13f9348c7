"""JupyterLab's (and Notebook 7's) own window in a real browser: files, menus, nbboard's panels."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.browser.notebook_page import THEMES, TOO_LATE, take, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

    from tests.browser.jupyter import JupyterServer

__all__ = ["LabPage", "gone", "log_scalars", "wait_until"]


def log_scalars(folder: Path, tag: str = "loss", steps: range = range(20)) -> None:
    """Append scalars to a run's event file, as any program would."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "events.out.tfevents.1700000000.test").open("ab") as stream:
        writer = RecordWriter(stream)
        for step in steps:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=1 / (1 + step))])
            event = Event(step=step, wall_time=1.7e9 + step, summary=summary)
            writer.write(event.SerializeToString())


def gone(pids: list[int]) -> bool:
    """Whether none of the processes runs any more."""

    def is_gone(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return all(map(is_gone, pids))


class LabPage:
    """The window of a Jupyter server.

    Parameters
    ----------
    page
        An empty page.
    server
        Its server.
    query
        What follows in the address; by default the saved layout is forgotten.
    """

    def __init__(self, page: Page, server: JupyterServer, query: str = "reset") -> None:
        self.page = page
        self.server = server
        self.errors: list[str] = []
        page.on("pageerror", self._note_error)
        where = "lab" if server.app == "lab" else "tree"
        page.goto(f"{server.url}{where}?token={server.token}&{query}")
        self.wait_until_ready()

    def _note_error(self, error: Any) -> None:
        if TOO_LATE not in error.message:
            self.errors.append(str(error))

    def wait_until_ready(self) -> None:
        """Wait until the window and its extensions are there."""
        self.page.wait_for_function(
            "async () => window.jupyterapp && (await window.jupyterapp.restored, true)",
            timeout=60_000,
        )
        self.page.locator(".jp-DirListing-item").first.wait_for()

    # --- files and menus ----------------------------------------------------

    def entry(self, name: str) -> Locator:
        """Return a row of the file browser."""
        text = self.page.locator(".jp-DirListing-itemText").get_by_text(name, exact=True)
        return self.page.locator(".jp-DirListing-item").filter(has=text).first

    def menu_of(self, what: Locator) -> list[str]:
        """Open the context menu with the mouse; give its labels from the top."""
        what.hover()
        # A hand rests before it clicks; meanwhile the folder is looked into.
        self.page.wait_for_timeout(600)
        what.click(button="right")
        self.page.locator(".lm-Menu").first.wait_for()
        return self.page.locator(
            ".lm-Menu-item[data-type=command]:not(.lm-mod-hidden) .lm-Menu-itemLabel"
        ).all_inner_texts()

    def choose(self, label: str) -> None:
        """Choose from the open menu."""
        items = self.page.locator(".lm-Menu-item:not(.lm-mod-hidden)")
        items.filter(has_text=label).first.click()

    def open(self, name: str, label: str) -> Locator:
        """Open a folder through its context menu; give the panel."""
        self.menu_of(self.entry(name))
        self.choose(label)
        return self.panel()

    def execute(self, command: str, **args: Any) -> None:
        """Run a command, as a shortcut or a menu would."""
        self.page.evaluate(
            "([id, args]) => { void window.jupyterapp.commands.execute(id, args); }",
            [command, args],
        )

    def save_settings(self, **values: Any) -> None:
        """Save nbboard's settings, none for the defaults, and load the page again."""
        self.page.evaluate(
            """values => window.jupyterapp.serviceManager.settings.save(
              "nbboard:plugin", JSON.stringify(values))""",
            values,
        )
        self.page.reload()
        self.wait_until_ready()

    def wait_until_saved(self, where: str, *texts: str) -> None:
        """Wait until the server has what JupyterLab saves a moment later.

        Parameters
        ----------
        where
            ``"settings"`` for nbboard's, ``"workspaces"`` for the layout.
        texts
            What must be in it.
        """
        name = {"settings": "settings/nbboard:plugin", "workspaces": "workspaces/default"}[where]

        def is_saved() -> bool:
            saved = json.dumps(self.server.request(f"lab/api/{name}"), ensure_ascii=False)
            return all(text in saved for text in texts)

        wait_until(is_saved, f"{where} with {texts} saved")

    # --- panels -------------------------------------------------------------

    def panel(self) -> Locator:
        """Return the panel in front."""
        panel = self.page.locator(".nbboard-Panel:not(.lm-mod-hidden)")
        panel.first.wait_for()
        return panel

    def tabs(self) -> list[str]:
        """Return the titles of the open panels."""
        found: list[str] = self.page.evaluate(
            """() => [...window.jupyterapp.shell.widgets("main")]
              .filter(widget => widget.hasClass("nbboard-Panel"))
              .map(widget => widget.title.caption)"""
        )
        return found

    def frame(self) -> FrameLocator:
        """Return TensorBoard in the panel in front."""
        return self.panel().locator("iframe").first.content_frame

    def button(self, name: str) -> Locator:
        """Return a button of the toolbar of the panel in front."""
        return self.panel().locator(".nbboard-Toolbar").get_by_role("button", name=name)

    def close(self, title: str) -> None:
        """Close a panel by its tab's cross."""
        tab = self.page.locator(".lm-TabBar-tab").filter(has_text=title)
        tab.locator(".lm-TabBar-tabCloseIcon").first.click()

    def close_all(self) -> None:
        """Close what is open in the main area and end every kernel; back to the root folder."""
        self.page.evaluate(
            """() => { const app = window.jupyterapp;
              for (const widget of [...app.shell.widgets("main")]) widget.close();
              void app.commands.execute("filebrowser:go-to-path", { path: "/" }); }"""
        )
        wait_until(lambda: not self.sessions(), "the closed panels' sessions gone")
        self.server.end_sessions()

    # --- what runs ----------------------------------------------------------

    def sessions(self) -> list[dict[str, Any]]:
        """Return nbboard's sessions."""
        return [s for s in self.server.request("api/sessions") if s["type"] == "nbboard"]

    def processes(self, what: str) -> list[int]:
        """Return the processes of the server with *what* in their command line."""
        found = []
        for process in psutil.Process(self.server.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if what in " ".join(process.cmdline()):
                    found.append(process.pid)
        return found

    def tensorboards(self) -> list[int]:
        """Return the TensorBoard processes of the server's kernels."""
        return self.processes(str(Path("nbboard", "server", "launcher.py")))

    def kernels(self) -> list[int]:
        """Return the kernels."""
        return self.processes("ipykernel_launcher")

    # --- looking ------------------------------------------------------------

    def set_theme(self, theme: str) -> None:
        """Switch to ``"light"`` or ``"dark"``."""
        self.page.evaluate(
            """async theme =>
              await window.jupyterapp.commands.execute("apputils:change-theme", { theme })""",
            THEMES[theme],
        )

    def screenshot(self, name: str) -> Path:
        """Write a picture of the window into the screenshots folder."""
        return take(self.page, name)
