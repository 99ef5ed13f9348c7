"""Strings from logs are text: wherever they appear, none becomes markup, script or request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

import nbboard
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

SEEDS = (
    "<script>alert({n})</script>",
    "<img src=x onerror=alert({n})>",
    "<svg onload=alert({n})>",
    '"><img src=//example.com/{n}.png>',
    "' onmouseover='alert({n})",
    "javascript:alert({n})",
    "</title></style></textarea></script><script>alert({n})</script>",
    "<iframe srcdoc='<script>parent.alert({n})</script>'>",
    "<a href=javascript:alert({n})>x</a>",
    "{{{{constructor.constructor('alert({n})')()}}}}",
    "${{alert({n})}}",
    "<style>@import '//example.com/{n}.css';</style>",
    "<link rel=stylesheet href=//example.com/{n}.css>",
    "<base href=//example.com/{n}/>",
    "<math><mi xlink:href=javascript:alert({n})>",
    "<details open ontoggle=alert({n})>",
    "\u202e\u2066evil{n}",
    "\x00\x07\x1b[31m{n}",
    "$\\href{{javascript:alert({n})}}{{x}}$",
    '=HYPERLINK("//example.com/{n}")',
)


def hostile() -> Iterator[str]:
    """Yield 200 of them, all different."""
    for n in range(200):
        yield SEEDS[n % len(SEEDS)].format(n=n) + (" " * (n // len(SEEDS))) + f"#{n}"


def write(folder: Path) -> None:
    """Every string as a tag, half of them as a group, and those that a path can have as a run."""
    for k, text in enumerate(hostile()):
        run = text.replace("/", "\u2215").replace("\x00", "")[:120]
        writer = EventFileWriter(str(folder / run))
        for step in range(3):
            event = event_pb2.Event(wall_time=1e9 + step, step=step)
            value = event.summary.value.add(simple_value=k + step)
            value.tag = f"{text}/{k}" if k % 2 else f"group/{text}"
            event.summary.value.add(tag="common", simple_value=k * step)
            writer.add_event(event)
        writer.close()


def watch(page: Page) -> list[str]:
    """Collect dialogs and requests to other machines."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda r: seen.append(r.url) if "example.com" in r.url else None)
    return seen


INJECTED = """root => root.querySelectorAll(
  "script, img, iframe, link, style, base, a, math, details, object, embed, foreignObject").length
  + [...root.querySelectorAll("*")].filter(e =>
      [...e.attributes].some(a => a.name.startsWith("on"))).length"""


def scroll_through(root: Locator) -> set[str]:
    """Bring every card on screen, which is drawn only there; return the tags that were seen."""
    body = root.locator(".nbb-body").first
    seen: set[str] = set()
    top = 0
    while top < int(body.evaluate("e => e.scrollHeight")):
        body.evaluate("(e, top) => { e.scrollTop = top }", top)
        root.page.wait_for_timeout(60)
        seen.update(root.locator(".nbb-card").evaluate_all("cards => cards.map(e => e.ariaLabel)"))
        top += 300
    body.evaluate("e => { e.scrollTop = 0 }")
    return seen


def drive(view: ScalarsPage) -> None:
    """Bring every string on screen: cards, tooltips, tables, menus, files."""
    assert len(scroll_through(view.root)) == 201
    view.box("Filter tags").fill("common")
    view.expect_tags(["common"])
    view.hover("common", 0.5)
    view.root.locator(".nbb-tip").wait_for()
    view.page.mouse.click(*view.place("common", 0.5))
    view.root.get_by_role("table", name="Selection of common").wait_for()
    view.button("More of common").click()
    with view.page.expect_download() as waiting:
        view.root.get_by_role("button", name="Download SVG").click()
    svg = Path(waiting.value.path()).read_text()
    assert "<script" not in svg
    assert "<img" not in svg
    view.page.keyboard.press("Escape")
    view.box("Filter tags").fill("")


def test_two_hundred_hostile_strings_are_only_text(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """No dialog, no request, no element: in the view, the board and the saved notebook."""
    write(tmp_path / "logs")
    page = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path / 'logs')!r})",
            "view = log.scalars.view(live=False)\nview",
        ],
    )
    seen = watch(page.page)
    page.run_all()
    view = ScalarsPage(page, 1)
    view.chart(view.tags[0])

    drive(view)

    assert view.root.evaluate(INJECTED) == 0
    assert seen == []
    assert page.foreign == []
    expect(view.root.locator(".nbb-run")).to_have_count(200)
    assert page.error_outputs() == []


def test_a_report_of_them_is_only_text(new_page: Callable[..., Page], tmp_path: Path) -> None:
    """The same in the offline file, opened as a file."""
    write(tmp_path / "logs")
    view = nbboard.open(str(tmp_path / "logs")).scalars.view()
    report = view.save(tmp_path / "report.html")
    page = new_page()
    seen = watch(page)
    requests: list[str] = []
    page.on("request", lambda r: requests.append(r.url))

    page.goto(report.as_uri())
    page.locator(".nbb-card canvas[data-drawn]").first.wait_for()
    page.mouse.move(600, 200)
    page.wait_for_timeout(500)
    assert len(scroll_through(page.locator(".nbb-root"))) == 201

    assert page.locator(".nbb-root").evaluate(INJECTED) == 0
    assert seen == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob"}
