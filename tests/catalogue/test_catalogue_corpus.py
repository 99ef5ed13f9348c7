"""The whole corpus of real logs, indexed and read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import nbboard
from tests.catalogue.conftest import assert_equal

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))

if not (CORPUS / "reference.json").is_file():
    pytest.skip(f"no corpus of real logs at {CORPUS}", allow_module_level=True)


def test_a_catalogue_equals_what_open_reads(catalogue):
    """Every scalar, hyperparameter, count and problem; images and texts come from the files."""
    source = str(CORPUS / "data")
    nbboard.index(source, catalogue, progress=False)
    read, indexed = assert_equal(source, catalogue)

    for kind in ("images", "text", "audio", "histograms"):
        for key in read.collection(kind).keys[:5]:
            one, other = (log.collection(kind)[key.run, key.tag] for log in (read, indexed))
            assert one.step.tolist() == other.step.tolist()
            assert repr(one[0]) == repr(other[0])
