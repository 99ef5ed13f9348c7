"""A hparams view in a notebook's cell, for the tests of it."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, expect

from tests.browser.notebook_page import NotebookPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer

__all__ = ["NO_VALUE", "Shown", "opened"]

#: What stands in a cell where nothing was logged.
NO_VALUE = "\u2013"


def opened(
    lab: JupyterServer, browser: Browser, name: str, cells: Sequence[str]
) -> Iterator[NotebookPage]:
    """Open one notebook for a whole file; at its end nothing has failed in the page."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, timezone_id="UTC", accept_downloads=True
    )
    code = ["import nbboard, time", *cells]
    page = NotebookPage(context.new_page(), lab, lab.write(f"{name}.ipynb", code))
    page.hide_sidebars()
    page.set_theme("light")
    page.run_all()
    assert page.error_outputs() == []
    yield page
    assert page.errors == [], page.errors
    assert page.foreign == []
    context.close()
    lab.end_sessions()


class Shown:
    """A view in the output of a cell of its own, and the notebook around it."""

    def __init__(self, notebook: NotebookPage, options: str, log: str = "log") -> None:
        self.notebook = notebook
        self.page = notebook.page
        index = notebook.add_cell(f"view = {log}.hparams.view({options}); view")
        self.out = notebook.output(index)
        self.out.locator(".nbb-hp").wait_for(timeout=60_000)
        if self.out.locator(".nbb-hp-lines").count():
            self.painted()

    @classmethod
    def around(cls, notebook: NotebookPage, index: int) -> Shown:
        """Return the view that is in the output of a cell already."""
        found = cls.__new__(cls)
        found.notebook, found.page, found.out = notebook, notebook.page, notebook.output(index)
        found.out.locator(".nbb-hp").wait_for(timeout=60_000)
        return found

    def button(self, name: str) -> Locator:
        return self.out.get_by_role("button", name=name, exact=True)

    def value(self, expression: str) -> Any:
        return ast.literal_eval(self.notebook.execute(f"print(repr({expression}))"))

    def becomes(self, expression: str, expected: Any) -> None:
        """Wait until the kernel has heard."""
        end = time.monotonic() + 30
        while (found := self.value(expression)) != expected:
            assert time.monotonic() < end, f"{expression} is {found!r}, not {expected!r}"
            time.sleep(0.1)

    def sees(self, test: Callable[[], Any]) -> None:
        """Wait until something holds on the page."""
        end = time.monotonic() + 30
        while not test():
            assert time.monotonic() < end, "it does not become so on the page"
            time.sleep(0.05)

    def painted(self) -> None:
        self.out.locator(".nbb-hp-lines[data-painted=all]").wait_for(timeout=30_000)

    def lines(self, count: int) -> None:
        """Wait until so many lines are in full colour."""
        expect(self.out.locator(".nbb-hp-lines")).to_have_attribute("data-lines", str(count))

    def rows(self) -> list[str]:
        return self._names("tr.nbb-listing-row", "trial")

    def cells(self, key: str) -> list[str]:
        return self.out.locator(f"td[data-key={json.dumps(key)}]").all_inner_texts()

    def heads(self) -> list[str]:
        return self._names("th[data-key]", "key")

    def axes(self) -> list[str]:
        return self._names(".nbb-hp-axis", "key")

    def _names(self, selector: str, name: str) -> list[str]:
        """Return what elements are called, all at one moment."""
        code = f"found => found.map(element => element.dataset.{name})"
        names: list[str] = self.out.locator(selector).evaluate_all(code)
        return names

    def drag(self, target: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one place of an element to another, both as parts of its size."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1])
        mouse.down()
        for part in (0.3, 0.7, 1):
            at = [a + (b - a) * part for a, b in zip(start, end, strict=True)]
            mouse.move(box["x"] + box["width"] * at[0], box["y"] + box["height"] * at[1])
        mouse.up()

    def menu(self, column: str) -> Locator:
        self.out.locator(f"th[data-key={json.dumps(column)}]").hover()
        self.out.locator(f"th[data-key={json.dumps(column)}] .nbb-listing-menu").click()
        menu = self.out.get_by_role("dialog", name=f"Column {column}")
        menu.wait_for()
        return menu
