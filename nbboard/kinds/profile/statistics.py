"""What TensorFlow's profiler counted itself: the dumps beside a trace, or instead of one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.messages import parse
from nbboard.kinds.profile.roles import (
    COMMUNICATION,
    COMPILE,
    COPY,
    CPU,
    KERNEL,
    LAUNCH,
    LOADER,
    OTHER,
    ROLES,
)
from nbboard.kinds.profile.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["READERS", "Statistics"]

_PS_PER_MS = 1_000_000_000
_MS_PER_US = 1e-3

#: Which role each part of a step has, as xprof names the parts.
_GENERIC = (
    (KERNEL, ("device_compute_ms",)),
    (COPY, ("host_to_device_ms", "device_to_device_ms", "output_ms")),
    (COMMUNICATION, ("device_collectives_ms",)),
    (LAUNCH, ("host_prepare_ms",)),
    (LOADER, ("host_wait_input_ms",)),
    (COMPILE, ("host_compile_ms",)),
    (CPU, ("host_compute_ms",)),
    (OTHER, ("unknown_time_ms",)),
)
_TPU = (
    (KERNEL, ("tc_compute_time_ms", "scv0_compute_time_ms")),
    (COMMUNICATION, ("all_reduce_compute_time_ms", "all_reduce_sync_time_ms")),
    (COPY, ("tc_outfeed_time_ms", "host_transfer_ms")),
    (LOADER, ("tc_infeed_time_ms", "scv0_infeed_time_ms")),
    (OTHER, ("tc_idle_time_ms",)),
)
#: The same in the tables of older dumps, by the names of their columns.
_COLUMNS = {
    "computeTimeMs": KERNEL,
    "tcComputeTimeMs": KERNEL,
    "noninfeedTimeMs": KERNEL,
    "bcComputeTimeMs": KERNEL,
    "deviceComputeTimeMs": KERNEL,
    "inputTimeMs": LOADER,
    "tcInfeedTimeMs": LOADER,
    "infeedTimeMs": LOADER,
    "bcInfeedTimeMs": LOADER,
    "hostInputTimeMs": LOADER,
    "idleTimeMs": OTHER,
    "tcIdleTimeMs": OTHER,
}


@dataclass
class Statistics:
    """Numbers that a profiler counted.

    Attributes
    ----------
    steps
        Steps with their time by role; None if it counted none.
    operations, input_operations, kernels
        Tables as columns, the second of what prepares the input; None where there is none.
    input_percent
        The share of time that the steps wait for input; None if not told.
    device
        What it ran on, for example ``"TPU v2"``.
    said
        Its own sentences, as they stand in the file.
    notes
        What is not shown of it, for people.
    """

    steps: Steps | None = None
    operations: dict[str, Any] | None = None
    input_operations: dict[str, Any] | None = None
    kernels: dict[str, Any] | None = None
    input_percent: float | None = None
    device: str = ""
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Statistics) -> None:
        """Take over what another file of the same host says, where this has nothing."""
        self.steps = self.steps or other.steps
        self.operations = self.operations or other.operations
        self.input_operations = self.input_operations or other.input_operations
        self.kernels = self.kernels or other.kernels
        if self.input_percent is None:
            self.input_percent = other.input_percent
        self.device = self.device or other.device
        self.said += [sentence for sentence in other.said if sentence not in self.said]
        self.notes += other.notes


# -------------------------------------------------------------------- protobuf


def _overview(data: bytes) -> Statistics:
    page = parse("OverviewPage", data)
    found = _input_analysis(page.input_analysis)
    found.device = page.run_environment.device_type or found.device
    if page.recommendation.statement and page.recommendation.statement not in found.said:
        found.said.insert(0, page.recommendation.statement)
    return found


def _input_pipeline(data: bytes) -> Statistics:
    return _input_analysis(parse("InputPipelineAnalysisResult", data))


def _input_analysis(message: Any) -> Statistics:
    found = Statistics(device=message.hardware_type)
    rows = [
        parse(detail.type_url.rpartition(".")[2], detail.value)
        for detail in message.step_details
        if detail.type_url.endswith(("PerGenericStepDetails", "PerTpuStepDetails"))
    ]
    if rows:
        generic = hasattr(rows[0], "step_time_ms")
        parts = _GENERIC if generic else _TPU
        by_role = np.zeros((len(rows), len(ROLES)))
        for place, row in enumerate(rows):
            for role, names in parts:
                by_role[place, role] = sum(getattr(row, name) for name in names)
        total = np.array([row.step_time_ms for row in rows]) if generic else by_role.sum(axis=1)
        labels = [getattr(row, "step_name", "") or str(row.step_number) for row in rows]
        found.steps = _steps(labels, total, by_role)
        found.input_percent = message.input_percent
    bottleneck = message.recommendation.bottleneck_analysis
    if bottleneck.type_url.endswith(".BottleneckAnalysis"):
        analysis = parse("BottleneckAnalysis", bottleneck.value)
        found.said = [
            sentence
            for sentence in (
                analysis.input_statement,
                analysis.kernel_launch_statement,
                analysis.all_other_statement,
            )
            if sentence
        ]
    return found


def _steps(names: list[str], total_ms: Any, by_role_ms: Any) -> Steps:
    """Return steps one after the other: the dumps tell how long each was, not when."""
    duration = np.rint(np.asarray(total_ms, np.float64) * _PS_PER_MS).astype(np.int64)
    start = np.cumsum(duration) - duration
    return Steps(
        names,
        start,
        duration,
        np.asarray(by_role_ms, np.float64) * _PS_PER_MS,
        np.zeros(len(names)),
    )


def _tensorflow_stats(data: bytes) -> Statistics:
    database = parse("TfStatsDatabase", data)
    records = database.without_idle.tf_stats_record
    device = np.array([record.host_or_device == "Device" for record in records], bool)
    total = np.array([record.total_time_in_us for record in records], np.float64)
    own = np.array([record.total_self_time_in_us for record in records], np.float64)
    table = {
        "name": [record.op_name for record in records],
        "type": [record.op_type for record in records],
        "calls": np.array([record.occurrences for record in records], np.int64),
        "host_us": np.where(device, 0, total),
        "self_host_us": np.where(device, 0, own),
        "device_us": np.where(device, total, 0),
        "self_device_us": np.where(device, own, 0),
    }
    return Statistics(operations=table if records else None, device=database.device_type)


def _kernel_stats(data: bytes) -> Statistics:
    if not data:
        return Statistics(notes=["kernel_stats.pb is empty: no kernel was recorded"])
    reports = parse("KernelStatsDb", data).reports
    total = np.array([report.total_duration_ns for report in reports], np.float64) / 1e3
    calls = np.array([report.occurrences for report in reports], np.int64)
    occupancy = np.array([report.occupancy_pct for report in reports], np.float64)
    order = np.argsort(-total, kind="stable")
    table = {
        "name": [reports[place].name for place in order.tolist()],
        "calls": calls[order],
        "total_us": total[order],
        "mean_us": (total / np.maximum(calls, 1))[order],
        "min_us": np.array([report.min_duration_ns for report in reports])[order] / 1e3,
        "max_us": np.array([report.max_duration_ns for report in reports])[order] / 1e3,
        "blocks_per_sm": np.full(len(total), np.nan),
        "occupancy": np.where(occupancy > 0, occupancy, np.nan)[order],
        "operator": [reports[place].op_name for place in order.tolist()],
    }
    return Statistics(kernels=table if len(total) else None)


# -------------------------------------------------------------------- JSON of older dumps


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UndecodableError(f"not JSON: {error}") from error


def _chart_tables(data: bytes) -> Statistics:
    """Read the tables that the pages of older profilers were drawn from."""
    tables = _json(data)
    found = Statistics()
    for table in tables if isinstance(tables, list) else [tables]:
        if not isinstance(table, dict) or "cols" not in table:
            continue
        said = table.get("p")
        said = said if isinstance(said, dict) else {}
        found.device = str(
            said.get("device_type")
            or said.get("tpu_type")
            or found.device
            or said.get("hardware_type")
            or ""
        )
        for key in ("statement", "summary_conclusion"):
            sentence = said.get(key)
            if isinstance(sentence, str) and sentence and sentence not in found.said:
                found.said.append(sentence)
        columns = [str(column.get("id")) for column in table["cols"] if isinstance(column, dict)]
        if "stepnum" in columns and found.steps is None:
            found.steps = _chart_steps(columns, table.get("rows") or [])
            percent = _float(str(said.get("infeed_percent_average", "")).rstrip("%"))
            found.input_percent = percent if np.isfinite(percent) else None
        elif "opName" in columns and "selfTimeInMs" in columns and found.input_operations is None:
            found.input_operations = _chart_operations(columns, table.get("rows") or [])
    if found.steps is None and found.input_operations is None and not found.said:
        raise UndecodableError("no table of a profile that is known")
    return found


def _cells(columns: list[str], rows: Any) -> list[dict[str, Any]]:
    found = []
    for row in rows if isinstance(rows, list) else []:
        cells = row.get("c") if isinstance(row, dict) else None
        values = [cell.get("v") if isinstance(cell, dict) else None for cell in cells or []]
        found.append(dict(zip(columns, values, strict=False)))
    return found


def _chart_steps(columns: list[str], rows: Any) -> Steps | None:
    cells = _cells(columns, rows)
    if not cells:
        return None
    by_role = np.zeros((len(cells), len(ROLES)))
    for place, cell in enumerate(cells):
        for name, role in _COLUMNS.items():
            value = _float(cell.get(name))
            by_role[place, role] += value if np.isfinite(value) else 0
    return _steps([str(cell["stepnum"]) for cell in cells], by_role.sum(axis=1), by_role)


def _chart_operations(columns: list[str], rows: Any) -> dict[str, Any] | None:
    cells = _cells(columns, rows)
    if not cells:
        return None

    def numbers(name: str) -> Any:
        return np.array([_float(cell.get(name)) for cell in cells]) / _MS_PER_US

    zero = np.zeros(len(cells))
    return {
        "name": [str(cell.get("opName")) for cell in cells],
        "type": [str(cell.get("category")) for cell in cells],
        "calls": np.array([int(_float(cell.get("count")) or 0) for cell in cells], np.int64),
        "host_us": numbers("timeInMs"),
        "self_host_us": numbers("selfTimeInMs"),
        "device_us": zero,
        "self_device_us": zero,
    }


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _pod_viewer(data: bytes) -> Statistics:
    """Read the steps of a TPU pod: the mean over its cores."""
    message = _json(data)
    try:
        steps = message["podStatsSequence"]["podStatsMap"]
        names, totals, by_role = [], [], []
        for step in steps:
            cores = list(step["podStatsPerCore"].values())
            roles = np.zeros(len(ROLES))
            total = float(np.mean([core["totalDurationUs"] for core in cores]))
            for role, keys in (
                (KERNEL, ("highFlopsComputeUs",)),
                (
                    COMMUNICATION,
                    (
                        "allReduceComputeDurationUs",
                        "allReduceSyncDurationUs",
                        "sendDurationUs",
                        "recvDurationUs",
                    ),
                ),
                (LOADER, ("hostInfeedDurationUs", "bcInfeedWaitDurationUs")),
                (COPY, ("hostOutfeedDurationUs", "bcOutfeedDurationUs")),
            ):
                roles[role] = np.mean(
                    [sum(float(core.get(key, 0)) for key in keys) for core in cores]
                )
            # Low-flops computation is what a core did beyond all that is told.
            roles[KERNEL] += max(total - roles.sum(), 0)
            names.append(str(step["stepNum"]))
            totals.append(total * _MS_PER_US)
            by_role.append(roles * _MS_PER_US)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UndecodableError(f"not the steps of a pod: {error}") from error
    device = str(message.get("runEnvironment", {}).get("tpuType", ""))
    found = Statistics(device=device)
    if names:
        found.steps = _steps(names, np.array(totals), np.array(by_role))
    return found


def _op_profile(data: bytes) -> Statistics:
    """Read the tree of an operation profile: its leaves, with shares instead of times."""
    tree = _json(data)
    root = tree.get("byCategory") if isinstance(tree, dict) else None
    if not isinstance(root, dict):
        raise UndecodableError("not the tree of an operation profile")
    rows: list[tuple[str, str, float]] = []
    pending = [root]
    while pending:
        node = pending.pop()
        metrics = node.get("metrics") if isinstance(node.get("metrics"), dict) else {}
        xla = node.get("xla")
        if isinstance(xla, dict) and metrics:
            name = str(node.get("name"))
            rows.append((name, str(xla.get("category", "")), _float(metrics.get("time", 0))))
            continue
        pending += [child for child in node.get("children") or [] if isinstance(child, dict)]
    shares = np.nan_to_num(np.array([row[2] for row in rows]))
    order = np.argsort(-shares, kind="stable")
    zero = np.zeros(len(rows))
    return Statistics(
        operations={
            "name": [rows[place][0] for place in order.tolist()],
            "type": [rows[place][1] for place in order.tolist()],
            "calls": np.zeros(len(rows), np.int64),
            "host_us": zero,
            "self_host_us": zero,
            "device_us": shares[order],
            "self_device_us": shares[order],
        }
        if rows
        else None,
        notes=["op_profile.json tells shares of the whole, not microseconds"],
    )


#: What reads a dump, by the end of its name.
READERS: dict[str, Callable[[bytes], Statistics]] = {
    ".overview_page.pb": _overview,
    ".input_pipeline.pb": _input_pipeline,
    ".tensorflow_stats.pb": _tensorflow_stats,
    ".kernel_stats.pb": _kernel_stats,
    ".overview_page.json": _chart_tables,
    ".input_pipeline.json": _chart_tables,
    ".pod_viewer.json": _pod_viewer,
    ".op_profile.json": _op_profile,
}
