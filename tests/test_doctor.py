"""``nbboard doctor``: what it says of this machine, and of machines where something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbboard.doctor import environment, lab, logs, main, servers
from nbboard.doctor.finding import Finding, pip_install, typed
from nbboard.doctor.pythons import interpreter_of


def kernelspec(folder: Path, name: str, python: Path | str) -> None:
    """Install a kernel that is started with some Python."""
    place = folder / "kernels" / name
    place.mkdir(parents=True)
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
    }
    (place / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A Python of another environment, without nbboard."""
    folder = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_finding_shows_its_cure():
    """What failed is one line, and the command that mends it the next."""
    finding = Finding("fail", "No kernel is installed.", pip_install("ipykernel", python="py"))

    expected = (
        "FAIL  No kernel is installed.\n      mend it with: py -m pip install --upgrade ipykernel"
    )
    assert expected == str(finding)


def test_finding_fits_a_terminal():
    """Sentences are wrapped below the status; a command that is to be copied never is."""
    cure = pip_install("a" * 60, python="py")
    lines = Finding("fail", "word " * 20 + "end.", cure).lines(40).splitlines()

    assert max(map(len, lines[:-1])) <= 40
    assert all(line.startswith("      word") for line in lines[1:-1])
    assert lines[-1] == f"      mend it with: {cure}"


def test_a_cure_can_be_pasted_into_the_shell_of_the_system():
    """On Windows nothing is in single quotes, and no ``>`` stands free."""
    command = [r"C:\My Python\python.exe", "-m", "pip", "install", "numpy>=1.26"]

    assert typed(command, windows=True) == (
        r'"C:\My Python\python.exe" -m pip install "numpy>=1.26"'
    )
    assert typed(["/a b/python", "-m", "pip"], windows=False) == "'/a b/python' -m pip"


def test_this_environment_has_what_it_needs():
    """The dependencies of the environment that runs the tests are the ones asked for."""
    finding = environment.dependencies()

    assert (finding.status, finding.cure) == ("ok", "")
    assert "tensorboard 2." in finding.text


def test_missing_dependency_is_named_with_its_cure(monkeypatch):
    """A dependency that is missing or too old fails, with the command that installs it."""
    asked = ["numpy>=99", "no-such-package>=1", "ipython", "sphinx; extra == 'docs'"]
    monkeypatch.setattr("nbboard.doctor.environment.metadata.requires", lambda _: asked)

    finding = environment.dependencies()

    assert finding.status == "fail"
    assert "no-such-package is not installed" in finding.text
    assert finding.cure.endswith("'numpy>=99' 'no-such-package>=1'")


def test_kernel_without_nbboard_fails_with_the_command_for_its_python(
    tmp_path, monkeypatch, bare_python
):
    """Where no kernel has nbboard, the cure names the Python that the kernel runs."""
    kernelspec(tmp_path / "data", "python3", bare_python)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))

    finding = environment.kernels()

    assert finding.status == "fail"
    assert finding.cure.startswith(f"{bare_python} -m pip install")


def test_second_kernel_without_nbboard_is_a_note(tmp_path, monkeypatch, bare_python):
    """A kernel that lacks nbboard beside one that has it is worth a word, and no failure."""
    kernelspec(tmp_path / "data", "other", bare_python)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))

    finding = environment.kernels()

    assert finding.status == "note"
    assert "“other”" in finding.text


def test_modules_that_were_not_built_are_named(tmp_path, monkeypatch):
    """A missing browser side is a failure that names what is missing."""
    monkeypatch.setattr(lab, "_STATIC", tmp_path)

    finding = lab.browser_side()

    assert finding.status == "fail"
    assert "scalars" in finding.text


def test_disabled_extension_is_told_with_the_command_that_enables_it(tmp_path, monkeypatch):
    """JupyterLab's own word counts: an extension that someone disabled is a failure."""
    config = tmp_path / "labconfig"
    config.mkdir()
    (config / "page_config.json").write_text('{"disabledExtensions": {"nbboard": true}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))

    finding = lab.extension()

    assert finding.status == "fail"
    assert finding.cure in {
        "jupyter labextension enable nbboard",
        pip_install("--force-reinstall", "nbboard"),
    }


def test_tensorboard_starts_and_is_reached_through_the_proxy(tmp_path, monkeypatch):
    """The real thing is tried: a TensorBoard, and a Jupyter server in front of it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    assert servers.tensorboard().status == "ok"
    through = servers.proxy()
    assert through.status == "ok", through


def test_proxy_that_is_switched_off_is_a_failure(tmp_path, monkeypatch):
    """A Jupyter server without the proxy is found out by asking it."""
    config = {"ServerApp": {"jpserver_extensions": {"jupyter_server_proxy": False}}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(config))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    finding = servers.proxy()

    assert finding.status == "fail"
    assert "404" in finding.text
    assert "enable --sys-prefix jupyter_server_proxy" in finding.cure


def test_server_of_another_environment_is_told(tmp_path, monkeypatch, bare_python):
    """The Python that a running Jupyter server is of is named, with the command for it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "jpserver-1.json").write_text("{")
    waits = [bare_python, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        (tmp_path / "jpserver-2.json").write_text(json.dumps({"pid": other.pid}))
        finding = environment.jupyter()
        other.stdin.close()

    assert finding.status == "note"
    assert finding.cure == pip_install("nbboard", python=str(bare_python))
    assert environment.jupyter().status == "ok"


def test_growing_log_is_noticed():
    """The watch check follows a real log."""
    assert logs.watch().status == "ok"


def test_folder_that_is_not_there_is_a_failure(tmp_path):
    """A folder given by name is read, and what is wrong with it is said."""
    finding = logs.folder(str(tmp_path / "gone"))

    assert finding.status == "fail"
    assert "gone" in finding.text


def test_folder_of_logs_is_counted(tmp_path):
    """One run is one run."""
    logs._append(tmp_path, 1)

    assert f"{tmp_path}: 1 run, 1 series" in logs.folder(str(tmp_path)).text


def test_exit_status_tells_whether_anything_failed(monkeypatch, capsys):
    """Scripts can rely on the exit status; a check that breaks is a failure, too."""
    good = Finding("ok", "Fine.")
    names = {
        environment: ("python", "dependencies", "kernels", "jupyter"),
        lab: ("browser_side", "extension"),
        servers: ("tensorboard", "proxy"),
        logs: ("watch",),
    }
    for module, checks in names.items():
        for name in checks:
            monkeypatch.setattr(module, name, lambda: good)

    assert main([]) == 0
    assert "10 checks passed" in capsys.readouterr().out

    def broken() -> Finding:
        raise OSError("disk full")

    monkeypatch.setattr(logs, "watch", broken)
    assert main([]) == 1
    assert "disk full" in capsys.readouterr().out


def test_the_cure_for_a_missing_proxy_names_the_servers_environment(
    tmp_path, monkeypatch, bare_python
):
    """A server of another environment is mended there, by the absolute path of its Python."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    jupyter = servers._Jupyter("http://127.0.0.1:1/", "", str(bare_python))
    monkeypatch.setattr(servers, "_running", lambda *_: [jupyter])
    monkeypatch.setattr(servers, "_through", lambda *_: "not there (404)")

    finding = servers.proxy()

    assert finding.status == "fail"
    assert str(bare_python) in finding.text
    assert finding.cure == (
        f"{bare_python} -m pip install --upgrade jupyter-server-proxy, then restart the server"
    )
    assert servers._cure(sys.executable).endswith("enable --sys-prefix jupyter_server_proxy")


@pytest.mark.parametrize("program", [sys.executable, "python3", "./python"])
def test_the_python_of_a_process_is_told_by_its_absolute_path(tmp_path, program):
    """However it was started: by its path, by its name, or from the folder it lies in."""
    folder = Path(sys.executable).parent
    process = subprocess.Popen(
        [program, "-c", "print(flush=True); input()"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
    )
    try:
        process.stdout.readline()  # it runs
        found = interpreter_of(process.pid)
    finally:
        process.communicate(b"\n")

    assert Path(found).is_absolute()
    assert Path(found).parent.resolve() == folder.resolve()


@pytest.mark.parametrize(
    ("version", "status"),
    [("6.31.0", "ok"), ("7.0.0", "note"), ("7.3.2", "note"), ("7.4.0", "ok"), ("8.1", "ok")],
)
def test_ipykernels_that_lose_messages_are_told(monkeypatch, version, status):
    """Those from 7.0 to 7.3, with the command that replaces one where it is."""
    monkeypatch.setattr(environment, "_python_kernels", lambda: {"mine": "/env/bin/python"})
    monkeypatch.setattr(environment, "version_in", lambda *_: version)

    finding = environment.ipykernels()

    assert finding.status == status
    assert f"{version}" in finding.text
    if status == "note":
        assert finding.cure.startswith("/env/bin/python -m pip install")
