"""A Keras model's JSON, of Keras 2 and 3, as columns of operations with all their edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbboard.kinds.graphs.attributes import check_of
from nbboard.kinds.graphs.keras_shapes import Shape, shape_of_json, shape_words, summarize
from nbboard.kinds.graphs.operations import Operations

__all__ = ["of_model"]

#: Models nested deeper than this, or tensors in lists, are not looked into.
_DEEPEST = 32
#: Layers of one model that are read.
_MOST = 200_000
_NESTED = frozenset({"Functional", "Sequential", "Model"})


@dataclass
class _Model:
    """What a model, nested or not, is to those around it: where tensors go in and come out."""

    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


@dataclass
class _Taken:
    """What was read so far, with the shapes of what comes out of each layer."""

    operations: Operations = field(default_factory=Operations)
    shapes: dict[str, Shape] = field(default_factory=dict)


def of_model(model: Any) -> Operations:
    """Return the layers of a model as columns: a model in a model has its name before them.

    Parameters
    ----------
    model
        The JSON value of ``model.to_json()``.
    """
    taken = _Taken()
    if isinstance(model, dict):
        _take(taken, model, "", (), 0)
    return taken.operations


def _take(
    taken: _Taken, model: dict[str, Any], prefix: str, fed: Sequence[str], depth: int
) -> _Model:
    """Append the layers of a model that is fed by some operations."""
    operations, shapes = taken.operations, taken.shapes
    config = model.get("config")
    # Keras 2.0 stored a Sequential's layers as the configuration itself.
    layers = config.get("layers") if isinstance(config, dict) else config
    config = config if isinstance(config, dict) else {}
    chained = not any(isinstance(each, dict) and "inbound_nodes" in each for each in layers or ())
    inside: dict[str, _Model] = {}
    last: list[str] = list(fed)
    entrances = dict(zip(_tensors(config.get("input_layers")), fed, strict=False))
    names = _names(layers if isinstance(layers, list) else [])
    given = config.get("build_input_shape", config.get("batch_input_shape"))
    first = shape_of_json(given)
    for layer, name in names:
        sources = list(last) if chained else _sources(layer, inside)
        kind = str(layer.get("class_name", ""))
        if name in entrances and not sources:
            sources = [entrances[name]]
        if kind in _NESTED and depth < _DEEPEST and _layers(layer):
            inner = _take(taken, layer, f"{prefix}{name}/", sources, depth + 1)
        else:
            path = prefix + name
            incoming = [shapes.get(source) for source in sources]
            shape, parameters = summarize(layer, incoming or [first])
            first = None
            shapes[path] = shape
            place = len(operations)
            words = shape_words(layer, shape)
            operations.add(
                path, kind, sources, (words,) if words else (), definition=layer,
                check=check_of(layer),
            )  # fmt: skip
            if parameters is not None:
                operations.parameters[place] = float(parameters), 4.0 * parameters
            inner = _Model([path], [path])
        inside[name] = inner
        last = inner.outputs
    outputs = [
        path for name in _tensors(config.get("output_layers")) for path in _outputs(inside, name)
    ]
    return _Model([], outputs or last)


def _layers(layer: dict[str, Any]) -> Any:
    config = layer.get("config")
    return config.get("layers") if isinstance(config, dict) else None


def _names(layers: Sequence[Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for layer in layers[:_MOST]:
        if isinstance(layer, dict):
            config = layer.get("config")
            inner = config.get("name") if isinstance(config, dict) else ""
            yield layer, str(layer.get("name") or inner or "")


def _outputs(inside: dict[str, _Model], name: str) -> list[str]:
    known = inside.get(name)
    return known.outputs if known is not None else []


def _sources(layer: dict[str, Any], inside: dict[str, _Model]) -> list[str]:
    """Return the operations that feed a layer, at all places where it is used."""
    found: list[str] = []
    for name in _tensors(layer.get("inbound_nodes")):
        # A layer of a broken file may name one that is not there: its name then dangles.
        found += _outputs(inside, name) or [name]
    return found


def _tensors(value: Any) -> Iterator[str]:
    """Yield the names of the layers whose tensors are anywhere in a value, in written order.

    Keras 2 writes ``["name", node, tensor, arguments]``, Keras 3 an object with a
    ``keras_history``.
    """
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(item, dict):
            config = item.get("config")
            if item.get("class_name") == "__keras_tensor__" and isinstance(config, dict):
                history = config.get("keras_history")
                if isinstance(history, list) and history and isinstance(history[0], str):
                    yield history[0]
                continue
            inner: list[Any] = list(item.values())
        elif isinstance(item, list):
            if len(item) >= 3 and isinstance(item[0], str) and isinstance(item[1], int):
                yield item[0]
                inner = item[3:]
            else:
                inner = item
        else:
            continue
        waiting += [(each, depth + 1) for each in reversed(inner)]
