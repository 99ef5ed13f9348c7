"""Notice that a logdir was deleted and made anew, as between two trainings.

TensorBoard does not: of a run that is there again it goes on to show the old points.
So a server whose folder was replaced is not reused.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable

__all__ = ["Folder"]


class Folder:
    """A folder, held open, so that another of the same name is told from it.

    While it is open, its number on the file system is not given to another. A folder
    that does not exist yet is waited for.

    Parameters
    ----------
    path
        The folder; a URL or an empty text is never replaced.
    wanted
        Whether it is still worth waiting for the folder.
    pause
        Seconds between two looks for a folder that does not exist yet.
    """

    def __init__(self, path: str, wanted: Callable[[], bool], pause: float = 1.0) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        # Windows cannot open folders, and an open one could not be deleted there.
        self._can = bool(path) and "://" not in path and hasattr(os, "O_DIRECTORY")
        if self._can and not self._hold():
            watch = threading.Thread(target=self._wait, args=(wanted, pause), daemon=True)
            watch.start()

    def replaced(self) -> bool:
        """Whether the folder is gone, or another one has its place."""
        with self._lock:
            if self._descriptor is None:
                return False
            try:
                held, now = os.fstat(self._descriptor), os.stat(self._path)  # noqa: PTH116 - as fstat
            except OSError:
                return True
        return (held.st_dev, held.st_ino) != (now.st_dev, now.st_ino)

    def close(self) -> None:
        """Let the folder go."""
        with self._lock:
            self._can = False
            if self._descriptor is not None:
                with contextlib.suppress(OSError):
                    os.close(self._descriptor)
                self._descriptor = None

    def _hold(self) -> bool:
        with self._lock:
            if self._can and self._descriptor is None:
                with contextlib.suppress(OSError):
                    self._descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
            return self._descriptor is not None

    def _wait(self, wanted: Callable[[], bool], pause: float) -> None:
        while self._can and wanted() and not self._hold():
            time.sleep(pause)
