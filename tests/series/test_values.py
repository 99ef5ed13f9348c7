"""Values in bulk: each file opened once, every checksum verified, nothing mixed up."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.errors import DamagedError
from nbboard.series import Source, Store
from nbboard.storage import storage_for
from tests.logdir.conftest import Logs


class Counting:
    """A storage that counts how often it opens each file."""

    def __init__(self, storage):
        self.storage = storage
        self.opened = []

    def __getattr__(self, name):
        return getattr(self.storage, name)

    def open(self, path, known=None):
        self.opened.append(path)
        return self.storage.open(path, known)


@pytest.fixture
def store(tmp_path):
    """Return a store of three runs with 20 texts each, and the storage that counts."""
    logs = Logs(tmp_path / "logs")
    for step in range(20):
        for run in ("a", "b", "c"):
            logs.text(run, "note", f"{run}{step}", step=step)
    storage, root = storage_for(str(logs.root))
    counting = Counting(storage)
    store = Store([Source("", root)], storages=[(counting, root)])
    store.refresh()
    counting.opened.clear()
    return store, counting, logs


def refs_of(store):
    """Return all references, shuffled, and the text that belongs to each."""
    keys = store.series("text")
    refs = np.concatenate([store.values(k.run, k.tag, k.plugin).ref for k in keys])
    texts = [f"{k.run}{i}" for k in keys for i in range(k.count)]
    order = np.random.default_rng(0).permutation(len(refs))
    return refs[order], [texts[i] for i in order.tolist()]


def test_each_file_is_opened_once(store):
    """However many values are asked for, in whatever order, a file is opened once."""
    store, counting, _ = store
    refs, texts = refs_of(store)

    found = {one.number: one.value.tensor.string_val[0].decode() for one in store.read_values(refs)}

    assert [found[i] for i in range(len(refs))] == texts
    assert len(counting.opened) == 3


def test_a_damaged_value_costs_itself_only(store):
    """A byte that was flipped since is noticed for its value; all others come."""
    store, _, logs = store
    refs, texts = refs_of(store)
    path = logs.file("b")
    data = bytearray(path.read_bytes())
    data[data.index(b"b7")] ^= 1
    path.write_bytes(bytes(data))

    found = list(store.read_values(refs))

    bad = [texts[one.number] for one in found if one.error is not None]
    assert bad == ["b7"]
    assert len(found) == len(refs)


def test_values_of_a_file_that_is_gone_say_so(store):
    """References into a file that was deleted answer with an error, the others with values."""
    store, _, logs = store
    refs, texts = refs_of(store)
    logs.file("a").unlink()

    found = list(store.read_values(refs))

    errors = {texts[one.number][0]: one.error for one in found}
    assert isinstance(errors["a"], DamagedError)
    assert errors["b"] is None


def test_an_empty_request_opens_nothing(store):
    """No references, no reading."""
    store, counting, _ = store
    refs, _ = refs_of(store)

    assert list(store.read_values(refs[:0])) == []
    assert counting.opened == []
