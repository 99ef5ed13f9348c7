"""Histograms and distributions: one view of how values move over steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nbboard.logdir.registry import kind_named
from nbboard.views.base import module
from nbboard.views.histograms.all_steps import percentiles_of
from nbboard.views.histograms.columns import HEAT_STEPS, read_columns
from nbboard.views.histograms.figure import draw_one
from nbboard.views.histograms.moments import health, moments, moments_of
from nbboard.views.histograms.screen import HistogramScreen
from nbboard.views.shared.options import option
from nbboard.views.shared.references import check_names
from nbboard.views.shared.stepped import SteppedView

if TYPE_CHECKING:
    import pandas as pd

    from nbboard.kinds.histograms import Histogram
    from nbboard.logdir import LogDir
    from nbboard.views.shared.grid import Place
    from nbboard.views.shared.screen import Shown

__all__ = ["HistogramsView"]

#: Steps against which a layer is seen.
HEALTH_STEPS = 48


class HistogramsView(SteppedView):
    """Histograms over steps: ``log.histograms.view(...)``."""

    kind: ClassVar[str] = "histograms"
    _esm = module("histograms")

    noun = ("histogram", "histograms")
    cell_names = ("left", "right", "count", "values", "mean", "std", "zeros")
    overview = HEAT_STEPS
    summed_up = HEALTH_STEPS
    figure_side = 2.6
    picture_cells = 12
    # The outline is there meanwhile; bundled, two thirds of these bytes travel.
    first_seconds = 0.8
    first_bytes = 5 << 19
    screen = HistogramScreen

    card_size = option(traitlets.Int(320, min=48, max=2000), "Least width of a card in CSS pixels.")
    show = option(
        traitlets.Enum(["heat", "percentiles", "offset", "overlay"], default_value="heat"),
        "All steps as a heat map of log counts, as TensorBoard's nine percentiles, or as"
        " outlines one behind (offset) or over (overlay) the other.",
    )
    bins = option(
        traitlets.Enum(["logged", "tensorboard"], default_value="logged"),
        "Buckets as logged, or put into 30 equal bins over the shown steps as TensorBoard does.",
    )
    values = option(
        traitlets.Enum(["symlog", "linear"], default_value="symlog"),
        "The axis of values: linear around 0 and logarithmic beyond (symlog), or linear.",
    )
    x = option(
        traitlets.Enum(["step", "relative", "wall"], default_value="step"),
        "Where steps stand: at their number, the seconds since the first, or their wall time.",
    )
    compare = option(
        traitlets.Enum(["off", "density", "cumulative"], default_value="off"),
        "All runs of a tag over each other at one step, as densities or cumulative shares.",
    )
    layers = option(
        traitlets.Bool(default_value=True),
        "Whether the health of all tags of a run stands above the cards.",
    )
    layers_run = option(
        traitlets.Unicode(""), "The run whose health is shown; empty for the first shown."
    )

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse a run of layers that has no histograms, beside what every view refuses."""
        super().check_references(log, options)
        run = options.get("layers_run")
        known = log.histograms.runs
        check_names("layers_run", filter(None, [run]), known, "run of histograms")

    @classmethod
    def encode(cls, item: Histogram) -> Mapping[str, Any]:
        """Return the buckets as logged, in as few bytes as hold them exactly.

        Returns
        -------
        dict
            ``count`` of shape ``(k,)``; ``edges`` of shape ``(k + 1,)`` where each bucket ends
            where the next begins, otherwise ``left`` and ``right`` of shape ``(k,)``.
        """
        left, right, count = item.left, item.right, _smallest(item.counts)
        if (left[1:] == right[:-1]).all():
            return {"edges": _smallest(np.concatenate([left, right[-1:]])), "count": count}
        return {"left": _smallest(left), "right": _smallest(right), "count": count}

    @classmethod
    def summary(cls, items: Sequence[Histogram]) -> list[Mapping[str, float]]:
        """Return what the health of a layer is told by."""
        found = moments_of([item.buckets for item in items])
        return [{name: float(getattr(one, name)) for name in _TELLING} for one in found]

    @classmethod
    def draw_cell(cls, place: Place, item: Histogram, options: Mapping[str, Any]) -> None:
        """Draw one histogram."""
        draw_one(place.axes(), item.buckets, options)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``percentiles``: the number of a ``series``, and ``from`` which point on."""
        if method != "percentiles":
            return super().answer(method, params)
        with self._push_lock:
            entry = self._feed.catalogue.by_id.get(int(params["series"]))
            if entry is None:
                return {"next": None, "position": np.empty(0, np.uint32), "values": _NO_VALUES}
            return percentiles_of(entry, int(params.get("from", 0)))

    @property
    def health(self) -> pd.DataFrame:
        """The layers on screen: run, tag, step, values, mean, std, zeros, and what is wrong.

        ``health`` is empty where nothing is; otherwise it is one of the words of
        :func:`nbboard.views.histograms.moments.health`, seen against the steps before.
        """
        import pandas as pd

        screen = self._screen()
        cards = [card for _, row in screen.rows() for card in row if card is not None]
        rows = [row for card in cards if (row := _health_of(card, screen.items(card))) is not None]
        names = ["run", "tag", "step", "values", "mean", "std", "zeros", "health"]
        table: pd.DataFrame = pd.DataFrame(rows, columns=names)
        return table

    @classmethod
    def cells(cls, item: Histogram) -> Mapping[str, Any]:
        """Return the buckets, and what they tell of the values."""
        found = moments(item.buckets)
        return {
            **kind_named(cls.kind).columns(item),
            "values": found.count,
            "mean": found.mean,
            "std": found.std,
            "zeros": found.zeros,
        }


_TELLING = ("count", "mean", "std", "zeros", "zeros_exact", "zeros_most", "low", "high", "odd")
_NO_VALUES = np.empty(0, np.float32)


def _health_of(card: Shown, items: Sequence[Any] | Exception) -> tuple[Any, ...] | None:
    """Return the row of a layer; None where it has no histogram at its step."""
    if card.step is None or isinstance(items, Exception) or not items:
        return None
    columns = read_columns(card.entry, HEALTH_STEPS)
    before = [column.moments for column in columns if column.step < card.step]
    now = moments(items[0].buckets)
    told = now.count, now.mean, now.std, now.zeros
    return (*card.entry.key, card.step, *told, health([*before, now]))


def _smallest(numbers: np.ndarray) -> np.ndarray:
    """Return numbers in the smallest type that has each of them exactly."""
    if len(numbers) and numbers.min() >= 0 and (most := numbers.max()) < 2**32:
        whole = numbers.astype(np.min_scalar_type(int(most)))
        if (whole == numbers).all():
            return whole
    with np.errstate(over="ignore"):
        single = numbers.astype(np.float32)
    same = (single == numbers) | (numbers != numbers)  # noqa: PLR0124 - NaN is as good as NaN
    return single if same.all() else numbers
