"""GraphDef, MetaGraphDef and RunMetadata messages as columns of operations."""

from __future__ import annotations

from typing import Any

from nbboard.kinds.described import Described
from nbboard.kinds.graphs.nodes import of_nodes
from nbboard.kinds.graphs.operations import Operations

__all__ = ["FUNCTIONS", "of_definition"]

#: Functions of the library stand below this name, as in TensorBoard.
FUNCTIONS = "__function_library__"

#: The messages around nodes, which stay bytes: :mod:`nbboard.kinds.graphs.fields` reads them.
_MESSAGES = Described(
    "nbboard.graphs",
    {
        "GraphDef": "node 1 *bytes, library 2 Library",
        "Library": "function 1 *Function",
        "Function": "signature 1 Signature, node_def 3 *bytes",
        "Signature": "name 1 string, input_arg 2 *Argument",
        "Argument": "name 1 string, type 3 int32",
        "MetaGraphDef": "graph_def 2 GraphDef",
        "RunMetadata": "partition_graphs 3 *GraphDef, function_graphs 4 *FunctionGraphs",
        "FunctionGraphs": "pre_optimization_graph 2 GraphDef",
    },
)


def of_definition(form: str, data: bytes) -> Operations:
    """Return the operations of a graph, those of its functions behind them.

    Of several graphs each has its names prefixed by ``graph_1/``, ``graph_2/``, as in
    TensorBoard (``graph_util.merge_graph_defs``). TensorFlow 2 logs the graphs of functions
    as metadata: as TensorBoard, those before optimization are taken. TensorFlow 1 logs what
    ran on each device: parts of one graph, whose names are one space.

    Parameters
    ----------
    form
        ``"graph_def"``, ``"meta_graph"`` or ``"run_metadata"``.
    data
        The message.

    Raises
    ------
    UndecodableError
        If the bytes are not what `form` says.
    """
    if form == "graph_def":
        return _merged([_MESSAGES.parse("GraphDef", data)])
    if form == "meta_graph":
        return _merged([_MESSAGES.parse("MetaGraphDef", data).graph_def])
    metadata = _MESSAGES.parse("RunMetadata", data)
    if metadata.function_graphs:
        return _merged([each.pre_optimization_graph for each in metadata.function_graphs])
    if metadata.partition_graphs:
        nodes = [node for graph in metadata.partition_graphs for node in graph.node]
        return of_nodes(nodes, [("", len(nodes))])
    return _timed(data)


def _merged(graphs: list[Any]) -> Operations:
    nodes: list[bytes] = []
    prefixes: list[tuple[str, int]] = []
    functions: dict[str, Any] = {}
    for number, graph in enumerate(graphs, 1):
        nodes += graph.node
        prefixes.append((f"graph_{number}/" if len(graphs) > 1 else "", len(graph.node)))
        for function in graph.library.function:
            functions.setdefault(function.signature.name, function)
    for name, function in functions.items():
        arguments = [_argument(each) for each in function.signature.input_arg]
        nodes += arguments
        nodes += function.node_def
        prefixes.append((f"{FUNCTIONS}/{name}/", len(arguments) + len(function.node_def)))
    return of_nodes(nodes, prefixes)


def _argument(argument: Any) -> bytes:
    """Return the node that stands for an argument of a function, as TensorFlow makes it."""
    from tensorboard.compat.proto.node_def_pb2 import NodeDef

    node = NodeDef(name=argument.name, op="_Arg")
    node.attr["T"].type = argument.type
    data: bytes = node.SerializeToString()
    return data


def _timed(data: bytes) -> Operations:
    """Return the operations that were timed, where no graph was logged beside.

    TensorFlow labels them ``name = Op(input, input)``.
    """
    from tensorboard.compat.proto.config_pb2 import RunMetadata

    operations = Operations()
    known: set[str] = set()
    for device in RunMetadata.FromString(data).step_stats.dev_stats:
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
