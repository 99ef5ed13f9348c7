"""What TensorBoard's pages have beside what TensorBoard gives them.

The launcher loads this module by its path, inside the child process.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["adapted", "page_script"]


def page_script(folder: str) -> bytes:
    """Return what the frame around TensorBoard's page can talk to; empty if it was not built."""
    try:
        with open(f"{folder}/static/inside.js", "rb") as file:  # noqa: PTH123 - as above
            return file.read()
    except OSError:
        return b""


def adapted(app: Any, prefix: str, identity: str, script: bytes, rewritten: Any) -> Any:
    """Adapt TensorBoard's application to its secret prefix.

    - ``<prefix>/nbboard/ready`` is added, by which the kernel and the page know that it
      is this server. Pages of other origins may read it (the notebook's differs in its
      port), which tells nothing to those who do not know the prefix.
    - Pages do not tell other addresses where they come from, as that holds the secret.
    - Fonts are asked for below the prefix: TensorBoard's index asks for them at the root,
      where Jupyter answers 404 and writes the referring address into its log.
    - The index gets a script by which the frame around it can have it load what is new.

    ``rewritten`` is that of the module beside this one.
    """
    own = {
        "ready": (json.dumps({"nbboard": identity}).encode(), "application/json", "no-store"),
        "page.js": (script, "text/javascript", "private, max-age=86400"),
    }

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{prefix}/nbboard/"):
            found = own.get(path.removeprefix(f"{prefix}/nbboard/"))
            if found is not None:
                return _own_answer(*found, start_response)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("Referrer-Policy", "no-referrer")], *error)

        if path in {f"{prefix}/", f"{prefix}/index.html"}:
            return rewritten(app, environ, start, _own_index)
        return app(environ, start)

    return answer


def _own_answer(body: bytes, kind: str, cache: str, start_response: Any) -> list[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", cache),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("200 OK", headers)
    return [body]


def _own_index(body: bytes) -> bytes:
    """Change TensorBoard's index: its fonts' addresses are relative, and our script is in it."""
    body = body.replace(b"url(/font-roboto/", b"url(font-roboto/")
    return body.replace(b"</body>", b'<script type="module" src="nbboard/page.js"></script></body>')
