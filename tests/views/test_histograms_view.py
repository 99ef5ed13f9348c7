"""The histograms view as Python sees it: what travels, what is told, and buckets of every sort."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views.histograms import HistogramsView
from nbboard.views.shared import wire
from tests.views.histogram_logs import bell, write_histograms

FACES = [
    *({"show": show} for show in ("heat", "percentiles", "offset", "overlay")),
    {"show": "heat", "bins": "tensorboard", "values": "linear", "x": "wall"},
    {"show": "offset", "bins": "tensorboard", "x": "relative"},
    {"compare": "density"},
    {"compare": "cumulative", "bins": "tensorboard"},
]
#: Buckets that no writer should write, and some do.
DEGENERATE = {
    "no buckets": [[], []],
    "all counts zero": [[(0, 1, 0), (1, 2, 0)]] * 2,
    "one value": [[(3, 3, 1)], [(3, 3, 1)]],
    "one value among many": [bell(), [(3, 3, 1)]],
    "1e20 on both sides": [[(-1e20, -1, 2), (-1, 1, 9), (1, 1e20, 3)]] * 2,
    "1e150 on both sides": [[(-1e150, 0, 2), (0, 1e150, 1)]] * 2,
    "edges that are no numbers": [[(0, math.nan, 2), (math.nan, 2, 3), (2, 3, 4)], bell()],
    "infinite edges": [[(-math.inf, 0, 2), (0, math.inf, 3)], bell()],
    "counts that are no numbers": [[(0, 1, math.nan), (1, 2, 3)], bell()],
    "nothing but NaN": [[(math.nan,) * 3], [(math.nan,) * 3]],
    "unsorted edges": [[(4, 5, 1), (0, 1, 2), (3, 2, 4)], bell()],
    "overlapping buckets": [[(0, 4, 1), (1, 2, 2), (1, 3, 3)], bell()],
    "counts beyond whole numbers": [[(0, 1, 2.0**53), (1, 2, 2.0**60 + 2**10)]] * 2,
    "counts below zero": [[(0, 1, -3), (1, 2, 2)], bell()],
    "fractions of counts": [[(0, 1, 0.25), (1, 2, 1e-12)]] * 2,
    "one step": [bell()],
}


def opened(root):
    """Open a log and return its histograms."""
    return nbboard.open(root, progress=False).histograms


def travelled(content):
    """Return content as the page has it."""
    plain, buffers = wire.pack(content)
    return wire.unpack(json.loads(json.dumps(plain, allow_nan=False)), buffers)


def points(content):
    """Return the buckets of all points of a message, by series and place."""
    found = {}
    for header in content["items"]:
        for item in header["items"]:
            found[header["id"], header["place"]] = rows(item)
    for bundle in content["bundles"]:
        columns = {name: parts(column) for name, column in bundle["columns"].items()}
        for number, place in enumerate(bundle["place"].tolist()):
            item = {name: column[number] for name, column in columns.items()}
            found[bundle["id"], place] = rows(item)
    return found


def parts(column):
    """Return the arrays of a bundle's column one by one."""
    data = column["data"]
    if isinstance(data, dict):
        data = data["values"][data["codes"]]
    ends = np.cumsum(column["length"], dtype=np.int64)
    return np.split(data, ends[:-1])


def rows(item):
    """Return buckets of shape (k, 3)."""
    edges = item.get("edges")
    left, right = (item["left"], item["right"]) if edges is None else (edges[:-1], edges[1:])
    return np.column_stack([left[: len(item["count"])], right, item["count"]]).astype(np.float64)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", DEGENERATE)
def test_any_buckets_are_read_told_and_drawn(tmp_path, name):
    """They travel as logged, stand in the data, and each face has a picture of them."""
    given = [np.array(one, np.float64).reshape(-1, 3) for one in DEGENERATE[name]]
    write_histograms(tmp_path, "a", "x", dict(enumerate(given)))
    histograms = opened(tmp_path)

    view = histograms.view()
    there = points(travelled(view.encoded()))
    for place, buckets in enumerate(given):
        assert np.array_equal(there[1, place], buckets, equal_nan=True)
    (row,) = view.data.itertuples(index=False)
    assert np.array_equal(row.count, given[-1][:, 2], equal_nan=True)
    for face in FACES:
        figure = view.figure(**face)
        figure.savefig(io.BytesIO(), format="png")
    view.close()


def test_buckets_travel_exactly_and_in_few_bytes(tmp_path):
    """Edges as float64 where float32 is not enough, shared ones once; counts as they fit."""
    write_histograms(tmp_path, "a", "x", {0: [(0, 0.5, 3), (0.5, 1, 300)], 1: [(0, 0.1, 1)]})
    first, second = (HistogramsView.encode(one) for one in opened(tmp_path)["a", "x"])

    assert (first["edges"].dtype, first["count"].dtype) == (np.float32, np.uint16)
    assert first["edges"].tolist() == [0, 0.5, 1]
    assert second["edges"].dtype == np.float64
    assert second["count"].dtype == np.uint8


def test_two_hundred_steps_fit_into_a_megabyte(tmp_path):
    """PyTorch's exponential buckets of a large layer, with the same edges at every step."""
    edges = np.array([1e-12 * 1.1**power for power in range(290)])
    edges = np.concatenate([-edges[::-1], [0], edges])
    random = np.random.default_rng(0)
    logged = {}
    for step in range(200):
        counts = random.integers(0, 3000, len(edges) - 1)
        logged[step] = np.column_stack([edges[:-1], edges[1:], counts])
    write_histograms(tmp_path, "a", "x", logged)

    _, buffers = wire.pack(opened(tmp_path).view().fuller_payload())

    assert sum(memoryview(buffer).nbytes for buffer in buffers) < 1 << 20


def test_a_long_series_is_first_sent_spread_over_its_steps(tmp_path):
    """Of very many steps 200 at most are sent before the others, both ends among them."""
    write_histograms(tmp_path, "a", "x", {step: bell() for step in range(1_000)})
    view = opened(tmp_path).view()
    type(view).first_seconds, before = 30.0, type(view).first_seconds
    try:
        there = points(travelled(view.encoded()))
    finally:
        type(view).first_seconds = before

    # What stands for all is evenly spaced; the rest fills the budget from the start.
    first = [place for _, place in there]
    assert {0, 999, *range(0, 999, 8)} <= set(first)


def test_what_the_page_asks_for_is_bundled(tmp_path):
    """Many points of a series come as one run of numbers, in any order that was asked."""
    logged = {step: bell(step) for step in range(50)}
    write_histograms(tmp_path, "a", "x", logged)
    view = opened(tmp_path).view()

    answer = travelled(view.answer("items", {"points": [(1, 40, 0), (1, 3, 0), (1, 7, 0)]}))

    assert answer["items"] == []
    there = points(answer)
    assert list(there) == [(1, 40), (1, 3), (1, 7)]
    assert all(np.array_equal(there[1, step], logged[step]) for step in (40, 3, 7))


def test_the_data_tells_mean_spread_and_zeros(tmp_path):
    """Beside the buckets stands what they tell of the values."""
    write_histograms(tmp_path, "a", "x", {0: [(-1, -1e-12, 5), (-1e-12, 1e-12, 90), (1e-12, 1, 5)]})

    (row,) = opened(tmp_path).view().data.itertuples(index=False)

    assert (row.values, row.mean, row.zeros) == (100, pytest.approx(0), pytest.approx(0.9))
    assert row.std == pytest.approx(math.sqrt(0.1 / 3), rel=1e-6)


def test_the_real_writer_is_shown_as_it_wrote(tmp_path):
    """What the page gets counts exactly the values that were given."""
    values = np.random.default_rng(3).normal(0, 0.1, 5_000).astype(np.float32)
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(3):
            writer.add_histogram("x", values * (step + 1), step)

    there = points(travelled(opened(tmp_path).view().encoded()))

    for (_, step), buckets in there.items():
        scaled = (values * (step + 1)).astype(np.float64)
        below = [(scaled < right).sum() for right in buckets[:-1, 1]]
        assert buckets[:, 2].sum() == len(values)
        assert below == np.cumsum(buckets[:, 2])[:-1].tolist()


def test_a_heat_map_on_paper_stays_a_picture_in_vector_files(tmp_path):
    """Thirty thousand cells would be thirty thousand paths."""
    write_histograms(tmp_path, "a", "x", {step: bell(step / 50) for step in range(200)})
    stream = io.BytesIO()

    opened(tmp_path).figure().savefig(stream, format="pdf")

    assert stream.tell() < 200_000


def test_a_picture_that_there_is_not_is_refused(tmp_path):
    """With the nearest one that there is."""
    write_histograms(tmp_path, "a", "x", {0: bell()})

    with pytest.raises(nbboard.errors.UsageError, match="did you mean 'heat'"):
        opened(tmp_path).view(show="heatmap")
