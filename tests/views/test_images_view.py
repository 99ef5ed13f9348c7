"""The images view as Python sees it: options, payload, data, figures."""

from __future__ import annotations

import io

import numpy as np
import pytest
import traitlets

import nbboard
from nbboard.views.image_pixels import css_filter, difference, load, wipe
from nbboard.views.images import ImagesView
from tests.views.image_logs import bombs, encode, flat, gif, write_images

RED, GREEN, BLUE = flat((255, 0, 0)), flat((0, 255, 0)), flat((0, 0, 255))


@pytest.fixture
def log(tmp_path):
    """Two runs of two tags; run b logs at other steps, and two images a step."""
    write_images(tmp_path, "a", "x", {0: [RED], 10: [GREEN], 20: [BLUE]}, caption="Colours")
    write_images(tmp_path, "a", "y", {5: [RED]})
    write_images(tmp_path, "b", "x", {4: [RED, BLUE], 14: [GREEN, flat((9, 9, 9), (8, 8))]})
    return nbboard.open(tmp_path)


def shown(view):
    """Return run, tag, step and index of what is on screen."""
    return [
        tuple(row) for row in view.data[["run", "tag", "step", "index"]].itertuples(index=False)
    ]


def test_at_first_every_run_shows_its_last_image(log):
    """With no step chosen the view follows the latest one of each run."""
    assert shown(log.images.view()) == [("a", "x", 20, 0), ("b", "x", 14, 0), ("a", "y", 5, 0)]


def test_data_says_what_is_on_screen(log):
    """Runs show their nearest step at or below; those that begin later show nothing."""
    view = log.images.view(step=4)

    assert shown(view) == [("a", "x", 0, 0), ("b", "x", 4, 0)]
    assert list(view.data.columns) == [
        "run", "tag", "step", "wall_time", "index", "width", "height", "format",
    ]  # fmt: skip
    assert view.data.iloc[0][["width", "height", "format"]].tolist() == [24, 16, "png"]


def test_all_images_of_a_step_have_rows(log):
    """sample=None shows every image of a step, of different sizes too."""
    view = log.images.select(runs="b").view(sample=None)

    assert shown(view) == [("b", "x", 14, 0), ("b", "x", 14, 1)]
    assert view.data["width"].tolist() == [24, 8]


def test_filters_narrow_the_data(log):
    """The tag filter is a regular expression; half-typed in the page it holds nothing back."""
    view = log.images.view(tag_filter="Y$")
    assert shown(view) == [("a", "y", 5, 0)]

    view.set_trait("tag_filter", "(")
    assert len(shown(view)) == 3
    with pytest.raises(nbboard.UsageError, match="is not a regular expression"):
        view.tag_filter = "("


def test_unchecked_runs_are_not_in_the_data(log):
    """The run list of the log decides which runs are on screen."""
    view = log.images.view()
    view.run_list.hidden = ["a"]

    assert {run for run, *_ in shown(view)} == {"b"}


def test_a_comparison_shows_two_runs_at_two_steps(log):
    """A stands at the slider's step, B at its own."""
    view = log.images.view(compare="difference", a="b", b="a", step=14, b_step=0)

    assert shown(view) == [("b", "x", 14, 0), ("a", "x", 0, 0)]


def test_cards_may_have_their_own_steps(log):
    """With link=False a card's own slider counts."""
    view = log.images.view(link=False)
    view._card_steps = [["a", "x", "10"]]

    assert ("a", "x", 10, 0) in shown(view)
    assert ("b", "x", 14, 0) in shown(view)


def test_an_unknown_option_names_the_nearest(log):
    """Misspelt options are refused with a hint."""
    with pytest.raises(TypeError, match="did you mean 'brightness'"):
        log.images.view(brightnes=1.5)
    with pytest.raises(TypeError, match="did you mean 'contrast'"):
        log.images.figure(contrasts=150)
    with pytest.raises(traitlets.TraitError):
        log.images.view(compare="blink")


def test_steps_travel_as_text(log):
    """An int64 step is an int in Python and text in the page, which would round it."""
    view = log.images.view(step=2**63 - 1)

    assert view.step == 2**63 - 1
    assert view.get_state("step") == {"step": "9223372036854775807"}
    view.set_state({"step": "9007199254740993"})
    assert view.step == 9007199254740993


def series_of(content):
    """Return the series of a message by run and tag: its columns, cut apart."""
    columns, found, start = content["series"], {}, 0
    for index, (run, tag) in enumerate(zip(columns["run"], columns["tag"], strict=True)):
        end = start + int(columns["length"][index])
        number = int(columns["id"][index])
        found[run, tag] = {
            "id": number,
            "from": int(columns["from"][index]),
            "caption": columns["caption"][index],
            "step": columns["step"][start:end].tolist(),
            "place": columns["place"][start:end].tolist(),
            "last": columns["last"].get(str(number)),
        }
        start = end
    return found


def test_the_first_message_has_all_steps_and_images_within_its_budget(log, monkeypatch):
    """Every step is known at once; images come along until the budget is used up."""
    payload = log.images.view().payload()
    series = series_of(payload)
    assert {key: len(one["step"]) for key, one in series.items()} == {
        ("a", "x"): 3, ("a", "y"): 1, ("b", "x"): 2,
    }  # fmt: skip
    assert len(payload["items"]) == 6
    assert series["a", "x"]["caption"] == "Colours"

    monkeypatch.setattr(ImagesView, "first_bytes", 10)
    first = log.images.view().payload()["items"]
    assert len(first) == 1


def test_sizes_are_known_before_pixels(log):
    """The page reserves room from the header of the last image of each series."""
    series = series_of(log.images.view().payload())

    assert series["a", "x"]["last"] == {"width": 24, "height": 16, "frames": 1, "count": 1}
    assert series["b", "x"]["last"] == {"width": 24, "height": 16, "frames": 1, "count": 2}


def test_news_are_only_what_is_new(log, tmp_path):
    """After growth the page gets the points behind those it has, and their newest image."""
    view = log.images.view()
    assert view.news() is None

    write_images(tmp_path, "a", "x", {30: [RED]})
    write_images(tmp_path, "c", "z", {1: [BLUE]})
    log.refresh()
    news = view.news()

    series = series_of(news)
    assert set(series) == {("a", "x"), ("c", "z")}
    assert series["a", "x"]["from"] == 3
    assert series["a", "x"]["step"] == [30]
    assert [image["data"] for p in news["items"] for image in p["items"]] == [RED, BLUE]
    assert view.news() is None


def test_items_asked_for_are_answered_in_order(log):
    """Each answer is bounded; unknown points are said to be gone."""
    view = log.images.view()
    number = series_of(view.payload())["a", "x"]["id"]

    answer = view.answer("items", {"points": [[number, 1, 0], [999, 0, 0], [number, 9, 0]]})

    *gone, got = answer["items"]
    assert (got["place"], got["items"][0]["data"]) == (1, GREEN)
    assert gone == [{"id": 999, "place": 0, "gone": True}, {"id": number, "place": 9, "gone": True}]
    with pytest.raises(nbboard.NbboardError, match="cannot answer"):
        view.answer("secrets", {})


def test_the_contrast_and_brightness_are_those_of_css():
    """contrast(c%) then brightness(b), each clamped: computed here value by value."""
    values = np.arange(256, dtype=np.uint8)
    pixels = np.stack([values] * 3 + [values], axis=1)[None]

    got = css_filter(pixels, 250, 0.6)[0]

    expected = []
    for value in range(256):
        contrasted = min(1, max(0, (value / 255 - 0.5) * 2.5 + 0.5))
        expected.append(round(min(1, contrasted * 0.6) * 255))
    assert got[:, 0].tolist() == expected
    assert np.array_equal(got[:, 3], values)
    assert css_filter(pixels, 100, 1) is pixels


def test_differences_are_absolute_and_say_their_scale():
    """The scaled form stretches the largest difference to 255 and writes the factor."""
    a = np.full((2, 2, 4), 255, np.uint8)
    b = a.copy()
    b[0, 0, :3] = (204, 255, 238)

    plain, line = difference(a, b, scaled=False)
    assert plain[0, 0].tolist() == [51, 0, 17, 255]
    assert line == "|A − B| ×1, largest 51 of 255"  # noqa: RUF001

    stretched, line = difference(a, b, scaled=True)
    assert stretched[0, 0].tolist() == [255, 0, 85, 255]
    assert "×5, largest 51" in line  # noqa: RUF001
    assert difference(a, a, scaled=True)[1] == "no difference"
    with pytest.raises(ValueError, match="different sizes"):
        difference(a, b[:1], scaled=True)


def test_a_wipe_has_a_on_the_left():
    """At a quarter of the width, a quarter of the columns is A's."""
    a, b = np.zeros((2, 8, 4), np.uint8), np.ones((2, 8, 4), np.uint8)

    assert wipe(a, b, 0.25)[0, :, 0].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]


def test_sixteen_bits_and_greys_become_eight_bit_colours():
    """What a figure draws is RGBA, whatever was logged."""
    grey = (np.arange(6, dtype=np.uint16) * 257).reshape(2, 3)
    from nbboard.kinds.images.image import Image

    assert load(Image(encode(grey)))[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert load(Image(gif([(255, 0, 0), (0, 255, 0)])))[0, 0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("compare", ["off", "side by side", "wipe", "difference"])
def test_figures_can_be_saved(log, compare):
    """Every state has a figure, as pixels and as vectors."""
    view = log.images.view(compare=compare, contrast=150.0, brightness=1.2)
    for figure in (view.figure(), log.images.figure(compare=compare)):
        for form in ("png", "svg", "pdf"):
            stream = io.BytesIO()
            figure.savefig(stream, format=form)
            assert stream.tell() > 1000


def pixels_of(figure):
    """Return the colours a figure is drawn with."""
    figure.canvas.draw()
    return {
        tuple(pixel) for pixel in np.asarray(figure.canvas.buffer_rgba())[:, :, :3].reshape(-1, 3)
    }


def test_a_figure_shows_the_step_asked_for(log):
    """The figure has the same images as the view at that step."""
    only = log.images.select(runs=["a"], tags=["x"])

    assert (0, 255, 0) in pixels_of(only.figure(step=12))
    assert (0, 255, 0) not in pixels_of(only.figure(step=3))
    assert (255, 0, 0) in pixels_of(only.figure(step=3))


def test_a_figure_of_bombs_and_strange_names_is_drawn(tmp_path):
    """A placeholder with the reason stands for each bomb; no name is taken for a formula."""
    for number, data in enumerate(bombs()[:6]):
        write_images(tmp_path, "$\\frac{", f"$_{number}\u0007", {0: [data]})
    figure = nbboard.open(tmp_path).images.figure()

    figure.canvas.draw()


def test_an_empty_collection_has_a_view_and_a_figure(tmp_path):
    """No images is a state like others."""
    log = nbboard.open(tmp_path)

    assert log.images.view().data.empty
    log.images.figure().canvas.draw()


def test_the_selection_is_a_table(log):
    """Clicked images are rows of run, tag, step and index."""
    view = log.images.view()
    assert view.selection.empty

    view._selection = {"items": [{"run": "a", "tag": "x", "step": "10", "index": 0}]}

    assert view.selection.to_dict("records") == [{"run": "a", "tag": "x", "step": 10, "index": 0}]


def test_the_view_is_the_one_registered():
    """The entry point names this class."""
    from nbboard.logdir.registry import view_class

    assert view_class("images") is ImagesView


def test_images_before_a_restart_are_shown_on_request(tmp_path):
    """The option changes steps, data and figure of the view that is there."""
    colors = [(0, (1, 0, 0)), (10, (2, 0, 0)), (20, (3, 0, 0)), (10, (4, 0, 0))]
    write_images(tmp_path, "a", "x", [(step, [flat(color)]) for step, color in colors])
    view = nbboard.open(tmp_path).images.view()
    assert view.data.step.tolist() == [10]

    view.restarts = "keep"

    assert view.data.step.tolist() == [20]
    assert (3, 0, 0) in pixels_of(view.figure())
    assert (4, 0, 0) in pixels_of(view.figure(restarts="latest"))
    view.restarts = "latest"
    assert view.data.step.tolist() == [10]


def test_a_comparison_has_only_tags_of_either_side(tmp_path):
    """What neither of the two runs has is left out."""
    for run, tag in (("a", "x"), ("b", "y"), ("c", "z")):
        write_images(tmp_path, run, tag, {0: [flat((1, 2, 3))]})
    view = nbboard.open(tmp_path).images.view(compare="side by side", a="a", b="b")

    assert view.data[["run", "tag"]].values.tolist() == [["a", "x"], ["b", "y"]]
    titles = [text.get_text() for text in view.figure().texts]
    assert not any("z" in title for title in titles)
