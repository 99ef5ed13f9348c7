"""Every dump of a profiler in the corpus: read or refused, and equal to its own statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nbboard
from nbboard.kinds.profile.host import Host
from nbboard.kinds.profile.read import Reading, read_host
from nbboard.kinds.profile.steps import steps_of
from tests.corpus.place import CORPUS

if TYPE_CHECKING:
    from nbboard.kinds.profile.profile import Profile

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the corpus of logs from the wild is not here"
)


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    """All profiles of the corpus, read."""
    return [profile.read(Reading()) for profile in nbboard.open(CORPUS / "data").profile]


def dumps() -> list[str]:
    """The paths of what the corpus calls a dump of a profiler."""
    rows = (CORPUS / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]
    roles = ("profile plugin dump", "PyTorch profiler trace")
    return [path for path, *rest in (row.split("\t") for row in rows) if rest[5] in roles]


def test_every_dump_is_read_or_refused_with_a_reason(profiles):
    """None of the 54 dumps, nor the torch trace, is passed over in silence."""
    accounted: dict[str, str] = {}
    for profile in profiles:
        accounted.update(profile.refused)
        for host in profile.hosts:
            accounted.update(dict.fromkeys(host.files.read, "read"))
            accounted.update(dict.fromkeys(host.files.spare, "spare"))
    known = {str(Path(path).relative_to(CORPUS)): what for path, what in accounted.items()}
    wanted = dumps()

    assert len(wanted) == 55
    assert [path for path in wanted if path not in known] == []
    assert sum(what == "read" for what in known.values()) >= 50
    assert all(
        what in {"read", "spare"} or what.startswith("not read: ") for what in known.values()
    )


def alone(profile: Profile, form: str) -> Host | None:
    """A host of a profile, of one of its time lines alone."""
    files = [file for file in profile._files.files if file.form == form]
    return Host(read_host("host", files, Reading())) if files else None


def rows(table: dict) -> dict[tuple[str, str], tuple[float, ...]]:
    """Calls, total and own time by operation, rounded as the dumps are."""
    return {
        (table["name"][i], table["type"][i]): (
            int(table["calls"][i]),
            round(float(table["host_us"][i] + table["device_us"][i]), 3),
            round(float(table["self_host_us"][i] + table["self_device_us"][i]), 3),
        )
        for i in range(len(table["name"]))
    }


@pytest.mark.parametrize("form", ["chrome", "xplane"])
def test_operations_are_those_of_the_dumps_own_statistics(profiles, form):
    """Calls, total and own time of every operation, from the time line and as TensorFlow counted."""
    compared = 0
    for profile in profiles:
        told = [host.files.statistics.operations for host in profile.hosts]
        host = alone(profile, form)
        if not told or told[0] is None or host is None or host.trace is None:
            continue
        assert rows(host.operators) == rows(told[0]), profile
        compared += 1

    assert compared == {"chrome": 5, "xplane": 2}[form]


def test_steps_are_those_of_the_dumps_own_overview(profiles):
    """Step time and its parts, from the time line and as TensorFlow counted them."""
    compared = 0
    for profile in profiles:
        for host in profile.hosts:
            told = host.files.statistics.steps
            if told is None or host.trace is None:
                continue
            found = steps_of(host.trace)
            assert found.duration.tolist() == told.duration.tolist(), profile
            assert found.by_role.round(-3).tolist() == told.by_role.round(-3).tolist(), profile
            compared += 1

    assert compared == 1


#: What torch's own plugin shows for its sample, in microseconds, step by step.
RESNET = {
    "5": (98598, 1941, 90, 2796, 69317, 14091, 1115),
    "6": (98570, 1947, 89, 2762, 57669, 12968, 1148),
    "7": (98596, 1931, 91, 2877, 61257, 13768, 1213),
    "8": (98623, 1938, 89, 2841, 56453, 13420, 1200),
    "9": (98504, 1937, 87, 2788, 62690, 15025, 1141),
    "10": (98641, 1798, 88, 3381, 48185, 12773, 1117),
}


def test_a_torch_trace_is_what_torchs_own_plugin_makes_of_it(profiles):
    """Steps by role, operators and kernels of the sample of resnet50."""
    profile = next(one for one in profiles if one.run.endswith("resnet50_num_workers_0"))
    steps = profile.steps.to_pandas().set_index("step")
    columns = [
        f"{role}_us" for role in ("kernel", "copy", "memset", "launch", "loader", "cpu", "other")
    ]
    ops = profile.ops.to_pandas().set_index("name")
    kernels = profile.kernels.to_pandas()
    measures = ["calls", "self_device_us", "device_us", "self_host_us", "host_us"]

    assert {name: tuple(steps.loc[name, columns].astype(int)) for name in steps.index} == RESNET
    assert ops.loc["aten::cudnn_convolution", measures].tolist() == [
        318,
        126619,
        126619,
        33121,
        56998,
    ]
    assert ops.loc["aten::cudnn_convolution_backward", "device_us"] == 273428
    assert (len(ops), len(kernels)) == (76, 67)
    assert kernels["total_us"].max() == 80756
    assert profile.verdict.sentence == "Input-bound: loading takes 33 % of the step."
