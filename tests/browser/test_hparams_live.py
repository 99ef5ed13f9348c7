"""The hparams view while a cell runs, with hostile names, real logs and very many trials."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import nbboard
from tests.browser.hparams_page import NO_VALUE, Shown, opened
from tests.views import hparams_logs as logs
from tests.views.image_logs import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
REAL = {
    "Alwaysproblem__tensorboard-review/logs/hparam_tuning": 8,
    "AtSourav__mnist_jax_w_hparams_GUI": 5,
    "AtomScott__FractalDB": 1,
    "Dawidemm__pixel-level-image-analysis": 26,
    "AllenCell__aics-ml-segmentation": 3,
}


@pytest.fixture(scope="module")
def notebook(lab: JupyterServer, browser: Browser) -> Iterator[NotebookPage]:
    """One notebook for the whole file."""
    yield from opened(lab, browser, "hparams-live", [])


def test_everything_answers_while_a_cell_runs(notebook, lab):
    """Brush, sort, filter, metric and curves change at once, and a new trial appears."""
    logs.grid(lab.root / "live")
    notebook.add_cell("log = nbboard.open('live')")
    view = Shown(notebook, "")
    busy = notebook.run_busy_cell()
    times = {}

    def timed(what: str, act, seen) -> None:
        start = time.monotonic()
        act()
        seen()
        times[what] = time.monotonic() - start

    axis = view.out.get_by_role("slider", name="Brush lr")
    axis.scroll_into_view_if_needed()
    timed("brush", lambda: view.drag(axis, (0.5, 0.15), (0.5, 0.5)), lambda: view.lines(6))
    timed(
        "sort",
        lambda: view.button("Sort by loss").click(),
        lambda: expect(view.out.locator("th[data-key=loss]")).to_have_attribute(
            "aria-sort", "ascending"
        ),
    )
    curves = view.out.get_by_role("region", name="Curves of lr=0.01,adam,64")
    timed(
        "curves",
        lambda: view.out.locator("tr[data-trial='lr=0.01,adam,64']").click(),
        lambda: expect(curves.locator("canvas")).to_have_count(2),
    )
    timed(
        "filter",
        lambda: view.out.get_by_label("Filter runs").fill("adam"),
        lambda: view.lines(2),
    )
    view.out.get_by_label("Filter runs").fill("")
    writer = logs.session(
        lab.root / "live" / "new", {"lr": 0.01}, {"loss": [(0, 1.0)]}, status=None
    )
    timed(
        "new trial",
        lambda: None,
        lambda: expect(view.out.get_by_text("7 brushed · 25 trials")).to_be_visible(timeout=60_000),
    )
    logs.add(writer, {"loss": [(10, 0.125)]})
    cell = view.out.locator("tr[data-trial=new] td[data-key=loss]")
    timed("new point", lambda: None, lambda: expect(cell).to_have_text("0.125", timeout=60_000))
    writer.close()
    print({what: round(took, 2) for what, took in times.items()})

    notebook.end_busy_cell(busy)
    view.becomes("len(view.selection)", 7)
    view.becomes("view.opened", ["lr=0.01,adam,64"])
    notebook.execute("view.run_list.brushed = None; view.run_list.filter = ''")


def test_trials_that_go_or_are_trained_again_are_shown_as_read_anew(notebook, lab):
    """With as many, fewer, more points, the same values, other tags; while the cell is busy, too."""
    folder = lab.root / "renewed"
    hparams = {"lr": 0.1, "seed": 1.0}
    for name, value in (("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)):
        logs.session(folder / name, hparams, {"loss": [(0, 9.0), (1, value)]})
    notebook.add_cell("log = nbboard.open('renewed', progress=False)")
    view = Shown(notebook, "hidden=[]")

    def again(name: str, curves: dict[str, logs.Points], lr: float = 0.1) -> None:
        shutil.rmtree(folder / name)
        logs.session(folder / name, {**hparams, "lr": lr}, curves)

    def as_read_anew() -> bool:
        fresh = nbboard.open(folder, progress=False).hparams.view(hidden=[])
        data, page = fresh.data, view.rows()
        fresh.close()
        texts = [f"{value:g}" if value == value else NO_VALUE for value in data["loss"]]  # noqa: PLR0124
        rates = [f"{value:g}" for value in data["lr"]]
        return (data["trial"].tolist(), texts, rates) == (
            page,
            view.cells("loss"),
            view.cells("lr"),
        ) and set(data) == set(view.heads())

    def changes() -> None:
        """Wait after each for the page to be what a fresh reading is."""
        again("a", {"loss": [(0, 9.0), (1, 0.5)]})  # as many points
        view.sees(as_read_anew)
        again("b", {"loss": [(0, 0.25)]}, lr=0.2)  # fewer
        view.sees(as_read_anew)
        again("c", {"loss": [(step, 3.0 + step) for step in range(9)]})  # more
        shutil.rmtree(folder / "d")
        view.sees(as_read_anew)
        logs.session(folder / "bb", hparams, {"loss": [(0, 7.0)]})
        again("a", {"accuracy": [(0, 0.5)]})  # another tag
        view.sees(as_read_anew)
        shutil.rmtree(folder / "bb")
        again("a", {"loss": [(0, 9.0), (1, 1.0)]})
        logs.session(folder / "d", hparams, {"loss": [(0, 9.0), (1, 4.0)]})  # as it was
        view.sees(as_read_anew)

    changes()
    busy = notebook.run_busy_cell()
    changes()
    notebook.end_busy_cell(busy)
    view.becomes("view.data['trial'].tolist()", view.rows())


def test_hostile_strings_are_only_text(notebook, lab):
    """As name, value, tag, group and display: no dialog, no request, no element of theirs."""
    dialogs: list[str] = []
    notebook.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    strings = [text for text in HOSTILE if text and "\x00" not in text][:200]
    for number, text in enumerate(strings):
        other = strings[(number + 1) % len(strings)]
        hparams = {"value": text, f"{text}": float(number), "n": float(number)}
        curves = {text: [(0, 1.0), (1, 0.5)], other: [(0, float(number))]}
        logs.session(lab.root / "hostile" / f"r{number:03}", hparams, curves, group=f"{text}")
    notebook.add_cell("log = nbboard.open('hostile')")
    view = Shown(
        notebook, "panes=['table', 'parallel', 'scatter'], columns=['trial', 'value', 'n']"
    )
    assert view.value("len(view.data)") == len(set(strings))
    foreign = "script, img, iframe, object, embed, video, audio, link, style, form, math, details"
    root = view.out.locator(".nbb-root")

    def clean() -> None:
        assert root.locator(foreign).count() == 0
        assert root.evaluate(
            "root => [...root.querySelectorAll('*')].every(e => [...e.attributes].every("
            "a => !/^on|^(src|href|action|formaction|srcdoc)$/.test(a.name)))"
        )
        assert (
            notebook.page.evaluate("Object.keys(window).filter(k => /pwn|xss|hack/i.test(k))") == []
        )

    clean()
    menu = view.menu("value")
    clean()
    menu.get_by_label("Filter value").fill("<")
    view.page.keyboard.press("Escape")
    view.out.locator("tr.nbb-listing-row").first.click()
    view.drag(
        view.out.get_by_role("slider", name="Brush value", exact=True), (0.5, 0.1), (0.5, 0.9)
    )
    view.out.locator("tr.nbb-listing-row").nth(1).hover()
    view.button("Columns").click()
    clean()
    view.page.keyboard.press("Escape")
    assert dialogs == []
    assert notebook.foreign == []


@pytest.mark.parametrize(("folder", "trials"), REAL.items())
def test_real_logs_are_shown(notebook, folder, trials):
    """Logs of TensorFlow, JAX, PyTorch and Lightning: a row a trial, the collection's values."""
    if not (CORPUS / "data" / folder).exists():
        pytest.skip(f"there is no corpus of real logs at {CORPUS}")
    notebook.add_cell(f"log = nbboard.open({str(CORPUS / 'data' / folder)!r}, progress=False)")
    view = Shown(notebook, "hidden=[]")
    view.lines(trials)
    assert view.value("len(log.hparams.trials().rows)") == trials
    expect(view.out.get_by_role("table", name="Trials")).to_have_attribute(
        "aria-rowcount", str(trials + 1)
    )
    names = view.value("view.data['trial'].tolist()")
    assert view.rows() == names[: len(view.rows())]


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_very_many_trials_stay_smooth(notebook, lab, count):
    """Only rows in sight are elements; a brush over all answers; the last row is reached."""
    logs.many_trials(lab.root / f"many{count}", count)
    notebook.add_cell(f"log = nbboard.open('many{count}', progress=False)", seconds=300)
    view = Shown(notebook, "")
    view.lines(count)
    table = view.out.get_by_role("table", name="Trials")
    expect(table).to_have_attribute("aria-rowcount", str(count + 1))
    assert view.out.locator("tr.nbb-listing-row").count() < 60
    view.out.locator(".nbb-listing-box").evaluate("box => { box.scrollTop = box.scrollHeight }")
    expect(view.out.locator(f"tr[data-trial='t{count - 1:05}']")).to_be_visible()
    assert view.out.locator("tr.nbb-listing-row").count() < 60

    view.page.evaluate(
        """() => { window.frames_ = []; let last = performance.now();
          (function tick() { const now = performance.now(); window.frames_?.push(now - last);
            last = now; if (window.frames_) requestAnimationFrame(tick); })(); }"""
    )
    view.drag(view.out.get_by_role("slider", name="Brush loss"), (0.5, 0.98), (0.5, 0.5))
    view.painted()
    frames = sorted(
        view.page.evaluate("() => { const f = window.frames_; window.frames_ = null; return f }")
    )
    print(f"{count} trials: frames while brushing {frames[len(frames) // 2]:.0f} ms (median)")
    brushed = int(view.out.locator(".nbb-hp-lines").get_attribute("data-lines") or 0)
    assert 0.4 * count < brushed < 0.6 * count
    view.becomes("len(view.selection)", brushed)
    notebook.execute("view.run_list.brushed = None")
