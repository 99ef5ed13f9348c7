"""What a page is told of all series before their items are there."""

from __future__ import annotations

import nbboard
from nbboard.views.shared.points import Catalogue, read_points
from nbboard.views.shared.summaries import Summaries
from tests.views.histogram_logs import write_histograms


def summed_up(items):
    """Sum up histograms in how many values they have."""
    return [{"count": float(item.counts.sum())} for item in items]


def made(folder, most=3):
    """Return a log, its catalogue, summaries of it, and a list of what was read."""
    opened = nbboard.open(folder, progress=False)
    catalogue = Catalogue(opened.histograms)
    read = []

    def reading(points):
        points = list(points)
        read.extend((entry.key, int(entry.step[position])) for entry, position in points)
        return read_points(points)

    return opened, catalogue, Summaries(most, summed_up, reading), read


def log(folder, run, tag, counts, start=0):
    """Log histograms of one bucket."""
    steps = {start + at: [(0, 1, count)] for at, count in enumerate(counts)}
    write_histograms(folder, run, tag, steps)


def plain(news, catalogue):
    """Return news as run and tag, steps, and counts."""
    return [
        (
            catalogue.by_id[one["id"]].key,
            one["step"].tolist(),
            one["columns"]["count"].tolist(),
        )
        for one in news
    ]


def test_every_series_is_told_once_by_points_that_stand_for_all(tmp_path):
    """A few points of each, evenly spread, the last among them; then nothing more."""
    log(tmp_path, "a", "x", range(1, 10))
    log(tmp_path, "a", "y", [7])
    _, catalogue, summaries, _ = made(tmp_path)

    assert plain(summaries.news(catalogue.by_id), catalogue) == [
        (("a", "x"), [0, 4, 8], [1, 5, 9]),
        (("a", "y"), [0], [7]),
    ]
    assert summaries.news(catalogue.by_id) == []


def test_a_series_that_grew_is_told_again_and_only_new_points_are_read(tmp_path):
    """What was read of it is kept; the others are not told again."""
    log(tmp_path, "a", "x", [1, 2])
    log(tmp_path, "a", "y", [7])
    opened, catalogue, summaries, read = made(tmp_path)
    summaries.news(catalogue.by_id)
    read.clear()

    log(tmp_path, "a", "x", [3], start=2)
    opened.refresh(progress=False)
    catalogue.update()

    assert plain(summaries.news(catalogue.by_id), catalogue) == [(("a", "x"), [0, 1, 2], [1, 2, 3])]
    assert read == [(("a", "x"), 2)]


def test_one_message_takes_no_longer_than_it_may(tmp_path):
    """Without time one series is told at a time; all of them are in the end."""
    for tag in "xyz":
        log(tmp_path, "a", tag, [1])
    _, catalogue, summaries, _ = made(tmp_path)

    told = []
    while news := summaries.news(catalogue.by_id, seconds=0):
        assert len(news) == 1
        told += plain(news, catalogue)

    assert [key for key, _, _ in told] == [("a", "x"), ("a", "y"), ("a", "z")]


def test_a_page_that_is_loaded_again_is_told_all_again(tmp_path):
    """What its predecessor knew is not there; nothing is read once more for it."""
    log(tmp_path, "a", "x", [1, 2])
    view = nbboard.open(tmp_path, progress=False).histograms.view()

    first, again = view.payload(), view.payload()

    assert len(first["summaries"]) == 1
    assert again["summaries"][0]["step"].tolist() == first["summaries"][0]["step"].tolist()


def test_kinds_that_sum_up_nothing_read_nothing(tmp_path):
    """With no point to be told of there is no news, and no file is opened."""
    log(tmp_path, "a", "x", [1, 2])
    _, catalogue, summaries, read = made(tmp_path, most=0)

    assert summaries.news(catalogue.by_id) == []
    assert summaries.all(catalogue.entries.values()) == []
    assert read == []
