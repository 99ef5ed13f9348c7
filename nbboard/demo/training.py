"""Train one run, or the grid."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nbboard.demo import digits as data
from nbboard.demo.embedding import is_due
from nbboard.demo.histograms import layers
from nbboard.demo.journal import Journal
from nbboard.demo.network import Adam, Array, Network, Optimizer, Sgd, cross_entropy, learning_rate
from nbboard.demo.profiler import StepProfiler
from nbboard.demo.settings import GRID, Settings
from nbboard.progress import Bar

__all__ = ["Trained", "train", "train_one"]

BATCH = 32
_SAVED = "*tfevents*"
#: The steps that are profiled, of one run of each trial.
PROFILED = range(40, 46)


@dataclass(frozen=True)
class Trained:
    """A run of the demo, when it has ended.

    Attributes
    ----------
    run
        Its name, which is its folder's below the logdir.
    accuracy
        The share of the validation digits that are recognised; NaN for a run that was there before.
    seconds
        How long it took; 0 for a run that was there before.
    """

    run: str
    accuracy: float
    seconds: float


def train(
    logdir: str | os.PathLike[str] = "logs",
    *,
    runs: Sequence[Settings] = GRID,
    again: bool = False,
    progress: bool = True,
) -> list[Trained]:
    """Train small networks on handwritten digits and log all of it below *logdir*.

    The curves are the same every time: all randomness is seeded. A run that is there already is
    left alone.

    Parameters
    ----------
    logdir
        The folder for the runs, made if need be.
    runs
        What to train: the demo's own grid of eight trials, one of them with five seeds.
    again
        Whether runs that are there already are removed and trained again.
    progress
        Whether to show a progress bar.

    Returns
    -------
    list of Trained
        One for each of *runs*.

    Raises
    ------
    MissingExtraError
        The extra ``demo`` is not installed: ``pip install 'nbboard[demo]'``.

    Examples
    --------
    >>> from nbboard import demo
    >>> demo.train("logs")  # doctest: +SKIP
    """
    root = Path(logdir)
    if again:
        for settings in runs:
            _remove(root / settings.run)
    missing = {settings.run for settings in runs if not _is_there(root / settings.run)}
    if missing:
        data.load()  # before the bar, so that a missing extra is told in one line
    trained = []
    with _bar(sum(item.epochs for item in runs if item.run in missing), progress) as bar:
        for settings in runs:
            if settings.run not in missing:
                trained.append(Trained(settings.run, float("nan"), 0.0))
                continue
            if bar is not None:
                bar.describe(settings.run)
            trained.append(_run(root, settings, bar))
        if bar is not None:
            bar.describe(f"{len(missing)} runs in {root}")
    if progress and not missing:
        print(f"{len(trained)} runs in {root}: there already, and left alone")  # noqa: T201
    return trained


def train_one(
    logdir: str | os.PathLike[str] = "logs",
    *,
    again: bool = False,
    progress: bool = True,
    **settings: Any,
) -> Trained:
    """Train one network with settings of your own: ``train_one("logs", units=256, epochs=30)``.

    Parameters
    ----------
    logdir
        The folder for the run's folder.
    again
        Whether a run of that name is removed first; otherwise it must not be there yet.
    progress
        Whether to show a progress bar.
    **settings
        The fields of :class:`~nbboard.demo.Settings`.

    Returns
    -------
    Trained
        The run's name and how well it does.

    Raises
    ------
    FileExistsError
        There is a run of that name.
    MissingExtraError
        The extra ``demo`` is not installed: ``pip install 'nbboard[demo]'``.
    """
    wanted = Settings(**settings)
    folder = Path(logdir) / wanted.run
    if again:
        _remove(folder)
    if _is_there(folder):
        raise FileExistsError(f"{folder} holds a run already. Pass again=True to train it anew.")
    with _bar(wanted.epochs, progress) as bar:
        if bar is not None:
            bar.describe(wanted.run)
        return _run(Path(logdir), wanted, bar)


def _run(root: Path, settings: Settings, bar: Bar | None) -> Trained:
    """Train one network, one step of *bar*, if any, for each epoch."""
    training, validation = data.load()
    random = np.random.default_rng(settings.seed)
    network = Network(settings.units, settings.dropout, random)
    parameters = network.parameters
    optimizers: dict[str, Callable[[dict[str, Array]], Optimizer]] = {"adam": Adam, "sgd": Sgd}
    optimizer = optimizers[settings.optimizer](parameters)
    batches = len(training.labels) // BATCH
    steps = settings.epochs * batches
    step, started, accuracy = 0, time.monotonic(), 0.0
    profiler = StepProfiler(root / settings.run, PROFILED if settings.seed == 1 else range(0))
    with _one_thread(), Journal(root / settings.run, settings, validation) as journal:
        for epoch in range(1, settings.epochs + 1):
            order = random.permutation(len(training.labels))
            right = 0
            for batch in np.split(order[: batches * BATCH], batches):
                with profiler.step(step):
                    with profiler.loading(step):
                        pixels, labels = training.pixels[batch], training.labels[batch]
                    probabilities, gradients = network.gradients(pixels, labels)
                    rate = learning_rate(step, steps, settings.peak)
                    optimizer.step(parameters, gradients, rate)
                    right += int((probabilities.argmax(axis=1) == labels).sum())
                    loss = float(cross_entropy(probabilities, labels).mean())
                    journal.batch(step, loss, rate, gradients)
                step += 1
            probabilities, hidden = network.predict(validation.pixels)
            accuracy = float((probabilities.argmax(axis=1) == validation.labels).mean())
            scalars = {
                "loss/validation": float(cross_entropy(probabilities, validation.labels).mean()),
                "accuracy/train": right / (batches * BATCH),
                "accuracy/validation": accuracy,
            }
            journal.layers(step, layers(network, gradients, validation.pixels))
            journal.shapes(step, hidden, parameters)
            journal.epoch(step, scalars, parameters, probabilities)
            if is_due(epoch, settings):
                journal.embedding(step, hidden, probabilities)
            if bar is not None:
                bar.update()
        journal.end(step)
    return Trained(settings.run, accuracy, time.monotonic() - started)


def _is_there(folder: Path) -> bool:
    return any(folder.glob(_SAVED))


def _remove(folder: Path) -> None:
    """Remove what the demo wrote into a run's folder, and nothing else."""
    for pattern in (_SAVED, "demo.*.pt.trace.json.gz"):
        for file in folder.glob(pattern):
            file.unlink()
    (folder / "projector_config.pbtxt").unlink(missing_ok=True)
    for embedding in folder.glob("[0-9]*/hidden2"):
        shutil.rmtree(embedding.parent)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep the linear algebra to one thread: the matrices are small, and threads only cost."""
    # scikit-learn, without which there is no training, brings threadpoolctl.
    limits: Any = import_module("threadpoolctl").threadpool_limits
    with limits(1):
        yield


@contextmanager
def _bar(epochs: int, progress: bool) -> Iterator[Bar | None]:
    """Open a progress bar over all epochs, unless there is nothing to do or to show."""
    if not progress or not epochs:
        yield None
        return
    bar, complete = Bar(epochs, "training", "epoch", leave=True), False
    try:
        yield bar
        complete = True
    finally:
        bar.close(complete=complete)
