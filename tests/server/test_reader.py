"""TensorBoard fed by nbboard's reader: what is told, what fails, and which flags go elsewhere."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from nbboard import server as servers
from nbboard.server import standby
from tests.provider.logs import Writer

METHODS = (
    "list_plugins",
    "list_runs",
    "list_scalars",
    "read_scalars",
    "list_tensors",
    "read_tensors",
    "list_blob_sequences",
    "read_blob_sequences",
)
#: A route whose answer needs the method.
ROUTES = {
    "list_plugins": "data/plugins_listing",
    "list_runs": "data/runs",
    "list_scalars": "data/plugin/scalars/tags",
    "read_scalars": "data/plugin/scalars/scalars?run=run&tag=loss",
    "list_tensors": "data/plugin/histograms/tags",
    "read_tensors": "data/plugin/text/text?run=run&tag=words",
    "list_blob_sequences": "data/plugin/images/tags",
    "read_blob_sequences": "data/plugin/images/images?run=run&tag=picture&sample=0",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with a scalar, a text and an image."""
    writer = Writer(tmp_path / "logs" / "run")
    for step in range(3):
        writer.scalar("loss", step, 1.0)
        writer.tensor("words", step, [b"text"], "text")
        writer.tensor("picture", step, [b"1", b"1", b"\x89PNG"], "images")
        writer.tensor("buckets", step, [[0.0, 1.0, 2.0]], "histograms")
    return tmp_path / "logs"


def started(folder: Path | str, **options: Any) -> servers.Started:
    """A server that was started."""
    result = servers.start(folder, **options)
    assert isinstance(result, servers.Started), result
    return result


def ask(result: servers.Started, route: str) -> Any:
    """An answer of a server, decoded."""
    with urllib.request.urlopen(f"{result.server.url}{route}", timeout=60) as answer:
        return json.load(answer)


class News:
    """What a server told of its logs."""

    def __init__(self, result: servers.Started) -> None:
        self.all: list[tuple[int, tuple[str, ...]]] = []
        result.server.on_news(lambda version, lines: self.all.append((version, lines)))

    def wait_for(self, condition: Callable[[int, tuple[str, ...]], bool]) -> tuple[str, ...]:
        """The lines of the first news that fit."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for version, lines in tuple(self.all):
                if condition(version, lines):
                    return lines
            time.sleep(0.05)
        raise AssertionError(self.all)


def test_the_reader_feeds_the_pages_and_tells_news(folder: Path) -> None:
    """A point that is appended is there in about a second, and what is damaged is told."""
    result = started(folder)
    news = News(result)
    assert result.warnings == ()
    assert [p[1] for p in ask(result, ROUTES["read_scalars"])] == [0, 1, 2]
    assert news.wait_for(lambda version, _: version >= 1) == ()

    writer = Writer(folder / "other")
    for step in range(4):
        writer.scalar("loss", step, 2.0)
    writer.flip(2)
    news.wait_for(lambda _, lines: lines == ("1 record damaged in run other",))
    again = News(result)
    assert again.all[0][1] == ("1 record damaged in run other",)
    assert len(ask(result, "data/plugin/scalars/scalars?run=other&tag=loss")) == 3


def test_no_port_no_process_and_no_file_is_added(folder: Path) -> None:
    """All of it happens in the one process behind the one secret path."""
    result = started(folder)
    ask(result, "data/runs")
    process = psutil.Process(result.server.pid)
    listening = [c for c in process.net_connections() if c.status == psutil.CONN_LISTEN]

    assert [result.server.port] == [c.laddr.port for c in listening]
    assert process.children(recursive=True) == []
    assert [path.name for path in folder.iterdir()] == ["run"]
    written = [file.path for file in process.open_files() if "r" not in file.mode]
    assert written == []
    for route in ("data/runs", "nbboard/ready", "nbboard/page.js"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{result.server.port}/{route}", timeout=10)
    secret = result.server.path.strip("/")
    assert secret not in result.server.log_tail(1000)
    assert secret not in " ".join(process.cmdline())


PACKAGES = {
    "import": "raise ImportError('no such library')",
    "syntax": "def make(:",
    "exit": "raise SystemExit(3)",
    "function": "x = 1",
    "construction": "def make(flags, interval, tell): raise MemoryError('too much')",
}


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, source: str) -> None:
    """Have the launcher load another reader than ours."""
    package = folder / "another_reader"
    package.mkdir()
    (package / "__init__.py").write_text(source)
    where = {"folder": str(package), "module": "another_reader", "function": "make"}
    reader = {**where, "later": "another_reader"}
    monkeypatch.setattr(standby, "READER", reader)


@pytest.mark.parametrize("failure", PACKAGES)
def test_a_reader_that_cannot_be_made_is_replaced_and_told(
    failure: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong with it, TensorBoard shows the logs by its own loader."""
    install(monkeypatch, tmp_path, PACKAGES[failure])
    result = started(folder, reload_interval=1)
    (warning,) = result.warnings

    assert "nbboard's reader cannot be used" in warning
    assert "TensorBoard reads the logs by itself" in warning
    deadline = time.monotonic() + 30
    while ask(result, "data/runs") != ["run"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


FAILING = """
from nbboard.provider import make as real
from nbboard.provider import provider

def fail(*args, **more):
    raise ZeroDivisionError("on purpose")

def make(flags, interval, tell):
    made = real(flags, interval, tell)
    provider.LogDataProvider.{method} = fail
    return made
"""


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_fails_is_answered_by_tensorboards_loader(
    method: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page goes on, and one sentence is told."""
    install(monkeypatch, tmp_path, FAILING.format(method=method))
    result = started(folder)
    news = News(result)
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = ask(result, ROUTES[method])
        except urllib.error.HTTPError:
            answer = None  # the other has not read so far yet
        if answer and (method != "list_plugins" or answer["scalars"]["enabled"]):
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)
    lines = news.wait_for(lambda version, _: version == -1)

    assert len(lines) == 1
    assert "ZeroDivisionError: on purpose" in lines[0]
    assert "TensorBoard reads the logs by itself" in lines[0]


def test_a_reader_whose_modules_are_missing_is_replaced(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is loaded only when the port is open may fail, too."""
    source = "import sys\nfrom nbboard.provider import make\nsys.modules['nbboard.series'] = None\n"
    install(monkeypatch, tmp_path, source)
    result = started(folder)
    news = News(result)
    deadline = time.monotonic() + 30
    while ask(result, "data/runs") != ["run"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "nbboard's reader failed" in news.wait_for(lambda version, _: version == -1)[0]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--reload_task=process"], "--reload_task=process"),
        (["--reload_task=blocking"], "add --reload_interval=0"),
        (["--db=sqlite:x"], "use --logdir"),
    ],
)
def test_what_our_reader_cannot_do_is_refused(
    folder: Path, flags: list[str], sentence: str
) -> None:
    """One sentence, with what to do."""
    result = servers.start(folder, flags=flags)
    assert isinstance(result, servers.Failed)
    assert sentence in result.cause


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"load_fast": "false"}, "one damaged record may stop it"),
        ({"load_fast": "auto"}, "whose port has no secret"),
        ({"extra_data_server_flags": "--no-checksum"}, "whose port has no secret"),
    ],
)
def test_a_flag_that_goes_the_stock_way_says_what_it_costs(
    folder: Path, options: dict[str, str], sentence: str
) -> None:
    """The person's wish is followed; no news come then."""
    result = started(folder, **options)
    assert sentence in " ".join(result.warnings)
    deadline = time.monotonic() + 30
    while ask(result, "data/runs") != ["run"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert News(result).all == []


def test_blocking_and_once(folder: Path) -> None:
    """``--reload_task=blocking --reload_interval=0``: read before the port opens, never again."""
    result = started(folder, flags=["--reload_task=blocking", "--reload_interval=0"])
    assert len(ask(result, ROUTES["read_scalars"])) == 3
    Writer(folder / "late").scalar("loss", 1, 1.0)
    time.sleep(1.5)
    assert ask(result, "data/runs") == ["run"]


def test_an_event_file_and_several_folders(folder: Path, tmp_path: Path) -> None:
    """A single file is shown; so are named folders."""
    Writer(tmp_path / "more" / "x").scalar("loss", 1, 1.0)
    (file,) = (folder / "run").iterdir()
    alone = started(file)
    both = started(None, flags=[f"--logdir_spec=one:{folder},two:{tmp_path / 'more'}"])

    assert alone.warnings == ()
    assert ask(alone, "data/runs") == ["."]
    assert sorted(ask(both, "data/runs")) == ["one/run", "two/x"]


def test_one_damaged_run_never_stops_another(folder: Path) -> None:
    """A record that is no event beside a run that grows: every look shows its new point."""
    bad, good = Writer(folder / "bad"), Writer(folder / "good")
    good.scalar("loss", 0, 1.0)
    bad.payload(b"\xff" * 30)
    bad.payload(b"\x2a\x05\x0a\x03\x0a\x01\xff")
    with bad.path.open("ab") as file:
        file.write(b"\xff" * 8 + bytes(300))
    result = started(folder, reload_interval=0.2)
    route = "data/plugin/scalars/scalars?run=good&tag=loss"
    for step in range(1, 21):
        good.scalar("loss", step, 1.0)
        deadline = time.monotonic() + 20
        while ask(result, route)[-1][1] != step:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_remote_folder_is_read_where_fsspec_is(tmp_path: Path) -> None:
    """A URL that TensorBoard itself cannot read; one that nobody can is refused in a sentence."""
    pytest.importorskip("fsspec")
    Writer(tmp_path / "run").scalar("loss", 1, 1.0)
    result = started(f"local://{tmp_path}")
    refused = servers.start("nope://logs")

    assert ask(result, "data/runs") == ["run"]
    assert isinstance(refused, servers.Failed)
    assert "nope" in refused.cause
