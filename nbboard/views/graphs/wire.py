"""A graph on its way to the page: columns, each different text once; about 40 bytes a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.graphs.attributes import CUT, attributes_of
from nbboard.kinds.graphs.layers import layers_of
from nbboard.series.gc_pause import GcPause
from nbboard.text import counted

if TYPE_CHECKING:
    from nbboard.kinds.graphs.graph import Graph
    from nbboard.kinds.graphs.operations import Operations

__all__ = ["encode_graph"]

#: A page takes no more nodes than this, whoever logs them.
MOST_NODES = 1_000_000
#: Of no more nodes the attributes go along; of others the page asks for them one by one.
MOST_WITH_ATTRIBUTES = 1_000
#: Names of a graph, in bytes.
MOST_NAME_BYTES = 64 << 20


def encode_graph(graph: Graph) -> Mapping[str, Any]:
    """Return a graph as the page reads it (labextension/src/views/graphs/graph.ts).

    Returns
    -------
    dict
        ``form``. ``parts``, the parts of names, and of each row of the hierarchy ``part``,
        ``parent`` and ``leaf``; ``own``, see :class:`~nbboard.kinds.graphs.Hierarchy`. Of
        each operation ``op``, ``device`` and ``output`` (what comes out of it first) as
        codes of the texts in ``ops``, ``devices`` and ``labels``, and ``check``, a checksum
        of its definition. Of each edge ``source``, ``label``, ``control``, those of operation
        ``i`` ending at ``input_ends[i]``. ``held``, ``count`` and ``size``, which operations
        hold parameters, how many, and their bytes. ``layers``, columns. Where logged,
        ``time`` (seconds) and ``memory`` (bytes) of each operation. ``attributes``, their
        names and texts, of a small graph.
    """
    with GcPause():
        return _encoded(graph)


def _encoded(graph: Graph) -> Mapping[str, Any]:
    operations, hierarchy = graph.operations, graph.hierarchy
    names = sum(map(len, hierarchy.parts))
    if len(operations) > MOST_NODES or names > MOST_NAME_BYTES:
        return {
            "refusal": f"{counted(len(operations), 'node')} with {names:,} characters of names;"
            " log.graphs[run, tag] in Python has them"
        }
    edges = operations.edges
    ops, op = _codes(operations.op)
    devices, device = _codes(operations.device)
    labels, output, label = _labels(operations)
    held = np.array(list(operations.parameters), np.int32)
    counts = np.array(list(operations.parameters.values())).reshape(-1, 2)
    return {
        "form": graph.form,
        "bytes": len(graph.data),
        "parts": _texts(hierarchy.parts),
        "part": _small(hierarchy.part),
        "parent": hierarchy.parent,
        "leaf": hierarchy.leaf,
        "own": hierarchy.own,
        "ops": ops,
        "op": op,
        "devices": devices,
        "device": device,
        "labels": labels,
        "output": output,
        "input_ends": edges.ends[1:].astype(np.uint32),
        "source": edges.source,
        "label": label,
        "control": edges.control,
        "check": np.asarray(operations.check, np.uint32),
        "held": held,
        "count": counts[:, 0],
        "size": counts[:, 1],
        "layers": _columns(layers_of(operations, hierarchy, graph.form)),
        **_statistics(graph),
        **_attributes(operations),
    }


def _codes(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Return the different texts, and for each which of them it is."""
    known = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    codes = np.fromiter(map(known.__getitem__, texts), np.uint32, len(texts))
    return list(known), _small(codes)


def _small(codes: np.ndarray) -> np.ndarray:
    """Return codes in the smallest type that holds them."""
    largest = int(codes.max()) if len(codes) else 0
    return codes.astype(np.uint8 if largest < 1 << 8 else np.uint16 if largest < 1 << 16 else "u4")


def _texts(texts: Iterable[str]) -> dict[str, Any]:
    """Return texts as one run of bytes, which the page decodes one by one when it shows them."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    return {"bytes": b"".join(encoded), "ends": np.cumsum([len(e) for e in encoded], dtype="u4")}


def _labels(operations: Operations) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the different labels, the empty one first, and their codes.

    First of what comes out of each operation, then of what flows along each edge.
    """
    known: dict[str, int] = {"": 0}
    coded = {
        outputs: [known.setdefault(text, len(known)) for text in outputs]
        for outputs in dict.fromkeys(operations.outputs)
    }
    of_operation = operations.outputs
    firsts = {outputs: codes[0] if codes else 0 for outputs, codes in coded.items()}
    first = np.fromiter(map(firsts.__getitem__, of_operation), np.uint32, len(of_operation))
    edges = operations.edges
    label = np.zeros(len(edges), np.uint32)
    fed = (edges.source >= 0) & ~edges.control
    label[fed] = first[edges.source[fed]]
    for row in np.flatnonzero(fed & (edges.port > 0)).tolist():
        codes, port = coded[of_operation[int(edges.source[row])]], int(edges.port[row])
        label[row] = codes[port] if port < len(codes) else 0
    return list(known), _small(first), _small(label)


def _columns(layers: dict[str, list[Any]]) -> dict[str, Any]:
    number = {"parameters": np.float64, "bytes": np.float64, "nodes": np.uint32, "row": np.int32}
    return {name: np.array(values, number.get(name, object)) for name, values in layers.items()}


def _statistics(graph: Graph) -> dict[str, Any]:
    statistics = graph.statistics
    if not statistics:
        return {}
    names = graph.operations.name
    return {
        "time": np.array([statistics.time.get(name, np.nan) for name in names]),
        "memory": np.array([statistics.memory.get(name, np.nan) for name in names]),
    }


def _attributes(operations: Operations) -> dict[str, Any]:
    if len(operations) > MOST_WITH_ATTRIBUTES:
        return {}
    known: dict[str, int] = {}
    ends, keys, texts = [], [], []
    for definition in operations.definition:
        for key, text in attributes_of(definition, CUT).items():
            keys.append(known.setdefault(key, len(known)))
            texts.append(text)
        ends.append(len(keys))
    values, value = _codes(texts)
    return {
        "attributes": {
            "keys": list(known),
            "key": _small(np.array(keys, np.uint32)),
            "texts": _texts(values),
            "text": value,
            "ends": np.array(ends, np.uint32),
        }
    }
