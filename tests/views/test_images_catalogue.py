"""What the images view knows of a log before it reads any pixels."""

from __future__ import annotations

import numpy as np

import nbboard
from nbboard.views.image_catalogue import Catalogue, push_order
from tests.views.image_logs import flat, write_images

RED, BLUE = flat((255, 0, 0)), flat((0, 0, 255))


def test_a_step_shows_the_nearest_one_at_or_below(tmp_path):
    """Between steps the earlier one is shown, before the first nothing."""
    write_images(tmp_path, "a", "x", {10: [RED], 20: [BLUE], 30: [RED]})
    entry = Catalogue(nbboard.open(tmp_path).images).entries["a", "x"]

    assert [entry.at(step) for step in (9, 10, 19, 20, 99, None)] == [None, 0, 0, 1, 2, 2]


def test_steps_beyond_a_float_are_told_apart(tmp_path):
    """Steps are int64: neighbours above 2**53 are two steps."""
    write_images(tmp_path, "a", "x", {2**53: [RED], 2**53 + 1: [BLUE]})
    entry = Catalogue(nbboard.open(tmp_path).images).entries["a", "x"]

    assert (entry.at(2**53), entry.at(2**53 + 1)) == (0, 1)


def test_numbers_of_points_stay_while_the_log_grows(tmp_path):
    """A point keeps its number; new ones get new numbers; only changed series are named."""
    write_images(tmp_path, "a", "x", {1: [RED], 2: [RED]})
    write_images(tmp_path, "b", "x", {1: [RED]})
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images)
    before = catalogue.entries["a", "x"].point.tolist()
    other = catalogue.entries["b", "x"]

    write_images(tmp_path, "a", "x", {3: [BLUE]})
    log.refresh()

    assert catalogue.update() == [("a", "x")]
    after = catalogue.entries["a", "x"].point.tolist()
    assert after[:2] == before
    assert catalogue.entries["b", "x"] is other
    assert catalogue.owners[after[2]] == ("a", "x")
    assert after[2] not in {*before, *catalogue.entries["b", "x"].point.tolist()}


def test_a_restart_hides_points_and_leaves_the_numbers_of_the_others(tmp_path):
    """Where steps go back, what is hidden is gone; what remains is called as before."""
    write_images(tmp_path, "a", "x", [(step, [RED]) for step in (1, 2, 3)])
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images.select(restarts="latest"))
    first, *_ = catalogue.entries["a", "x"].point.tolist()

    write_images(tmp_path, "a", "x", [(2, [BLUE])])
    log.refresh()
    catalogue.update()

    entry = catalogue.entries["a", "x"]
    assert entry.series.step.tolist() == [1, 2]
    assert entry.series.hidden == 2
    assert entry.point[0] == first


def test_a_file_that_was_replaced_gets_new_numbers(tmp_path):
    """No picture of an old file is taken for one of the file that took its place."""
    write_images(tmp_path, "a", "x", {1: [RED]})
    catalogue = Catalogue(nbboard.open(tmp_path).images)
    (old,) = catalogue.entries["a", "x"].point.tolist()

    assert catalogue.update(reset=["a"]) == [("a", "x")]
    assert catalogue.entries["a", "x"].point.tolist() != [old]


def test_points_alike_in_step_and_time_are_two_points(tmp_path):
    """A writer that logs twice within one step and second has logged two images."""
    write_images(tmp_path, "a", "x", [(1, [RED]), (1, [BLUE])])
    entry = Catalogue(nbboard.open(tmp_path).images).entries["a", "x"]

    assert len(set(entry.point.tolist())) == 2
    assert entry.at(1) == 1


def test_what_is_sent_ahead_spreads_over_the_steps():
    """Last of each, first of each, then halves: each point once, wherever it is cut off."""
    order = list(push_order([9, 1, 0]))

    assert order[:4] == [(0, 8), (1, 0), (0, 0), (0, 4)]
    assert sorted(place for index, place in order if index == 0) == list(range(9))
    assert len(order) == len(set(order)) == 10
    for length in range(1, 70):
        assert sorted(place for _, place in push_order([length])) == list(range(length))


def test_after_any_cut_the_gaps_are_even():
    """With n images sent of N, no step is farther from a sent one than about N / n."""
    places = [place for _, place in push_order([1000])]
    for count in (5, 17, 65, 257):
        gaps = np.diff(sorted(places[:count]))
        assert gaps.max() <= 2 * 1000 / (count - 1)
