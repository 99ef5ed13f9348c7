"""Collections: all series of one kind, narrowed, converted, drawn or displayed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nbboard.errors import LogdirError, UsageError
from nbboard.logdir import table as tables
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.long_form import kept_rows, name_columns, value_table
from nbboard.logdir.registry import kind_of_plugin
from nbboard.logdir.restarts import check_restarts
from nbboard.logdir.series import ScalarSeries, Series, ValueSeries
from nbboard.text import counted, points_text, printable

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Self

    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts
    from nbboard.series.store import SeriesKey

__all__ = ["Collection", "Names", "Scalars", "Values", "matcher"]

S = TypeVar("S", bound=Series)
T = TypeVar("T")

#: What narrows tags or runs: a regular expression, exact names, or a test of a name.
Names = str | re.Pattern[str] | Iterable[str] | Callable[[str], object]

_SHOWN = 12
_WIDTH = 48
_NAMED = 4


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
        Which points its series have: ``"keep"`` or ``"latest"``, see :func:`nbboard.open`.
    """

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts,
        filters: tuple[tuple[str, Callable[[str], bool]], ...] = (),
    ) -> None:
        self.log = log
        self.kind: str = kind.name
        self.restarts: Restarts = restarts
        self._kind = kind
        self._filters = filters
        # The keys that were looked through last, and which of them belong here.
        self._cached: tuple[tuple[SeriesKey, ...], tuple[SeriesKey, ...]] | None = None
        # A name is matched once, however many runs have it, and however often it is asked.
        self._verdicts: dict[tuple[int, str], bool] = {}

    @property
    def _view_name(self) -> str:  # type: ignore[override]
        return self.kind

    @property
    def keys(self) -> tuple[SeriesKey, ...]:
        """Run, tag, plugin and number of points of each series, without reading any."""
        found = self.log.keys_of(self.kind)
        if not self._filters:
            return found
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
        for number, (field, test) in enumerate(self._filters):
            name = getattr(key, field)
            verdict = verdicts.get((number, name))
            if verdict is None:
                verdict = verdicts[number, name] = test(name)
            if not verdict:
                return False
        return True

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that have such series, in natural order."""
        return tuple(dict.fromkeys(key.run for key in self.keys))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the series, in natural order."""
        from nbboard.text import natural_key

        return tuple(sorted({key.tag for key in self.keys}, key=natural_key))

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
            filters (one that is compiled keeps its own flags); several exact names; or
            a function that is called with a name. None does not narrow.
        restarts
            ``"keep"`` or ``"latest"``; None leaves it as it is.

        Raises
        ------
        UsageError
            If a regular expression or `restarts` is not valid, or `tags` or `runs` is
            nothing of the kind.
        """
        filters = list(self._filters)
        for field, names in (("tag", tags), ("run", runs)):
            if names is not None:
                filters.append((field, matcher(field, names)))
        rule = self.restarts if restarts is None else check_restarts(restarts)
        return type(self)(self.log, self._kind, rule, tuple(filters))

    def _series(self, key: SeriesKey) -> S:
        raise NotImplementedError

    def __getitem__(self, run_tag: tuple[str, str]) -> S:
        if not (isinstance(run_tag, tuple) and len(run_tag) == 2):
            example = "run, tag" if not self.keys else "{0.run!r}, {0.tag!r}".format(self.keys[0])
            raise UsageError(
                f"a series is named by its run and its tag, as in log.{self.kind}[{example}],"
                f" not by {run_tag!r}; .select(tags=..., runs=...) gives several"
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
            near = [f"[{run!r}, {t!r}]" for t in difflib.get_close_matches(str(tag), tags, 3, 0.4)]
        else:
            runs = difflib.get_close_matches(str(run), self.runs, 3, 0.4)
            near = [f"run {r!r}" for r in runs]
        said = f"no {self.kind} of run {run!r} and tag {tag!r}"
        if near:
            return LogdirError(f"{said}; near: {', '.join(near)}")
        names = tags or self.runs
        if not names:
            return LogdirError(f"{said}: there are no {self.kind} here")
        more = f", ... ({len(names):,})" if len(names) > _NAMED else ""
        listed = ", ".join(map(repr, names[:_NAMED]))
        return LogdirError(f"{said}; {'tags' if tags else 'runs'}: {listed}{more}")

    def __contains__(self, run_tag: object) -> bool:
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

    def to_pandas(self) -> pd.DataFrame:
        """Return all points as a DataFrame in long form.

        Returns
        -------
        pandas.DataFrame
            One row a point: run and tag (categoricals), step (int64), wall_time
            (float64, seconds since the epoch), then what the kind adds; for scalars
            ``value``, widened to float64.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return super().to_pandas()

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

    def _table(self) -> tables.Table:
        store, keys = self.log.store, self.keys
        try:
            found = store.scalar_table(keys)
        except KeyError:
            # The watcher found a run gone in between.
            left = {(key.run, key.tag) for key in store.series("scalars")}
            found = store.scalar_table([key for key in keys if (key.run, key.tag) in left])
        code, step, wall, value = found.series_code, found.step, found.wall_time, found.value
        if self.restarts == "latest":
            kept = kept_rows(code, step, len(found.keys))
            if kept is not None:
                code, step, wall, value = code[kept], step[kept], wall[kept], value[kept]
        return {
            **name_columns(found.keys, code),
            "step": step,
            "wall_time": wall,
            "value": value,
        }


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


def matcher(field: str, names: Names) -> Callable[[str], bool]:
    """Return a test of names: a regular expression's, for exact names, or one that is given.

    Raises
    ------
    UsageError
        If the regular expression is not valid, or `names` is none of these.
    """
    if isinstance(names, str):
        try:
            names = re.compile(names, re.IGNORECASE)
        except re.error as error:
            raise UsageError(f"{field}s={names!r} is not a regular expression: {error}") from error
    if isinstance(names, re.Pattern) and isinstance(names.pattern, str):
        pattern = names
        return lambda name: pattern.search(name) is not None
    if callable(names):
        test = names
        return lambda name: bool(test(name))
    if isinstance(names, Iterable) and not isinstance(names, (bytes, bytearray)):
        exact = list(names)
        if all(isinstance(name, str) for name in exact):
            return frozenset(exact).__contains__
    raise UsageError(
        f"{field}s is a regular expression, a list of names or a function, not {names!r}"
    )
