"""The collection of hyperparameters: trials as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from nbboard.errors import DamagedError, Problem, UndecodableError
from nbboard.kinds.hparams.goals import lower_is_better
from nbboard.kinds.hparams.messages import Experiment, SessionEnd, SessionStart, decode_hparams
from nbboard.kinds.hparams.sessions import Affected, RunHparams, SessionIndex
from nbboard.kinds.hparams.trials import MetricValue, TrialOptions, Trials, make_trials
from nbboard.logdir import table as tables
from nbboard.logdir.collections import Values
from nbboard.text import natural_key

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from nbboard.kinds.hparams.messages import HParamValue
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
        self._index = SessionIndex()
        self._of_runs: dict[str, Mapping[str, HParamValue]] = {}
        self._logged: dict[str, RunHparams] = {}
        self._logged_version = -1
        # Thousands of runs declare the same experiment: it is decoded once.
        self._decoded: dict[bytes, Experiment] = {}

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
            The name of that metric, ``"tag"`` or ``"group/tag"``; if None the one that
            trials are judged by: validation before training, accuracy before loss.
        metrics
            ``"declared"``: those that the experiments declare, or, where none declares
            any, every scalar; ``"all"``: every scalar in the sessions' runs.

        Raises
        ------
        UsageError
            If a parameter is none of these.
        """
        options = TrialOptions(aggregation, metric, metrics)
        self.update(self._index)
        return make_trials(self._index, self._last, options)

    def by_run(self) -> dict[str, dict[str, Any]]:
        """Return the hyperparameters of each run; those of a trial hold for all of its runs."""
        found: dict[str, dict[str, Any]] = {}
        for trial in self.trials().rows:
            for session in trial.sessions:
                for run in (session.run, *session.runs):
                    found[run] = dict(trial.hparams)
        return found

    @staticmethod
    def lower_is_better(metric: str) -> bool:
        """Tell from a metric's name whether less of it is better, as of losses and errors."""
        return lower_is_better(metric)

    def update(self, index: SessionIndex) -> Affected:
        """Bring an index of sessions up to date, at the cost of what changed since.

        Returns
        -------
        Affected
            The sessions and trials that are not what they were.
        """
        version = self.log.version
        changed = self.log.changed_runs(index.version) if index.version >= 0 else None
        logged = self.logged()
        if changed is None:
            changed = frozenset((*index.logged, *index.known_runs, *self.log.runs, *logged))
        index.version = version
        if not changed:
            return Affected(frozenset(), frozenset())
        tags = {run: self._scalar_tags(run) for run in changed}
        return index.update({run: logged.get(run) for run in changed}, tags)

    def _scalar_tags(self, run: str) -> list[str] | None:
        """Return the scalar tags of a run, None if there is no such run."""
        try:
            return self.log.store.tags_of(run, "scalars")
        except KeyError:
            return None

    def _series_of(self, run: str) -> tuple[SeriesKey, ...] | None:
        try:
            return self.log.store.series_of(run)
        except KeyError:
            return None

    def of_runs(self) -> dict[str, Mapping[str, HParamValue]]:
        """Return the hyperparameters of each run: those of its trial, for all runs of it.

        After a change it costs what changed, but for a look at each run.
        """
        affected = self.update(self._index)
        index = self._index
        if affected.groups or not self._of_runs:
            found: dict[str, Mapping[str, HParamValue]] = {}
            for sessions in index.groups.values():
                start = index.logged[sessions[0]].start
                given: Mapping[str, HParamValue] = start.hparams if start else {}
                for session in sessions:
                    found.update(dict.fromkeys((session, *index.runs[session]), given))
            self._of_runs = found
        return self._of_runs

    def logged(self) -> dict[str, RunHparams]:
        """Return what each run says, by run; as in TensorBoard the first of a tag counts."""
        version = self.log.version
        if self._logged_version == version:
            return self._logged
        changed = None
        if self._logged_version >= 0:
            changed = self.log.changed_runs(self._logged_version)
        keys = self.keys if changed is None else self._keys_in(changed)
        found: dict[str, dict[str, Any]] = {}
        for key in keys:
            try:
                said = self._first(key)
            except (DamagedError, UndecodableError) as error:
                file, offset = self._series(key).place(0)
                reason = f"hyperparameters {key.tag!r}: {error}"
                self.log.note_problem(Problem(file, offset, reason, 0), key.run)
                continue
            found.setdefault(key.run, {}).setdefault(_FIELDS[type(said)], said)
        fresh = {run: RunHparams(**fields) for run, fields in found.items()}
        if changed is None:
            self._logged = fresh
        else:
            for run in changed:
                self._logged.pop(run, None)
            self._logged.update(fresh)
        self._logged_version = version
        return self._logged

    def _keys_in(self, runs: Iterable[str]) -> list[SeriesKey]:
        """Return the series of this collection in some runs, as far as these are there."""
        keys = self.narrow(key for run in runs for key in self._series_of(run) or ())
        return sorted(keys, key=lambda key: natural_key(key.tag))

    def _first(self, key: SeriesKey) -> Said:
        metadata = self.log.store.metadata(key.run, key.tag, key.plugin)
        content = b"" if metadata is None else metadata.plugin_data.content
        if not content:
            first: Said = self._series(key)[0]
            return first
        # The index has it already: no file is opened.
        said: Said = (
            decode_hparams(content) if (held := self._decoded.get(content)) is None else held
        )
        if isinstance(said, Experiment):
            self._decoded[content] = said
        return said

    def _last(self, run: str, tag: str) -> MetricValue | None:
        try:
            columns = self.log.store.scalar(run, tag)
        except KeyError:
            return None
        if not len(columns.step):
            return None
        # As it was logged: an integer stays one, whatever its size.
        value = columns.value[-1].item()
        return MetricValue(value, int(columns.step[-1]), float(columns.wall_time[-1]))

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
            NaN), and so is a metric; :meth:`trials` tells these from a NaN or None that
            was logged. Lists and mappings are their JSON text.

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

    def to_csv(
        self, path: str | os.PathLike[str] | TextIO, *, safe: bool = False, **options: Any
    ) -> None:
        """Write one row a trial as CSV to `path`, which may be an open text file; see :meth:`to_pandas`.

        `safe` keeps text from being a formula of a spreadsheet.
        """
        from nbboard.logdir.table_csv import to_csv

        to_csv(self._trials_table(**options), path, safe=safe)

    def to_parquet(self, path: str | os.PathLike[str] | BinaryIO, **options: Any) -> None:
        """Write one row a trial as Parquet to `path`, or a binary file; see :meth:`to_pandas`."""
        tables.to_parquet(self._trials_table(**options), path)


def _free(name: str, prefix: str, table: tables.Table) -> str:
    """Return a name that no column has yet."""
    while name in table:
        name = f"{prefix}/{name}"
    return name
