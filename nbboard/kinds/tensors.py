"""Tensors: arrays of any shape, as they were logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    import numpy as np

__all__ = ["KIND", "Tensor"]


@dataclass(frozen=True, repr=False, eq=False)
class Tensor:
    """One logged tensor.

    Attributes
    ----------
    value
        The array, in the logged dtype (bfloat16 becomes float32, exactly; strings
        are bytes in an object array).
    """

    value: np.ndarray

    def __repr__(self) -> str:
        return f"Tensor({self.value.dtype}, shape={self.value.shape})"


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Tensor]:
    return (Tensor(tensor_to_numpy(value.tensor)),)


def _columns(item: Tensor) -> Mapping[str, object]:
    return {
        "dtype": str(item.value.dtype),
        "shape": list(item.value.shape),
        "value": item.value.reshape(-1).tolist(),
    }


# "tensor" is what PyTorch's add_tensor calls itself.
KIND = Kind(
    name="tensors",
    plugins=("tensors", "tensor", ""),
    decode=_decode,
    columns=_columns,
    order=50,
    cells=("dtype", "shape", "value"),
)
