"""One sentence, by thresholds that have names."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.kinds.profile.roles import ROLES
from nbboard.kinds.profile.verdict import THRESHOLDS, Facts, judge


def shares(**given: float) -> np.ndarray:
    """Shares by role; the rest goes to kernels."""
    row = [given.get(role, 0.0) for role in ROLES]
    row[0] += 1 - sum(row)
    return np.array(row)


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        ({"loader": 0.22}, {}, "Input-bound: loading takes 22 % of the step."),
        ({"loader": 0.06, "other": 0.1}, {}, "Input-bound: loading takes 6.0 % of the step."),
        ({"loader": 0.04}, {}, "Compute-bound: kernels take 96 % of the step."),
        (
            {"communication": 0.3, "loader": 0.1},
            {},
            "Communication-bound: collectives take 30 % of the step.",
        ),
        (
            {"launch": 0.2, "other": 0.4},
            {},
            "Launch-bound: launching kernels takes 20 % of the step.",
        ),
        (
            {"loader": 0.06, "other": 0.4},
            {},
            "Waiting: 40 % of the step has nothing recorded in it.",
        ),
        (
            {},
            {"memory_share": 0.95},
            "Memory almost full: the peak is 95 % of the device's memory.",
        ),
        ({}, {"utilisation": 0.3}, "Device idle: kernels run 30 % of the time."),
        ({}, {"input_share": 0.5}, "Input-bound: loading takes 50 % of the step."),
        (
            {"other": 0.4},
            {"has_steps": False},
            "Compute-bound: kernels take 60 % of the time line.",
        ),
    ],
)
def test_the_gravest_comes_first(given, more, said):
    """What explains the time stands before what only says that there is none."""
    assert judge(Facts(shares(**given), **more)).sentence == said


def test_every_finding_has_advice_and_a_source():
    """A finding says what to do, and whose threshold it is."""
    verdict = judge(Facts(shares(loader=0.3, communication=0.2, launch=0.2), utilisation=0.2))

    assert [one.what for one in verdict.findings] == [
        "input",
        "communication",
        "launch",
        "utilisation",
    ]
    assert all(one.advice and one.source == THRESHOLDS[one.what].source for one in verdict.findings)
    assert verdict.advice == verdict.findings[0].advice


def test_nothing_recorded_is_nothing_to_judge():
    """Neither steps nor a time line: no verdict."""
    assert judge(Facts(None)).findings == ()
    assert judge(Facts(np.zeros(len(ROLES)))).sentence.startswith("No steps")
