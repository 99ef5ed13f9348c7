"""Answers of TensorBoard that are changed on their way.

The launcher loads this module by its path, inside the child process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["rewritten"]


def rewritten(
    app: Any, environ: dict[str, Any], start_response: Any, change: Callable[[bytes], bytes]
) -> list[bytes]:
    """Answer as a WSGI application does, with another body."""
    answered: list[Any] = []
    pieces = app(environ, lambda *answer: answered.extend(answer))
    body = change(b"".join(pieces))
    status, headers, *error = answered
    if environ.get("REQUEST_METHOD") != "HEAD":
        headers = [item for item in headers if item[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
    start_response(status, headers, *error)
    return [body]
