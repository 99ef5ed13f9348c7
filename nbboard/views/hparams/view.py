"""The hparams view: trials as a table, parallel coordinates and scatter, one brush for all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from nbboard.views.base import View, module
from nbboard.views.hparams.cells import MISSING, Cell
from nbboard.views.hparams.columns import pack_curves, pack_trials, pack_values_at
from nbboard.views.hparams.rules import condition
from nbboard.views.hparams.shown import Shown, check_names
from nbboard.views.hparams.table import TableChange, TrialTable
from nbboard.views.run_list import RunList, untouched_run_list
from nbboard.views.shared.options import OptionError, option, step_option

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.hparams.collection import HParams

__all__ = ["VIEW", "HparamsView"]

_CONDITIONS = "By column: ``(low, high)``, a set of values, a regular expression, or None."
_AGGREGATIONS = ("avg", "median", "min", "max")
#: What a figure takes beside the options.
_SIZES = ("width", "most")


class HparamsView(View):
    """Trials of a log: their hyperparameters and what came of them.

    The same conditions do two things. `filters` take trials away; `brush` picks some
    out and leaves the others grey, in the table, the parallel coordinates, the scatter
    and, through the run list, the scalar curves of every view of the log.

    Examples
    --------
    >>> view = log.hparams.view(metric="accuracy", brush={"lr": (1e-3, 1e-2)})
    >>> view.selection            # the brushed trials, a DataFrame
    """

    kind = "hparams"
    counts_items = True
    figure_options = dict.fromkeys(_SIZES)
    _esm = traitlets.Unicode().tag(sync=True)

    metric = option(
        traitlets.Unicode(""),
        "The metric that trials are judged by: order, best trial, colour, choice of session. If"
        " empty the one that people mean: validation before training, accuracy before loss.",
    )

    goals = option(
        traitlets.Dict(value_trait=traitlets.Enum(["min", "max"])),
        "What is best, by metric, where its name does not say it: min or max.",
    )

    reduce = option(
        traitlets.Enum(["last", "best", "mean", "step"], default_value="last"),
        "The value of a metric in a session: its last, its best, its mean, or that at a step.",
    )

    step = step_option(
        "For reduce='step': the value last logged at or before this step; None for the last."
    )

    aggregation = option(
        traitlets.Enum(_AGGREGATIONS, default_value="avg"),
        "How several sessions of a trial become one, as in TensorBoard; by metric unless avg.",
    )

    mean_over = option(
        traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None),
        "Hyperparameters, as the seed, whose trials become one row with mean and spread; an empty"
        " list for trials that are alike in all; None for a row a trial.",
    )

    unfolded = option(
        traitlets.List(traitlets.Unicode()),
        "Rows of several trials, by the name of their first, that have those listed below them.",
    )

    metrics = option(
        traitlets.Enum(["declared", "all"], default_value="declared"),
        "Which metrics: those that the experiment declares, or every scalar.",
    )

    columns = option(
        traitlets.List(traitlets.Unicode()),
        "Columns and axes in order; those not named follow in their own order.",
    )

    hidden = option(
        traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None),
        "Columns not shown; None for the hyperparameters that are the same in every trial, and"
        " metrics of the training itself: epoch, step, lr, time.",
    )

    sort = option(
        traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None),
        "Columns to sort by, the first one foremost, with - before it descending; None for the"
        " metric that was chosen, the best first.",
    )

    filters = option(traitlets.Dict(), f"Which trials are shown. {_CONDITIONS}")

    brush = option(traitlets.Dict(), f"Which trials are picked out. {_CONDITIONS}")

    scales = option(
        traitlets.Dict(value_trait=traitlets.Enum(["linear", "log", "quantile", "category"])),
        "Scale of an axis, where not the one that suits its values.",
    )

    color = option(
        traitlets.Unicode(""),
        "What lines are coloured by: a column, run for the runs' colours, the metric if empty.",
    )

    panes = option(
        traitlets.List(
            traitlets.Enum(["table", "parallel", "scatter"]), default_value=["table", "parallel"]
        ),
        "What is shown: table, parallel (coordinates), scatter.",
    )

    scatter = option(
        traitlets.List(traitlets.Unicode()),
        "Columns of the scatter matrix; if empty those of the axes, the metric first.",
    )

    height = option(
        traitlets.Int(default_value=None, allow_none=True, min=120),
        "Height of table and axes in CSS pixels; None for what the trials need, up to 400.",
    )

    opened = option(
        traitlets.List(traitlets.Unicode()), "Trials whose curves are open under their row."
    )

    only_brushed = option(
        traitlets.Bool(default_value=False),
        "Whether the table leaves out trials that are not brushed.",
    )

    def __init__(self, source: HParams, **options: Any) -> None:
        self._table = TrialTable(source, options.get("metrics", "declared"))
        self._read = False
        self._page_sets = False
        super().__init__(source, **options)

    @traitlets.default("_esm")
    def _module(self) -> str:
        return module(self.kind).read_text("utf-8")

    # ------------------------------------------------------------ to and from the page

    @property
    def table(self) -> TrialTable:
        """The trials as the page has them."""
        if not self._read:
            self._read = True
            self._table.update(self.metrics)
            self.n_items = len(self._table.trials)
        return self._table

    def payload(self) -> Mapping[str, Any]:
        """Return all trials."""
        return self._pack()

    def news(self) -> Mapping[str, Any] | None:
        """Return the trials that are gone, new or changed."""
        if not self._read:
            return None
        change = self._table.update(self.metrics)
        self.n_items = len(self._table.trials)
        return None if change is None else self._pack(change)

    def _pack(self, change: TableChange | None = None) -> dict[str, Any]:
        return pack_trials(self.table, self.run_list.number, change)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``trials`` (all of them), ``step`` (values at it) or ``curves`` (of a session)."""
        with self._push_lock:
            if method == "trials":
                return self._pack()
            if method == "step":
                return pack_values_at(self.table, int(params["step"]))
            if method == "curves":
                runs = [session.run for session in self.table.sessions]
                if params["run"] not in runs:
                    raise OptionError(f"there is no session {params['run']!r} any more")
                found = pack_curves(self.table, runs.index(params["run"]))
                return {"run": params["run"], "version": self.table.version, **found}
        return super().answer(method, params)

    @traitlets.observe("metrics")
    def _metrics_changed(self, change: Any) -> None:
        if self._table.metrics_shown == change["new"]:
            return
        with self._push_lock:
            if self._read:
                self.push()
            else:
                self._table.metrics_shown = change["new"]

    @traitlets.validate("filters", "brush")
    def _valid_conditions(self, proposal: Any) -> Any:
        name = proposal["trait"].name
        return self._checked(name, _conditions(name, proposal["value"]))

    @traitlets.validate(
        "metric", "goals", "mean_over", "columns", "hidden", "sort", "scales", "scatter", "color"
    )
    def _valid_names(self, proposal: Any) -> Any:
        return self._checked(proposal["trait"].name, proposal["value"])

    def _checked(self, name: str, value: Any) -> Any:
        """Refuse names of columns that are not there; what the page sets is known to it."""
        if value and not self._page_sets:
            with self._push_lock:
                check_names(self.table, {name: value})
        return value

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a person did in the page."""
        self._page_sets = True
        try:
            super().set_state(sync_data)
        finally:
            self._page_sets = False

    # ------------------------------------------------------------ what is on screen

    @property
    def data(self) -> pd.DataFrame:
        """The table on screen: trials that are shown, in their order, visible columns.

        Where rows are several trials (``mean_over``), each metric has its standard
        deviation beside it, and ``trials`` says how many there are.
        """
        return self._frame(self._shown(), brushed=False)

    @property
    def selection(self) -> pd.DataFrame:
        """The brushed trials, with all columns; every trial shown while nothing is brushed."""
        return self._frame(self._shown(), brushed=True)

    @property
    def best(self) -> str | None:
        """The name of the best trial by `metric`, of those brushed or shown; None if none has a value."""
        shown = self._shown()
        row = shown.best
        return None if row is None else shown.names[row]

    def _shown(self) -> Shown:
        with self._push_lock:
            return Shown(self.table, self.options, self.run_list)

    def _frame(self, shown: Shown, *, brushed: bool) -> pd.DataFrame:
        from nbboard.logdir import table as tables

        only = brushed or self.only_brushed
        rows = [row for row in shown.rows if shown.brushed[row] or not only]
        frame: tables.Table = {}
        for key in shown.keys if brushed else shown.visible:
            frame[key] = [_plain(shown.columns[key][row], shown.kind(key)) for row in rows]
            if key in shown.spreads:
                frame[f"{key} std"] = [shown.spreads[key][row].std for row in rows]
        if self.mean_over is not None:
            frame["trials"] = [len(shown.members[row]) for row in rows]
        return tables.to_pandas(frame)

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        with self._push_lock:
            table = None if "metrics" in changes else self.table
            return _draw(self.source, {**self.options, **changes}, table, self.run_list)

    @classmethod
    def draw(cls, source: HParams, **options: Any) -> Figure:
        """Return parallel coordinates above, the metric against hyperparameters below.

        Parameters
        ----------
        source
            ``log.hparams`` or a selection.
        **options
            Options of the view; ``width`` in inches, or of a ``column`` or ``page``; ``most``: draw so many
            trials at most, and say so.
        """
        return _draw(source, options)

    def picture(self) -> Figure:
        """Return a figure of so many trials at most that the cell need not wait for it."""
        return self.figure(most=1_500)


def _draw(
    source: HParams,
    options: Mapping[str, Any],
    table: TrialTable | None = None,
    given: RunList | None = None,
) -> Figure:
    from nbboard.views.hparams.figure import draw_trials

    size = {name: options[name] for name in _SIZES if name in options}
    options = {name: value for name, value in options.items() if name not in size}
    options = HparamsView.checked(source, options)
    traits = HparamsView.class_traits(option=True)
    settings = {name: options.get(name, _default(trait)) for name, trait in traits.items()}
    for name in ("filters", "brush"):
        settings[name] = _conditions(name, settings[name])
    if table is None:
        table = TrialTable(source, settings["metrics"])
        table.update()
    check_names(table, options)
    # What a figure is asked for is not what is on screen from then on.
    changes = {trait: options[name] for name, trait in RunList.OPTIONS.items() if name in options}
    if given is not None:
        run_list = given.copy(**changes) if changes else given
    else:
        run_list = untouched_run_list(source.log, source.runs, options)
    return draw_trials(Shown(table, settings, run_list), settings, run_list, **size)


def _conditions(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {key: condition(value) for key, value in given.items()}
    except ValueError as error:
        raise OptionError(f"{name}: {error}") from error


def _plain(cell: Cell, kind: str) -> float | str | bool | None:
    """Return a metric that is missing as NaN, so that its column stays one of numbers."""
    if cell is MISSING:
        return math.nan if kind == "metric" else None
    return cell


def _default(trait: Any) -> Any:
    value = trait.default()
    return {} if value is traitlets.Undefined else value


VIEW = HparamsView
