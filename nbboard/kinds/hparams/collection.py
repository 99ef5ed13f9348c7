"""The collection of hyperparameters: trials as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from nbboard.errors import DamagedError, Problem, UndecodableError
from nbboard.kinds.hparams.messages import Experiment, SessionEnd, SessionStart, decode_hparams
from nbboard.kinds.hparams.trials import MetricValue, RunHparams, TrialOptions, Trials, make_trials
from nbboard.logdir import table as tables
from nbboard.logdir.collections import Values

if TYPE_CHECKING:
    import os

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from nbboard.series.store import SeriesKey

__all__ = ["HParams"]

Said = Experiment | SessionStart | SessionEnd

_FIELDS = {Experiment: "experiment", SessionStart: "start", SessionEnd: "end"}


class HParams(Values[Any]):
    """The hyperparameters of a logdir: one row a trial.

    As a collection of series it holds what was logged, message by message; as a table
    (:meth:`to_pandas` and the others) and in :meth:`trials` it is what TensorBoard's
    HParams dashboard makes of it.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._said: tuple[int, dict[str, RunHparams]] | None = None

    def trials(
        self, *, aggregation: str = "avg", metric: str | None = None, metrics: str = "declared"
    ) -> Trials:
        """Return the trials: sessions grouped by their group name.

        Parameters
        ----------
        aggregation
            How the metrics of several sessions become one: ``"avg"`` averages each;
            ``"median"`` (the lower one), ``"min"`` and ``"max"`` take all metrics from
            the one session whose `metric` is that.
        metric
            The name of that metric, ``"tag"`` or ``"group/tag"``; the first if None.
        metrics
            ``"declared"``: those that the experiments declare, or, where none declares
            any, every scalar; ``"all"``: every scalar in the sessions' runs.

        Raises
        ------
        UsageError
            If a parameter is none of these.
        """
        options = TrialOptions(aggregation, metric, metrics)
        tags: dict[str, list[str]] = {run: [] for run in self.log.runs}
        for key in self.log.keys_of("scalars"):
            tags.setdefault(key.run, []).append(key.tag)
        return make_trials(self._logged(), tags, self._last, options)

    def _logged(self) -> dict[str, RunHparams]:
        """Read what each run says; as in TensorBoard the first of a tag counts."""
        version = self.log.version
        if self._said is None or self._said[0] != version:
            self._said = (version, self._read_logged())
        return self._said[1]

    def _read_logged(self) -> dict[str, RunHparams]:
        # Thousands of runs declare the same experiment: it is decoded once.
        decoded: dict[bytes, Said] = {}
        found: dict[str, dict[str, Any]] = {}
        for key in self.keys:
            try:
                said = self._first(key, decoded)
            except (DamagedError, UndecodableError) as error:
                file, offset = self._series(key).place(0)
                reason = f"hyperparameters {key.tag!r}: {error}"
                self.log.note_problem(Problem(file, offset, reason, 0), key.run)
                continue
            found.setdefault(key.run, {}).setdefault(_FIELDS[type(said)], said)
        return {run: RunHparams(**found[run]) for run in found}

    def _first(self, key: SeriesKey, decoded: dict[bytes, Said]) -> Said:
        metadata = self.log.store.metadata(key.run, key.tag, key.plugin)
        content = b"" if metadata is None else metadata.plugin_data.content
        if not content:
            said: Said = self._series(key)[0]
            return said
        # The index has it already: no file is opened.
        if content not in decoded:
            decoded[content] = decode_hparams(content)
        return decoded[content]

    def _last(self, run: str, tag: str) -> MetricValue | None:
        try:
            columns = self.log.store.scalar(run, tag)
        except KeyError:
            return None
        if not len(columns.step):
            return None
        return MetricValue(
            float(columns.value[-1]), int(columns.step[-1]), float(columns.wall_time[-1])
        )

    def _trials_table(self, **options: Any) -> tables.Table:
        trials = self.trials(**options)
        table: tables.Table = {"trial": [trial.label for trial in trials.rows]}
        for info in trials.hparams:
            name = _free(info.name, "hparam", table)
            table[name] = [trial.hparams.get(info.name) for trial in trials.rows]
        for metric in trials.metrics:
            # A metric may be called like a hyperparameter.
            name = _free(metric.name, "metric", table)
            values = (trial.metrics.get(metric.name) for trial in trials.rows)
            table[name] = [float("nan") if value is None else value.value for value in values]
        return table

    def to_pandas(self, **options: Any) -> pd.DataFrame:
        """Return one row a trial: hyperparameters, then metrics.

        Parameters
        ----------
        **options
            See :meth:`trials`.

        Returns
        -------
        pandas.DataFrame
            ``trial`` names the row: the run, or the group where a trial has several
            sessions. A hyperparameter that a trial does not have is missing (None or
            NaN), and so is a metric.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return tables.to_pandas(self._trials_table(**options))

    def to_polars(self, **options: Any) -> pl.DataFrame:
        """Return one row a trial as a polars DataFrame; see :meth:`to_pandas`."""
        return tables.to_polars(self._trials_table(**options))

    def to_arrow(self, **options: Any) -> pa.Table:
        """Return one row a trial as an Arrow table; see :meth:`to_pandas`."""
        return tables.to_arrow(self._trials_table(**options))

    def to_csv(self, path: str | os.PathLike[str] | TextIO, **options: Any) -> None:
        """Write one row a trial as CSV to `path`, which may be an open text file; see :meth:`to_pandas`."""
        tables.to_csv(self._trials_table(**options), path)

    def to_parquet(self, path: str | os.PathLike[str] | BinaryIO, **options: Any) -> None:
        """Write one row a trial as Parquet to `path`, or a binary file; see :meth:`to_pandas`."""
        tables.to_parquet(self._trials_table(**options), path)


def _free(name: str, prefix: str, table: tables.Table) -> str:
    """Return a name that no column has yet."""
    while name in table:
        name = f"{prefix}/{name}"
    return name
