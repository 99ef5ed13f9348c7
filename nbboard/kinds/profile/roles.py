"""What time goes to: the role of each span, and which role has a moment that several claim.

Two rule books. That of torch's own plugin (pytorch/kineto, ``tb_plugin``,
``event_parser.py`` and ``overall_parser.py``): a moment belongs to the first role of
:data:`ROLES` that has a span there. That of TensorFlow's (openxla/xprof,
``event_span.h`` and ``xplane_to_step_events.cc``): the same idea, another order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nbboard.kinds.profile.trace import Trace

__all__ = [
    "COMMUNICATION",
    "COMPILE",
    "COPY",
    "CPU",
    "KERNEL",
    "LAUNCH",
    "LOADER",
    "MEMSET",
    "NONE",
    "OTHER",
    "PRIORITY",
    "ROLES",
    "exclusive",
    "is_step_marker",
    "kernels_of",
    "loader_name",
    "roles_of",
    "select_names",
]

#: The roles, in the order of tables and bars.
ROLES = ("kernel", "copy", "memset", "communication", "launch", "loader", "compile", "cpu", "other")
KERNEL, COPY, MEMSET, COMMUNICATION, LAUNCH, LOADER, COMPILE, CPU, OTHER = range(9)
#: A span without a role of its own.
NONE = 9

#: Which role has a moment that several claim: the first.
PRIORITY = {
    "torch": (KERNEL, COPY, MEMSET, COMMUNICATION, LAUNCH, LOADER, CPU),
    "tensorflow": (KERNEL, COPY, LOADER, COMMUNICATION, LAUNCH, COMPILE, CPU),
}

_RUNTIME = frozenset(
    {
        "runtime",
        "cuda_runtime",
        "cuda_driver",
        "mtia_runtime",
        "glow_runtime",
        "xpu_runtime",
        "privateuse1_runtime",
        "hip_runtime",
    }
)
_KERNEL = frozenset({"kernel", "mtia_ccp_events"})
_COPY = frozenset({"memcpy", "gpu_memcpy"})
_MEMSET = frozenset({"memset", "gpu_memset"})
_OPERATOR = frozenset({"python", "cpu_op", "operator"})
_NOTED = frozenset({"user_annotation", "gpu_user_annotation"})
_COLLECTIVE = re.compile(
    r"^(?:nccl|gloo|mpi|ucc|hccl|xccl):|^c10d::|^(?:nccl|rccl)(?:Dev)?Kernel", re.IGNORECASE
)


def select_names(trace: Trace, test: Callable[[str], object]) -> NDArray[np.bool_]:
    """Return for each span whether its name passes a test."""
    flags = np.array([bool(test(name)) for name in trace.names.all] or [False], bool)
    return flags[trace.spans.name]


def _in_categories(trace: Trace, wanted: frozenset[str]) -> NDArray[np.bool_]:
    flags = np.array([name in wanted for name in trace.categories.all] or [False], bool)
    return flags[trace.spans.category]


def loader_name(name: str) -> bool:
    """Whether a span of torch waits for data."""
    waits = name.startswith("enumerate(DataLoader)#") and name.endswith(".__next__")
    return waits or name.startswith("enumerate(DataPipe)#")


def is_step_marker(name: str) -> bool:
    """Whether a span of TensorFlow or JAX is a step of training, by its name."""
    return name.startswith(("train", "test", "TraceContext")) and "/" not in name


def kernels_of(trace: Trace) -> NDArray[np.bool_]:
    """Return for each span whether it is a kernel, collectives among them."""
    if trace.flavour == "torch":
        return _in_categories(trace, _KERNEL)
    return trace.on_device() & ~select_names(trace, _is_copy)


def roles_of(trace: Trace) -> NDArray[np.int8]:
    """Return the role of each span; :data:`NONE` for what has none."""
    return _torch(trace) if trace.flavour == "torch" else _tensorflow(trace)


def _torch(trace: Trace) -> NDArray[np.int8]:
    spans = trace.spans
    role = np.full(len(spans), NONE, np.int8)
    kernel = _in_categories(trace, _KERNEL)
    collective = select_names(trace, _COLLECTIVE.search)
    host = _in_categories(trace, _OPERATOR | {"user_annotation"})
    # A kernel that a collective launched communicates, whatever it is called.
    launched = np.isin(spans.external, np.unique(spans.external[collective & host]))
    launched &= spans.external >= 0
    role[host] = CPU
    role[host & collective] = COMMUNICATION
    role[host & select_names(trace, loader_name)] = LOADER
    role[_in_categories(trace, _RUNTIME)] = LAUNCH
    role[_in_categories(trace, _COPY)] = COPY
    role[_in_categories(trace, _MEMSET)] = MEMSET
    role[kernel] = KERNEL
    role[kernel & (collective | launched)] = COMMUNICATION
    steps = host & select_names(trace, lambda name: name.startswith("ProfilerStep#"))
    role[steps | _in_categories(trace, frozenset({"gpu_user_annotation"}))] = NONE
    return role


def _is_copy(name: str) -> bool:
    return name.lower().startswith(("memcpy", "memset"))


def _tensorflow(trace: Trace) -> NDArray[np.int8]:
    spans = trace.spans
    device = trace.on_device()
    role = np.full(len(spans), NONE, np.int8)
    host = ~np.array([track.is_device for track in trace.tracks] or [False], bool)[spans.track]
    has_device = bool(device.any())
    role[host & select_names(trace, _computes)] = CPU
    role[host & select_names(trace, lambda name: "compil" in name.lower())] = COMPILE
    role[host & select_names(trace, _waits_for_input)] = LOADER
    if has_device:
        process = select_names(
            trace, lambda name: name.lower().startswith("executorstate::process")
        )
        role[host & ((spans.correlation >= 0) | process)] = LAUNCH
    role[host & select_names(trace, _is_copy)] = COPY
    role[device] = KERNEL
    role[device & select_names(trace, _is_collective)] = COMMUNICATION
    role[device & select_names(trace, _is_copy)] = COPY
    markers = host & (spans.category == trace.categories.find("step"))
    role[markers] = NONE
    return role


def _is_collective(name: str) -> bool:
    return name.lower().startswith(
        ("nccl", "all-reduce", "all-gather", "all-to-all", "reduce-scatter")
    )


def _waits_for_input(name: str) -> bool:
    return name.lower().startswith("iteratorgetnext")


def _computes(name: str) -> bool:
    """Whether a span of the host is work: what only calls it is not."""
    callers = ("EagerExecute", "EagerLocalExecute", "EagerKernelExecute", "FunctionRun")
    return not name.startswith(callers) and not is_step_marker(name)


def exclusive(
    claims: Sequence[tuple[int, NDArray[np.int64]]], steps: NDArray[np.int64]
) -> dict[int, NDArray[np.int64]]:
    """Return which time of the steps each role has, no moment twice.

    Parameters
    ----------
    claims
        Roles with the ranges that their spans cover, the first of them having priority.
    steps
        The ranges to divide.
    """
    from nbboard.kinds.profile.intervals import common, subtract

    left, shares = steps, {}
    for role, ranges in claims:
        shares[role] = common(left, ranges)
        left = subtract(left, ranges)
    shares[OTHER] = left
    return shares
