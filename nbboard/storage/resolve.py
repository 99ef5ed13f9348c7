"""From what the user wrote to a storage and a path in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbboard.errors import MissingExtraError
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

    Raises
    ------
    MissingExtraError
        A URL was given and fsspec, or the package for that scheme, is missing.
    """
    text = os.fspath(location)
    if not _SCHEME.match(text):
        return LocalStorage(), str(Path(text).expanduser())
    if text.startswith("file://"):
        return LocalStorage(), text.removeprefix("file://")
    try:
        from fsspec.core import url_to_fs

        from nbboard.storage.remote import RemoteStorage

        filesystem, path = url_to_fs(text)
    except ImportError as error:
        missing = error.name or str(error)
        raise MissingExtraError(missing, "remote") from error
    return RemoteStorage(filesystem), str(path)
