"""The table of runs of plain folders."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.plugins.hparams import summary_v2

import nbboard
from nbboard.errors import UsageError
from nbboard.logdir.runs_table import order_of


def trial(logs, run, lr, accuracy, optimizer="adam"):
    """Log a run with hyperparameters and one curve."""
    logs.event(run, summary=summary_v2.hparams_pb({"lr": lr, "optimizer": optimizer}))
    logs.scalars(run, "val/accuracy", accuracy)


@pytest.fixture
def table(logs):
    """Three trials and a run without hyperparameters."""
    trial(logs, "run2", 0.1, [0.1, 0.9, 0.5])
    trial(logs, "run10", 0.01, [0.2, float("nan"), 0.7])
    trial(logs, "run1", 0.001, [0.3, 0.4], optimizer="it's 'sgd'")
    logs.scalars("plain", "val/loss", [3.0, 1.0, 2.0])
    return logs.open().runs_table


def names(table):
    """Return the runs in order."""
    return table.page(0, len(table), ["run"])["run"].tolist()


def test_columns_are_hyperparameters_and_metrics(table):
    """Each hyperparameter and the last, best and mean of each scalar is a column."""
    assert table.columns == {
        "run": "text",
        "path": "text",
        "writer": "text",
        "kinds": "text",
        "first": "float64",
        "last": "float64",
        "points": "int64",
        "damaged": "int64",
        "hp.lr": "float64",
        "hp.optimizer": "text",
        "val/loss": "float64",
        "val/accuracy": "float64",
        "best.val/loss": "float64",
        "best.val/accuracy": "float64",
        "mean.val/loss": "float64",
        "mean.val/accuracy": "float64",
    }


def test_best_goes_by_the_name_and_leaves_out_what_is_not_finite(table):
    """The best loss is the lowest, the best accuracy the highest of the finite ones."""
    page = table.where("run in ('plain', 'run10')").page(0, 2)

    assert page["best.val/loss"][0] == 1.0
    assert np.isclose(page["best.val/accuracy"][1], 0.7)
    assert np.isclose(page["mean.val/accuracy"][1], 0.45)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("hp.lr < 0.1", ["run1", "run10"]),
        ("hp.lr < 0.1 and val/accuracy > 0.5", ["run10"]),
        ("not hp.lr < 0.1", ["plain", "run2"]),
        ("hp.optimizer = 'it''s ''sgd'''", ["run1"]),
        ("hp.lr is missing or run = 'run2'", ["plain", "run2"]),
        ("run contains 'RUN1'", ["run1", "run10"]),
        ('"hp.lr" in (0.1, 1e-3)', ["run1", "run2"]),
        ("hp.lr not in (0.1, 1e-3) and hp.lr is not missing", ["run10"]),
        ("(run = 'plain' or run = 'run1') and points >= 3", ["plain", "run1"]),
    ],
)
def test_conditions(table, condition, expected):
    """Rows that fulfil a condition remain, in their order; what is missing fulfils none."""
    assert names(table.where(condition)) == expected


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("hp.lr <", "a number"),
        ("hp.lr < 0.1; drop table runs", "not understood"),
        ("hp.lr = lr", "a number"),
        ("hp.rl < 0.1", "did you mean"),
        ("hp.lr = 'small'", "holds numbers"),
        ("run = 3", "single quotes"),
        ("(run = 'a'", "expected"),
        ("run = 'a' run = 'b'", "'and' or 'or'"),
        ("1 = 1", "the name of a column"),
        ("(" * 200 + "run = 'a'" + ")" * 200, "nested"),
    ],
)
def test_what_is_no_condition_is_refused(table, condition, said):
    """The message says what is wrong and where."""
    with pytest.raises(UsageError, match=said):
        table.where(condition)


def test_top_is_the_best_first(table):
    """The best by a metric, without the runs that have none."""
    assert names(table.top("val/accuracy", 2)) == ["run10", "run2"]
    assert names(table.top("val/loss")) == ["plain"]
    with pytest.raises(UsageError, match="no numbers"):
        table.top("hp.optimizer")


def test_sorting_keeps_missing_last_and_names_natural(table):
    """Names are in natural order; what is missing is last in both directions."""
    assert names(table.sort("run", descending=True)) == ["run10", "run2", "run1", "plain"]
    assert names(table.sort("hp.lr")) == ["run1", "run10", "run2", "plain"]
    assert names(table.sort("hp.lr", descending=True))[-1] == "plain"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_equal_numbers_keep_their_order(kind, descending):
    """As a stable sort has them, missing ones last, however many are equal."""
    values = np.random.default_rng(1).integers(-20, 20, 5_000).astype(kind)
    if kind is np.float64:
        values[::7] = np.nan
        values[::11] = np.inf
    key = {False: lambda at: values[at], True: lambda at: -values[at]}[descending]
    there = [at for at in range(len(values)) if values[at] == values[at]]
    missing = [at for at in range(len(values)) if values[at] != values[at]]

    assert order_of(values, descending).tolist() == sorted(there, key=key) + missing


def test_a_table_is_that_of_the_last_refresh(logs):
    """After a refresh the log has another table."""
    logs.scalars("a", "loss", [1.0])
    log = nbboard.open(logs.root)
    before = log.runs_table

    assert log.runs_table is before

    logs.scalars("b", "loss", [2.0])
    log.refresh()

    assert names(log.runs_table) == ["a", "b"]
    assert len(before) == 1


def test_a_table_goes_into_a_data_frame(table):
    """All rows and columns, with what is missing as such."""
    frame = table.to_pandas()

    assert frame["run"].tolist() == ["plain", "run1", "run2", "run10"]
    assert frame["hp.optimizer"].isna().tolist() == [True, False, False, False]


def test_a_folder_without_runs_has_an_empty_table(tmp_path):
    """There are the columns that there always are, and no rows."""
    table = nbboard.open(tmp_path).runs_table

    assert len(table) == 0
    assert len(table.where("points > 3").sort("run")) == 0
