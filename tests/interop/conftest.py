"""What the interop tests share: the writers, and how to compare what came back."""

from __future__ import annotations

import importlib
import os

import numpy as np
import pytest

#: Set by `make interop`: a missing writer is then a failure, not a skip.
STRICT = bool(os.environ.get("NBBOARD_INTEROP_STRICT"))

# TensorFlow chats on stderr about the instructions of this processor.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(scope="session")
def writer_package():
    """Return a function that imports a writer, or skips (fails in make interop) without it."""

    def get(name):
        try:
            return importlib.import_module(name)
        except ImportError as error:
            if STRICT:
                pytest.fail(f"{name} is not installed: {error}")
            pytest.skip(f"{name} is not installed; make interop installs it")

    return get


@pytest.fixture(scope="session")
def rng():
    """Return a seeded generator of numbers."""
    return np.random.default_rng(20240229)


@pytest.fixture(scope="session")
def check_histogram():
    """Return a check that a histogram counts exactly the values that were given."""

    def check(histogram, values):
        values = np.asarray(values, np.float64).reshape(-1)
        assert len(values) == histogram.count
        assert (histogram.left[0], histogram.right[-1]) == (values.min(), values.max())
        assert np.array_equal(histogram.left[1:], histogram.right[:-1])
        below = np.cumsum(histogram.counts)[:-1]
        # Writers put a value on an edge into the right-hand bucket (NumPy) or the left-hand
        # one (TensorFlow's old op): what is given here lies on no inner edge.
        assert np.array_equal(below, [(values < edge).sum() for edge in histogram.right[:-1]])

    return check


@pytest.fixture(scope="session")
def check_curve():
    """Return a check of a precision-recall curve against labels and predictions."""

    def check(curve, labels, predictions):
        labels = np.asarray(labels, bool)
        count = len(curve.thresholds)
        bucket = np.floor(np.asarray(predictions, np.float64) * (count - 1))
        for number in range(count):
            called = bucket >= number
            true, false = (called & labels).sum(), (called & ~labels).sum()
            assert true == curve.true_positives[number]
            assert false == curve.false_positives[number]
            assert (~called & ~labels).sum() == curve.true_negatives[number]
            assert (~called & labels).sum() == curve.false_negatives[number]
            assert np.isclose(curve.precision[number], true / max(true + false, 1e-7), rtol=1e-6)
            assert np.isclose(curve.recall[number], true / max(labels.sum(), 1e-7), rtol=1e-6)

    return check
