"""The door of a server: a cookie for the secret, and no secret in an address after that."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbboard import server as servers

if TYPE_CHECKING:
    from nbboard.server import Server


@pytest.fixture
def server(logdir: Path) -> Server:
    """A running TensorBoard."""
    return servers.start(logdir, new=True).server


def ask(
    server: Server, path: str, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask for an address below the server's public path."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, server.public_path + path, body or None, sent)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def secret_of(server: Server) -> str:
    """Return what opens the door."""
    return server.path.strip("/").rpartition("/")[2]


def cookie_of(server: Server) -> str:
    """Hand over the secret and return the cookie as a browser sends it."""
    _, headers, _ = ask(server, "nbboard-enter", "POST", secret_of(server))
    return headers["Set-Cookie"].partition(";")[0]


def test_the_public_address_is_closed_to_those_without_a_cookie(server: Server) -> None:
    """It says which server it is, and nothing of the logs."""
    assert ask(server, "nbboard/ready")[0] == 200
    assert ask(server, "nbboard/inside")[2] == b'{"inside": false}'
    for path in ("", "data/runs", "index.js", "nbboard/../data/runs", "%2e%2e/data/runs"):
        for cookie in ("", "nbboard-x=1", f"nbboard-{server.identity}=guess", "\x00;=;"):
            status, _, body = ask(server, path, Cookie=cookie)
            assert (status, body) == (404, b"{}")


def test_the_secret_buys_a_cookie_that_opens_the_server(server: Server) -> None:
    """The cookie is bound to the server's folder, unseen by scripts, and no other site's."""
    status, headers, _ = ask(server, "nbboard-enter", "POST", secret_of(server))

    assert status == 200
    name, _, attributes = headers["Set-Cookie"].partition(";")
    assert {"HttpOnly", "SameSite=Strict"} == {a.strip() for a in attributes.split(";")}
    assert secret_of(server) not in name
    assert b"a run" in ask(server, "data/runs", Cookie=name)[2]
    assert ask(server, "nbboard/inside", Cookie=f"other=1; {name}")[2] == b'{"inside": true}'


def test_nothing_else_buys_it(server: Server) -> None:
    """Neither a wrong secret, nor the right one in an address, nor too long a body."""
    secret = secret_of(server)
    for method, path, body in [
        ("POST", "nbboard-enter", "guess"),
        ("POST", "nbboard-enter", ""),
        ("POST", "nbboard-enter", secret + "x" * 2000),
        ("POST", "nbboard-enter", "\N{SNOWMAN}" * 5),
        ("GET", f"nbboard-enter?secret={secret}", ""),
        ("PUT", "nbboard-enter", secret),
    ]:
        status, headers, _ = ask(server, path, method, body.encode())  # type: ignore[arg-type]
        assert status == 404
        assert "Set-Cookie" not in headers


def test_behind_the_cookie_no_address_holds_the_secret(server: Server) -> None:
    """No page, script or header that TensorBoard answers with leads to it."""
    cookie = cookie_of(server)
    entry = "data/plugin_entry.html?name=projector"
    listing = "data/plugins_listing"
    for path in ("", "index.js", "data/runs", listing, f"{listing}/", entry):
        status, headers, body = ask(server, path, Cookie=cookie)
        assert status == 200
        assert secret_of(server) not in body.decode(errors="replace") + str(headers)


def test_each_server_has_a_cookie_of_its_own(server: Server, logdir: Path) -> None:
    """The cookie of one opens no other."""
    other = servers.start(logdir, new=True).server
    (_, _, value) = cookie_of(server).partition("=")

    assert ask(other, "data/runs", Cookie=cookie_of(server))[0] == 404
    assert ask(other, "data/runs", Cookie=f"nbboard-{other.identity}={value}")[0] == 404


def test_a_prefix_of_ones_own_is_kept(logdir: Path) -> None:
    """With --path_prefix both addresses are below it."""
    server = servers.start(logdir, new=True, path_prefix="/mine").server

    assert server.path.startswith("/mine/")
    assert server.public_path == f"/mine/{server.identity}/"
    assert b"a run" in ask(server, "data/runs", Cookie=cookie_of(server))[2]


def test_pages_at_another_port_may_read_the_answers(server: Server) -> None:
    """A notebook's page has another origin than the server; it is named, never a star."""
    for path in ("nbboard-enter", "nbboard/inside"):
        _, headers, _ = ask(server, path, Origin="http://localhost:8888")
        assert headers["Access-Control-Allow-Origin"] == "http://localhost:8888"
        assert headers["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Origin" not in ask(server, "data/runs", Origin="http://x")[1]
