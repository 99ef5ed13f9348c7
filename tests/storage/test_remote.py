"""Logdirs behind a URL: fsspec's memory file system, and the real S3 protocol."""

from __future__ import annotations

import pytest

from nbboard.errors import MissingExtraError
from nbboard.logdir.store import Source, Store
from nbboard.storage import LocalStorage, storage_for
from tests.logdir.bytes_storage import NAME, points_of, small_log

LOG = b"".join(small_log())


@pytest.fixture
def memory():
    """Fsspec's memory file system, empty before and after."""
    fsspec = pytest.importorskip("fsspec")
    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    yield filesystem
    filesystem.store.clear()


@pytest.fixture
def bucket():
    """A bucket of an S3 server on this machine, with the client's settings for it."""
    moto = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "key": "k",
        "secret": "s",
        "endpoint_url": f"http://{host}:{port}",
        "skip_instance_cache": True,
    }
    filesystem = s3fs.S3FileSystem(**settings)
    filesystem.mkdir("logs")
    yield filesystem
    server.stop()


def follow(store, write):
    """Read, append, add and delete; the store keeps up."""
    write("run/a", LOG[:700])
    store.refresh()

    assert store.runs == ("run/a",)
    first = points_of(store, "run/a")
    write("run/a", LOG)
    write("b", LOG)
    changes = store.refresh()
    whole = points_of(store, "b")

    assert changes.runs_added == ("b",)
    assert points_of(store, "run/a") == whole
    assert whole["loss"][: len(first["loss"])] == first["loss"]
    assert not store.problems
    assert not store.refresh()


def test_a_logdir_in_memory(memory):
    """``memory://`` is read and followed like a folder."""
    store = Store([Source("", "memory://logs")])
    follow(store, lambda run, data: memory.pipe(f"/logs/{run}/{NAME}", data))
    memory.rm("/logs/b", recursive=True)

    assert store.refresh().runs_removed == ("b",)


def test_a_logdir_behind_the_s3_protocol(bucket):
    """A real server answers listings and ranged reads."""
    from nbboard.storage.remote import RemoteStorage

    store = Store([Source("", "s3://logs")], storages=[(RemoteStorage(bucket), "logs")])
    follow(store, lambda run, data: bucket.pipe(f"logs/{run}/{NAME}", data))


def test_one_object_is_a_logdir_too(memory):
    """The URL of an event file reads that file."""
    memory.pipe(f"/logs/x/{NAME}", LOG)
    store = Store([Source("", f"memory://logs/x/{NAME}")])
    store.refresh()

    assert store.runs == (".",)


def test_paths_are_local():
    """Neither a drive letter nor a colon makes a URL."""
    for text in ("logs", "/a/b", "C:\\logs", "a:b", "file:///a"):
        assert isinstance(storage_for(text)[0], LocalStorage)


def test_an_unknown_scheme_names_its_cure():
    """A scheme whose package is missing says what to install."""
    with pytest.raises((MissingExtraError, ValueError), match=r"install|known|Protocol"):
        storage_for("nosuchscheme://x")
