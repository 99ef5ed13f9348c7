"""Writing files whole or not at all: beside the old one, which is replaced at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["whole_file"]


@contextmanager
def whole_file(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to, and put what was written in the place of `target` at the end.

    Whatever ends it early, an interrupt or a full disk, leaves the old file as it was and no
    half of a new one. What is no ordinary file (a pipe, ``/dev/stdout``) is written to as it is.

    Parameters
    ----------
    target
        The file; ``~`` is the home folder.

    Raises
    ------
    OSError
        If the file cannot be written; it names `target`.
    """
    path = Path(target).expanduser()
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        yield path
        return
    place = path.resolve() if path.is_symlink() else path
    # Its name ends as the other, for writers that look at that.
    beside = place.with_name(f".nbboard-{secrets.token_hex(6)}{place.suffix[:12]}")
    try:
        yield beside
        if place.exists():
            with suppress(OSError):
                shutil.copymode(place, beside)
        beside.replace(place)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(beside):
            error.filename = str(path)
        raise
