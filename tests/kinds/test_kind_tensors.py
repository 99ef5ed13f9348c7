from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from tensorboard.compat.proto import tensor_pb2, tensor_shape_pb2
from tensorboard.util import tensor_util

from nbboard.errors import UndecodableError
from nbboard.events.tensors import strings_of, tensor_to_numpy
from nbboard.kinds.tensors import KIND

NUMBERS = [
    *("float16", "float32", "float64", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128"),
]


def tensor(dtype, shape, **fields):
    """Make a TensorProto by hand."""
    dims = [tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in shape]
    return tensor_pb2.TensorProto(
        dtype=dtype, tensor_shape=tensor_shape_pb2.TensorShapeProto(dim=dims), **fields
    )


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0, 3)])
def test_numbers_of_every_dtype_come_back(dtype, shape):
    """What TensorBoard makes of an array becomes the same array again."""
    array = (np.arange(np.prod(shape)).reshape(shape) - 2).astype(dtype)

    result = tensor_to_numpy(tensor_util.make_tensor_proto(array))

    assert (result.dtype, result.shape) == (array.dtype, array.shape)
    assert np.array_equal(result, array)


def test_elements_may_stand_in_the_typed_field():
    """Without tensor_content the elements are in the field of their type."""
    cases = [
        (tensor(1, [2], float_val=[0.5, 1.5]), [0.5, 1.5]),
        (tensor(4, [2], int_val=[1, 255]), [1, 255]),
        (tensor(6, [2], int_val=[-1, 127]), [-1, 127]),
        (tensor(9, [2], int64_val=[-(2**63), 2**63 - 1]), [-(2**63), 2**63 - 1]),
        (tensor(10, [2], bool_val=[True, False]), [True, False]),
        (tensor(19, [2], half_val=[0x3C00, 0xC000]), [1.0, -2.0]),
        (tensor(14, [2], half_val=[0x3F80, 0xC040]), [1.0, -3.0]),
        (tensor(18, [1], dcomplex_val=[1.0, -2.0]), [1 - 2j]),
        (tensor(23, [1], uint64_val=[2**64 - 1]), [2**64 - 1]),
    ]

    assert [tensor_to_numpy(proto).tolist() for proto, _ in cases] == [want for _, want in cases]


def test_bfloat16_becomes_float32_exactly():
    """The sixteen bits are the upper half of a float32."""
    content = np.array([0x3F80, 0x7F80, 0x0001], "<u2").tobytes()

    result = tensor_to_numpy(tensor(14, [3], tensor_content=content))

    assert result.dtype == np.float32
    assert result.tolist() == [1.0, np.inf, float(np.uint32(0x10000).view(np.float32))]


def test_the_last_value_fills_the_rest():
    """TensorFlow drops repeated values at the end, and zeros altogether."""
    assert tensor_to_numpy(tensor(1, [2, 3], float_val=[7])).tolist() == [[7] * 3] * 2
    assert tensor_to_numpy(tensor(3, [4], int_val=[1, 2])).tolist() == [1, 2, 2, 2]
    assert tensor_to_numpy(tensor(2, [3])).tolist() == [0, 0, 0]
    assert strings_of(tensor(7, [3], string_val=[b"x"])) == [b"x"] * 3


def test_strings_come_back_as_bytes():
    """Strings keep their bytes and shape, also in TensorFlow's packed form."""
    packed = tensor(7, [2], tensor_content=bytes([2, 3]) + b"ab" + b"xyz")

    assert tensor_to_numpy(tensor(7, [2, 1], string_val=[b"a\0", b""])).tolist() == [
        [b"a\0"],
        [b""],
    ]
    assert strings_of(packed) == [b"ab", b"xyz"]


BOMBS = [
    *(tensor(1, [2**n], float_val=[1.0]) for n in (21, 27, 33, 62)),
    *(tensor(7, [2**n], string_val=[b"x"]) for n in (21, 27, 33, 62)),
    tensor(7, [2**40], tensor_content=b"\x01x"),
    tensor(7, [2], tensor_content=b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x01x"),
    tensor(1, [2**32, 2**32, 2**32], float_val=[1.0]),
    tensor(1, [-1], float_val=[1.0]),
    tensor(1, [-(2**62), -4], float_val=[1.0]),
    tensor(1, [2**27], tensor_content=b"\0" * 4),
    tensor(1, [1], tensor_content=b"\0" * 8),
    tensor(1, [1], float_val=[1.0, 2.0]),
    tensor(1, [1] * 40, float_val=[1.0]),
    tensor(1, [0, 2**62], float_val=[1.0]),
    tensor(8, [2**30], scomplex_val=[1.0]),
    tensor_pb2.TensorProto(
        dtype=1, tensor_shape=tensor_shape_pb2.TensorShapeProto(unknown_rank=True)
    ),
    tensor(20, [1]),  # a resource
    tensor(21, [1]),  # a variant
    tensor(0, []),
]


def test_bombs_are_refused_without_allocating():
    """A few bytes that claim to be gigabytes cost no more than a few bytes."""
    tracemalloc.start()
    for bomb in BOMBS:
        with pytest.raises(UndecodableError):
            tensor_to_numpy(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1 << 20


def test_a_tensor_as_an_item(value_of):
    """The kind wraps the array and lays it out flat for tables."""
    (item,) = KIND.decode(value_of(np.arange(6).reshape(2, 3)), None)

    assert item.value.shape == (2, 3)
    assert KIND.columns(item) == {"dtype": "int64", "shape": [2, 3], "value": [0, 1, 2, 3, 4, 5]}
    assert repr(item) == "Tensor(int64, shape=(2, 3))"
