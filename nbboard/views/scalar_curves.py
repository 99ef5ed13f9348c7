"""What is drawn of scalars, and where: x, smoothing, breaks, groups (as in lines.ts)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.logdir.dates import dates_of
from nbboard.views.sampling import sample_series
from nbboard.views.scalar_groups import combine
from nbboard.views.smoothing import smooth

if TYPE_CHECKING:
    from nbboard.views.run_list import RunList

__all__ = ["X_AXES", "Curve", "curves_of", "one_curve", "smooth_pieces", "x_of"]

#: The x axes that are no tag.
X_AXES = ("step", "relative", "wall", "order")


@dataclass
class Curve:
    """A line of a card: of one run, or of a group of runs.

    Attributes
    ----------
    x, raw, smooth
        float64 (k,), x in the unit of the axis; ``raw`` has NaN and infinity as logged.
    low, high
        The band of a group.
    breaks
        Where x goes back, so that a new line begins.
    odd
        The points that are not finite.
    lost
        Of a group: where members ceased to be finite, and whether at +infinity.
    members
        Of a group: how many have a finite value, from the most to the fewest.
    faded
        Whether a brush in another view leaves it out.
    count
        Of how many runs a group is, in words; empty for a run.
    dash
        How it is dashed, in units of its width; empty for a firm line.
    left_out
        How many of its points are not drawn, or not told apart: by why, and run.
    """

    name: str
    color: str
    x: np.ndarray
    raw: np.ndarray
    smooth: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    runs: list[str] = field(default_factory=list)
    breaks: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    odd: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    lost: list[tuple[float, bool]] = field(default_factory=list)
    members: str | None = None
    faded: bool = False
    count: str = ""
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    dash: tuple[float, ...] = ()


def curves_of(tag: str, state: dict[str, Any]) -> list[Curve]:
    """Return the lines of a tag, for the state of a figure, in the order of the runs."""
    run_list: RunList = state["run_list"]
    source = state["source"]
    found = []
    for run in state["runs"][: None if run_list.group_by else state["max_lines"]]:
        if (run, tag) in source:
            curve = one_curve(state, run, tag, run_list.color(run))
            if len(curve.x):
                found.append(curve)
    if not run_list.group_by:
        return found
    by_run = {curve.name: curve for curve in found}
    return [
        _group(name, [by_run[run] for run in runs], state)
        for name, runs in run_list.groups(by_run).items()
    ]


def one_curve(state: dict[str, Any], run: str, tag: str, color: str) -> Curve:
    """Return the line of one run, for the state of a figure."""
    series = state["source"][run, tag]
    part = sample_series(series, state["points"])
    x = x_of(state["x"], state["source"], series, part)
    breaks = _breaks(x, state["x"])
    smoothed = smooth_pieces(
        x,
        part.value,
        breaks,
        weight=state["smoothing"],
        method=state["smoothing_method"],
        mean=part.mean,
        count=np.diff(part.index.astype(np.int64), prepend=-1),
    )
    brushed = state["run_list"].brushed
    raw = part.value.astype(np.float64)
    return Curve(
        run,
        color,
        x,
        raw,
        smoothed,
        runs=[run],
        breaks=breaks,
        odd=np.flatnonzero(~np.isfinite(raw)),
        faded=brushed is not None and run not in brushed,
        left_out=_left_out(series, state["x"], state["source"]),
    )


def _left_out(series: Any, kind: str, source: Any) -> Counter[tuple[str, str]]:
    """Count the points that a curve does not show: hidden, covered by another, or without an x."""
    found = {"declared void" if series.restarts == "purge" else "before a restart": series.hidden}
    if kind == "step":
        found["more at the same step"] = int(np.count_nonzero(np.diff(series.step) == 0))
    elif kind in X_AXES:
        dates = dates_of(series.wall_time)
        found["without a date"] = dates.none
        if dates.unit != "seconds":
            found[f"in {dates.unit}, read as seconds"] = len(series) - dates.none
    elif (series.run, kind) not in source.log.scalars:
        found[f"without {kind!r}"] = len(series)
    return Counter({(why, series.run): number for why, number in found.items() if number})


def x_of(kind: str, source: Any, series: Any, points: Any = None) -> np.ndarray:
    """Return where the points of a series stand on an x axis.

    Parameters
    ----------
    kind
        ``step``, ``relative`` (seconds since the first point), ``wall``, ``order`` (in which
        points were written, counted from 0), or another tag, whose value is interpolated over
        the step.
    source
        The collection of the series; the tag may be any of its log.
    series
        The series.
    points
        A sample of it, with ``step``, ``wall_time`` and ``index``; all of it if None.

    Returns
    -------
    numpy.ndarray
        float64 (k,); NaN where the other tag has no value, and where the wall time is no date.
    """
    points = series if points is None else points
    at = np.asarray(points.step, np.float64)
    if kind == "step":
        return at
    if kind == "order":
        index = getattr(points, "index", None)
        return np.arange(len(at), dtype=np.float64) if index is None else index.astype(np.float64)
    if kind in X_AXES:
        wall = dates_of(np.asarray(points.wall_time, np.float64)).seconds
        return wall - _first_date(series) if kind == "relative" else wall
    scalars = source.log.scalars.select(restarts=source.restarts)
    if (series.run, kind) not in scalars:
        return np.full(len(at), np.nan)
    other = scalars[series.run, kind]
    places, values = other.step.astype(np.float64), other.value.astype(np.float64)
    return np.asarray(np.interp(at, places, values, left=np.nan, right=np.nan))


def _first_date(series: Any) -> float:
    """Return the first wall time that is a date, in seconds; NaN if none is."""
    seconds = dates_of(np.asarray(series.wall_time[:1], np.float64)).seconds
    if len(seconds) and np.isfinite(seconds[0]):
        return float(seconds[0])
    seconds = dates_of(np.asarray(series.wall_time, np.float64)).seconds
    found = np.flatnonzero(np.isfinite(seconds))
    return float(seconds[found[0]]) if len(found) else float("nan")


def _breaks(x: np.ndarray, kind: str) -> np.ndarray:
    """Return where x goes back; against another tag it may, and that is one line."""
    if kind not in X_AXES:
        return np.empty(0, np.int64)
    return np.flatnonzero(x[1:] < x[:-1]) + 1


def smooth_pieces(
    x: np.ndarray,
    value: np.ndarray,
    breaks: np.ndarray | None = None,
    *,
    weight: float,
    method: str,
    mean: np.ndarray | None = None,
    count: np.ndarray | None = None,
) -> np.ndarray:
    """Smooth each piece between breaks as a series of its own, as TensorBoard does.

    Parameters
    ----------
    x, value
        (k,) the points.
    breaks
        Where pieces begin; where x goes back if None.
    weight, method, mean, count
        As for :func:`nbboard.views.smoothing.smooth`.

    Returns
    -------
    numpy.ndarray
        float64 (k,).
    """
    count = np.ones(len(value), np.int64) if count is None else count
    mean = value if mean is None else mean
    ends = [*(_breaks(x, "step") if breaks is None else breaks), len(value)]
    pieces = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    return np.concatenate(
        [
            smooth(
                value[piece],
                weight=weight,
                method=method,
                x=x[piece],
                mean=mean[piece],
                count=count[piece],
                total=int(count[piece].sum()),
            )
            for piece in pieces
        ]
    )


def _group(name: str, members: list[Curve], state: dict[str, Any]) -> Curve:
    if len(members) == 1 and members[0].name == name:
        return members[0]
    band = combine([(c.x, c.smooth) for c in members], state["center"], state["band"])
    return Curve(
        name,
        members[0].color,
        band.x,
        band.center,
        band.center,
        band.low,
        band.high,
        [c.name for c in members],
        count=_count_text(band.members, len(members)),
        lost=_lost_marks(members),
        members=_count_text(band.members, len(members)),
        faded=all(c.faded for c in members),
        left_out=sum((c.left_out for c in members), Counter()),
    )


def _count_text(count: np.ndarray, members: int) -> str:
    """Say how many members have a finite value: ``5``, or ``5 to 2`` where some were lost."""
    least = int(count[count > 0].min(initial=members)) if len(count) else members
    return f"{members}" if least == members else f"{members} to {least}"


def _lost_marks(members: list[Curve]) -> list[tuple[float, bool]]:
    """Return where members were lost: the place, and whether by going to +infinity."""
    found = set()
    for curve in members:
        odd = ~np.isfinite(curve.raw)
        for place in np.flatnonzero(odd & ~np.concatenate(([False], odd[:-1]))):
            found.add((float(curve.x[place]), bool(curve.raw[place] == np.inf)))
    return sorted(found)
