"""What a dial means: an angle in turns."""

from __future__ import annotations

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind

__all__ = ["KIND"]


def _decode(value, _metadata):
    array = tensor_to_numpy(value.tensor)
    if array.shape:
        raise UndecodableError(f"a dial has one needle, not {array.shape}")
    return (float(array),)


KIND = Kind(
    name="dials",
    plugins=("dials",),
    decode=_decode,
    columns=lambda turns: {"turns": turns},
    cells=("turns",),
)
