"""Every tab of TensorBoard that the demo's logs have something for loads in the frame."""

import shutil

import pytest
from playwright.sync_api import expect

# Beside what others show and log: among the longer checks, of make installed.
pytestmark = pytest.mark.installed

# What must be on screen in each tab before it counts as loaded: a selector, and a text within.
TABS = {
    "timeseries": ("card-view", "accuracy"),
    "scalars": ("tf-scalar-card:has(svg)", "tag: loss/train"),
    "custom_scalars": ("tf-custom-scalar-multi-line-chart-card:has(svg)", "accuracy"),
    "images": ("tf-image-loader:has(img)", "confusion_matrix"),
    "graphs": ("tf-graph-board svg g.node", "hidden1"),
    "distributions": ("tf-distribution-loader:has(svg path)", "hidden1"),
    "histograms": ("tf-histogram-loader:has(svg path)", "hidden1"),
    "text": ("tf-text-loader table", "precision"),
    "pr_curves": ("tf-pr-curve-card:has(svg)", "digit"),
    "hparams": ("tf-hparams-table-view", "units=64,dropout=0.4,sgd"),
}
RUNS = ("units=64,dropout=0.1,adam,seed=1", "units=64,dropout=0.4,sgd")


@pytest.mark.timeout(600)
def test_every_tab_of_tensorboard_loads_in_the_frame(lab, open_notebook, demo_logs):
    """Time series, scalars, images, graphs, histograms, hparams, text, projector and the rest."""
    for run in RUNS:  # two runs have all there is, and draw faster than twelve
        shutil.copytree(demo_logs / run, lab.root / "every tab" / run, dirs_exist_ok=True)
    page = open_notebook(
        lab,
        ["%load_ext nbboard", '%tensorboard --logdir "every tab" --height 1000'],
        viewport=(1600, 1150),
    )
    missing = []
    page.page.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)

    page.run_all()
    frame = page.frame_page(1)
    expect(frame.get_by_text("accuracy").first).to_be_visible(timeout=60_000)

    for tab, (selector, text) in TABS.items():
        _show(frame, tab)
        expect(frame.locator(selector, has_text=text).first).to_be_visible(timeout=30_000)
        if tab == "images":
            picture = frame.locator("tf-image-loader img").first
            assert picture.evaluate("async img => (await img.decode(), img.naturalWidth)") == 420
        page.screenshot(f"tensorboard-{tab}")
    _show(frame, "projector")
    projector = frame.locator("iframe").content_frame.locator("iframe").content_frame
    expect(projector.get_by_text("Points: 360")).to_be_visible(timeout=60_000)
    expect(projector.locator("canvas").first).to_be_visible()
    page.screenshot("tensorboard-projector")
    # TensorBoard asks for its font at the root of whatever host it is on, and does without.
    assert [url for url in missing if "/font-roboto/" not in url] == []
    assert page.foreign == []


def _show(frame, tab):
    """Open a tab by its address, as TensorBoard's own links do."""
    frame.evaluate("tab => { location.hash = '#' + tab; }", tab)
