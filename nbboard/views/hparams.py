"""The hparams view: trials as a table, parallel coordinates and scatter, one brush for all."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from nbboard.views.base import View, module
from nbboard.views.hparams_rules import Cell, condition
from nbboard.views.hparams_shown import Shown
from nbboard.views.hparams_table import FIXED, TrialTable
from nbboard.views.hparams_transfer import pack_curves, pack_trials, pack_values_at
from nbboard.views.run_list import RunList, run_list_of
from nbboard.views.shared.options import option, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.hparams.collection import HParams

__all__ = ["VIEW", "HparamsView"]

_CONDITIONS = "By column: ``(low, high)``, a set of values, a regular expression, or None."
_AGGREGATIONS = ("avg", "median", "min", "max")


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
    _esm = traitlets.Unicode().tag(sync=True)

    metric = option(traitlets.Unicode(""))
    "The metric that trials are judged by: best trial, colour, choice of session; the first if empty."

    goals = option(traitlets.Dict(value_trait=traitlets.Enum(["min", "max"])))
    "What is best, by metric, where its name does not say it: ``min`` or ``max``."

    reduce = option(traitlets.Enum(["last", "best", "mean", "step"], default_value="last"))
    "The value of a metric in a session: its last, its best, its mean, or that at `step`."

    step = option(traitlets.Int(0))
    "For ``reduce='step'``: the value last logged at or before this step."

    aggregation = option(traitlets.Enum(_AGGREGATIONS, default_value="avg"))
    "How several sessions of a trial become one, as in TensorBoard; by `metric` unless ``avg``."

    metrics = option(traitlets.Enum(["declared", "all"], default_value="declared"))
    "Which metrics: those that the experiment declares, or every scalar."

    columns = option(traitlets.List(traitlets.Unicode()))
    "Columns and axes in order; those not named follow in their own order."

    hidden = option(traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None))
    "Columns not shown; None for the hyperparameters that are the same in every trial."

    sort = option(traitlets.List(traitlets.Unicode()))
    "Columns to sort by, the first one foremost; with ``-`` before it descending."

    filters = option(traitlets.Dict())
    f"Which trials are shown. {_CONDITIONS}"

    brush = option(traitlets.Dict())
    f"Which trials are picked out. {_CONDITIONS}"

    scales = option(
        traitlets.Dict(value_trait=traitlets.Enum(["linear", "log", "quantile", "category"]))
    )
    "Scale of an axis, where not the one that suits its values."

    color = option(traitlets.Unicode(""))
    "What lines are coloured by: a column, ``run`` for the runs' colours, the metric if empty."

    panes = option(
        traitlets.List(
            traitlets.Enum(["table", "parallel", "scatter"]), default_value=["table", "parallel"]
        )
    )
    "What is shown: ``table``, ``parallel`` (coordinates), ``scatter``."

    scatter = option(traitlets.List(traitlets.Unicode()))
    "Columns of the scatter matrix; if empty those of the axes, the metric first."

    height = option(traitlets.Int(default_value=None, allow_none=True, min=120))
    "Height of table and axes in CSS pixels; None for what the trials need, up to 400."

    opened = option(traitlets.List(traitlets.Unicode()))
    "Trials whose curves are open under their row."

    only_brushed = option(traitlets.Bool(default_value=False))
    "Whether the table leaves out trials that are not brushed."

    def __init__(self, source: HParams, **options: Any) -> None:
        self._table = TrialTable(source, options.get("metrics", "declared"))
        self._read = False
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
            self._table.update()
            self.n_items = len(self._table.trials)
        return self._table

    def payload(self) -> Mapping[str, Any]:
        """Return all trials."""
        return pack_trials(self.table)

    def news(self) -> Mapping[str, Any] | None:
        """Return the sessions that are new or changed; all, if columns changed."""
        if not self._read:
            return None
        known = len(self.table.trials)
        changed = self.table.update()
        self.n_items = len(self.table.trials)
        if changed is None:
            return pack_trials(self.table)
        return pack_trials(self.table, changed, known) if changed else None

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``trials`` (all of them), ``step`` (values at it) or ``curves`` (of a session)."""
        with self._push_lock:
            if method == "trials":
                return pack_trials(self.table)
            if method == "step":
                return pack_values_at(self.table, int(params["step"]))
            if method == "curves":
                seat = next(i for i, s in enumerate(self.table.sessions) if s.run == params["run"])
                return {"run": params["run"], **pack_curves(self.table, seat)}
        return super().answer(method, params)

    @traitlets.observe("metrics")
    def _metrics_changed(self, change: Any) -> None:
        if self._table.metrics_shown == change["new"]:
            return
        with self._push_lock:
            self._table.metrics_shown = change["new"]
            self.push()

    @traitlets.validate("filters", "brush")
    def _conditions(self, proposal: Any) -> dict[str, Any]:
        given = proposal["value"]
        try:
            conditions = {key: condition(value) for key, value in given.items()}
        except ValueError as error:
            raise traitlets.TraitError(f"{proposal['trait'].name}: {error}") from error
        if self._read:
            known = [*FIXED, *self.table.info]
            for key in conditions:
                if key not in known and key not in getattr(self, proposal["trait"].name):
                    near = difflib.get_close_matches(key, known, n=1)
                    hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known)}"
                    raise traitlets.TraitError(f"there is no column {key!r}; {hint}")
        return conditions

    # ------------------------------------------------------------ what is on screen

    @property
    def data(self) -> pd.DataFrame:
        """The table on screen: trials that are shown, in their order, visible columns."""
        return self._frame(Shown(self.table, self.options, self.run_list), brushed=False)

    @property
    def selection(self) -> pd.DataFrame:
        """The brushed trials, with all columns; every trial shown while nothing is brushed."""
        return self._frame(Shown(self.table, self.options, self.run_list), brushed=True)

    @property
    def best(self) -> str | None:
        """The name of the best of the trials shown, by `metric`; None if none has a value."""
        shown = Shown(self.table, self.options, self.run_list)
        row = shown.best
        return None if row is None else self.table.trials[row]

    def _frame(self, shown: Shown, *, brushed: bool) -> pd.DataFrame:
        from nbboard.logdir import table as tables

        only = brushed or self.only_brushed
        rows = [row for row in shown.rows if shown.brushed[row] or not only]
        keys = shown.keys if brushed else shown.visible
        return tables.to_pandas(
            {
                key: [_plain(shown.columns[key][row], shown.kind(key)) for row in rows]
                for key in keys
            }
        )

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        table = None if "metrics" in changes else self.table
        return _draw(self.source, {**self.options, **changes}, table)

    @classmethod
    def draw(cls, source: HParams, **options: Any) -> Figure:
        """Return parallel coordinates above, the metric against hyperparameters below.

        Parameters
        ----------
        source
            ``log.hparams`` or a selection.
        **options
            Options of the view; ``width``, ``height`` in inches; ``most``: draw so many
            trials at most, and say so.
        """
        return _draw(source, options)

    def picture(self) -> Figure:
        """Return a figure of so many trials at most that the cell need not wait for it."""
        return self.figure(most=1_500)


def _draw(source: HParams, options: Mapping[str, Any], table: TrialTable | None = None) -> Figure:
    from nbboard.views.hparams_figure import draw_trials

    size = {name: options[name] for name in ("width", "height", "most") if name in options}
    options = {name: value for name, value in options.items() if name not in size}
    traits = HparamsView.class_traits(option=True)
    refuse_unknown(options, [*traits, *RunList.OPTIONS], "hparams")
    settings = {name: options.get(name, _default(trait)) for name, trait in traits.items()}
    for name in ("filters", "brush"):
        settings[name] = {key: condition(value) for key, value in settings[name].items()}
    if table is None:
        table = TrialTable(source, settings["metrics"])
        table.update()
    run_list = run_list_of(source.log)
    for name, trait_name in RunList.OPTIONS.items():
        if name in options:
            setattr(run_list, trait_name, options[name])
    return draw_trials(Shown(table, settings, run_list), settings, run_list, **size)


def _plain(cell: Cell, kind: str) -> Cell:
    """Return a metric that is missing as NaN, so that its column stays one of numbers."""
    return math.nan if cell is None and kind == "metric" else cell


def _default(trait: Any) -> Any:
    value = trait.default()
    return {} if value is traitlets.Undefined else value


VIEW = HparamsView
