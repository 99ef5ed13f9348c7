"""From what the user wrote to a storage and a path in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbboard.errors import LogdirError, MissingExtraError
from nbboard.storage.local import LocalStorage

if TYPE_CHECKING:
    from nbboard.storage.base import Storage

__all__ = ["storage_for"]

# Two letters or more, so that a Windows drive is not taken for a scheme.
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+(://|::)")


def storage_for(location: str | os.PathLike[str]) -> tuple[Storage, str]:
    """Return the storage for a path or URL, and the path in it.

    Parameters
    ----------
    location
        A local path (``~`` is expanded) or ``scheme://...`` for fsspec.

    Returns
    -------
    Storage
        Where it is.
    str
        The path there; for a URL a URL, so that whatever is said of it is one.

    Raises
    ------
    MissingExtraError
        A URL was given and fsspec, or the package for that scheme, is missing.
    LogdirError
        A URL was given of a scheme that nobody knows, or whose client refuses it.
    """
    text = os.fspath(location)
    if not _SCHEME.match(text):
        # Not pathlib's, which raises where there is no such user: that is a missing folder.
        path = str(Path(os.path.expanduser(text)))  # noqa: PTH111
        return LocalStorage(home=_home(path)), path
    if text.startswith("file://"):
        return LocalStorage(), text.removeprefix("file://").removeprefix("localhost")
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtraError("fsspec", "remote", text) from error
    from nbboard.storage.remote import RemoteStorage

    try:
        filesystem, path = url_to_fs(text)
    except ImportError as error:
        raise MissingExtraError(_missing(error), user=text) from error
    except Exception as error:
        # Each client has errors of its own, some of them pages long.
        told = error.strerror if isinstance(error, OSError) else ""
        what = (told or str(error)).strip().partition("\n")[0] or type(error).__name__
        raise LogdirError(f"{text} cannot be opened: {what}") from error
    storage = RemoteStorage(filesystem, _prefix(text, str(path)))
    return storage, storage.url(str(path))


def _missing(error: ImportError) -> str:
    """Return the package that could not be imported; fsspec wraps the error that tells."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ImportError) and cause.name:
            return cause.name.partition(".")[0]
        cause = cause.__cause__ or cause.__context__
    return str(error)


def _prefix(url: str, path: str) -> str:
    """Return what makes URLs of the file system's own paths."""
    if url.rstrip("/").endswith(path.rstrip("/")):
        return url.rstrip("/").removesuffix(path.rstrip("/")) if path.strip("/") else url
    return url.partition("://")[0].rpartition("::")[2] + "://"


def _home(path: str) -> str:
    """Return the folder that a relative path starts from."""
    try:
        return "" if os.path.isabs(path) else os.getcwd()  # noqa: PTH109, PTH117 - texts
    except OSError:
        return ""  # the working directory is gone, and so is what lies in it
