"""Opening a logdir: ``nbboard.open``."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

from nbboard.errors import UsageError
from nbboard.logdir.log import LogDir
from nbboard.logdir.restarts import check_restarts
from nbboard.storage import storage_for

if TYPE_CHECKING:
    from nbboard.series.sources import LogdirLike

__all__ = ["open_logdir"]


def open_logdir(
    logdir: LogdirLike, *, restarts: str | None = None, progress: bool = True
) -> LogDir:
    """Read a folder of TensorBoard logs.

    Every record's checksums are verified; what is damaged is skipped and counted in
    ``log.problems``. Scalars become columns in memory, large values (images, audio,
    tensors, graphs) stay in their files until asked for.

    Parameters
    ----------
    logdir
        A path, a URL for fsspec (``"s3://bucket/logs"``), a list of these, or a mapping
        ``{name: path}``, whose names prefix the runs; or a catalogue that
        :func:`nbboard.index` made. A folder that does not exist yet
        is an empty logdir, with that problem noted. A LogDir is returned as it is.
    restarts
        What to do where the steps of a series go back, because a job was restarted:
        ``"keep"`` keeps every point in written order; ``"latest"`` drops those that the
        restarted job logged again, as TensorBoard shows it; ``"purge"`` those that a job
        declared void by saying where it begins (``SessionLog.START``), as TensorBoard's
        ``EventAccumulator`` does. None: data have every point, views and figures leave
        out, and count, what was logged again.
    progress
        Whether a progress bar may appear when reading takes longer than half a second.

    Returns
    -------
    LogDir
        Also a context manager.

    Raises
    ------
    LogdirError
        If `logdir` is not a path or several of them, or a URL of an unknown scheme.
    MissingExtraError
        If a URL needs a package that is not installed.
    UsageError
        If `restarts` is neither, or not that of the LogDir that was given.

    Examples
    --------
    >>> log = nbboard.open("logs")
    >>> log.scalars.select(tags="loss").to_pandas()
    """
    rule = None if restarts is None else check_restarts(restarts)
    if isinstance(logdir, LogDir):
        if rule not in {None, logdir.restarts}:
            raise UsageError(
                f"this LogDir was opened with restarts={logdir.restarts!r}:"
                f" open its paths anew, or use .select(restarts={rule!r})"
            )
        return logdir
    if isinstance(logdir, (str, os.PathLike)) and _is_catalogue(logdir):
        # It stands above this package: it is looked up when there is one.
        opener = importlib.import_module("nbboard.catalogue.opening").open_catalogue
        log: LogDir = opener(logdir, rule)
        return log
    return LogDir(logdir, rule, progress=progress)


def _is_catalogue(path: str | os.PathLike[str]) -> bool:
    """Whether a path is an index of runs; told from its folders, so that logs need no extra."""
    text = os.fspath(path)
    if not isinstance(text, str) or not text or "\0" in text:
        return False
    storage, root = storage_for(text)
    try:
        return storage.kind(f"{root.rstrip('/')}/runs/_delta_log") == "folder"
    except OSError:
        return False
