"""The view of runs: a table of all of them, to find the ones that matter and pick them out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nbboard.views.base import View, module
from nbboard.views.run_list import untouched_run_list
from nbboard.views.runs.columns import Most, RunColumn, columns_of, filled
from nbboard.views.runs.news import news_of, packed
from nbboard.views.runs.shown import Shown
from nbboard.views.shared.options import OptionError, option
from nbboard.views.shared.references import check_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.runs import Runs
    from nbboard.logdir.runs_table import RunsTable
    from nbboard.views.run_list import RunList

__all__ = ["MOST_ROWS", "VIEW", "RunsView"]

#: So many rows the page holds; of more the first ones, in the order that is asked for.
MOST_ROWS = Most(100_000, 10_000)
#: Where making the table takes longer than this, there is a pause of so many times as long.
_QUICK = 0.5
_PAUSE = 10


class RunsView(View):
    """All runs of a log: what each was given, and what came of it.

    Searching, sorting and grouping happen in the page, whatever the kernel does. A run that
    is picked out (``picked``) is the only one that the log's other views show; several are
    compared.

    Examples
    --------
    >>> view = log.runs_view(search="adam lr<0.1", sort=["-val/accuracy"])
    >>> view.selection            # the runs that were picked, a DataFrame
    """

    kind = "runs"
    figure_options = dict.fromkeys(("most",))
    _esm = module("runs")

    where = option(
        traitlets.Unicode(""),
        "Which runs the table has at all, as in log.runs_table.where: hp.lr < 0.1 and damaged = 0.",
    )

    search = option(
        traitlets.Unicode(""),
        "Words that must be in a run's name, texts, tags or note, and comparisons as lr<0.1.",
    )

    sort = option(
        traitlets.List(traitlets.Unicode()),
        "Columns to sort by, the first one foremost, with - before it descending.",
    )

    columns = option(
        traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None),
        "Columns in order; None for the hyperparameters and the first metrics.",
    )

    differ = option(
        traitlets.Bool(default_value=True),
        "Whether hyperparameters that are the same in all runs are left out, unless chosen.",
    )

    group = option(traitlets.Unicode(""), "A column whose equal values stand together.")

    folded = option(
        traitlets.List(traitlets.Unicode()), "Groups whose runs are not listed, by their value."
    )

    pinned = option(
        traitlets.List(traitlets.Unicode()), "Runs that stand first, whatever the order."
    )

    picked = option(
        traitlets.List(traitlets.Unicode()),
        "Runs that are picked out: those that the log's other views show.",
    )

    height = option(traitlets.Int(420, min=120), "The greatest height of the table in CSS pixels.")

    def __init__(self, source: Runs, **options: Any) -> None:
        self._read_version = -1
        self._total = 0
        #: How many runs fulfil the condition; the table may hold fewer.
        self._fitting = 0
        self._rows: list[str] = []
        self._table: RunsTable | None = None
        self._held: dict[str, RunColumn] = {}
        self._cost = 0.0
        self._read_at = 0.0
        super().__init__(source, **options)

    @classmethod
    def check_references(cls, log: Any, options: Mapping[str, Any]) -> None:
        """Refuse conditions, columns and runs that name what there is not."""
        super().check_references(log, options)
        for name in ("picked", "pinned"):
            if options.get(name):
                check_names(name, options[name], log.runs, "run")
        named = [*(options.get("columns") or ()), options.get("group") or ""]
        named += [entry.removeprefix("-") for entry in options.get("sort") or ()]
        named = [name for name in named if name not in {"", "run", "duration"}]
        if not named and not options.get("where"):
            return
        table = log.runs_table
        if options.get("where"):
            table.where(options["where"])
        for name in named:
            if name not in table.columns:
                table.sort(name)  # which says what is near

    # ------------------------------------------------------------ what the log says

    def _update(self) -> bool:
        """Read the table where the log has changed; return whether it was read."""
        log = self.source.log
        if self._read_version == log.version:
            return False
        begun = time.monotonic()
        self._read_version = log.version
        self._total = len(log.runs)
        read = columns_of(log, self.where, self.sort, MOST_ROWS, self.source.runs)
        self._rows, self._held, self._fitting, self._table = read
        if self._fitting > len(self._rows):
            # Another order needs all rows of what is shown.
            log.runs_table.read_ahead(["run", *self._columns_read()])
        self.n_items = len(self._rows)
        self._read_at = time.monotonic()
        self._cost = self._read_at - begun
        return True

    def _columns_read(self) -> list[str]:
        """Return the columns of the table that are read with its rows."""
        known = self.source.log.runs_table.columns
        return [key for key, column in self._held.items() if key in known and not column.lacks]

    def _names_and_columns(self) -> tuple[list[str], dict[str, RunColumn]]:
        with self._push_lock:
            self._update()
            self._fill_columns(self._held)
            return self._rows, self._held

    def _fill_columns(self, keys: Iterable[str]) -> None:
        """Read those of some columns that were left for later."""
        table = self._table
        if table is not None:
            self._held |= {k: filled(self._held[k], table) for k in keys if k in self._held}

    @traitlets.observe("where")
    def _where_changed(self, _: Any) -> None:
        self._read_anew()

    @traitlets.observe("sort")
    def _sort_changed(self, _: Any) -> None:
        # The page has sorted what it holds; of more runs others may stand first now.
        if self._fitting > len(self._rows):
            self._read_anew()

    def _read_anew(self) -> None:
        if self._read_version >= 0:
            with self._push_lock:
                self._read_version = -1
                self._cost = 0.0
                self.push()

    # ------------------------------------------------------------ to the page

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that this view has data of: of very many those that its table holds."""
        if self.source.log.is_lazy:
            return tuple(self._rows)
        return super().runs

    def _numbers(self) -> np.ndarray:
        first = self._held.get("first")
        begun = None if first is None or first.numbers is None else np.nan_to_num(first.numbers)
        self.run_list.hold(self, self._rows, None if begun is None else begun.tolist())
        return np.fromiter(map(self.run_list.number, self._rows), np.uint32, len(self._rows))

    def _around(self, content: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        with self._push_lock:
            self._update()
            self._numbers()  # which lists these runs
            return super()._around(content)

    def payload(self) -> Mapping[str, Any]:
        """Return all rows and columns."""
        self._update()
        return packed(self._numbers(), (self._fitting, self._total), self._held)

    def news(self) -> Mapping[str, Any] | None:
        """Return what changed: values of some rows, or everything where rows came or went."""
        if self._read_version < 0 and not self._rows:
            return self.payload()
        if self._waits():
            return None
        names, columns = self._rows, self._held
        if not self._update():
            return None
        if names != self._rows:
            return self.payload()
        return news_of(columns, self._held, (self._fitting, self._total))

    def unfinished(self) -> bool:
        """Whether a log that takes long to look through has changed meanwhile."""
        return bool(self._read_version != self.source.log.version)

    def _waits(self) -> bool:
        waited = time.monotonic() - self._read_at
        return self._cost > _QUICK and waited < _PAUSE * self._cost

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``params`` (all that is known of a run), ``columns`` (the cells of some), ``where``.

        The latter sets the condition, or is refused with what is wrong with it.
        """
        if method == "columns":
            self._update()
            self._fill_columns(params["keys"])
            held = [self._held[key] for key in params["keys"] if key in self._held]
            return {"columns": [column.packed() for column in held], "count": len(self._rows)}
        if method == "where":
            text = str(params["text"]).strip()
            if text:
                self.source.log.runs_table.where(text)
            self.where = text
            return {"fitting": self._fitting}
        if method == "params":
            run = str(params["run"])
            if run not in self.source.log:
                raise OptionError(f"there is no run {run!r} any more")
            given = self.source.log.params[run]
            return {
                "run": run,
                "params": [[name, param.value, param.source] for name, param in given.items()],
            }
        return super().answer(method, params)

    # ------------------------------------------------------------ what is on screen

    def _shown(self) -> Shown:
        names, columns = self._names_and_columns()
        return Shown(names, columns, self.options, self.run_list)

    @property
    def data(self) -> pd.DataFrame:
        """The table on screen: rows in their order, visible columns, tags and notes."""
        shown = self._shown()
        return _frame(shown, shown.rows, self.run_list)

    @property
    def selection(self) -> pd.DataFrame:
        """The runs that are picked out, with the visible columns; none if none is."""
        shown = self._shown()
        picked = set(self.picked)
        rows = [row for row, name in enumerate(shown.names) if name in picked]
        return _frame(shown, rows, self.run_list)

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        taken = self.checked(self.source, {**self.options, **changes}, self.figure_options)
        if "where" in changes:
            return self.draw(self.source, **taken)
        names, columns = self._names_and_columns()
        return _draw(Shown(names, columns, taken, self.run_list), taken, self.run_list)

    @classmethod
    def draw(cls, source: Runs, **options: Any) -> Figure:
        """Return the first rows as a table on paper.

        Parameters
        ----------
        source
            ``log.collection("runs")`` or a selection.
        **options
            Options of the view; ``most``: how many rows at most, 30 by default.
        """
        taken = cls.checked(source, options, cls.figure_options)
        where, sort = taken.get("where", ""), taken.get("sort", ())
        read = columns_of(source.log, where, sort, MOST_ROWS, source.runs)
        settings = {**_defaults(cls), **taken}
        run_list = untouched_run_list(source.log, read.names, taken)
        columns = {key: filled(column, read.table) for key, column in read.columns.items()}
        return _draw(Shown(read.names, columns, settings, run_list), settings, run_list)


def _draw(shown: Shown, options: Mapping[str, Any], run_list: RunList) -> Figure:
    from nbboard.views.runs.figure import draw_runs

    return draw_runs(shown, run_list, int(options.get("most") or 30))


def _defaults(view: type[View]) -> dict[str, Any]:
    traits = view.class_traits(option=True)
    return {name: trait.default() for name, trait in traits.items()}


def _frame(shown: Shown, rows: list[int], run_list: RunList) -> pd.DataFrame:
    from nbboard.logdir import table as tables

    frame: tables.Table = {"run": [shown.names[row] for row in rows]}
    for key in shown.visible:
        column = shown.columns[key]
        frame[key] = (
            column.numbers[rows] if column.numbers is not None else [column.cell(r) for r in rows]
        )
    if run_list.tags:
        frame["tags"] = [", ".join(run_list.tags.get(shown.names[row], ())) for row in rows]
    if run_list.notes:
        frame["note"] = [run_list.notes.get(shown.names[row], "") for row in rows]
    return tables.to_pandas(frame)


VIEW = RunsView
