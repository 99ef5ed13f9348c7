"""Operators and modules of a torch trace, with what they launched on devices.

After pytorch/kineto's ``op_tree.py``, ``node.py`` and ``op_agg.py``: operators nest by
time, an operator whose only child has its name is one with it, launches belong to the
operator that they name, and the time of a launch is not the operator's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.nesting import Nested, enclosing, nest
from nbboard.kinds.profile.roles import loader_name, select_names
from nbboard.kinds.profile.trace import PS_PER_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.trace import Trace

__all__ = ["OperatorTree", "grouped", "modules_table", "operators_table", "tree_of"]

_HOST = ("python", "cpu_op", "operator")
_RUNTIME = ("runtime", "cuda_runtime", "cuda_driver", "hip_runtime", "mtia_runtime", "xpu_runtime")
#: What torch names like an operator and is none.
_NO_OPERATORS = frozenset(
    {
        "DataParallel.forward",
        "DistributedDataParallel.forward",
    }
)
_MODULE = "nn.Module: "


@dataclass(frozen=True)
class OperatorTree:
    """Operators, steps and modules as a tree, and what they launched.

    Attributes
    ----------
    spans
        int64, shape (n,): their places in the trace, parents before children.
    parent
        int64, shape (n,): place in `spans`; -1 at the root.
    is_operator, is_module
        bool, shape (n,): which of them the tables count.
    self_host, device, self_device
        float64, shape (n,), picoseconds: its own time on the host; the time on devices of
        what it launched, with its children and without.
    launcher
        int64, one for each span of the trace: for what ran on a device, the place in
        `spans` of the operator that launched it; -1 for all else.
    """

    spans: NDArray[np.int64]
    parent: NDArray[np.int64]
    is_operator: NDArray[np.bool_]
    is_module: NDArray[np.bool_]
    self_host: NDArray[np.float64]
    device: NDArray[np.float64]
    self_device: NDArray[np.float64]
    launcher: NDArray[np.int64]


def _categories(trace: Trace, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(trace.spans.category, [trace.categories.find(name) for name in wanted])


@dataclass(frozen=True)
class _Nodes:
    """What the tree is made of, before operators that are one are merged."""

    spans: NDArray[np.int64]
    parent: NDArray[np.int64]
    depth: NDArray[np.int32]
    operator: NDArray[np.bool_]
    module: NDArray[np.bool_]


def tree_of(trace: Trace) -> OperatorTree:
    """Build the tree of a torch trace."""
    spans = trace.spans
    module = select_names(trace, lambda name: name.startswith(_MODULE))
    module &= spans.category == trace.categories.find("python_function")
    step = select_names(trace, lambda name: name.startswith("ProfilerStep#"))
    device_side = np.array([track.is_device for track in trace.tracks] or [False], bool)[
        spans.track
    ]
    step &= _categories(trace, (*_HOST, "user_annotation")) & ~device_side
    operator = _categories(trace, _HOST) & ~step
    chosen = np.flatnonzero(operator | module | step)
    parents, depth = nest(spans.track[chosen], spans.start[chosen], spans.end[chosen])
    nodes = _Nodes(chosen, parents.astype(np.int64), depth, operator[chosen], module[chosen])
    last = _merge(spans.name[chosen], nodes.parent, nodes.operator)
    return _measure(trace, nodes, last, _owners(trace, chosen, nodes.parent))


def _merge(
    name: NDArray[np.int32], parent: NDArray[np.int64], operator: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return for each node the last of those that are one with it; -1 for the others of these."""
    count = len(name)
    children = np.bincount(parent[parent >= 0], minlength=count)
    above = np.maximum(parent, 0)
    joined = (parent >= 0) & (children[above] == 1) & (name[above] == name)
    joined &= operator & operator[above]
    last = np.arange(count, dtype=np.int64)
    # Children stand after their parents, so the end of a chain is known before its begin.
    for node in np.flatnonzero(joined)[::-1].tolist():
        last[parent[node]] = last[node]
    last[joined] = -1
    return last


def _owners(
    trace: Trace, chosen: NDArray[np.int64], parent: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each launch of the trace the node that it belongs to; -1 for all else."""
    spans = trace.spans
    owner = np.full(len(spans), -1, np.int64)
    launches = np.flatnonzero(_categories(trace, _RUNTIME))
    known = np.flatnonzero(spans.external[chosen] >= 0)
    # The first operator that has the number, in order of the file's tracks.
    ids, first = np.unique(spans.external[chosen[known]], return_index=True)
    by_id = launches[spans.external[launches] > 0]
    if len(ids) and len(by_id):
        place = np.minimum(np.searchsorted(ids, spans.external[by_id]), len(ids) - 1)
        found = ids[place] == spans.external[by_id]
        owner[by_id[found]] = known[first[place[found]]]
    by_time = launches[spans.external[launches] < 0]
    if len(by_time) and len(chosen):
        owner[by_time] = enclosing(
            Nested(
                spans.track[chosen], spans.start[chosen], spans.end[chosen], parent.astype(np.int32)
            ),
            spans.track[by_time].astype(np.int64),
            spans.start[by_time],
        )
    return owner


def _measure(
    trace: Trace, nodes: _Nodes, last: NDArray[np.int64], owner: NDArray[np.int64]
) -> OperatorTree:
    spans = trace.spans
    count = len(nodes.spans)
    duration = spans.duration[nodes.spans].astype(np.float64)
    # The end of a chain stands for the chain: its launches count, and its children.
    kept = last >= 0
    head = np.full(count, -1, np.int64)
    head[last[kept]] = np.flatnonzero(kept)
    launches = np.flatnonzero(owner >= 0)
    node = head[owner[launches]]
    launches, node = launches[node >= 0], node[node >= 0]
    self_host = duration.copy()
    np.subtract.at(self_host, node, spans.duration[launches].astype(np.float64))
    above = np.where(nodes.parent >= 0, head[np.maximum(nodes.parent, 0)], -1)
    inner = kept & (above >= 0)
    np.subtract.at(self_host, above[inner], duration[inner])
    launcher = _launchers(trace, launches, node)
    launched = np.flatnonzero(launcher >= 0)
    self_device = np.zeros(count)
    np.add.at(self_device, launcher[launched], spans.duration[launched].astype(np.float64))
    device = self_device.copy()
    for level in range(int(nodes.depth.max(initial=0)), 0, -1):
        here = np.flatnonzero(inner & (nodes.depth == level))
        np.add.at(device, above[here], device[here])
    counted = np.array([_is_counted(name) for name in trace.names.all] or [False], bool)
    python = spans.category[nodes.spans] == _category(trace, "python")
    return OperatorTree(
        nodes.spans,
        above,
        nodes.operator & kept & counted[spans.name[nodes.spans]] & ~python,
        nodes.module & kept,
        np.maximum(self_host, 0),
        device,
        self_device,
        launcher,
    )


def _launchers(
    trace: Trace, launches: NDArray[np.int64], node: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each span on a device the node whose launch it came from; -1 for all else."""
    launcher = np.full(len(trace.spans), -1, np.int64)
    if len(trace.flows):
        of_launch = np.full(len(trace.spans), -1, np.int64)
        of_launch[launches] = node
        links = trace.flows[trace.on_device()[trace.flows[:, 1]]]
        launcher[links[:, 1]] = of_launch[links[:, 0]]
    return launcher


def _category(trace: Trace, name: str) -> int:
    code = trace.categories.find(name)
    return code if code >= 0 else -2


def _is_counted(name: str) -> bool:
    if name in _NO_OPERATORS or name.startswith("Optimizer."):
        return False
    return not loader_name(name)


def grouped(codes: NDArray[Any], *columns: NDArray[Any]) -> tuple[NDArray[Any], list[NDArray[Any]]]:
    """Return the distinct codes, and for each the count and the sums of the columns."""
    distinct, place = np.unique(codes, return_inverse=True)
    sums = [np.bincount(place, minlength=len(distinct))]
    sums += [np.bincount(place, column, len(distinct)) for column in columns]
    return distinct, sums


def operators_table(trace: Trace, tree: OperatorTree) -> dict[str, Any]:
    """Return one row an operator, by name, those with the most time of their own first.

    Returns
    -------
    dict
        ``name``, ``calls``, and in microseconds ``host_us``, ``self_host_us``,
        ``device_us``, ``self_device_us``.
    """
    return _table(trace, tree, tree.is_operator)


def modules_table(trace: Trace, tree: OperatorTree) -> dict[str, Any]:
    """Return one row a module (``nn.Module``), by name; columns as in :func:`operators_table`."""
    table = _table(trace, tree, tree.is_module)
    table["name"] = [name.removeprefix(_MODULE) for name in table["name"]]
    return table


def _table(trace: Trace, tree: OperatorTree, counted: NDArray[np.bool_]) -> dict[str, Any]:
    nodes = np.flatnonzero(counted)
    spans = tree.spans[nodes]
    distinct, (calls, host, self_host, device, self_device) = grouped(
        trace.spans.name[spans],
        trace.spans.duration[spans].astype(np.float64),
        tree.self_host[nodes],
        tree.device[nodes],
        tree.self_device[nodes],
    )
    order = np.lexsort((-host, -self_host, -self_device))
    return {
        "name": [trace.names.all[code] for code in distinct[order].tolist()],
        "calls": calls[order].astype(np.int64),
        "host_us": host[order] / PS_PER_US,
        "self_host_us": self_host[order] / PS_PER_US,
        "device_us": device[order] / PS_PER_US,
        "self_device_us": self_device[order] / PS_PER_US,
    }
