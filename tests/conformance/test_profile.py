"""Profiles do what every kind does."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import nbboard
from tests.conformance.suite import KindSuite
from tests.kinds.profile.traces import training, write

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = itertools.count(1_700_000_000_001)


class TestProfile(KindSuite):
    """A trace of a few steps: a session each, a file that stands beside event files."""

    kind = "profile"
    stepped = False
    mark = ".nbb-profile table"
    body = ".nbb-profile"

    def write(self, folder, run="a", steps=range(3), tag="x", shift=0):
        """Write a trace of as many steps; what loading takes in them is the shift."""
        file = folder / run / f"worker.{next(CLOCK)}.pt.trace.json"
        return write(file, training(len(list(steps)), loading=20.0 + shift))

    def read(self, folder):
        """Return each session: its run, how many steps it has, and how long they load."""
        return [(profile.run, "x", *self.steps_of(profile)) for profile in self.collection(folder)]

    def steps_of(self, profile):
        """Return how many steps there are, and the microseconds of loading in them."""
        spans = profile.spans.to_pandas()
        loading = spans[spans["name"].str.startswith("enumerate(DataLoader)")]
        return len(loading), float(loading["duration_us"].iloc[0])

    def should_be(self, steps, run="a", tag="x", shift=0):
        """Return the same as it was written."""
        return [(run, "x", len(list(steps)), 20.0 + shift)]

    def page_state(self, page):
        """Return what a page shows of the profiles, but its live switch."""
        return [line for line in super().page_state(page) if line != "live"]

    def test_damage_costs_what_it_touched(self, tmp_path):
        """A trace that ends too early says so, and takes no other one along."""
        whole = self.write(tmp_path, "a")
        cut: Path = self.write(tmp_path, "b")
        cut.write_bytes(cut.read_bytes()[: whole.stat().st_size // 2])

        assert self.read(tmp_path)[0] == self.should_be(range(3))[0]
        damaged = nbboard.open(tmp_path, progress=False).profile["b"]
        assert damaged.refused or damaged.notes
        self.check_view(tmp_path)
