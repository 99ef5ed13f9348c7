"""The secret stays secret: from other users, from files, from the saved notebook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from nbboard import server as servers
from tests.server.kernels import Kernel

# Runs as another user: asks the port in every way that might slip past the prefix.
PROBE = r"""
import http.client, json, os, sys
port, pid = int(sys.argv[1]), sys.argv[2]
assert os.getuid() == 65534
results = {}
for method, path, host in [
    ("GET", "/", None), ("GET", "/index.html", None), ("GET", "/data/runs", None),
    ("GET", "/data/environment", None), ("GET", "/data/plugin/scalars/tags", None),
    ("GET", "/nbboard/ready", None), ("GET", "/guess/data/runs", None),
    ("GET", "/guess/../data/runs", None), ("GET", "/%2e%2e/data/runs", None),
    ("GET", "//data/runs", None), ("POST", "/data/runs", None),
    ("GET", "/data/runs", "evil.example"),
]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": host} if host else {}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    results[f"{method} {path} {host or ''}"] = [answer.status, b"a run" in body]
files = {}
for name in ["environ", "fd/0", "fd/1", "fd/3", "mem", "maps"]:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            files[name] = len(file.read(100))
    except OSError as error:
        files[name] = error.__class__.__name__
print(json.dumps([results, files]))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0 or shutil.which("setpriv") is None,
    reason="only root on Linux, with setpriv, can act as another user",
)
def test_another_local_user_gets_nothing(kernel: Callable[[], Kernel], logdir: Path) -> None:
    """Of 12 probes by another user of the machine none is answered with data."""
    server = kernel().start_server(logdir)
    person = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    powerless = [*person, "--inh-caps=-all", "--bounding-set=-all"]
    # This Python may lie in root's home; the probe needs no more than the system's has.
    pythons = dict.fromkeys([sys.executable, "/usr/bin/python3"])
    tried = ([*powerless, python, "-I", "-c", "import http.client, json"] for python in pythons)
    usable = [way[:-1] for way in tried if _runs(way)]
    if not usable:
        pytest.skip("another user cannot run any Python here")
    done = subprocess.run(
        [*usable[0], PROBE, str(server["port"]), str(server["pid"])],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    results, files = json.loads(done.stdout)
    print(f"{len(results)} probes: {results}; the process's files: {files}")

    assert len(results) == 12
    assert {404} == {status for status, _ in results.values()}
    assert not any(leaked for _, leaked in results.values())
    assert {"PermissionError"} == set(files.values()) - {"FileNotFoundError"}


def _runs(command: list[str]) -> bool:
    """Whether a command can be run, and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_secret_is_in_no_process_list_and_no_file(tmp_path: Path, logdir: Path) -> None:
    """Neither ps, nor /proc, nor the temporary and runtime folders hold the secret."""
    folder = tmp_path / "private"
    places = {name: str(folder / name) for name in ("TMPDIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    for place in places.values():
        Path(place).mkdir(parents=True)
    with Kernel({**places, "JUPYTER_PLATFORM_DIRS": "1"}) as running:
        running.run(f"%load_ext nbboard\n%tensorboard --logdir {{{str(logdir)!r}}}")
        secret = json.loads(
            running.run(
                "import json, nbboard.server\n"
                "print(json.dumps(nbboard.server.list()[0].path.strip('/')))"
            )
        )
        shown = running.run("nbboard.server.list(); print(repr(nbboard.server.list()))")
        listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, check=False)
        found = {"ps": secret.encode() in listed.stdout, "repr": secret in shown}
        for name in ("cmdline", "environ"):
            found[name] = any(
                secret.encode() in read(p) for p in Path("/proc").glob(f"[0-9]*/{name}")
            )
        files = [path for path in folder.rglob("*") if path.is_file()]
        found["files"] = any(secret.encode() in read(path) for path in files)
    print(f"the secret: {found} (in {len(files)} files)")

    assert len(secret) >= 32
    assert not any(found.values())


def read(path: Path) -> bytes:
    """Return what a file holds; nothing where its process has just ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_saved_notebook_holds_a_sentence_and_no_secret(tmp_path: Path, logdir: Path) -> None:
    """A notebook that was run and saved, widget state included, tells nothing; nor its HTML."""
    cell = nbformat.v4.new_code_cell(
        f"%load_ext nbboard\n%tensorboard --logdir {{{str(logdir)!r}}}"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    asking = nbformat.v4.new_code_cell("import nbboard.server\nnbboard.server.list()[0].path")
    notebook.cells.append(asking)
    client = NotebookClient(notebook, kernel_name="python3", store_widget_state=True)
    client.execute()
    path = notebook.cells.pop().outputs[0].data["text/plain"].strip("'")
    saved = tmp_path / "saved.ipynb"
    nbformat.write(notebook, saved)
    secret = path.strip("/")
    html, _ = HTMLExporter(template_name="lab").from_filename(str(saved))
    # Without widget state, as notebooks are usually saved and as GitHub shows them.
    del notebook.metadata["widgets"]
    plain, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)

    assert len(secret) >= 32
    assert secret not in saved.read_text()
    assert secret not in html
    assert "TensorBoard was shown here" in plain
    assert "<iframe" not in plain


def test_what_a_cell_shows_holds_no_secret(logdir: Path) -> None:
    """Neither a server's repr, nor a result's, nor its log contain the secret."""
    result = servers.start(logdir, verbosity=0)  # TensorBoard logs every request
    assert isinstance(result, servers.Started)
    secret = result.server.path.strip("/")
    assert result.server.answers()
    for _ in range(100):
        if "nbboard/ready" in result.server.log_tail(100):
            break
        time.sleep(0.05)

    assert secret in result.server.url
    assert "nbboard/ready" in result.server.log_tail(100)
    for shown in (repr(result), repr(result.server), result.server.log_tail(1000)):
        assert secret not in shown


def test_only_this_machine_is_listened_to(logdir: Path) -> None:
    """Without --host or --bind_all, a server listens at the loopback address only."""
    server = servers.start(logdir).server
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(server.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert listening == ["127.0.0.1"]
