"""XGBoost with a tensorboardX callback, as its users log it."""

from __future__ import annotations

import numpy as np
import pytest

import nbboard

pytestmark = pytest.mark.interop


def test_a_booster_logged_by_a_callback(writer_package, tmp_path):
    """Every round's metrics come back equal to XGBoost's own record of them."""
    xgboost = writer_package("xgboost")
    writer_class = writer_package("tensorboardX").SummaryWriter

    class ToTensorBoard(xgboost.callback.TrainingCallback):
        """Logs each data set's metrics into a run of its own."""

        def __init__(self):
            self.writers = {}

        def after_iteration(self, model, epoch, evals_log):
            for data, metrics in evals_log.items():
                writer = self.writers.setdefault(data, writer_class(str(tmp_path / data)))
                for name, values in metrics.items():
                    writer.add_scalar(name, values[-1], epoch)
            return False

        def after_training(self, model):
            for writer in self.writers.values():
                writer.close()
            return model

    rng = np.random.default_rng(3)
    train = xgboost.DMatrix(rng.normal(size=(80, 3)), rng.integers(0, 2, 80))
    test = xgboost.DMatrix(rng.normal(size=(40, 3)), rng.integers(0, 2, 40))
    record = {}
    xgboost.train(
        {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "nthread": 1},
        train,
        num_boost_round=15,
        evals=[(train, "train"), (test, "test")],
        evals_result=record,
        callbacks=[ToTensorBoard()],
        verbose_eval=False,
    )

    log = nbboard.open(tmp_path)

    assert set(log.runs) == {"train", "test"}
    for data, metrics in record.items():
        for name, values in metrics.items():
            series = log.scalars[data, name]
            assert series.step.tolist() == list(range(15))
            assert np.array_equal(series.value, np.array(values, np.float32))
