"""Where the notebook runs: what the kernel can tell, and the help it chooses."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from nbboard.notebook import host

SERVER: Any = SimpleNamespace(port=4321, path="/secret/", public_path="/id/", identity="id")


def test_hosts_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell with a kernel is a notebook's, unless Colab is there; without one, a terminal's."""
    assert host.detect(SimpleNamespace()) == "terminal"
    assert host.detect(SimpleNamespace(kernel=object())) == "notebook"
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert host.detect(SimpleNamespace(kernel=object())) == "colab"


def test_the_route_holds_what_the_page_needs() -> None:
    """TENSORBOARD_PROXY_URL gets the port; the Hub's prefix comes along."""
    environment = {
        "TENSORBOARD_PROXY_URL": "/hub/proxy/%PORT%/",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
    }
    message = host.route(SERVER, environment).message()

    assert (message["port"], message["path"], message["identity"]) == (4321, "/id/", "id")
    assert message["secret_path"] == "/secret/"
    assert message["proxy_url"] == "/hub/proxy/4321/"
    assert message["base_url"] == "/user/ada/"
    assert {"text", "command"} == set(message["help"])


def test_vs_code_in_a_browser_names_its_proxy() -> None:
    """VSCODE_PROXY_URI gets the port where TENSORBOARD_PROXY_URL does not count first."""
    environment = {"VSCODE_PROXY_URI": "https://code.example/proxy/{{port}}/"}
    assert host.route(SERVER, environment).proxy_url == "https://code.example/proxy/4321/"

    environment["TENSORBOARD_PROXY_URL"] = "/p/%PORT%/"
    assert host.route(SERVER, environment).proxy_url == "/p/4321/"


@pytest.mark.parametrize(
    ("environment", "file", "command"),
    [
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}, ".dockerenv", "pip install jupyter-server"),
        ({"VSCODE_PID": "1"}, None, "4321"),
        ({}, ".dockerenv", "pip install jupyter-server-proxy"),
        ({}, "run/.containerenv", "pip install jupyter-server-proxy"),
        ({"SSH_CONNECTION": "10.0.0.5 5123 10.0.0.9 22"}, None, "ssh -N -L 4321:localhost:4321"),
        ({"SSH_CONNECTION": "10.0.0.5 5123 10.0.0.9 22"}, ".dockerenv", "ssh -N -L 4321"),
        ({}, None, "pip install jupyter-server-proxy"),
    ],
)
def test_one_command_helps(
    tmp_path: Path, environment: dict[str, str], file: str | None, command: str
) -> None:
    """Where nothing answers, the page names the one command for the place the kernel is in."""
    if file:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    help_ = host.how_to_reach(4321, environment, tmp_path)

    assert command in help_.command
    assert "\n" not in help_.command
    if "SSH_CONNECTION" in environment:
        assert help_.command.endswith("@10.0.0.9")
