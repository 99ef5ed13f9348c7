"""Files that are truncated, replaced, rotated or removed: the store equals a fresh reading."""

from __future__ import annotations

import os
import random

import pytest

from nbboard.records import frame
from nbboard.series.store import Source, Store
from tests.logdir.bytes_storage import NAME, points_of, scalar_event, version_event

WAYS = ["truncate", "rename", "rotate"]


def everything(store):
    """Return the points of all runs."""
    return {run: points_of(store, run) for run in store.runs}


def fresh(root):
    """Read a logdir from nothing."""
    store = Store([Source("", str(root))])
    store.refresh()
    return everything(store)


class Order:
    """A random order of writing, replacing and refreshing one run.

    Parameters
    ----------
    root
        An empty folder.
    way
        How a file is replaced.
    seed
        Of the order.
    """

    def __init__(self, root, way, seed):
        self.root = root
        self.way = way
        self.rng = random.Random(f"{way} {seed}")
        self.path = root / "run" / NAME
        self.path.parent.mkdir(parents=True)
        self.clock = 0
        self.done = 0
        self.path.write_bytes(self.content())
        self.tick()

    def content(self):
        """Return the bytes of a file; sometimes its last record is unfinished."""
        tag = self.rng.choice("ab")
        numbers = [self.rng.random() for _ in range(self.rng.randrange(60))]
        events = [scalar_event(i, number, tag) for i, number in enumerate(numbers)]
        data = b"".join(map(frame, [version_event(), *events]))
        return data[: len(data) - self.rng.choice((0, 0, 7))]

    def tick(self):
        """A rewrite within the clock's tick must still be told apart."""
        self.clock += 1
        os.utime(self.path, ns=(self.clock * 10**9, self.clock * 10**9))

    def act(self):
        """Append to the file, replace it, or leave it."""
        action = self.rng.choice(("append", "append", "replace", "replace", "wait"))
        if action == "append":
            with self.path.open("ab") as out:
                out.write(frame(scalar_event(self.clock, self.rng.random(), self.rng.choice("ab"))))
        elif action == "replace":
            self.done += 1
            self.replace(self.content())
        self.tick()

    def replace(self, content):
        """Put a new file in the old one's place."""
        if self.way == "truncate":
            self.path.write_bytes(content)
        elif self.way == "rename":
            (self.root / "new").write_bytes(content)
            (self.root / "new").replace(self.path)
        else:
            self.path.rename(self.path.with_name(f"{NAME}.{self.clock:02}"))
            self.path.write_bytes(content)


def check_orders(folder, way, seeds):
    """Refresh now and then during each order; return how many orders ended as a fresh reading."""
    right = replaced = 0
    for seed in seeds:
        order = Order(folder / str(seed), way, seed)
        store = Store([Source("", str(order.root))])
        for _ in range(order.rng.randrange(4, 14)):
            order.act()
            if order.rng.random() < 0.5:
                store.refresh()
        store.refresh()
        right += everything(store) == fresh(order.root)
        replaced += order.done
    print(f"{way}: {right} of {len(seeds)} orders with {replaced} replacements as read afresh")
    return right


@pytest.mark.parametrize("way", WAYS)
def test_a_replaced_file_ends_as_a_fresh_reading(tmp_path, way):
    """Fifty random orders of appending, replacing and refreshing in each way."""
    assert check_orders(tmp_path, way, range(50)) == 50


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_very_many_replaced_files_end_as_a_fresh_reading(tmp_path, way):
    """A thousand orders in each way."""
    assert check_orders(tmp_path, way, range(50, 1050)) == 1000


@pytest.mark.parametrize("way", WAYS)
def test_every_look_at_a_file_that_is_replaced_is_right(tmp_path, way):
    """Not only the end: after each refresh the store holds what is in the folder then."""
    for seed in range(5):
        order = Order(tmp_path / str(seed), way, seed)
        store = Store([Source("", str(order.root))])
        for _ in range(10):
            order.act()
            store.refresh()

            assert everything(store) == fresh(order.root), (seed, order.clock)


def test_a_run_that_is_removed_and_made_anew_is_read_anew(tmp_path):
    """With a file of the same name and size, whether or not its absence was seen."""
    order = Order(tmp_path, "rename", 0)
    store = Store([Source("", str(tmp_path))])
    for number in range(8):
        store.refresh()
        order.path.unlink()
        if number % 2:
            store.refresh()

            assert store.runs == ()
        events = [version_event(), scalar_event(number + 1, number / 2)]
        order.path.write_bytes(b"".join(map(frame, events)))
        order.tick()
        store.refresh()

        assert everything(store) == {"run": {"loss": [(number + 1, 1000.5, number / 2)]}}
