"""Real histograms, as TensorBoard's own server answers them and as the view shows them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest

import nbboard
from nbboard.views.histograms.tensorboard import BASIS_POINTS, percentiles
from tests.provider import pages

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
#: What old histograms lose there, where they become float32.
FLOAT32 = {"rtol": 1e-5, "atol": 1e-7}


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return a folder with the runs of the corpus that have histograms."""
    if not (CORPUS / "data").is_dir():
        pytest.skip(f"no corpus of real logs at {CORPUS}")
    root = tmp_path_factory.mktemp("histograms")
    log = nbboard.open(CORPUS / "data", progress=False)
    for run in sorted({series.run for series in log.histograms}):
        if run.startswith("tensorflow__tfx"):
            continue  # megabytes of a graph, which take TensorBoard's loader long
        (root / run).mkdir(parents=True)
        for file in (CORPUS / "data" / run).glob("*tfevents*"):
            shutil.copy(file, root / run)
    return root


@pytest.fixture(scope="module")
def tensorboard(real):
    """Return what TensorBoard's own loader and server make of them."""
    return pages.of_tensorboard(real, "--purge_orphaned_data=false")


def test_buckets_and_percentiles_are_those_of_the_server(real, tensorboard):
    """At every step of at least forty series, at the server's precision."""
    compared = 0
    for series in nbboard.open(real, progress=False).histograms.select(restarts="keep"):
        asked = urlencode({"run": series.run, "tag": series.tag})
        status, histograms = tensorboard.ask(f"/data/plugin/histograms/histograms?{asked}")
        assert status == 200
        _, distributions = tensorboard.ask(f"/data/plugin/distributions/distributions?{asked}")
        assert [step for _, step, _ in histograms] == series.step.tolist()
        for item, (_, _, logged), (_, _, points) in zip(
            series, histograms, distributions, strict=True
        ):
            theirs = np.array(logged, np.float64).reshape(-1, 3)
            assert np.allclose(item.buckets, theirs, **FLOAT32)
            assert [point for point, _ in points] == list(BASIS_POINTS)
            # From the very buckets that it answers nothing is left to differ.
            assert np.allclose(percentiles(theirs), [v for _, v in points], rtol=1e-12, atol=0)
        compared += 1
    assert compared >= 40
