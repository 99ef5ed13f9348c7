"""What is slow, in one sentence, why, and what to do about it.

The thresholds are those of the profilers' own tools: pytorch/kineto
(``tb_plugin/torch_tb_profiler/profiler/data.py``) and openxla/xprof
(``op_stats_to_input_pipeline_analysis.cc``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["THRESHOLDS", "Facts", "Finding", "Threshold", "Verdict", "judge"]


@dataclass(frozen=True)
class Threshold:
    """From which share on something is worth saying.

    Attributes
    ----------
    moderate, high
        Shares of the step's time, 0 to 1.
    source
        Who draws the line there.
    """

    moderate: float
    high: float
    source: str


#: By what is found.
THRESHOLDS = {
    "input": Threshold(0.05, 0.20, "kineto and xprof: 5 %, highly at xprof's 20 %"),
    "communication": Threshold(0.10, 0.15, "kineto: 10 %, highly at xprof's 15 %"),
    "launch": Threshold(0.03, 0.15, "xprof: 3 %, highly at 15 %"),
    "idle": Threshold(0.03, 0.15, "xprof: 3 %, highly at 15 %"),
    "compile": Threshold(0.05, 0.20, "as for input"),
    "copy": Threshold(0.05, 0.20, "xprof: as for input"),
    "utilisation": Threshold(0.50, 0.50, "kineto: below 50 %"),
    "memory": Threshold(0.90, 0.90, "kineto: above 90 % of the device"),
}

_TITLES = {
    "input": "Input-bound",
    "communication": "Communication-bound",
    "launch": "Launch-bound",
    "idle": "Waiting",
    "compile": "Compiling",
    "copy": "Copy-bound",
    "utilisation": "Device idle",
    "memory": "Memory almost full",
}
_REASONS = {
    "input": "loading takes {share} of {whole}",
    "communication": "collectives take {share} of {whole}",
    "launch": "launching kernels takes {share} of {whole}",
    "idle": "{share} of {whole} has nothing recorded in it",
    "compile": "compiling takes {share} of {whole}",
    "copy": "copies between host and device take {share} of {whole}",
    "utilisation": "kernels run {share} of the time",
    "memory": "the peak is {share} of the device's memory",
}
_ADVICE = {
    "input": "more loader workers, prefetching, or data prepared beforehand",
    "communication": "larger batches, gradient accumulation, or overlap with the backward pass",
    "launch": "larger batches, fused or compiled steps (torch.compile, jit, CUDA graphs)",
    "idle": "look for Python between the steps, for synchronisation and for printing",
    "compile": "keep shapes constant, and warm up before measuring",
    "copy": "pinned memory, asynchronous copies, or data that stays on the device",
    "utilisation": "larger batches, or less work on the host between the kernels",
    "memory": "smaller batches, checkpointing of activations, or lower precision",
}


@dataclass(frozen=True)
class Finding:
    """One thing that takes more than it should.

    Attributes
    ----------
    what
        A key of :data:`THRESHOLDS`.
    share
        How much, 0 to 1.
    is_high
        Whether it is beyond the higher threshold.
    sentence, advice
        For people.
    source
        Whose threshold it is.
    """

    what: str
    share: float
    is_high: bool
    sentence: str
    advice: str
    source: str


@dataclass(frozen=True)
class Verdict:
    """What is slow.

    Attributes
    ----------
    sentence
        The one that counts, with its reason.
    advice
        What to do about it; empty if nothing is wrong.
    findings
        Everything above a threshold, the gravest first.
    """

    sentence: str
    advice: str
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        """Return sentence and advice in one line."""
        return f"{self.sentence} {self.advice}".strip()


@dataclass(frozen=True)
class Facts:
    """What a verdict is made of.

    Attributes
    ----------
    shares
        Of each role, 0 to 1; None where there are no steps, not even one.
    input_share
        Where the profiler told it itself.
    utilisation
        Of the device that is used least; None without devices.
    memory_share
        The peak as a share of the device's memory; None where not known.
    has_steps
        False where the whole time line stands for one.
    """

    shares: NDArray[np.float64] | None
    input_share: float | None = None
    utilisation: float | None = None
    memory_share: float | None = None
    has_steps: bool = True


def judge(facts: Facts) -> Verdict:
    """Return the verdict."""
    if facts.shares is None or not facts.shares.any():
        return Verdict("No steps and no time line were recorded: nothing to judge.", "", ())
    shares = facts.shares
    has_device = facts.utilisation is not None or shares[KERNEL] > 0
    measured = {
        "input": float(shares[LOADER]) if facts.input_share is None else facts.input_share,
        "communication": float(shares[COMMUNICATION]),
        "launch": float(shares[LAUNCH]) if has_device else 0.0,
        "compile": float(shares[COMPILE]),
        "copy": float(shares[COPY]),
        "idle": float(shares[OTHER]),
    }
    if not facts.has_steps:
        # Before the first and after the last step there is nothing to wait for.
        del measured["idle"]
    findings = _ranked(
        [
            _finding(what, share, facts)
            for what, share in measured.items()
            if share >= THRESHOLDS[what].moderate
        ]
    )
    if facts.utilisation is not None and facts.utilisation < THRESHOLDS["utilisation"].high:
        # The reason comes first; that the device idles is what follows from it.
        findings.append(_finding("utilisation", facts.utilisation, facts))
    if facts.memory_share is not None and facts.memory_share > THRESHOLDS["memory"].high:
        findings.append(_finding("memory", facts.memory_share, facts))
    if not findings:
        return Verdict(_healthy(facts, has_device), "", ())
    first = findings[0]
    return Verdict(first.sentence, first.advice, tuple(findings))


def _ranked(findings: list[Finding]) -> list[Finding]:
    """Return the gravest first; what nothing explains comes after what explains something.

    Unless it is three times as much as all that is above the lower threshold only.
    """
    told = sorted(
        (one for one in findings if one.what != "idle"),
        key=lambda one: (not one.is_high, -one.share),
    )
    idle = [one for one in findings if one.what == "idle"]
    if idle and told and (told[0].is_high or idle[0].share < 3 * told[0].share):
        return told + idle
    return idle + told


def _finding(what: str, share: float, facts: Facts) -> Finding:
    limit = THRESHOLDS[what]
    whole = "the step" if facts.has_steps else "the time line"
    reason = _REASONS[what].format(share=_percent(share), whole=whole)
    advice = _ADVICE[what]
    return Finding(
        what,
        share,
        share >= limit.high or what in {"utilisation", "memory"},
        f"{_TITLES[what]}: {reason}.",
        f"{advice[0].upper()}{advice[1:]}.",
        limit.source,
    )


def _healthy(facts: Facts, has_device: bool) -> str:
    shares = facts.shares if facts.shares is not None else np.zeros(len(ROLES))
    whole = "the step" if facts.has_steps else "the time line"
    if has_device:
        return f"Compute-bound: kernels take {_percent(float(shares[KERNEL]))} of {whole}."
    return f"Compute-bound: the CPU works {_percent(float(shares[CPU]))} of {whole}."


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %" if share < 0.0995 else f"{share * 100:.0f} %"
