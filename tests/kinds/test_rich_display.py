"""What a single value shows at the end of a cell."""

from __future__ import annotations

import pydoc

import numpy as np
import pytest

from nbboard.kinds.audio import Audio
from nbboard.kinds.graphs.graph import Graph
from nbboard.kinds.histograms import Histogram
from nbboard.kinds.pr_curves.curve import PRCurve
from nbboard.kinds.text import Text
from tests.logdir.conftest import logs  # noqa: F401 - a fixture

PNG = b"\x89PNG"


def test_a_text_is_shown_as_text():
    """Whatever was logged is never markup; a very long one is cut, and says so."""
    shown = Text(np.array([b"<script>x</script> **bold**\n"], object))._repr_html_()

    assert "<script>" not in shown
    assert "&lt;script&gt;x&lt;/script&gt; **bold**" in shown
    assert "10,000 more characters" in Text(np.array([b"x" * 30_000], object))._repr_html_()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "value",
    [
        Histogram(np.array([[0.0, 1.0, 3.0], [1.0, 1.0, 2.0], [1.0, 4.0, 5.0]])),
        PRCurve(np.array([[1.0, 0.0]] * 4 + [[0.5, 1.0], [1.0, 0.0]])),
        PRCurve(np.full((6, 3), np.nan)),
    ],
    ids=repr,
)
def test_distributions_and_curves_are_pictures(value):
    """A small chart, also of strange numbers, without a warning."""
    assert value._repr_png_()[:4] == PNG


def test_the_histogram_of_nothing_is_its_text():
    """There is nothing to draw; nor can what is wider than all numbers be drawn."""
    assert Histogram(np.empty((0, 3)))._repr_png_() is None
    assert Histogram(np.array([[-1e308, 1e308, 1.0]]))._repr_png_() is None


def test_a_graph_tells_its_kinds_of_nodes():
    """How many there are of each, the most frequent first; a broken one says that it is."""
    layers = [{"class_name": name, "config": {"name": "n"}} for name in ("Dense", "<b>", "Dense")]
    import json

    graph = Graph("keras", json.dumps({"config": {"layers": layers}}).encode())

    assert graph._repr_html_().index("Dense") < graph._repr_html_().index("&lt;b&gt;")
    assert "3 nodes" in graph._repr_html_()
    assert "cannot be parsed" in Graph("graph_def", b"\xff\xff")._repr_html_()


def test_a_clip_plays():
    """Audio is a player, where the browser may have it."""
    assert "text/html" not in Audio(b"nothing")._repr_mimebundle_()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[1.0, 2.0], [float("nan")], [float("inf"), 3e38]])
def test_a_series_of_scalars_is_a_curve(logs, values):  # noqa: F811
    """Its points over the steps."""
    logs.scalars("run", "$loss_^{\N{SNOWMAN}", values)
    (series,) = logs.open().scalars

    assert series._repr_png_()[:4] == PNG


def test_help_names_the_options(logs):  # noqa: F811
    """help(log.scalars.figure) and .view name every option with its default and meaning."""
    logs.scalars("run", "loss", [1.0])
    scalars = logs.open().scalars

    figure, view = (pydoc.render_doc(door) for door in (scalars.figure, scalars.view))

    for text in (figure, view):
        assert "smoothing=0.6" in text
        assert "group_by" in text
        assert "a number from 0 to 0.999" in text
    assert "legend=None" in figure
    assert "legend=None" not in view
    assert "smoothing" in pydoc.render_doc(type(scalars).figure)
