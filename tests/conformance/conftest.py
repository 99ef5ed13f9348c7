"""What the conformance tests share: one page, and one notebook, for all kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import browser, lab, playwright, start_jupyter
from tests.browser.notebook_page import NotebookPage, take

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__all__ = ["browser", "lab", "playwright", "start_jupyter"]


class SharedPage:
    """One page that opens one report after the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("request", self._note_request)
        page.on("dialog", self._note_dialog)

    def open(self, file: Path, width: int = 1100, theme: str = "light") -> Page:
        """Open a report; what was noted of the one before is forgotten."""
        for notes in (self.errors, self.foreign, self.dialogs):
            notes.clear()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        self.page.goto(file.as_uri())
        return self.page

    def screenshot(self, name: str) -> Path:
        """Take a picture of the page."""
        return take(self.page, name)

    def _note_request(self, request: Any) -> None:
        if urlsplit(request.url).scheme not in {"file", "blob", "data"}:
            self.foreign.append(request.url)

    def _note_dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="package")
def shared_page(browser: Browser) -> Iterator[SharedPage]:
    """The page in which all reports are opened."""
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    yield SharedPage(context.new_page())
    context.close()


class SharedNotebook:
    """One notebook in which the views of all kinds are displayed."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self.errors = notebook.errors

    def folder(self, name: str) -> Path:
        """Return a folder of its own for logs."""
        return self.notebook.server.root / f"logs-{name}"

    def show(self, code: str, folder: Path) -> Locator:
        """Display a view of a log in a new cell; return its output."""
        opened = f"log = nbboard.open({str(folder)!r}, progress=False)\n"
        cell = self.notebook.add_cell(f"{opened}view = {code}\nview")
        assert self.notebook.error_outputs() == []
        return self.notebook.output(cell)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Have a cell run meanwhile."""
        index = self.notebook.run_busy_cell()
        try:
            yield
        finally:
            self.notebook.end_busy_cell(index)

    def close_view(self) -> None:
        """End the view that was displayed last."""
        self.notebook.execute("view.close()")
        self.notebook.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.widgets.at(-1).model.clearExecution?.()"
        )


@pytest.fixture(scope="package")
def shared_notebook(lab: Any, browser: Browser) -> Iterator[SharedNotebook]:
    """The notebook in which all live views are displayed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    written = lab.write("conformance.ipynb", ["import nbboard"])
    notebook = NotebookPage(context.new_page(), lab, written)
    notebook.hide_sidebars()
    notebook.run_all()
    yield SharedNotebook(notebook)
    notebook.close()
