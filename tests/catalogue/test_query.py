"""The table of runs of a catalogue: the same answers as in memory, and nothing but these."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from tensorboard.plugins.hparams import summary_v2

import nbboard
from nbboard.catalogue.query import connect
from nbboard.catalogue.rows import RunRows
from nbboard.catalogue.tables import Tables, names_of
from nbboard.errors import UsageError
from tests.catalogue.conftest import columns_equal

HOSTILE = "x'); DROP TABLE runs; --"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The tables of runs of some logs, in memory and of their catalogue."""
    from tests.logdir.conftest import Logs

    root = tmp_path_factory.mktemp("query")
    logs = Logs(root / "logs")
    for i in range(12):
        hparams = {"lr": 10.0 ** -(i % 5), "LR": float(i), "on": i % 2 == 0, HOSTILE: f"a'{i % 3}"}
        hparams["mixed"] = [1.5, "1.5", True][i % 3]
        run = f"run_{i}"
        logs.event(run, summary=summary_v2.hparams_pb(hparams))
        logs.scalars(run, "val/accuracy", [0.1, (i * 7 % 12) / 12])
        logs.scalars(run, "Val/Accuracy", [-1.0 * i])
        logs.scalars(run, "points", [float("nan")] if i == 3 else [float(i)])
    logs.scalars("Überlauf \x07", "val/loss", [2.0, 1.0])
    nbboard.index(logs.root, str(root / "catalogue"))
    return nbboard.open(logs.root).runs_table, nbboard.open(str(root / "catalogue")).runs_table


def assert_same(one, other):
    """Check that two tables have the same rows in the same order."""
    assert len(one) == len(other)
    pages = [table.page(0, len(table)) for table in (one, other)]
    assert set(pages[0]) == set(pages[1])
    for name, column in pages[0].items():
        assert columns_equal(column, pages[1][name]), name


def test_columns_are_those_of_the_logs(tables):
    """Names that differ in case only, or hold anything, are columns of their own."""
    one, other = tables

    assert set(one.columns.items()) == set(other.columns.items())
    assert other.columns[f"hp.{HOSTILE}"] == "text"
    assert other.columns["hp.mixed"] == "text"
    assert {"hp.lr", "hp.LR", "val/accuracy", "Val/Accuracy", "last.points"} <= set(other.columns)
    assert_same(one, other)


@pytest.mark.parametrize(
    "condition",
    [
        "hp.lr < 0.1",
        "hp.LR < 3 and not hp.lr < 0.1",
        "hp.on = true or val/accuracy > 0.5",
        "hp.on != true",
        "hp.mixed = '1.5'",
        "hp.mixed in ('true', 'nothing')",
        f"\"hp.{HOSTILE}\" = 'a''1'",
        f"\"hp.{HOSTILE}\" contains 'A''2'",
        "last.points is missing",
        "last.points > 2",
        "not last.points > 2",
        "hp.lr is not missing and run contains 'RUN_1'",
        "run in ('run_1', 'run_2', 'nobody')",
        "points >= 4",
        "run = ''' or ''1'' = ''1'",
    ],
)
def test_conditions_mean_the_same(tables, condition):
    """A catalogue's rows that fulfil a condition are those of the logs in memory."""
    one, other = (table.where(condition) for table in tables)

    assert_same(one, other)


def test_order_top_and_what_follows_mean_the_same(tables):
    """Sorting, the best, and conditions on these."""
    for ask in (
        lambda t: t.sort("run", descending=True),
        lambda t: t.sort("last.points", descending=True),
        lambda t: t.sort("hp.on").sort("hp.lr"),
        lambda t: t.top("val/accuracy", 5),
        lambda t: t.top("val/loss"),
        lambda t: t.top("val/accuracy", 5).where("hp.lr < 1"),
        lambda t: t.top("val/accuracy", 5).sort("hp.LR").top("Val/Accuracy", 2),
        lambda t: t.where("hp.lr < 1").top("best.val/accuracy", 3, smallest=True),
    ):
        assert_same(*map(ask, tables))


def test_a_page_is_a_slice(tables):
    """Rows from a place to another, of the columns that are asked for."""
    one, other = (table.sort("hp.LR").page(3, 6, ["run", "hp.on"]) for table in tables)

    assert other["run"].tolist() == one["run"].tolist() == ["run_3", "run_4", "run_5"]
    assert other["hp.on"].tolist() == [False, True, False]
    assert len(tables[1].page(10, 99, ["run"])["run"]) == 3
    assert len(tables[1].top("val/accuracy", 2).page(0, 9, ["run"])["run"]) == 2


@pytest.mark.parametrize("local", [True, False])
def test_columns_are_read_ahead_of_a_folder_only(tables, local, monkeypatch):
    """An order finds its column read; from an object store nothing comes that nobody asked for."""
    monkeypatch.setattr(Tables, "is_local", local)
    known, other = tables
    rows = RunRows(other._snapshot._tables, names_of(other._snapshot._table), {})
    rows.read_ahead(["run", "last/points"])
    for thread in threading.enumerate():
        if thread.name == "nbboard-ahead":
            thread.join(30)

    assert list(rows._columns) == (["run", "last/points"] if local else [])
    expected = known.sort("points", descending=True).page(0, 13, ["run"])["run"].tolist()
    assert other.sort("points", descending=True).page(0, 13, ["run"])["run"].tolist() == expected


def test_a_relation_is_for_sql(tables):
    """It has the columns by name, filtered and in order."""
    relation = tables[1].where("hp.lr < 0.1").sort("hp.LR", descending=True).relation
    found = relation.filter('"last.points" > 2').limit(2).fetchall()

    assert relation.columns[0] == "run"
    every = tables[1].relation.limit(3).fetchall()
    assert [row[0] for row in every] == tables[1].page(0, 3, ["run"])["run"].tolist()
    assert len(found) == 2
    assert len(tables[0].where("hp.lr < 0.1").relation.fetchall()) == 6


@pytest.mark.parametrize("condition", ["1=1", "run = 'a' --", "run = (select 1)", "hp.nothing = 1"])
def test_what_is_no_condition_never_reaches_the_database(tables, condition):
    """It is refused before there is any SQL."""
    with pytest.raises(UsageError):
        tables[1].where(condition)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/nbboard-copied.csv'",
        "ATTACH '/tmp/nbboard-attached.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET python_enable_replacements = true",
        "SELECT * FROM local_variable",
    ],
)
def test_the_database_reaches_nothing_else(statement):
    """No file, no extension, no setting, no variable of Python, even for somebody's own SQL."""
    import duckdb
    import pyarrow as pa

    local_variable = pa.table({"x": [1]})
    cursor = connect().cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute(statement)
    assert local_variable.num_rows == 1


def test_rows_are_those_of_their_commit(logs, catalogue):
    """A table stays as it was while the catalogue goes on."""
    logs.scalars("a", "loss", [1.0])
    nbboard.index(logs.root, catalogue)
    log = nbboard.open(catalogue)
    before = log.runs_table
    logs.scalars("b", "loss", [2.0])
    nbboard.index(logs.root, catalogue)

    assert len(before.where("points > 0")) == 1
    log.refresh()
    assert log.runs_table.page(0, 2)["loss"].tolist() == [1.0, 2.0]
    assert np.isnan(log.runs_table.page(0, 1)["first"][0]) == np.False_
