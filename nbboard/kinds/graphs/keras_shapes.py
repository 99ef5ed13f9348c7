"""What comes out of a Keras layer and how much it holds, worked out of its configuration.

The JSON of a model has neither: the shapes follow from those of the inputs, layer by layer,
and the counts from both, by the rules of the Keras reference (https://keras.io/api/layers).
A layer without a rule here has an unknown shape, and so has what it feeds; Keras 3 logs
``build_config``, with which the counts go on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["Shape", "shape_of_json", "shape_words", "summarize"]

#: Sizes, None where any will do; None if nothing is known.
Shape = tuple[int | None, ...] | None

_Config = Mapping[str, Any]
_Rule = Callable[[_Config, Sequence[Shape]], tuple[Shape, int | None]]

_MOST_DIMENSIONS = 12


def shape_of_json(value: Any) -> Shape:
    """Return a shape as JSON has it; None for what is none (a model may have several)."""
    if not isinstance(value, list) or len(value) > _MOST_DIMENSIONS:
        return None
    if all(size is None or (isinstance(size, int) and size >= 0) for size in value):
        return tuple(value)
    return shape_of_json(value[0]) if len(value) == 1 else None


def summarize(layer: Mapping[str, Any], inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    """Return the shape of what comes out of a layer, and how many numbers it holds.

    Parameters
    ----------
    layer
        The layer's JSON.
    inputs
        The shapes of what goes in.

    Returns
    -------
    shape
        None if it is not known.
    parameters : int or None
        None if that is not known.
    """
    config = layer.get("config")
    config = config if isinstance(config, dict) else {}
    kind = str(layer.get("class_name", ""))
    built = layer.get("build_config")
    given = shape_of_json(built.get("input_shape")) if isinstance(built, dict) else None
    logged = config.get("batch_input_shape", config.get("batch_shape"))
    own = shape_of_json(logged)
    shapes: list[Shape] = [given if given is not None else own]
    if any(shape is not None for shape in inputs):
        shapes = list(inputs)
    rule = _RULES.get(kind)
    try:
        if kind == "InputLayer":
            return own, 0
        return rule(config, shapes) if rule is not None else (None, None)
    # A configuration may say anything at all.
    except (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, OverflowError):
        return None, None


def shape_words(layer: Mapping[str, Any], shape: Shape) -> str:
    """Return type and shape as in the other graphs: ``float32 [?, 64]``."""
    config = layer.get("config")
    kind = config.get("dtype") if isinstance(config, dict) else None
    if isinstance(kind, dict):  # the policy of Keras 3
        policy = kind.get("config")
        kind = policy.get("name") if isinstance(policy, dict) else None
    words = kind if isinstance(kind, str) else ""
    if shape is None:
        return words
    sizes = ", ".join("?" if size is None else str(size) for size in shape)
    return f"{words} [{sizes}]".strip()


def _same(_config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    return inputs[0], 0


def _merge(_config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shapes = [shape for shape in inputs if shape is not None]
    longest = max(map(len, shapes), default=-1)
    if len(shapes) < len(inputs) or longest < 0:
        return None, 0
    # Sizes of 1 are stretched.
    padded = [(1,) * (longest - len(shape)) + shape for shape in shapes]
    merged = [
        max(sizes, key=lambda size: -1 if size is None else size)
        for sizes in zip(*padded, strict=False)
    ]
    return (None, *merged[1:]), 0


def _concatenate(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    first = inputs[0]
    if any(shape is None for shape in inputs) or first is None:
        return None, 0
    axis = config.get("axis", -1) % len(first)
    along = [shape[axis] for shape in inputs if shape is not None]
    total = None if None in along else sum(size for size in along if size is not None)
    return (*first[:axis], total, *first[axis + 1 :]), 0


def _dense(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape, units = inputs[0], config["units"]
    if shape is None:
        return None, None
    held = None if shape[-1] is None else (shape[-1] + bool(config.get("use_bias", True))) * units
    return (*shape[:-1], units), held


def _embedding(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    width = config["output_dim"]
    shape = None if inputs[0] is None else (*inputs[0], width)
    return shape, config["input_dim"] * width


def _convolution(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape, filters, kernel = inputs[0], config["filters"], config["kernel_size"]
    if shape is None:
        return None, None
    first = config.get("data_format") == "channels_first"
    channels = shape[1] if first else shape[-1]
    held = None
    if channels is not None:
        inner = channels // (config.get("groups") or 1)
        held = (math.prod(kernel) * inner + bool(config.get("use_bias", True))) * filters
    return _strided(config, shape, kernel, filters), held


def _depthwise(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape, kernel = inputs[0], config["kernel_size"]
    if shape is None:
        return None, None
    channels = shape[1] if config.get("data_format") == "channels_first" else shape[-1]
    if channels is None:
        return None, None
    outputs = channels * config.get("depth_multiplier", 1)
    held = math.prod(kernel) * outputs + bool(config.get("use_bias", True)) * outputs
    return _strided(config, shape, kernel, outputs), held


def _separable(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape, kernel, filters = inputs[0], config["kernel_size"], config["filters"]
    if shape is None:
        return None, None
    channels = shape[1] if config.get("data_format") == "channels_first" else shape[-1]
    if channels is None:
        return None, None
    between = channels * config.get("depth_multiplier", 1)
    bias = bool(config.get("use_bias", True)) * filters
    held = math.prod(kernel) * between + between * filters + bias
    return _strided(config, shape, kernel, filters), held


def _pooling(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    if shape is None:
        return None, 0
    channels = shape[1] if config.get("data_format") == "channels_first" else shape[-1]
    moved = {**config, "strides": config.get("strides") or config["pool_size"]}
    return _strided(moved, shape, config["pool_size"], channels), 0


def _strided(
    config: _Config, shape: tuple[int | None, ...], kernel: Sequence[int], channels: int | None
) -> Shape:
    """Return the shape behind a window that moves over all but batch and channels."""
    first = config.get("data_format") == "channels_first"
    sizes = shape[2:] if first else shape[1:-1]
    steps = config.get("strides") or [1] * len(sizes)
    apart = config.get("dilation_rate") or [1] * len(sizes)
    whole = config.get("padding") in {"same", "causal"}
    moved: list[int | None] = []
    for size, width, step, gap in zip(sizes, kernel, steps, apart, strict=True):
        if size is None:
            moved.append(None)
            continue
        seen = size if whole else size - (width - 1) * gap
        moved.append(-(-seen // step))
    return (shape[0], channels, *moved) if first else (shape[0], *moved, channels)


def _global_pooling(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    if shape is None:
        return None, 0
    first = config.get("data_format") == "channels_first"
    channels = shape[1] if first else shape[-1]
    if config.get("keepdims"):
        ones = (1,) * (len(shape) - 2)
        return ((shape[0], channels, *ones) if first else (shape[0], *ones, channels)), 0
    return (shape[0], channels), 0


def _flatten(_config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    if shape is None:
        return None, 0
    rest = [size for size in shape[1:] if size is not None]
    return (shape[0], math.prod(rest) if len(rest) == len(shape) - 1 else None), 0


def _reshape(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    target, shape = list(config["target_shape"]), inputs[0]
    if -1 in target:
        sizes = [] if shape is None else [size for size in shape[1:] if size is not None]
        whole = shape is not None and len(sizes) == len(shape) - 1
        rest = math.prod(size for size in target if size != -1)
        target[target.index(-1)] = math.prod(sizes) // rest if whole else None
    return (None if shape is None else shape[0], *target), 0


def _normalization(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    if shape is None:
        return None, None
    axes = config.get("axis", -1)
    sizes = [shape[axis] for axis in (axes if isinstance(axes, list) else [axes])]
    wanted = [bool(config.get(name, True)) for name in ("scale", "center")]
    moving = 2 if "moving_mean_initializer" in config else 0
    known = [size for size in sizes if size is not None]
    held = math.prod(known) * (sum(wanted) + moving) if len(known) == len(sizes) else None
    return shape, held


def _recurrent(gates: int) -> _Rule:
    def rule(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
        shape, units = inputs[0], config["units"]
        if shape is None:
            return None, None
        held = None
        if shape[-1] is not None:
            bias = bool(config.get("use_bias", True))
            # The newer GRU has a bias for each of its two products.
            twice = 2 if gates == 3 and config.get("reset_after", False) else 1
            held = gates * units * (shape[-1] + units + bias * twice)
        whole = config.get("return_sequences")
        return ((*shape[:-1], units) if whole else (shape[0], units)), held

    return rule


def _repeat(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    return (None if shape is None else (shape[0], config["n"], *shape[1:])), 0


def _permute(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    return (None if shape is None else (shape[0], *[shape[axis] for axis in config["dims"]])), 0


def _prelu(config: _Config, inputs: Sequence[Shape]) -> tuple[Shape, int | None]:
    shape = inputs[0]
    if shape is None:
        return None, None
    shared = config.get("shared_axes") or []
    sizes = [1 if axis in shared else size for axis, size in enumerate(shape) if axis]
    known = [size for size in sizes if size is not None]
    return shape, math.prod(known) if len(known) == len(sizes) else None


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(
        (
            "Activation", "ActivityRegularization", "AlphaDropout", "Dropout", "ELU",
            "GaussianDropout", "GaussianNoise", "LeakyReLU", "Masking", "ReLU", "Rescaling",
            "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
            "ThresholdedReLU",
        ),
        _same,
    ),
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), _merge),
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Embedding": _embedding,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **{f"{how}Pooling{size}D": _pooling for how in ("Average", "Max") for size in (1, 2, 3)},
    **{
        f"Global{how}Pooling{size}D": _global_pooling
        for how in ("Average", "Max")
        for size in (1, 2, 3)
    },
    "Flatten": _flatten,
    "Reshape": _reshape,
    **dict.fromkeys(("BatchNormalization", "LayerNormalization"), _normalization),
    "SimpleRNN": _recurrent(1),
    "GRU": _recurrent(3),
    "LSTM": _recurrent(4),
    "RepeatVector": _repeat,
    "Permute": _permute,
    "PReLU": _prelu,
}  # fmt: skip
