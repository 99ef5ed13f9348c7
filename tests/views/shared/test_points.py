"""What a stepped view knows of a log before it reads any values."""

from __future__ import annotations

import numpy as np

import nbboard
from nbboard.views.shared.points import Catalogue, push_order
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


def names(entry):
    """Return what the points of a series are called."""
    return [(entry.id, place) for place in entry.place.tolist()]


def test_names_of_points_stay_while_the_log_grows(tmp_path):
    """A point keeps its name; new ones get new names; only changed series are told."""
    write_images(tmp_path, "a", "x", {1: [RED], 2: [RED]})
    write_images(tmp_path, "b", "x", {1: [RED]})
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images)
    before = names(catalogue.entries["a", "x"])
    other = catalogue.entries["b", "x"]

    write_images(tmp_path, "a", "x", {3: [BLUE]})
    log.refresh()

    assert catalogue.update() == [("a", "x")]
    after = names(catalogue.entries["a", "x"])
    assert after[:2] == before
    assert catalogue.entries["b", "x"] is other
    assert after[2] not in {*before, *names(other)}
    assert catalogue.update() == []


def test_a_restart_hides_points_and_leaves_the_names_of_the_others(tmp_path):
    """Where steps go back, what is hidden is gone; what remains is called as before."""
    write_images(tmp_path, "a", "x", [(step, [RED]) for step in (1, 2, 3)])
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images, "latest")
    first, *_ = names(catalogue.entries["a", "x"])

    write_images(tmp_path, "a", "x", [(2, [BLUE])])
    log.refresh()
    catalogue.update()

    entry = catalogue.entries["a", "x"]
    assert entry.step.tolist() == [1, 2]
    assert entry.hidden == 2
    assert names(entry) == [first, (entry.id, 3)]
    assert catalogue.show("keep") == [("a", "x")]
    assert catalogue.entries["a", "x"].step.tolist() == [1, 2, 3, 2]


def test_a_run_that_was_trained_again_gets_new_names_by_itself(tmp_path):
    """As many points at the same steps and times are other points, in another file."""
    write_images(tmp_path, "a", "x", {1: [RED]})
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images)
    old = catalogue.entries["a", "x"]
    (file,) = (tmp_path / "a").iterdir()
    file.unlink()
    log.refresh()
    write_images(tmp_path, "a", "x", {1: [BLUE]})
    log.refresh()

    assert catalogue.update() == [("a", "x")]
    assert catalogue.entries["a", "x"].id != old.id
    assert catalogue.by_id == {entry.id: entry for entry in catalogue.entries.values()}


def test_a_series_that_is_gone_is_forgotten(tmp_path):
    """Nothing is kept of what the log has no more."""
    write_images(tmp_path, "a", "x", {1: [RED]})
    log = nbboard.open(tmp_path)
    catalogue = Catalogue(log.images)
    (file,) = (tmp_path / "a").iterdir()
    file.unlink()
    log.refresh()

    assert catalogue.update() == []
    assert catalogue.entries == catalogue.by_id == {}


def test_points_alike_in_step_and_time_are_two_points(tmp_path):
    """A writer that logs twice within one step and second has logged two images."""
    write_images(tmp_path, "a", "x", [(1, [RED]), (1, [BLUE])])
    entry = Catalogue(nbboard.open(tmp_path).images).entries["a", "x"]

    assert len(set(names(entry))) == 2
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
