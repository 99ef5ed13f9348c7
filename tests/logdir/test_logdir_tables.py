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
from tensorboard.compat.proto import summary_pb2

import nbboard
from nbboard.logdir import table_csv

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


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_interrupted_table_leaves_no_half_file_and_loses_no_old_one(
    log, tmp_path, monkeypatch, form
):
    """What could not be written to its end leaves the old file, and nothing beside it."""
    save = getattr(log.scalars, f"to_{form}")

    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(table_csv, "_csv_column", interrupted)
    monkeypatch.setattr(pq, "write_table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "new")
    (tmp_path / "old").write_bytes(b"the one before")
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "old")

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["old"]
    assert (tmp_path / "old").read_bytes() == b"the one before"


def test_a_table_replaces_the_file_that_a_link_leads_to(log, tmp_path):
    """A link stays a link, rights stay, and an error names the file that was asked for."""
    real = tmp_path / "real.csv"
    real.write_text("old")
    real.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(real)
    log.scalars.to_csv(tmp_path / "link.csv")

    assert (tmp_path / "link.csv").is_symlink()
    assert real.read_text().startswith("run,tag,step")
    assert real.stat().st_mode & 0o777 == 0o640
    with pytest.raises(FileNotFoundError, match=r"nowhere/a\.csv"):
        log.scalars.to_csv(tmp_path / "nowhere" / "a.csv")


def test_spreadsheets_take_no_text_for_a_formula_where_it_is_asked_for(logs):
    """safe=True puts an apostrophe before such text and spells out control characters."""
    for run, tag in (("=cmd|x", "\x1b[31mred"), ("-1+2", "@sum"), ("ok", " +1")):
        logs.scalars(run, tag, [-1.5])
    log = logs.open()
    plain, safe = io.StringIO(), io.StringIO()
    log.scalars.to_csv(plain)
    log.scalars.to_csv(safe, safe=True)

    names = {(row["run"], row["tag"]) for row in csv.DictReader(io.StringIO(plain.getvalue()))}
    kept = {(row["run"], row["tag"]) for row in csv.DictReader(io.StringIO(safe.getvalue()))}
    assert names == {("=cmd|x", "\x1b[31mred"), ("-1+2", "@sum"), ("ok", " +1")}
    assert kept == {("'=cmd|x", "\\x1b[31mred"), ("'-1+2", "'@sum"), ("ok", "' +1")}
    assert {row["value"] for row in csv.DictReader(io.StringIO(safe.getvalue()))} == {"-1.5"}


def test_times_as_dates(logs):
    """Dates are in UTC and exact; milliseconds and the like are read as such; no date is NaT."""
    clocks = [1.7e9 + 0.25, 1.7e12, 1.7e15, 1.7e18, float("nan"), float("inf"), 1e300, -1e12]
    for step, clock in enumerate(clocks):
        one = summary_pb2.Summary.Value(tag="loss", simple_value=1.0)
        logs.event("run", step=step, wall_time=clock, summary=summary_pb2.Summary(value=[one]))
    scalars = logs.open().scalars

    times = scalars.to_pandas(times="datetime").wall_time

    assert str(times.dt.tz) == "UTC"
    assert times[0].isoformat() == "2023-11-14T22:13:20.250000+00:00"
    assert [time.isoformat() for time in times[1:4]] == ["2023-11-14T22:13:20+00:00"] * 3
    assert times[4:].isna().all()
    assert scalars.to_polars(times="datetime")["wall_time"].null_count() == 4
    assert scalars.to_arrow(times="datetime")["wall_time"].null_count == 4
    assert scalars["run", "loss"].to_pandas(times="datetime").wall_time[0] == times[0]
    with pytest.raises(nbboard.UsageError, match="'seconds' or 'datetime'"):
        scalars.to_pandas(times="date")


def test_a_wide_table_has_a_column_a_series(logs):
    """One row a step; runs are the columns of one tag; restarted points are left out."""
    logs.scalars("a", "loss", [1, 2, 3, 20, 30], steps=[0, 1, 2, 1, 2])
    logs.scalars("b", "loss", [5, 6, 7], steps=[1, 1, 3])
    logs.scalars("b", "acc", [0.5], steps=[3])
    scalars = logs.open().scalars

    wide = scalars["loss"].to_pandas(wide=True)
    both = scalars.to_pandas(wide=True)

    assert wide.columns.tolist() == ["a", "b"]
    assert wide.index.tolist() == [0, 1, 2, 3]
    assert wide["a"].tolist()[:3] == [1, 20, 30]
    assert np.array_equal(wide["b"], [np.nan, 6, np.nan, 7], equal_nan=True)
    assert both.columns.tolist() == [("a", "loss"), ("b", "acc"), ("b", "loss")]
    assert len(scalars.select(tags="none").to_pandas(wide=True)) == 0


def test_whole_numbers_stay_whole(logs):
    """A table of nothing but whole numbers has int64 values; with others it has float64."""
    for step, value in enumerate([2**60 + 1, 7]):
        logs.tensor("run", "count", "scalars", np.array(value, np.int64), step=step)
    logs.scalars("run", "loss", [0.5])
    scalars = logs.open().scalars

    assert scalars["count"].to_pandas().value.tolist() == [2**60 + 1, 7]
    assert str(scalars["count"].to_pandas().value.dtype) == "int64"
    assert scalars["count"].to_polars()["value"].to_list() == [2**60 + 1, 7]
    assert scalars["count"].to_pandas(wide=True)["run"].tolist() == [2**60 + 1, 7]
    assert str(scalars.to_pandas().value.dtype) == "float64"


def test_groups_are_only_those_that_there_are(logs):
    """Grouping by run and tag invents no series, whatever pandas does with categories."""
    for run, tags in (("a", ("loss", "acc")), ("b", ("reward",))):
        for tag in tags:
            logs.scalars(run, tag, [1.0, 2.0])
    scalars = logs.open().scalars

    assert len(scalars.to_pandas().groupby(["run", "tag"]).value.last()) == 3
    assert str(scalars.to_pandas(categories=True).run.dtype) == "category"
    assert str(scalars.to_pandas(categories=False).run.dtype) != "category"


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
