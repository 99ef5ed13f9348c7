"""Opening what may be a catalogue."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbboard.catalogue.log import CatalogueLog
from nbboard.catalogue.tables import Tables
from nbboard.logdir.table import require

if TYPE_CHECKING:
    from nbboard.logdir.restarts import Restarts

__all__ = ["open_catalogue"]


def open_catalogue(
    catalogue: str | os.PathLike[str],
    restarts: Restarts | None = None,
    *,
    options: Mapping[str, str] | None = None,
) -> CatalogueLog:
    """Open a catalogue; :func:`nbboard.open` does so for what is one.

    Parameters
    ----------
    catalogue
        A folder or URL that :func:`nbboard.index` made.
    restarts
        As for :func:`nbboard.open`.
    options
        Settings of the object store, as for :func:`nbboard.index`.

    Raises
    ------
    LogdirError
        If it is none, or cannot be read.
    MissingExtraError
        If ``nbboard[catalogue]`` is not installed.
    """
    for package in ("deltalake", "duckdb", "pyarrow"):
        require(package, "catalogue")
    return CatalogueLog(Tables(os.fspath(catalogue), dict(options or {})), restarts)
