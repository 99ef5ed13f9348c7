"""Logs to index, and what compares a catalogue with the logs themselves."""

from __future__ import annotations

import numpy as np
import pytest

import nbboard
from tests.logdir.conftest import Logs

pytest.importorskip("deltalake")
pytest.importorskip("duckdb")


@pytest.fixture
def logs(tmp_path):
    """Return an empty folder to write runs into."""
    return Logs(tmp_path / "logs")


@pytest.fixture
def catalogue(tmp_path):
    """Return where a catalogue may be."""
    return str(tmp_path / "catalogue")


def columns_equal(one, other):
    """Whether two columns have the same values, NaN included."""
    if one.dtype != other.dtype:
        return False
    if one.dtype == object:
        return one.tolist() == other.tolist()
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def assert_equal(source, catalogue):
    """Check that a catalogue says what its logs say: every series, point, count and problem."""
    read = nbboard.open(source, progress=False)
    indexed = nbboard.open(catalogue)

    assert tuple(indexed.runs) == read.runs
    assert indexed.kinds == read.kinds
    assert sorted(map(str, indexed.problems)) == sorted(map(str, read.problems))
    for kind in read.kinds:
        assert [key[:4] for key in indexed.keys_of(kind)] == [k[:4] for k in read.keys_of(kind)]
    for key in read.scalars.keys:
        points = read.store.scalar(key.run, key.tag)
        for one, other in zip(points, indexed.store.scalar(key.run, key.tag), strict=True):
            assert columns_equal(one, other), key
    tables = read.runs_table, indexed.runs_table
    assert set(tables[0].columns.items()) == set(tables[1].columns.items())
    pages = [table.page(0, len(table)) for table in tables]
    assert [n for n, column in pages[0].items() if not columns_equal(column, pages[1][n])] == []
    if "hparams" in read.kinds:
        assert read.hparams.to_pandas().equals(indexed.hparams.to_pandas())
    return read, indexed
