"""A real JupyterHub below a prefix, with two users and a named server."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.notebook_page import wait_until
from tests.hosts.conftest import (
    Behind,
    Secrets,
    free_port,
    show_cell,
    shows_tensorboard,
    wait_for_port,
)

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage

CONFIGURATION = """\
import sys
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/hubprefix/"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.allow_named_servers = True
c.Spawner.notebook_dir = "{folder}/{{username}}"
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True", "--log-level=INFO"]
c.Spawner.environment = {{"JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1"}}
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.JupyterHub.services = [dict(name="test", api_token="{token}")]
c.JupyterHub.load_roles = [
    dict(name="test", services=["test"], scopes=["admin:users", "admin:servers", "tokens"]),
]
"""


class Hub:
    """A running hub and what an administrator can do with it."""

    def __init__(self, port: int, token: str) -> None:
        self.url = f"http://127.0.0.1:{port}/hubprefix/"
        self._token = token

    def call(self, path: str, method: str = "POST", body: object = None) -> Any:
        """Call the hub's interface."""
        data = json.dumps(body).encode() if body is not None else b""
        request = urllib.request.Request(
            f"{self.url}hub/api/{path}",
            data if method == "POST" else None,
            {"Authorization": f"token {self._token}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def start(self, user: str, name: str) -> None:
        """Start a named server and wait for it."""
        self.call(f"users/{user}/servers/{name}", body={})

        def ready() -> bool:
            return bool(self.call(f"users/{user}", "GET")["servers"].get(name, {}).get("ready"))

        wait_until(ready, f"{user}'s server", 150)

    def token_of(self, user: str) -> str:
        """Return a token that opens what this user may open."""
        token: str = self.call(f"users/{user}/tokens", body={})["token"]
        return token


@pytest.fixture
def hub(hosts: Path, program: Callable[..., Path], tmp_path: Path) -> tuple[Hub, Path]:
    """A hub with the users ada and bob, and its log, which has those of their servers in it."""
    proxy = hosts.parent / "node/node_modules/.bin/configurable-http-proxy"
    if not proxy.exists():
        pytest.skip("configurable-http-proxy is not installed: make hosts does that")
    port, token = free_port(), "0" * 32
    for user in ("ada", "bob"):
        (tmp_path / user).mkdir()
    configuration = tmp_path / "jupyterhub_config.py"
    configuration.write_text(
        CONFIGURATION.format(
            port=port,
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=proxy,
            folder=tmp_path,
            token=token,
        )
    )
    path = os.pathsep.join([str(hosts), os.environ["PATH"]])
    log = program([hosts / "jupyterhub", "-f", configuration], {"PATH": path})
    wait_for_port(port, log)
    made = Hub(port, token)
    wait_until(lambda: _answers(made), "the hub", 60)
    for user in ("ada", "bob"):
        made.call(f"users/{user}")
    return made, log


def _answers(hub: Hub) -> bool:
    try:
        hub.call("users", "GET")
    except OSError:
        return False
    return True


def test_a_named_server_shows_tensorboard_and_the_other_user_is_refused(
    hub: tuple[Hub, Path],
    open_notebook: Callable[..., NotebookPage],
    tmp_path: Path,
    logdir: Path,
) -> None:
    """The frame comes through the hub; its logs open nothing; the other user gets 403."""
    running, log = hub
    running.start("ada", "second")
    url = f"{running.url}user/ada/second/"
    server: Any = Behind(url, tmp_path / "ada", running.token_of("ada"))
    page = open_notebook(server, [show_cell(logdir)])
    secrets = Secrets(page.page)
    page.run_all()
    frame = page.frame_page(0)
    shows_tensorboard(frame)

    assert frame.url.startswith(f"{url}proxy/")
    assert secrets.found_in("\n".join(secrets.urls)) == []
    written = log.read_text(errors="replace")
    assert "/nbboard-enter" in written
    assert secrets.found_in(written) == []
    address = f"{frame.url.partition('?')[0]}data/runs"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(address, running.token_of("bob"))
    assert b"a run" not in ask(address, "")  # the hub's login, no more
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(address, running.token_of("ada"))  # the right user, who has not handed over the secret


def ask(url: str, token: str) -> bytes:
    """Ask for an address with a hub's token, and no cookie."""
    headers = {"Authorization": f"token {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        body: bytes = answer.read()
    return body
