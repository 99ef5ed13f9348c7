"""GraphDef messages of TensorFlow and PyTorch as columns of operations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import Any

from nbboard.kinds.graphs.operations import CONTROL, Operations

__all__ = ["FUNCTIONS", "data_type", "of_definitions", "of_metadata", "shape_text"]

#: Functions of the library stand below this name, as in TensorBoard.
FUNCTIONS = "__function_library__"

#: What holds numbers that are trained.
_VARIABLES = frozenset(
    {"Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable", "prim::Param", "prim::GetAttr"}
)
#: Variables that an optimizer keeps beside those of the model are named so.
_SLOTS = ("Adam", "Adam_1", "Momentum", "RMSProp", "RMSProp_1", "Adagrad", "Ftrl", "Ftrl_1")
#: The attributes that say of what type the output is, the surest first.
_TYPES = ("dtype", "DstT", "out_type", "output_type", "T")

#: Dimensions of one shape that are written out.
_MOST_DIMENSIONS = 12


def of_definitions(graphs: Iterable[Any]) -> Operations:
    """Return the operations of GraphDef messages, those of their functions behind them.

    Of several graphs each has its names prefixed by ``graph_1/``, ``graph_2/``, as in
    TensorBoard (``graph_util.merge_graph_defs``).
    """
    graphs = list(graphs)
    operations = Operations()
    functions: dict[str, Any] = {}
    for number, graph in enumerate(graphs, 1):
        _take(operations, graph.node, f"graph_{number}/" if len(graphs) > 1 else "")
        for function in graph.library.function:
            functions.setdefault(function.signature.name, function)
    for name, function in functions.items():
        prefix = f"{FUNCTIONS}/{name}/"
        for argument in function.signature.input_arg:
            kind = data_type(argument.type)
            operations.add(prefix + argument.name, "_Arg", outputs=(kind,), definition=argument)
        _take(operations, function.node_def, prefix)
    return operations


def of_metadata(metadata: Any) -> Operations:
    """Return the operations of a RunMetadata message.

    TensorFlow 2 logs the graphs of functions: as TensorBoard, those before optimization
    are taken. TensorFlow 1 logs what ran on each device.
    """
    if metadata.function_graphs:
        return of_definitions(each.pre_optimization_graph for each in metadata.function_graphs)
    if not metadata.partition_graphs:
        return _timed(metadata)
    # The parts of one graph on its devices: names are one space.
    operations = Operations()
    for graph in metadata.partition_graphs:
        _take(operations, graph.node, "")
    return operations


def _timed(metadata: Any) -> Operations:
    """Return the operations that were timed, where no graph was logged beside.

    TensorFlow labels them ``name = Op(input, input)``.
    """
    operations = Operations()
    known: set[str] = set()
    for device in metadata.step_stats.dev_stats:
        for stats in device.node_stats:
            name = stats.node_name.partition(":")[0]
            if name in known:
                continue
            known.add(name)
            _, _, call = stats.timeline_label.partition(" = ")
            op, _, inputs = call.rstrip(")").partition("(")
            fed = [each for each in inputs.split(", ") if each]
            operations.add(name, op, fed, device=device.device)
    return operations


def _take(operations: Operations, nodes: Iterable[Any], prefix: str) -> None:
    """Append nodes; column by column, since there may be a million."""
    nodes = list(nodes)
    first = len(operations)
    names = [node.name for node in nodes]
    inputs: list[Any] = [node.input for node in nodes]
    if prefix:
        names = [prefix + name for name in names]
        inputs = [[_prefixed(given, prefix) for given in each] for each in inputs]
    ops = [node.op for node in nodes]
    operations.name += names
    operations.op += ops
    operations.device += [node.device for node in nodes]
    operations.inputs += inputs
    operations.definition += nodes
    known: dict[tuple[int, bytes], tuple[str, ...]] = {}
    outputs = operations.outputs
    for row, node in enumerate(nodes):
        attributes = node.attr
        kind = 0
        for name in _TYPES:
            # Asking an attribute that is not there would make it.
            if name in attributes:
                kind = attributes[name].type
                if kind:
                    break
        shapes = b""
        if "_output_shapes" in attributes:
            shapes = attributes["_output_shapes"].SerializeToString()
        output = known.get((kind, shapes))
        if output is None:
            output = known[kind, shapes] = _outputs(kind, attributes if shapes else None)
        if ops[row] in _VARIABLES:
            shape, held = _variable(attributes, kind)
            if held and names[row].rpartition("/")[2] not in _SLOTS:
                operations.parameters[first + row] = held, held * _width(kind)
            output = output if shapes else shape
        outputs.append(output)


def _outputs(kind: int, attributes: Any) -> tuple[str, ...]:
    if attributes is None:
        return (data_type(kind),) if kind else ()
    shapes = attributes["_output_shapes"].list.shape
    return tuple([_output(kind, shape_text(shape)) for shape in shapes])


def _variable(attributes: Any, kind: int) -> tuple[tuple[str, ...], float]:
    """Return what a variable gives, and how many numbers it holds (0 if that is not logged)."""
    shape = None
    if "shape" in attributes:
        shape = attributes["shape"].shape
    elif "_output_shapes" in attributes and attributes["_output_shapes"].list.shape:
        shape = attributes["_output_shapes"].list.shape[0]
    if shape is None:
        return ((data_type(kind),) if kind else ()), 0.0
    output = _output(kind, shape_text(shape))
    sizes = [dimension.size for dimension in shape.dim]
    held = 0.0 if shape.unknown_rank or any(size < 0 for size in sizes) else math.prod(sizes)
    return ((output,) if output else ()), float(held)


def _prefixed(given: str, prefix: str) -> str:
    return f"{CONTROL}{prefix}{given[1:]}" if given[:1] == CONTROL else prefix + given


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
def _output(kind: int, shape: str) -> str:
    return f"{data_type(kind)} {shape}".strip() if kind else shape


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


@cache
def _width(kind: int) -> float:
    """Return how many bytes a number of a DataType takes; 0 if it is none of fixed size."""
    digits = "".join(c for c in data_type(kind).split()[0] if c.isdecimal()) if kind else ""
    return int(digits) / 8 if digits else float(data_type(kind) == "bool")
