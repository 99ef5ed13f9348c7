"""Meshes in JupyterLab: the camera, the colours, the file, and a kernel that is busy."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage, wait_until
from tests.views.mesh_logs import cube, sphere, torus, write_meshes

# How many pixels of a card's canvas are not transparent, and a sum that any change alters.
LOOK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0, sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 0) { ink++; sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2] + i) % 1e9; }
  }
  return [ink, sum];
}"""


@pytest.fixture(scope="module")
def shown(lab, browser):
    """One notebook with one view: a torus in two runs, a cloud, and one of 150,000 points."""
    logs = lab.root / "mesh-logs"
    for run, shift in (("a", 0.0), ("b", 0.5)):
        steps = {}
        for step in range(3):
            parts = torus(40, 20)
            parts["vertices"] = parts["vertices"] + np.float32([0.1 * step + shift, 0, 0])
            steps[step] = parts
        write_meshes(logs, run, "torus", steps)
    write_meshes(logs, "a", "cube", {0: cube()})
    write_meshes(logs, "a", "dots", {0: {"vertices": sphere(150_000)}})
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, timezone_id="UTC")
    page = NotebookPage(context.new_page(), lab, lab.write("mesh.ipynb", ["import nbboard"]))
    page.hide_sidebars()
    page.run_all()
    code = "v = nbboard.open('mesh-logs', progress=False).mesh.view(height=0)\nv"
    output = page.output(page.add_cell(code))
    output.locator(".nbb-card canvas").first.wait_for(timeout=30_000)
    yield page, output
    page.close()


def card(output, name):
    """Return a card by its run and mesh."""
    run, mesh = name
    return output.get_by_role("figure", name=f"{run}, {mesh}_VERTEX")


def look_of(output, name):
    """Return what a card shows, once nothing moves."""
    # Cards out of sight are not drawn.
    card(output, name).scroll_into_view_if_needed()
    canvas = card(output, name).locator("canvas")
    canvas.wait_for()
    before = None
    for _ in range(20):
        output.page.wait_for_timeout(250)
        now = canvas.evaluate(LOOK)
        if now == before and now[0]:
            return now
        before = now
    return before


def test_a_drag_turns_all_cards_and_python_knows(shown):
    """Both runs turn; Shift moves, Ctrl + wheel zooms, a double click goes back."""
    page, output = shown
    first = {run: look_of(output, (run, "torus")) for run in "ab"}
    box = card(output, ("a", "torus")).locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse, keyboard = page.page.mouse, page.page.keyboard

    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y + 20, steps=3)
    mouse.up()
    assert all(look_of(output, (run, "torus")) != first[run] for run in "ab")
    wait_until(lambda: page.execute("print(v.azimuth < 30)").strip() == "True", "the turn")

    keyboard.down("Shift")
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 30, y, steps=3)
    mouse.up()
    keyboard.up("Shift")
    wait_until(lambda: page.execute("print(any(v.center))").strip() == "True", "the move")

    keyboard.down("Control")
    mouse.wheel(0, -200)
    keyboard.up("Control")
    wait_until(lambda: page.execute("print(v.zoom > 1.5)").strip() == "True", "the zoom")

    mouse.dblclick(x, y)
    wait_until(
        lambda: page.execute("print(v.azimuth, v.center)").strip() == "35.0 [0.0, 0.0, 0.0]", "back"
    )
    assert look_of(output, ("b", "torus")) == first["b"]


def test_keys_do_what_the_mouse_does(shown):
    """Shift and arrows turn, letters move, + and 0 zoom, W shows edges; arrows step."""
    page, output = shown
    first = look_of(output, ("a", "torus"))
    card(output, ("a", "torus")).focus()
    keyboard = page.page.keyboard
    seen = [first]
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "j", "i", "+", "w"):
        keyboard.press(key)
        seen.append(look_of(output, ("a", "torus")))
    assert len({tuple(look) for look in seen}) == len(seen)

    keyboard.press("w")
    keyboard.press("0")
    assert look_of(output, ("a", "torus")) == first
    keyboard.press("ArrowLeft")
    expect(card(output, ("a", "torus")).locator(".nbb-step")).to_have_text("step 1")
    assert look_of(output, ("a", "torus")) != first  # it moved, and the camera did not
    keyboard.press("End")


def test_every_control_changes_the_picture(shown):
    """How it is drawn, its colours with their scale, the size of points, box and projection."""
    page, output = shown
    looks = [look_of(output, ("a", "torus"))]

    def changed(name=("a", "torus")):
        looks.append(look_of(output, name))
        assert looks[-1] not in looks[:-1]

    for value in ("wireframe", "both", "points"):
        output.get_by_label("Show as").select_option(value)
        changed()
    output.get_by_label("Show as").select_option("surface")
    for value in ("x", "normal", "distance"):
        output.get_by_label("Colour by").select_option(value)
        changed()
    facts = card(output, ("a", "torus")).locator(".nbb-scale")
    expect(facts).to_contain_text("distance 0")
    output.get_by_label("Measure from the step that is shown").click()
    wait_until(lambda: page.execute("print(v.pin)").strip() == "2", "the pin")
    expect(facts).to_have_text(re.compile("distance *0 *0"))
    output.get_by_label("Colour by").select_option("logged")

    looks.append(look_of(output, ("a", "dots")))
    output.get_by_label("Size of points").fill("6")
    changed(("a", "dots"))
    menu = output.get_by_role("button", name="More options")
    menu.click()
    output.get_by_label("Box and axes").click()
    changed(("a", "dots"))
    output.get_by_label("Projection").select_option("orthographic")
    changed(("a", "dots"))
    output.get_by_label("Upright axis").select_option("z")
    changed(("a", "cube"))
    menu.click()
    page.execute("v.axes, v.projection, v.up, v.point_size = True, 'scene', 'y', 2.0")
    assert page.errors == []


def test_a_large_cloud_is_refined_and_told(shown):
    """All of its points come when nothing moves; the label says how much and how large it is."""
    page, output = shown
    dots = card(output, ("a", "dots"))
    dots.scroll_into_view_if_needed()
    expect(dots.locator(".nbb-facts")).to_contain_text("150,000 points", timeout=15_000)
    label = dots.get_by_role("img").get_attribute("aria-label")
    assert "150,000 points; x " in label
    box = card(output, ("a", "cube")).locator("canvas")
    box.hover()
    expect(card(output, ("a", "cube")).locator(".nbb-mesh-reading")).to_contain_text("#")
    page.screenshot("mesh", of=output)


def test_a_download_is_exact(shown, tmp_path):
    """A small mesh from the page, a large one from the kernel: float32 as logged."""
    page, output = shown
    for name, points in (("cube", cube()["vertices"]), ("dots", sphere(150_000))):
        one = card(output, ("a", name))
        one.hover()
        with page.page.expect_download() as download:
            one.get_by_text("Download mesh").click(force=True)
        data = (tmp_path / name).with_suffix(".ply")
        download.value.save_as(data)
        content = data.read_bytes()
        header, body = content.split(b"end_header\n", 1)
        assert b"element vertex %d" % len(points) in header
        size = 15 if b"red" in header else 12
        rows = np.frombuffer(body[: size * len(points)], np.uint8).reshape(-1, size)
        got = rows[:, :12].copy().view("<f4")
        assert np.array_equal(got, points)


def test_a_busy_kernel_does_not_hold_the_camera(shown):
    """While a cell runs the meshes turn and step."""
    page, output = shown
    first = look_of(output, ("a", "torus"))
    index = page.run_busy_cell()
    card(output, ("a", "torus")).focus()
    page.page.keyboard.press("Shift+ArrowRight")
    assert look_of(output, ("a", "torus")) != first
    page.end_busy_cell(index)
    assert page.errors == []
