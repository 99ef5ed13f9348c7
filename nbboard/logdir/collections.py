"""Collections: all series of one kind, narrowed, converted, drawn or displayed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import numpy as np

from nbboard.errors import LogdirError, UsageError
from nbboard.logdir import table as tables
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.long_form import kept_rows, name_columns, value_table
from nbboard.logdir.names import (
    Filter,
    Names,
    filter_text,
    listed,
    matcher,
    names_like,
    names_near,
    names_there,
)
from nbboard.logdir.registry import kind_of_plugin
from nbboard.logdir.restarts import check_restarts
from nbboard.logdir.series import ScalarSeries, Series, ValueSeries
from nbboard.logdir.wide import wide_frame
from nbboard.text import counted, points_text, printable

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Self

    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts
    from nbboard.series.points import ScalarTable
    from nbboard.series.store import SeriesKey

__all__ = ["Collection", "Scalars", "Values"]

S = TypeVar("S", bound=Series)
T = TypeVar("T")

_SHOWN = 12
_WIDTH = 48


class Collection(Displayed, tables.Tabular, Generic[S]):
    """The series of one kind in a logdir, or a selection of them.

    It is a live query: after ``log.refresh()`` the same collection has the new
    series and points. Iterating gives the series, by run and tag in natural order.

    Attributes
    ----------
    log
        The logdir it belongs to.
    kind
        The name of its kind, for example ``"scalars"``.
    restarts
        Which points its series have: ``"keep"``, ``"latest"`` or ``"purge"``; see
        :func:`nbboard.open`.
    restarts_on_screen
        The same of views and figures that are not told: what was asked for, else ``"latest"``.
    """

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts | None,
        filters: tuple[Filter, ...] = (),
    ) -> None:
        self.log = log
        self.kind: str = kind.name
        self.restarts: Restarts = restarts or "keep"
        self.restarts_on_screen: Restarts = restarts or "latest"
        self._asked_restarts = restarts
        self._kind = kind
        self._filters = filters
        # The keys that were looked through last, and which of them belong here.
        self._cached: tuple[tuple[SeriesKey, ...], tuple[SeriesKey, ...]] | None = None
        # The keys that names were taken from last, and those names by field.
        self._named: tuple[tuple[SeriesKey, ...], dict[str, tuple[str, ...]]] = ((), {})
        # A name is matched once, however many runs have it, and however often it is asked.
        self._verdicts: dict[tuple[int, str], bool] = {}

    @property
    def _view_name(self) -> str:  # type: ignore[override]
        return self.kind

    @property
    def keys(self) -> tuple[SeriesKey, ...]:
        """Run, tag, plugin and number of points of each series, without reading any."""
        if not self._filters:
            return self.log.keys_of(self.kind)
        # A catalogue reads only what is asked for.
        chosen = self.log.keys_where(self.kind, self._filters)
        if chosen is not None:
            return chosen
        found = self.log.keys_of(self.kind)
        cached = self._cached
        if cached is None or cached[0] is not found:
            cached = self._cached = (found, tuple(self.narrow(found)))
        return cached[1]

    def narrow(self, keys: Iterable[SeriesKey]) -> list[SeriesKey]:
        """Return those of some series, such as a refresh's changes, that belong here."""
        kind = self.kind
        return [k for k in keys if kind_of_plugin(k.plugin).name == kind and self._passes(k)]

    def _find(self, run_tag: object) -> SeriesKey | None:
        """Return a series of this collection, None if there is none; no list is looked through."""
        if not (isinstance(run_tag, tuple) and len(run_tag) == 2):
            return None
        run, tag = run_tag
        for plugin in self._kind.plugins:
            try:
                key = self.log.store.key(run, tag, plugin)
            except (KeyError, TypeError):
                continue
            if self._passes(key):
                return key
        return None

    def _passes(self, key: SeriesKey) -> bool:
        verdicts = self._verdicts
        for number, narrowing in enumerate(self._filters):
            name = getattr(key, narrowing.field)
            verdict = verdicts.get((number, name))
            if verdict is None:
                verdict = verdicts[number, name] = narrowing.test(name)
            if not verdict:
                return False
        return True

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that have such series, in natural order."""
        return self._names("run", lambda keys: dict.fromkeys(key.run for key in keys))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the series, in natural order."""
        from nbboard.text import natural_key

        return self._names("tag", lambda keys: sorted({k.tag for k in keys}, key=natural_key))

    def _names(
        self, field: str, take: Callable[[tuple[SeriesKey, ...]], Iterable[str]]
    ) -> tuple[str, ...]:
        """Return names taken from the keys: once, while these stay the same."""
        keys = self.keys
        # Read and set as one: another thread may ask after other keys.
        known, names = self._named
        if known is not keys:
            names = {}
            self._named = keys, names
        found = names.get(field)
        if found is None:
            found = names[field] = tuple(take(keys))
        return found

    def select(
        self,
        tags: Names | None = None,
        runs: Names | None = None,
        *,
        restarts: str | None = None,
    ) -> Self:
        """Return a narrower collection.

        Parameters
        ----------
        tags, runs
            A regular expression, unanchored and case-insensitive as in TensorBoard's
            filters (one that is compiled keeps its own flags); several exact names, which
            there must be once there is anything; or a function that is called with a
            name. None does not narrow.
        restarts
            ``"keep"``, ``"latest"`` or ``"purge"``; None leaves it as it is.

        Raises
        ------
        UsageError
            If a regular expression or `restarts` is not valid, or `tags` or `runs` is
            nothing of the kind.
        LogdirError
            If there is no tag or run of one of the exact names.
        """
        filters = list(self._filters)
        for field, names in (("tag", tags), ("run", runs)):
            if names is None:
                continue
            if isinstance(names, (str, re.Pattern)) or callable(names):
                chosen: Names = names
            else:
                chosen = listed(field, names)
                self._insist(field, chosen)
            said = f"{field}s={filter_text(chosen)}"
            exact = tuple(chosen) if isinstance(chosen, list) else None
            filters.append(Filter(field, matcher(field, chosen), said, exact))
        rule = self._asked_restarts if restarts is None else check_restarts(restarts)
        return type(self)(self.log, self._kind, rule, tuple(filters))

    def _insist(self, field: str, names: Iterable[str]) -> None:
        """Refuse names that neither a series nor, of runs, the log has."""
        there: Any = self.log.runs if field == "run" else ()
        # Those of a catalogue are looked up.
        there = frozenset(there) if isinstance(there, tuple) else there
        missing = [name for name in names if name not in there]
        if not missing:
            return
        known = self.tags if field == "tag" else tuple(dict.fromkeys((*self.log.runs, *self.runs)))
        for name in missing:
            if known and name not in known:
                raise LogdirError(f"there is no {field} {name!r}; {names_near(name, known, field)}")

    def why_empty(self) -> str:
        """Say why there is no series here: nothing was logged yet, or nothing matches."""
        if not self.log.runs:
            return self.log.why_empty()
        every = self.log.keys_of(self.kind)
        if not every:
            runs = counted(len(self.log.runs), "run")
            return f"no {self.kind} yet: {runs} below {self.log.name}, none with {self.kind}"
        # The first filter that lets nothing pass is the one to look at.
        left = list(every)
        for narrowing in self._filters:
            before = tuple(dict.fromkeys(getattr(key, narrowing.field) for key in left))
            left = [key for key in left if narrowing.test(getattr(key, narrowing.field))]
            if not left:
                near = names_near(narrowing.said.partition("=")[2], before, narrowing.field)
                return f"no {self.kind} match {narrowing.said}; {near}"
        return f"no {self.kind} match"

    def _series(self, key: SeriesKey) -> S:
        raise NotImplementedError

    @overload
    def __getitem__(self, run_tag: tuple[str, str]) -> S: ...
    @overload
    def __getitem__(self, run_tag: str) -> Self: ...
    def __getitem__(self, run_tag: tuple[str, str] | str) -> S | Self:
        """Return the series of a run and a tag, or, by a tag alone, those of all runs."""
        if isinstance(run_tag, str):
            if run_tag not in self.tags and run_tag in self.runs:
                raise LogdirError(
                    f"{run_tag!r} is a run: log[{run_tag!r}].{self.kind} has its {self.kind};"
                    f" log.{self.kind}[tag] has those of a tag in all runs"
                )
            if run_tag not in self.tags:
                near = names_near(run_tag, self.tags, "tag") if self.tags else self.why_empty()
                raise LogdirError(f"no {self.kind} of tag {run_tag!r}; {near}")
            return self.select(tags=[run_tag])
        if not (isinstance(run_tag, tuple) and len(run_tag) == 2):
            example = "run, tag" if not self.keys else "{0.run!r}, {0.tag!r}".format(self.keys[0])
            raise UsageError(
                f"a series is named by its run and its tag, as in log.{self.kind}[{example}],"
                f" or by the tag alone for all runs, not by {run_tag!r};"
                " .select(tags=..., runs=...) gives several"
            )
        key = self._find(run_tag)
        if key is None:
            raise self._unknown(*run_tag)
        return self._series(key)

    def _unknown(self, run: str, tag: str) -> Exception:
        tags = [key.tag for key in self.keys if key.run == run]
        if self._find((tag, run)) is not None:
            near = [f"[{tag!r}, {run!r}] (the run comes first)"]
        elif tags:
            near = [f"[{run!r}, {t!r}]" for t in names_like(str(tag), tags, 3, 0.4)]
        else:
            runs = names_like(str(run), self.runs, 3, 0.4)
            near = [f"run {r!r}" for r in runs]
        said = f"no {self.kind} of run {run!r} and tag {tag!r}"
        if near:
            return LogdirError(f"{said}; near: {', '.join(near)}")
        names = tags or self.runs
        if not names:
            return LogdirError(f"{said}: there are no {self.kind} here")
        return LogdirError(f"{said}; {names_there(names, 'tag' if tags else 'run')}")

    def __contains__(self, run_tag: object) -> bool:
        """Whether there is a series of this run and tag, or of this tag in any run."""
        if isinstance(run_tag, str):
            return any(key.tag == run_tag for key in self.keys)
        return self._find(run_tag) is not None

    def __iter__(self) -> Iterator[S]:
        for key in self.keys:
            try:
                series = self._series(key)
            except LogdirError:
                continue  # the watcher found its run gone in between
            yield series

    def __len__(self) -> int:
        return len(self.keys)

    def __bool__(self) -> bool:
        return True

    def to_pandas(self, *, times: str = "seconds", categories: bool | None = None) -> pd.DataFrame:
        """Return all points as a DataFrame in long form.

        Parameters
        ----------
        times
            ``"seconds"`` since the epoch, as logged, or ``"datetime"`` in UTC; see
            :meth:`Tabular.to_pandas`.
        categories
            Whether run and tag are categoricals; None: from pandas 3 on.

        Returns
        -------
        pandas.DataFrame
            One row a point: run and tag, step (int64), wall_time (float64, seconds since
            the epoch), then what the kind adds; for scalars ``value``: int64 if all are
            whole numbers, else widened to float64. Points that a restarted job logged
            again are all there unless ``restarts="latest"`` was chosen.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return super().to_pandas(times=times, categories=categories)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__()} - {"keys", "narrow", "restarts_on_screen", "why_empty"})

    def __repr__(self) -> str:
        keys = self.keys
        points = sum(key.count for key in keys)
        tags, runs = counted(len(self.tags), "tag"), counted(len(self.runs), "run")
        total = f"{len(keys):,} series of {tags} in {runs}, {points_text(points)}"
        lines = [f"{self.kind} of {self.log.name}: {total}"]
        shown = keys if len(keys) <= _SHOWN else keys[: _SHOWN - 1]
        cells = [(_shortened(key.run), _shortened(key.tag), key.count) for key in shown]
        wide = max((len(run) for run, _, _ in cells), default=0)
        wider = max((len(tag) for _, tag, _ in cells), default=0)
        lines += [f"  {r:<{wide}}  {t:<{wider}}  {points_text(n)}" for r, t, n in cells]
        if len(shown) < len(keys):
            lines.append(f"  ... and {len(keys) - len(shown):,} more")
        return "\n".join(lines)


class Scalars(Collection[ScalarSeries]):
    """The scalar series of a logdir."""

    def _series(self, key: SeriesKey) -> ScalarSeries:
        return ScalarSeries(self.log.store, key, self.restarts)

    def to_pandas(
        self, *, wide: bool = False, times: str = "seconds", categories: bool | None = None
    ) -> pd.DataFrame:
        """Return all points as a DataFrame, in long form or with a column a series.

        Parameters
        ----------
        wide
            False for one row a point. True for one row a step and one column a series:
            of a run where there is one tag, else of a run and a tag. Points that a
            restarted job logged again are left out there unless ``restarts="keep"`` was
            asked for, and of several points at one step the last counts.
        times, categories
            Of the long form; see :meth:`Collection.to_pandas`.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        if not wide:
            return super().to_pandas(times=times, categories=categories)
        return wide_frame(self.select(restarts=self.restarts_on_screen))

    def _table(self) -> tables.Table:
        store, keys = self.log.store, self.keys
        try:
            found = store.scalar_table(keys)
        except KeyError:
            # The watcher found a run gone in between.
            left = {(key.run, key.tag) for key in store.series("scalars")}
            found = store.scalar_table([key for key in keys if (key.run, key.tag) in left])
        code, step, wall, value = found.series_code, found.step, found.wall_time, found.value
        kept: np.ndarray | None = None
        if self.restarts == "latest":
            kept = kept_rows(code, step, wall, len(found.keys))
        elif self.restarts == "purge":
            kept = self._not_purged(found)
        if kept is not None:
            code, step, wall, value = code[kept], step[kept], wall[kept], value[kept]
        return {
            **name_columns(found.keys, code),
            "step": step,
            "wall_time": wall,
            "value": value,
        }

    def _not_purged(self, found: ScalarTable) -> np.ndarray:
        """Return which rows of a table no later start of a job has declared void."""
        parts = []
        counts = np.bincount(found.series_code, minlength=len(found.keys)).tolist()
        for key, count in zip(found.keys, counts, strict=True):
            kept = self.log.store.kept_by_purge(key.run, key.tag, key.plugin)
            parts.append(np.ones(count, bool) if kept is None else kept[:count])
        return np.concatenate([*parts, np.empty(0, bool)])


class Values(Collection["ValueSeries[T]"], Generic[T]):
    """The series of a kind whose values are read when asked for."""

    def _series(self, key: SeriesKey) -> ValueSeries[T]:
        return ValueSeries(self.log.store, key, self.restarts, self._kind)

    def _table(self) -> tables.Table:
        return value_table(list(self), self._kind, self.log.note_problem)


def _shortened(name: str) -> str:
    """Return the end of a long name: that is where runs differ; on one line in any case."""
    name = printable(name)
    return name if len(name) <= _WIDTH else "..." + name[3 - _WIDTH :]
