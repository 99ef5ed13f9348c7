"""The browser, the servers and the page that all other browser tests stand on."""

import pytest

from tests.browser import chromium, notebook_page
from tests.browser.jupyter import APPS
from tests.browser.notebook_page import KernelError


@pytest.mark.parametrize("app", APPS)
def test_a_notebook_runs_in_a_real_jupyter(app, request, open_notebook):
    """All cells run, in order, in this environment's kernel; nothing asks the network."""
    server = request.getfixturevalue(app)
    page = open_notebook(server, ["x = 6 * 7", "print(f'x is {x}')", "x + 1"])

    page.run_all()

    assert page.output_text(1).strip() == "x is 42"
    assert page.outputs(2)[0]["data"]["text/plain"] == "43"
    assert page.execute("import sys; print(sys.prefix)").strip() == __import__("sys").prefix
    assert page.foreign == []
    with pytest.raises(KernelError, match="ZeroDivisionError"):
        page.execute("1 / 0")


@pytest.mark.parametrize("app", APPS)
def test_the_theme_of_the_host_can_be_switched(app, request, open_notebook):
    """Light and dark follow the host's own switch, and a cell can be added meanwhile."""
    page = open_notebook(request.getfixturevalue(app), ["1"], theme="dark")

    dark = page.page.evaluate(
        "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0')"
    )
    page.set_theme("light")
    light = page.page.evaluate(
        "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0')"
    )
    index = page.add_cell("print('added')")

    assert dark != light
    assert page.output_text(index).strip() == "added"
    assert page.screenshot(f"support-{app}").stat().st_size > 0


@pytest.mark.soak
def test_a_machine_without_a_browser_gets_one(playwright, tmp_path):
    """The npm package's browser is unpacked with its libraries, and draws text and WebGL."""
    brought = chromium.bring(tmp_path)

    with chromium.launch(playwright, brought) as browser:
        page = browser.new_page()
        page.set_content("<p style='font: 40px sans-serif; display: inline-block'>nbboard</p>")
        webgl = page.evaluate("document.createElement('canvas').getContext('webgl') !== null")

        assert page.locator("p").bounding_box()["width"] > 100
        assert webgl
        assert notebook_page.take(page, "brought-chromium").stat().st_size > 0
