"""TensorFlow's types and shapes in words."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["data_type", "shape_text"]

#: Dimensions of one shape that are written out.
_MOST_DIMENSIONS = 12


def shape_text(shape: Any) -> str:
    """Return a TensorShapeProto as text: ``[?, 64]``; empty if the rank is not known."""
    if shape.unknown_rank:
        return ""
    return _sizes_text(tuple([dimension.size for dimension in shape.dim]))


@cache
def _sizes_text(sizes: tuple[int, ...]) -> str:
    shown = ["?" if size < 0 else str(size) for size in sizes[:_MOST_DIMENSIONS]]
    return f"[{', '.join(shown + ['…'] * (len(sizes) > _MOST_DIMENSIONS))}]"


@cache
def data_type(kind: int) -> str:
    """Return the name of a DataType: ``float32``; of one that is not known its number."""
    from tensorboard.compat.proto.types_pb2 import DataType

    reference = kind > 100
    try:
        name = DataType.Name(kind - 100 if reference else kind)
    except ValueError:
        return f"type {kind}"
    name = name.removeprefix("DT_").lower()
    name = {"float": "float32", "double": "float64", "half": "float16"}.get(name, name)
    return f"{name} reference" if reference else name
