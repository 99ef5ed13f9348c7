"""TensorBoard's scripts, styles and fonts, out of its archive as they are packed there.

TensorBoard unpacks 15 MB and packs them again whenever it starts, which is a tenth of the
whole start. A packed file of a ZIP archive is what gzip has between its header and its
trailer, so a file that is asked for needs neither. Pages stay TensorBoard's: it gives them
their security headers.

The launcher loads this module by its path, inside the child process.
"""

from __future__ import annotations

import io
import mimetypes
import struct
import threading
import zipfile
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Assets"]

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: Where the lengths of name and extra field stand in the header of a file, and its own length.
_LENGTHS, _HEADER = 26, 30
#: What TensorBoard lets browsers keep, by a hash in its address, for a day.
_KEPT = "private, max-age=86400"


class Assets:
    """The files of TensorBoard's archive.

    Parameters
    ----------
    opened
        Returns the archive.
    """

    def __init__(self, opened: Callable[[], IO[bytes]]) -> None:
        self._file = opened()
        self._zip = zipfile.ZipFile(self._file)
        self._lock = threading.Lock()
        self._found = {
            info.filename: info
            for info in self._zip.infolist()
            if not info.filename.endswith((".html", "/"))
        }

    def pages(self) -> IO[bytes]:
        """Return an archive of the pages alone: what is left to TensorBoard."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as left:
            for name in self._zip.namelist():
                if name.endswith(".html"):
                    left.writestr(name, self._zip.read(name))
        made.seek(0)
        return made

    def serving(self, app: Any, prefix: str) -> Any:
        """Return an application that answers for these files, and has `app` answer the rest."""

        def answer(environ: dict[str, Any], start_response: Any) -> Any:
            path = environ.get("PATH_INFO", "")
            info = self._found.get(path.removeprefix(f"{prefix}/"))
            if info is None or not path.startswith(f"{prefix}/"):
                return app(environ, start_response)
            packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
            body, encoding = self._content(info, packed=packed)
            is_kept = "_file_hash=" in environ.get("QUERY_STRING", "")
            headers = [
                ("Content-Type", _type_of(info.filename)),
                ("Content-Length", str(len(body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", _KEPT if is_kept else "no-cache, must-revalidate"),
                *([("Content-Encoding", encoding)] if encoding else []),
            ]
            start_response("200 OK", headers)
            return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]

        return answer

    def _content(self, info: zipfile.ZipInfo, *, packed: bool) -> tuple[bytes, str]:
        """Return a file for the wire, and its encoding; empty if there is none."""
        with self._lock:
            if not packed or info.compress_type != zipfile.ZIP_DEFLATED:
                return self._zip.read(info), ""
            self._file.seek(info.header_offset + _LENGTHS)
            name, extra = struct.unpack("<HH", self._file.read(4))
            self._file.seek(info.header_offset + _HEADER + name + extra)
            data = self._file.read(info.compress_size)
        trailer = struct.pack("<LL", info.CRC, info.file_size & 0xFFFFFFFF)
        return _GZIP_HEADER + data + trailer, "gzip"


def _type_of(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in {"application/javascript", "image/svg+xml"}
    return f"{kind}; charset=utf-8" if is_text else kind
