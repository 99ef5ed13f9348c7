"""Logdirs behind a URL: fsspec's memory file system, and the real S3 protocol."""

from __future__ import annotations

import http.server
import threading
import urllib.request

import pytest

import nbboard
from nbboard.errors import LogdirError, MissingExtraError
from nbboard.series.store import Source, Store
from nbboard.storage import LocalStorage, storage_for
from nbboard.storage.remote import RemoteStorage
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
    tell(settings["endpoint_url"], "reset")
    filesystem = s3fs.S3FileSystem(**settings)
    filesystem.mkdir("logs")
    yield filesystem
    server.stop()


def tell(address, command, data=b""):
    """Have the S3 server change its ways."""
    request = urllib.request.Request(
        f"{address}/moto-api/{command}", data, {"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request, timeout=10).close()


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
    store = Store([Source("", "s3://logs")], storages=[(RemoteStorage(bucket), "logs")])
    follow(store, lambda run, data: bucket.pipe(f"logs/{run}/{NAME}", data))


def test_what_is_told_of_remote_files_names_their_urls(memory):
    """Problems and damage name the whole URL, not only the path behind the scheme."""
    memory.pipe(f"/logs/x/{NAME}", b"no event file at all")
    store = Store([Source("", "memory://logs"), Source("gone", "memory://gone/")])
    store.refresh()

    assert {(problem.file, problem.reason) for problem in store.problems} == {
        ("memory://gone", "there is no such folder"),
        (f"memory://logs/x/{NAME}", "not an event file"),
    }


@pytest.mark.timeout(60)
def test_what_an_s3_server_refuses_is_told_in_its_words(bucket):
    """A missing bucket, a missing folder, wrong keys: each says what it is, at its URL."""
    import s3fs

    def reason(path, filesystem=bucket):
        store = Store(
            [Source("", f"s3://{path}")],
            storages=[(RemoteStorage(filesystem, "s3://"), f"s3://{path}")],
        )
        store.refresh()
        (problem,) = store.problems
        assert problem.file == f"s3://{path}"
        return problem.reason

    assert reason("logs/nope") == "there is no such folder"
    assert reason("none/x") == "there is no such folder: The specified bucket does not exist"
    stranger = s3fs.S3FileSystem(
        key="k", secret="s", endpoint_url=bucket.endpoint_url, skip_instance_cache=True
    )
    tell(bucket.endpoint_url, "reset-auth", b"0")
    try:
        assert reason("logs", stranger) in {
            "cannot be read: Forbidden",
            # in the words of older clients
            "cannot be read: The AWS Access Key Id you provided does not exist in our records.",
        }
    finally:
        tell(bucket.endpoint_url, "reset-auth", b"inf")


def test_a_client_s_own_error_keeps_its_name():
    """Exceptions that are no OSError are told by class and text, as they are, and not repeated."""
    fsspec = pytest.importorskip("fsspec")

    class NoCredentialsError(Exception):
        pass

    class Refusing(fsspec.AbstractFileSystem):
        calls = 0

        def info(self, path, **_options):
            self.calls += 1
            raise NoCredentialsError("Unable to locate credentials of AWS")

    filesystem = Refusing(skip_instance_cache=True)
    store = Store(
        [Source("", "s3://logs")], storages=[(RemoteStorage(filesystem, "s3://"), "s3://logs")]
    )
    store.refresh()

    assert [problem.reason for problem in store.problems] == [
        "cannot be read: NoCredentialsError: Unable to locate credentials of AWS"
    ]
    assert filesystem.calls == 1


def test_a_storage_that_is_away_is_asked_once(memory, monkeypatch):
    """However many files are known, one refused question is enough; they are kept, and read on."""
    for run in range(20):
        memory.pipe(f"/logs/{run}/{NAME}", LOG[:700])
    store = Store([Source("", "memory://logs")])
    store.refresh()
    asked = []

    class EndpointConnectionError(Exception):
        pass

    def refused(*arguments, **_options):
        asked.append(arguments)
        raise EndpointConnectionError("Could not connect")

    with monkeypatch.context() as patch:
        for call in ("info", "ls", "cat_file"):
            patch.setattr(memory, call, refused)
        changes = store.refresh()

    assert len(asked) == 1
    assert [(problem.file, problem.reason) for problem in changes.problems] == [
        (
            "memory://logs",
            "cannot be read: EndpointConnectionError: Could not connect; what was read before is kept",
        )
    ]
    assert len(store.runs) == 20
    memory.pipe(f"/logs/3/{NAME}", LOG)
    store.refresh()
    assert not store.problems
    assert points_of(store, "3") != points_of(store, "4")


def test_one_object_is_a_logdir_too(memory):
    """The URL of an event file reads that file."""
    memory.pipe(f"/logs/x/{NAME}", LOG)
    store = Store([Source("", f"memory://logs/x/{NAME}")])
    store.refresh()

    assert store.runs == (".",)


def test_paths_are_local():
    """Neither a drive letter nor a colon makes a URL."""
    assert storage_for("file://localhost/a")[1] == "/a"
    for text in ("logs", "/a/b", "C:\\logs", "a:b", "file:///a"):
        assert isinstance(storage_for(text)[0], LocalStorage)


def test_an_unknown_scheme_names_its_cure(monkeypatch):
    """A scheme whose package is missing says what to install; one that nobody knows says so."""
    pytest.importorskip("fsspec")
    registry = pytest.importorskip("fsspec.registry")
    known = {"class": "nosuchpackage.sub.FileSystem", "err": "Please install it"}
    monkeypatch.setitem(registry.known_implementations, "nosuchstore", known)

    with pytest.raises(MissingExtraError) as missing:
        storage_for("nosuchstore://x")
    with pytest.raises(LogdirError, match=r"^nosuchscheme://x cannot be opened: Protocol"):
        storage_for("nosuchscheme://x")

    assert str(missing.value) == (
        "nosuchstore://x needs nosuchpackage, which is not installed: pip install nosuchpackage"
    )


def test_a_client_that_cannot_be_made_is_one_line(tmp_path):
    """What a client raises when it is made, however long, is an error that names the URL."""
    pytest.importorskip("fsspec")

    with pytest.raises(LogdirError, match=r"^zip://a::\S+ cannot be opened: No such file"):
        storage_for(f"zip://a::{tmp_path}/none.zip")


def requests_of(filesystem):
    """Return a list that every request to the S3 server adds its name to."""
    requests = []
    filesystem.connect()
    filesystem.s3.meta.events.register(
        "before-call.s3", lambda model, **_: requests.append(model.name)
    )
    return requests


def test_an_object_store_is_listed_once_and_its_sizes_are_believed(bucket):
    """Opening 40 runs takes one listing and a request for each file; a look one listing."""
    for run in range(40):
        bucket.pipe_file(f"logs/group/run{run}/{NAME}", LOG[:700])
    store = Store([Source("", "s3://logs")], storages=[(RemoteStorage(bucket), "logs")])
    requests = requests_of(bucket)

    store.refresh()
    opened, requests[:] = list(requests), []
    store.refresh()

    assert len(store.runs) == 40
    assert opened.count("HeadObject") == 0
    assert len(opened) <= 42
    assert len(requests) == 1


def test_a_growing_object_costs_a_request_for_what_is_new(bucket):
    """After one listing only the object that has grown is read."""
    for run in range(10):
        bucket.pipe_file(f"logs/run{run}/{NAME}", LOG[:700])
    store = Store([Source("", "s3://logs")], storages=[(RemoteStorage(bucket), "logs")])
    store.refresh()
    bucket.pipe_file(f"logs/run3/{NAME}", LOG)
    requests = requests_of(bucket)

    changes = store.refresh()

    assert {growth.key.run for growth in changes.grew} == {"run3"}
    assert "HeadObject" not in requests
    assert requests.count("GetObject") <= 3
    assert len(requests) <= 5


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "cannot be read: HTTP 401, Unauthorized: the server asks who you are"),
        (403, "cannot be read: HTTP 403, Forbidden"),
        (404, "there is no such folder"),
        (500, "cannot be read: HTTP 500, Internal Server Error: the server failed"),
        (0, "cannot be read: the server cannot be reached: Connection refused"),
    ],
)
def test_answers_of_a_web_server_are_told_apart(status: int, said: str) -> None:
    """Who may not, what is not there, what failed, and where nobody listens."""
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as server:
        if status:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        else:
            server.server_close()
        (problem,) = nbboard.open(f"http://127.0.0.1:{server.server_port}/logs").problems
        if status:
            server.shutdown()

    assert problem.reason.startswith(said)
