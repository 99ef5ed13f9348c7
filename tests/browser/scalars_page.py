"""The scalars view in a real page: its controls, what it has drawn, what its traits say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, expect

from tests.browser.notebook_page import wait_until

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage

__all__ = ["ScalarsPage"]

COUNT = """([canvas, color, tolerance]) => {
  const {width, height} = canvas;
  const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
  const want = [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16));
  let n = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 200 && want.every((w, k) => Math.abs(data[i + k] - w) <= tolerance)) n++;
  return n; }"""

DRAWN = """root => [...root.querySelectorAll("canvas[data-drawn]")]
  .map(canvas => canvas.toDataURL()).join()"""


class ScalarsPage:
    """A view that stands in a cell's output.

    Parameters
    ----------
    page
        The notebook.
    cell
        The cell whose output has the view.
    name
        The Python variable that holds it.
    """

    def __init__(self, page: NotebookPage, cell: int, name: str = "view") -> None:
        self.notebook = page
        self.page = page.page
        self.name = name
        self.root = page.output(cell).locator(".nbb-root").first
        self.root.wait_for()

    # --- controls, by their accessible names

    def box(self, label: str) -> Locator:
        """Return a text box."""
        return self.root.get_by_role("textbox", name=label, exact=True)

    @property
    def smoothing(self) -> Locator:
        """The slider."""
        return self.root.get_by_role("slider", name="Smoothing", exact=True)

    def slide(self, value: float) -> None:
        """Move the smoothing slider."""
        self.smoothing.fill(str(value))

    def button(self, label: str) -> Locator:
        """Return a button, also one that appears on hover only."""
        return self.root.get_by_role("button", name=label, exact=True).first

    def select(self, label: str, value: str) -> None:
        """Choose from a list in the bar."""
        self.root.get_by_label(label, exact=True).select_option(value)

    def setting(self, label: str, value: str | bool, menu: str = "Settings") -> None:
        """Open a menu, change one thing in it, and close it again."""
        self.button(menu).click()
        control = self.root.get_by_label(label, exact=True)
        if isinstance(value, bool):
            control.set_checked(value)
        else:
            control.select_option(value)
        self.page.keyboard.press("Escape")

    def run_box(self, run: str) -> Locator:
        """Return the checkbox of a run."""
        return self.root.get_by_role("checkbox", name=run, exact=True)

    # --- cards

    def card(self, tag: str) -> Locator:
        """Return the card of a tag; the first where it is pinned, too."""
        return (
            self.root.get_by_role("region", name=tag, exact=True)
            .and_(self.root.locator(".nbb-card"))
            .first
        )

    def chart(self, tag: str) -> Locator:
        """Return the picture of a card, in sight and drawn."""
        chart = self.root.get_by_role("img", name=f"Chart of {tag}", exact=True).first
        chart.scroll_into_view_if_needed()
        chart.locator("canvas[data-drawn]").wait_for()
        return chart

    @property
    def tags(self) -> list[str]:
        """The cards there are, in order."""
        cards = self.root.locator(".nbb-card")
        return [card.get_attribute("aria-label") or "" for card in cards.all()]

    def picture(self, tag: str) -> str:
        """Return what is drawn, pixel for pixel."""
        canvas = self.chart(tag).locator("canvas").first
        return str(canvas.evaluate("canvas => canvas.toDataURL()"))

    def pixels(self, tag: str, color: str, tolerance: int = 12) -> int:
        """Return how many pixels of a card have a colour."""
        canvas = self.chart(tag).locator("canvas").first.element_handle()
        return int(self.page.evaluate(COUNT, [canvas, color, tolerance]))

    def changes(self, tag: str, act: Callable[[], Any], seconds: float = 30) -> float:
        """Do something that must change a picture; return after how many seconds it had."""
        before = self.picture(tag)
        start = time.monotonic()
        act()
        while self.picture(tag) == before:
            assert time.monotonic() - start < seconds, "the picture did not change"
            self.page.wait_for_timeout(15)
        took = time.monotonic() - start
        self.settle()
        return took

    def shows(self, tag: str, picture: str) -> None:
        """Wait until exactly that is drawn."""
        wait_until(lambda: self.picture(tag) == picture, f"{tag} is drawn as before")

    def settle(self) -> None:
        """Wait until what was asked for has been drawn: until no picture changes any more."""
        before = None
        for _ in range(100):
            self.page.wait_for_timeout(80)
            now = self.root.evaluate(DRAWN)
            if now == before:
                return
            before = now

    def place(self, tag: str, x: float, y: float = 0.5) -> tuple[float, float]:
        """Return a place of a chart, as shares of its width and height, in the window."""
        box = self.chart(tag).bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def hover(self, tag: str, x: float, y: float = 0.5) -> None:
        """Put the pointer on a chart."""
        at = self.place(tag, x, y)
        self.page.mouse.move(at[0] - 3, at[1])
        self.page.mouse.move(*at)

    def drag(self, tag: str, x: tuple[float, float], y: tuple[float, float] = (0.5, 0.5)) -> None:
        """Drag over a chart from one place to another."""
        self.page.mouse.move(*self.place(tag, x[0], y[0]))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(tag, (x[0] + x[1]) / 2, (y[0] + y[1]) / 2))
        self.page.mouse.move(*self.place(tag, x[1], y[1]))
        self.page.mouse.up()
        self.settle()

    @property
    def tooltip(self) -> list[dict[str, str]]:
        """The rows of the tooltip, by column."""
        tip = self.root.locator(".nbb-tip")
        tip.wait_for()
        head, *rows = table(tip)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def reader_table(self, tag: str) -> list[dict[str, str]]:
        """Return the table for screen readers."""
        self.chart(tag)
        found = self.card(tag).locator(".nbb-visually-hidden table")
        found.wait_for(state="attached")
        head, *rows = table(found)
        return [dict(zip(head, row, strict=True)) for row in rows]

    # --- Python

    def trait(self, name: str) -> Any:
        """Return a trait of the view, as the kernel has it."""
        code = f"import json; print(json.dumps({self.name}.{name}, default=list))"
        return json.loads(self.notebook.execute(code))

    def expect_trait(self, name: str, value: Any, seconds: float = 30) -> None:
        """Wait until the kernel has a value."""
        end = time.monotonic() + seconds
        while (found := self.trait(name)) != value:
            assert time.monotonic() < end, f"{name} is {found!r}, not {value!r}"
            self.page.wait_for_timeout(100)

    def until(self, name: str, test: Callable[[Any], bool], seconds: float = 30) -> Any:
        """Wait until the kernel has a value that passes a test, and return it."""
        end = time.monotonic() + seconds
        while not test(found := self.trait(name)):
            assert time.monotonic() < end, f"{name} is still {found!r}"
            self.page.wait_for_timeout(100)
        return found

    def set_trait(self, name: str, value: Any) -> None:
        """Set a trait in Python."""
        self.notebook.execute(f"{self.name}.{name} = {value!r}")
        self.settle()

    def expect_tags(self, tags: list[str]) -> None:
        """Wait until these cards are there, and no others."""
        expect(self.root.locator(".nbb-card")).to_have_count(len(tags))
        wait_until(lambda: tags == self.tags, f"the cards {tags}, not {self.tags}")


def table(found: Locator) -> list[list[str]]:
    """Return the text of a table, row by row."""
    rows: list[list[str]] = found.evaluate(
        "e => [...e.querySelectorAll('tr')].map(r => [...r.children].map(c => c.textContent))"
    )
    return rows
