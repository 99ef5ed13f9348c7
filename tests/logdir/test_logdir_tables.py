"""Tables: pandas, polars, Arrow, CSV and Parquet."""

from __future__ import annotations

import base64
import csv
import io
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import nbboard
from nbboard.logdir import table

NAMES = ["run", "tag", "step", "wall_time", "value"]


@pytest.fixture
def log(logs, png):
    """Open a logdir with a bit of everything."""
    logs.scalars("a", "loss", [0.1, float("nan")])
    logs.scalars("b", "loss", [float("inf")], steps=[2**62 + 1])
    logs.text("a", "note", 'ü,\n"quoted"')
    logs.images("a", "picture", [png(1), png(2)], step=3)
    logs.tensor("a", "weights", "histograms", np.array([[0.0, 1.0, 2.0]]))
    return logs.open()


def test_pandas(log):
    """One row a point; names are categoricals, nothing is rounded."""
    frame = log.scalars.to_pandas()

    assert list(frame.columns) == NAMES
    assert frame.run.tolist() == ["a", "a", "b"]
    assert isinstance(frame.run.dtype, pd.CategoricalDtype)
    assert frame.step.tolist() == [0, 1, 2**62 + 1]
    assert frame.value.dtype == np.float64
    assert frame.value[0] == np.float32(0.1)
    assert np.isnan(frame.value[1])
    assert frame.wall_time.tolist() == [1000, 1001, 1002]
    assert frame[frame.run == "b"].value.tolist() == [np.inf]


def test_polars_and_arrow_say_the_same(log):
    """The same rows and columns in both; NaN stays NaN and is not missing."""
    frame, table = log.scalars.to_polars(), log.scalars.to_arrow()

    assert frame.columns == table.column_names == NAMES
    assert frame["run"].to_list() == table["run"].to_pylist() == ["a", "a", "b"]
    assert frame["step"].to_list() == table["step"].to_pylist() == [0, 1, 2**62 + 1]
    assert frame["value"].null_count() == table["value"].null_count == 0
    assert np.isnan(frame["value"][1])
    assert frame.filter(pl.col("run") == "b")["value"].to_list() == [np.inf]


def test_csv_and_parquet_read_back_equal(log, tmp_path):
    """Files hold every digit."""
    log.scalars.to_csv(tmp_path / "a.csv")
    log.scalars.to_parquet(tmp_path / "a.parquet")
    text = io.StringIO()
    log.scalars.to_csv(text)

    frame = log.scalars.to_pandas()
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert np.array_equal([float(row["value"]) for row in rows], frame.value, equal_nan=True)
    assert [int(row["step"]) for row in rows] == frame.step.tolist()
    assert text.getvalue() == (tmp_path / "a.csv").read_text(encoding="utf-8")
    stored = pq.read_table(tmp_path / "a.parquet")
    assert stored["step"].to_pylist() == frame.step.tolist()
    assert stored["run"].to_pylist() == frame.run.tolist()


def test_half_a_table_is_no_file(log, tmp_path, monkeypatch):
    """A table that could not be written to its end leaves no file that looks like one."""

    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "_csv_column", interrupted)
    with pytest.raises(KeyboardInterrupt):
        log.scalars.to_csv(tmp_path / "a.csv")

    assert list(tmp_path.glob("*.csv")) == []


def test_files_in_the_home_and_open_files(log, tmp_path, monkeypatch):
    """``~`` is the home folder; Parquet, too, goes into a file that is open."""
    monkeypatch.setenv("HOME", str(tmp_path))
    log.scalars.to_csv("~/a.csv")
    log.scalars.to_parquet("~/a.parquet")
    stored = io.BytesIO()
    log.scalars.to_parquet(stored)

    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("run,tag,step")
    assert stored.getvalue() == (tmp_path / "a.parquet").read_bytes()


def test_other_kinds_have_their_own_columns(log, tmp_path):
    """Text, images (numbered within a step) and histograms as tables of every form."""
    assert log.text.to_pandas().value.tolist() == ['ü,\n"quoted"']
    images = log.images.to_pandas()
    assert images["sample"].tolist() == [0, 1]
    assert images.format.tolist() == ["png", "png"]
    assert images.step.tolist() == [3, 3]
    assert images.data[0] == log.images["a", "picture"][0].data
    assert log.histograms.to_polars()["count"].to_list() == [[2.0]]
    assert log.histograms.to_arrow()["right"].to_pylist() == [[1.0]]
    log.images.to_csv(tmp_path / "images.csv")
    with (tmp_path / "images.csv").open(newline="") as file:
        (first, _) = csv.DictReader(file)
    assert base64.b64decode(first["data"]) == images.data[0]
    log.images.to_parquet(tmp_path / "images.parquet")
    assert pq.read_table(tmp_path / "images.parquet")["data"].to_pylist()[1] == images.data[1]


def test_one_series_as_a_table(log):
    """A series gives its points without its names."""
    assert list(log.scalars["a", "loss"].to_pandas().columns) == NAMES[2:]
    assert log.text["a", "note"].to_polars().columns == NAMES[2:]
    assert log.scalars["b", "loss"].to_arrow()["step"].to_pylist() == [2**62 + 1]


def test_nothing_is_an_empty_table(log):
    """Selections without series are tables without rows, with their columns."""
    nothing = log.scalars.select(tags="nothing")

    assert list(nothing.to_pandas().columns) == NAMES
    assert len(nothing.to_pandas()) == len(nothing.to_polars()) == nothing.to_arrow().num_rows == 0
    for kind in ("text", "images", "histograms"):
        of_kind = log.collection(kind)
        columns = list(of_kind.to_pandas().columns)
        assert list(of_kind.select("nothing").to_pandas().columns) == columns
        assert of_kind.select("nothing").to_polars().columns == columns
        assert of_kind.select("nothing").to_arrow().column_names == columns
    assert "data" in log.audio.to_pandas()


def test_tensors_of_unlike_types_in_one_table(logs, tmp_path):
    """Where the values of a column have no common type, polars and Arrow have them as CSV does."""
    logs.tensor("run", "a", "tensors", np.array([1 + 2j]))
    logs.tensor("run", "b", "tensors", np.array([b"text"], object))
    logs.tensor("run", "c", "tensors", np.array([2**64 - 1], np.uint64))
    tensors = logs.open().tensors
    texts = ['["(1+2j)"]', '["dGV4dA=="]', "[18446744073709551615]"]

    assert tensors.to_pandas().value.tolist() == [[1 + 2j], [b"text"], [2**64 - 1]]
    assert tensors.to_polars()["value"].to_list() == texts
    assert tensors.to_arrow()["value"].to_pylist() == texts
    assert tensors.select("c").to_arrow()["value"].to_pylist() == texts[2:]
    tensors.to_csv(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == texts
    tensors.to_parquet(tmp_path / "t.parquet")


def test_names_that_are_not_utf8(logs):
    """Bytes of a name that are no text survive in pandas and are replaced elsewhere."""
    logs.scalars("run", "plain", [1.0])
    file = logs.file()
    file.write_bytes(_retagged(file.read_bytes(), b"plain", b"pl\xffin"))
    log = logs.open()
    (key,) = log.scalars.keys

    assert key.tag.encode("utf-8", "surrogateescape") == b"pl\xffin"
    assert log.scalars.to_pandas().tag.tolist() == [key.tag]
    assert log.scalars.to_polars()["tag"].to_list() == ["pl\ufffdin"]
    assert log.scalars.to_arrow()["tag"].to_pylist() == ["pl\ufffdin"]


def _retagged(record, old, new):
    from tests.logdir.conftest import framed

    return framed(record[12:-4].replace(old, new))


@pytest.mark.parametrize(
    ("package", "extra", "method"),
    [
        ("pandas", "pandas", "to_pandas"),
        ("polars", "polars", "to_polars"),
        ("pyarrow", "arrow", "to_arrow"),
    ],
)
def test_a_missing_extra_names_its_cure(log, monkeypatch, package, extra, method):
    """Without the package the error says what to install."""
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(nbboard.MissingExtraError, match=rf"pip install 'nbboard\[{extra}\]'"):
        getattr(log.scalars, method)()


def test_a_missing_extra_is_named_as_it_is_installed(log, monkeypatch, tmp_path):
    """Parquet needs a module of pyarrow; what is missing is pyarrow."""
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(nbboard.MissingExtraError, match=r"^pyarrow is not installed"):
        log.scalars.to_parquet(tmp_path / "scalars.parquet")
