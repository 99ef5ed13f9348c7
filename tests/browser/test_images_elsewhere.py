"""The images view over logs of real writers, in the board, and in a saved report."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_images import card, expect_color
from tests.views.image_logs import flat, gif, write_images

# Beside what others show and log: among the longer checks, of make installed.
pytestmark = pytest.mark.installed

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))

#: Folders with images, each of another writer or shape.
FOLDERS = {
    "Keras, weights as images": "Alwaysproblem__tensorboard-review/logs",
    "torch, a video as GIF": "BTHeinbach__gym-flp/algorithm/logs",
    "torch, VITS": "Jiawch__vits-vae/logs/ljs_base",
    "torch, figures": "ibadrather__pytorch_learn/runs/fashion_mnist_experiment_1",
    "torch, HiFi-GAN": "joshbrew__hifart-gan/cp_hifigan/logs",
    "torch, a tutorial": "lyhue1991__eat_pytorch_in_20_days/data/tensorboard",
    "TensorFlow 1": "tensorflow__tensorboard/log_tayo",
    "TensorFlow 1, old summaries": "wandb__wandb/tests/fixtures",
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real logs is not here")
def test_logs_of_other_writers(lab, open_notebook):
    """Every image series of eight folders of real logs is drawn, at its last and first step."""
    page = open_notebook(lab, ["import nbboard"])
    page.run_all()
    counted = 0
    for writer, folder in FOLDERS.items():
        path = str(CORPUS / "data" / folder)
        code = f"log = nbboard.open({path!r}, progress=False)\nv = log.images.view(height=300)\nv"
        cell = page.add_cell(code)
        assert page.error_outputs() == [], writer
        output = page.output(cell)
        output.locator(".nbb-card").first.wait_for(timeout=30_000)
        first = output.locator(".nbb-card").first
        expect(first.locator("img, canvas").first).to_be_visible()
        for key in ("Home", "End"):
            slider = output.get_by_role("slider", name="Step", exact=True)
            slider.press(key)
            broken = output.evaluate(
                """async root => { await new Promise(f => setTimeout(f, 400));
                  return [...root.querySelectorAll("img")]
                    .filter(i => i.complete && !i.naturalWidth).length; }"""
            )
            assert broken == 0, writer
        expect(output.get_by_text("cannot decode")).to_have_count(0)
        series = int(page.execute("print(len(log.images))"))
        assert output.locator(".nbb-card").count() == series, writer
        counted += series
        page.execute("v.close()")
        page.page.evaluate(
            "i => jupyterapp.shell.currentWidget.content.widgets[i].model.clearExecution()", cell
        )
    print(f"{counted} series of images of {len(FOLDERS)} writers")
    assert page.errors == []
    assert page.foreign == []


def test_in_the_board(lab, open_notebook):
    """On the board images have a tab, the board's run list counts, and the slider works."""
    root = lab.root / "board-of-images"
    for run, color in (("a", (200, 0, 0)), ("b", (0, 0, 200))):
        write_images(root, run, "x", {0: [flat((0, 99, 0))], 1: [flat(color)]})
    code = "import nbboard\nlog = nbboard.open('board-of-images', progress=False)\nlog"
    page = open_notebook(lab, [code])
    page.run_all()
    output = page.output(0)
    expect_color(card(output, "a, x").locator(".nbb-cell"), (200, 0, 0))
    output.get_by_role("slider", name="Step", exact=True).press("Home")
    expect_color(card(output, "b, x").locator(".nbb-cell"), (0, 99, 0))
    output.get_by_role("checkbox", name="a", exact=True).uncheck()
    expect(output.get_by_role("figure")).to_have_count(1)
    assert page.errors == []


def test_a_saved_report_works_offline(tmp_path, new_page):
    """One file, opened from disk without any server: slider, zoom and comparison work."""
    import nbboard

    for run, color in (("a", (200, 0, 0)), ("b", (0, 51, 200))):
        pictures = {step: [flat((step, color[1], color[2]))] for step in range(0, 100, 10)}
        write_images(tmp_path / "logs", run, "x", {**pictures, 100: [flat(color)]})
    write_images(tmp_path / "logs", "a", "gif", {0: [gif([(1, 2, 3), (200, 2, 3)])]})
    file = nbboard.open(tmp_path / "logs").images.view(tag_filter="x").save(tmp_path / "r.html")
    page = new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    body = page.locator("body")
    expect_color(card(body, "a, x").locator(".nbb-cell"), (200, 0, 0))
    page.get_by_role("slider", name="Step", exact=True).press("Home")
    expect_color(card(body, "b, x").locator(".nbb-cell"), (0, 51, 200))
    expect(body.locator(".nbb-loaded")).to_have_count(0)
    page.get_by_label("Compare").select_option("difference")
    expect(body).to_contain_text(re.compile(r"largest \d+ of 255"))
    assert errors == []
    assert [url for url in requests if not url.startswith(("file:", "blob:", "data:"))] == []
    assert "http" not in {url.split(":")[0] for url in requests}
