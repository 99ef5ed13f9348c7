"""TensorBoard's own files, served as they are packed."""

from __future__ import annotations

import gzip
import urllib.request
import zipfile
from typing import TYPE_CHECKING

import pytest
from tensorboard.assets import get_default_assets_zip_provider

from nbboard import server as servers

if TYPE_CHECKING:
    from pathlib import Path

    from nbboard.server import Server


@pytest.fixture
def server(logdir: Path) -> Server:
    """A server of some logs."""
    return servers.start(logdir).server


def asked(server: Server, path: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of an answer."""
    request = urllib.request.Request(server.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), dict(answer.headers)


def test_every_file_is_what_the_archive_holds(server: Server) -> None:
    """Packed for those who take it so, and as it is for others."""
    with zipfile.ZipFile(get_default_assets_zip_provider()()) as archive:
        files = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith((".html", "/"))
        }
    assert "index.js" in files
    for name, content in files.items():
        packed, headers = asked(server, name, **{"Accept-Encoding": "gzip"})
        is_packed = headers.get("Content-Encoding") == "gzip"

        assert (gzip.decompress(packed) if is_packed else packed) == content
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    plain, headers = asked(server, "index.js")

    assert plain == files["index.js"]
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Content-Encoding" not in headers


def test_scripts_that_carry_their_hash_are_kept(server: Server) -> None:
    """As TensorBoard has it: for a day, where the address changes with the content."""
    _, kept = asked(server, "index.js?_file_hash=abc")
    _, asked_again = asked(server, "index.js")

    assert kept["Cache-Control"] == "private, max-age=86400"
    assert asked_again["Cache-Control"] == "no-cache, must-revalidate"


def test_pages_are_tensorboards_own(server: Server) -> None:
    """They have its security headers."""
    page, headers = asked(server, "")

    assert b"<tb-webapp" in page
    assert "script-src" in headers["Content-Security-Policy"]


def test_files_are_not_for_everybody(server: Server) -> None:
    """Without the secret there is no file, as there is no page."""
    request = urllib.request.Request(f"http://localhost:{server.port}/index.js")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=60)
