"""Sampled series as the browser gets them: blocks of columns.

A *block* is a mapping of columns of several series, one after the other. Which series they
belong to says ``series`` (the numbers that :class:`~nbboard.views.scalar_feed.Feed` gives
them), how many points each has says ``length``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from nbboard.views.sampling import Sample

__all__ = ["POINT_BYTES", "Mode", "Part", "pack_blocks"]

#: Bytes a point takes in a block of sampled series.
POINT_BYTES = 24

#: What the page does with a block: put it in the place of what it has, add it behind that,
#: put it between its points, or none of these.
Mode = Literal["replace", "append", "refine", "all"]


class Part(NamedTuple):
    """Some points of one series, on their way to the page."""

    number: int
    sample: Sample
    mode: Mode


class _Shape(NamedTuple):
    """What of a part decides which columns it needs."""

    mode: Mode
    wide: bool
    far: bool
    whole: bool


def pack_blocks(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return blocks: one for all parts that need the same columns."""
    groups: dict[_Shape, list[Part]] = {}
    for part in parts:
        groups.setdefault(_shape_of(part), []).append(part)
    return [_block(shape, items) for shape, items in groups.items()]


def _shape_of(part: Part) -> _Shape:
    sample = part.sample
    index = sample.index
    return _Shape(
        part.mode,
        wide=sample.value.dtype not in (np.float32, np.float16),
        far=bool(len(sample.step)) and bool(np.abs(sample.step).max() > 2**31 - 1),
        whole=len(index) == 0 or int(index[-1]) - int(index[0]) + 1 == len(index),
    )


def _block(shape: _Shape, parts: Sequence[Part]) -> dict[str, Any]:
    samples = [part.sample for part in parts]
    real = np.float64 if shape.wide else np.float32

    def column(name: str, dtype: Any) -> np.ndarray:
        arrays = [np.asarray(getattr(one, name)).astype(dtype, copy=False) for one in samples]
        return np.concatenate(arrays)

    def each(values: Iterable[int]) -> np.ndarray:
        return np.fromiter(values, np.uint32, len(parts))

    block: dict[str, Any] = {
        "mode": shape.mode,
        "series": each(part.number for part in parts),
        "length": each(len(one.index) for one in samples),
        "total": each(one.total for one in samples),
        "hidden": each(one.hidden for one in samples),
        "first": each(int(one.index[0]) if len(one.index) else 0 for one in samples),
        "step": column("step", np.float64 if shape.far else np.int32),
        "wall": column("wall_time", np.float64),
        "value": column("value", real),
    }
    if not shape.whole:
        block["index"] = column("index", np.uint32)
        block["mean"] = column("mean", real)
    if any(one.undated for one in samples):
        block["undated"] = each(one.undated for one in samples)
    if any(one.off is not None for one in samples):
        off = [
            np.zeros(len(one.index), np.uint8) if one.off is None else one.off.astype(np.uint8)
            for one in samples
        ]
        block["off"] = np.concatenate(off)
    return block
