"""The door of a TensorBoard server: who may come in, and by which address.

Proxies and servers write the addresses of requests into their logs, so an address that opens the
door does not stay a secret. A page therefore hands the secret over once, in the body of a request,
and gets a cookie for it; from then on its addresses hold the server's public name only:

- ``<public>/nbboard/ready`` tells whoever asks that it is this server.
- ``<public>/nbboard-enter`` takes the secret in the body of a POST and sets the cookie. It names no
  path, so the browser binds it to the folder of this address, as the browser sees it through
  whatever proxies: to this server. Scripts cannot read it, and other sites' pages cannot use it.
- ``<public>/nbboard/inside`` tells a page whether its cookie arrives.
- ``<public>/...`` is TensorBoard for those who have the cookie, and nothing for others.

``<secret>/...`` stays open without a cookie, for programs on this machine and for pages whose
browser refuses the cookie.

Like the launcher, which loads it by path, this module imports nothing of nbboard.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any

__all__ = ["admit"]

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Rewritten = Callable[[Application, dict[str, Any], Any, Callable[[bytes], bytes]], Iterable[bytes]]

#: Where TensorBoard's page asks which plugins there are, and is told where their scripts are: these
#: could read the secret there.
_PLUGINS = "/data/plugins_listing"

#: A secret is much shorter; what is longer is not even read.
_LONGEST = 1000


def admit(app: Application, secret_prefix: str, identity: str, rewritten: Rewritten) -> Application:
    """Wrap an application that answers below a secret path, so that a cookie opens it, too.

    Parameters
    ----------
    app
        The application; below ``secret_prefix`` it asks for nothing more.
    secret_prefix
        Where it answers; its last part is the secret. Without a slash at the end.
    identity
        The public name, which takes the secret's place in the address.
    rewritten
        That of the module beside this one.
    """
    parent, _, secret = secret_prefix.rpartition("/")
    public = f"{parent}/{identity}"
    name = f"nbboard-{identity}"
    session = secrets.token_urlsafe(24)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(f"{public}/"):
            return app(environ, start_response)
        rest = path[len(public) :]
        if rest == "/nbboard/ready":
            return app({**environ, "PATH_INFO": secret_prefix + rest}, start_response)
        if rest == "/nbboard-enter":
            return enter(environ, start_response)
        has_cookie = _same(_cookie(environ, name), session)
        if rest == "/nbboard/inside":
            return _say(start_response, "200 OK", {"inside": has_cookie}, *_readable(environ))
        if not has_cookie:
            return _say(start_response, "404 Not Found", {})

        inner = {**environ, "PATH_INFO": secret_prefix + rest}
        # TensorBoard answers with a slash behind it, too.
        inside = listed if rest.rstrip("/") == _PLUGINS else app
        return inside(inner, _publicly(start_response, secret, identity))

    def listed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # As text: what is packed cannot be changed.
        plain = {**environ, "HTTP_ACCEPT_ENCODING": ""}
        public_name = (secret.encode(), identity.encode())
        return rewritten(app, plain, start_response, lambda body: body.replace(*public_name))

    def enter(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") != "POST" or not _same(_body(environ), secret):
            return _say(start_response, "404 Not Found", {}, *_readable(environ))
        cookie = ("Set-Cookie", f"{name}={session}; HttpOnly; SameSite=Strict")
        return _say(start_response, "200 OK", {}, cookie, *_readable(environ))

    return answer


def _publicly(start_response: Any, secret: str, public: str) -> Any:
    """Begin an answer in which redirections stay at the public address."""

    def start(status: str, headers: Headers, *error: Any) -> Any:
        led = [
            (key, value.replace(secret, public) if key.lower() == "location" else value)
            for key, value in headers
        ]
        return start_response(status, led, *error)

    return start


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _cookie(environ: dict[str, Any], name: str) -> str:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _body(environ: dict[str, Any]) -> str:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return ""
    if not 0 < length <= _LONGEST:
        return ""
    data: bytes = environ["wsgi.input"].read(length)
    return data.decode("ascii", errors="replace")


def _readable(environ: dict[str, Any]) -> Headers:
    """Return what lets the notebook's page read an answer: its port is another than the server's.

    The answers tell who does not know the secret nothing but whether they have a cookie.
    """
    origin = environ.get("HTTP_ORIGIN", "null")
    if origin == "null":
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    ]


def _say(start_response: Any, status: str, what: object, *headers: tuple[str, str]) -> list[bytes]:
    """Answer with JSON."""
    body = json.dumps(what).encode()
    kind = ("Content-Type", "application/json")
    length = ("Content-Length", str(len(body)))
    start_response(status, [kind, length, ("Cache-Control", "no-store"), *headers])
    return [body]
