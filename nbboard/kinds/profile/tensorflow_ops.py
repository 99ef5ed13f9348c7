"""Operations of a TensorFlow trace, as ``tensorflow_stats`` counts them.

After openxla/xprof's ``xplane_to_op_metrics_db.cc``: only events that are called like an
operation of TensorFlow (``name:Type``), JAX or tf.data count, and nest among themselves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.nesting import nest, self_times
from nbboard.kinds.profile.trace import PS_PER_US

if TYPE_CHECKING:
    from nbboard.kinds.profile.trace import Trace

__all__ = ["operation_of", "operations_table"]

_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_./>-]*")
_TYPE = re.compile(r"[A-Z_][A-Za-z0-9_]*")
_JAX = re.compile(r"[a-z_][a-z0-9_]*(\[.*\])?", re.DOTALL)
_COPY = re.compile(r"memcpy(H|D)to(H|D)", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def operation_of(full_name: str) -> tuple[str, str] | None:
    """Return the name and type of an operation; None if an event is none.

    Examples
    --------
    >>> operation_of("sequential/dense/MatMul:MatMul")
    ('sequential/dense/MatMul', 'MatMul')
    """
    name, colon, kind = full_name.partition(":")
    if not colon:
        copies = _COPY.match(full_name)
        return (
            (full_name, f"Memcpy{copies[1]}To{copies[2]}".replace("to", "To")) if copies else None
        )
    if name == "Iterator":
        return full_name, "Dataset"
    if _TYPE.fullmatch(kind) and _NAME.fullmatch(name):
        return name, kind
    return (name, kind) if _JAX.fullmatch(kind) and name else None


def operations_table(trace: Trace) -> dict[str, Any]:
    """Return one row an operation, those with the most time of their own first.

    Returns
    -------
    dict
        ``name``, ``type``, ``calls``, and in microseconds ``host_us``, ``self_host_us``,
        ``device_us``, ``self_device_us``.
    """
    spans = trace.spans
    shown = [operation_of(name) for name in trace.names.all]
    detailed = [operation_of(name) for name in trace.details.all]
    rows: dict[tuple[str, str], int] = {}
    code = np.full(len(spans), -1, np.int64)
    on_device = trace.on_device()
    derived = np.array([track.is_derived for track in trace.tracks] or [False], bool)[spans.track]
    for place, (name, detail, device) in enumerate(
        zip(spans.name.tolist(), spans.detail.tolist(), on_device.tolist(), strict=True)
    ):
        operation = (detailed[detail] if detail >= 0 else None) or shown[name]
        if operation is None and device:
            operation = (trace.names.all[name], "")
        if operation is not None:
            code[place] = rows.setdefault(operation, len(rows))
    chosen = np.flatnonzero((code >= 0) & ~derived)
    parent, _ = nest(spans.track[chosen], spans.start[chosen], spans.end[chosen])
    own = self_times(parent, spans.duration[chosen])
    table = np.zeros((len(rows), 5))
    device = on_device[chosen]
    for column, values in (
        (0, np.ones(len(chosen))),
        (1, np.where(device, 0, spans.duration[chosen])),
        (2, np.where(device, 0, own)),
        (3, np.where(device, spans.duration[chosen], 0)),
        (4, np.where(device, own, 0)),
    ):
        np.add.at(table[:, column], code[chosen], values)
    order = np.lexsort((-table[:, 1], -table[:, 2], -table[:, 4]))
    order = order[table[order, 0] > 0]
    names = list(rows)
    return {
        "name": [names[row][0] for row in order.tolist()],
        "type": [names[row][1] for row in order.tolist()],
        "calls": table[order, 0].astype(np.int64),
        "host_us": table[order, 1] / PS_PER_US,
        "self_host_us": table[order, 2] / PS_PER_US,
        "device_us": table[order, 3] / PS_PER_US,
        "self_device_us": table[order, 4] / PS_PER_US,
    }
