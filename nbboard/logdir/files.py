"""Writing logged values out as the files they are: images, clips, texts, graphs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbboard.errors import Problem, UsageError
from nbboard.logdir.bulk import read_points
from nbboard.logdir.registry import kind_named
from nbboard.progress import tracked

if TYPE_CHECKING:
    from nbboard.logdir.collections import Values

__all__ = ["save_values"]


def save_values(collection: Values[Any], folder: str | os.PathLike[str]) -> int:
    """Write every value into a file of its own: ``folder/run/tag/step-...``.

    Names come out of the logs, so whatever could leave the folder is percent-encoded.

    Parameters
    ----------
    collection
        Of a kind whose values are files: images, audio, text, graphs.
    folder
        Where to; it is made if it does not exist.

    Returns
    -------
    int
        How many files were written.

    Raises
    ------
    UsageError
        If values of this kind are not files.
    """
    to_file = kind_named(collection.kind).to_file
    if to_file is None:
        raise UsageError(f"{collection.kind} are not files: export them as .csv or .parquet")
    root = Path(folder)
    written = 0
    points = [(series, index) for series in collection for index in range(len(series))]
    found = tracked(read_points(points), len(points), f"writing {collection.kind}", "value")
    for number, items, error in found:
        series, index = points[number]
        place = root.joinpath(*(_component(part) for part in series.run.split("/")))
        place = place / _component(series.tag)
        if error is not None:
            reason = f"{collection.kind} {series.tag!r} at step {series.step[index]}: {error}"
            collection.log.note_problem(Problem(*series.place(index), reason, 0), series.run)
            continue
        for sample, item in enumerate(items):
            data, suffix = to_file(item)
            place.mkdir(parents=True, exist_ok=True)
            # The place in the series keeps points of one step apart.
            name = f"step-{series.step[index]}-{index}" + (f"-{sample}" if len(items) > 1 else "")
            (place / f"{name}.{suffix}").write_bytes(data)
            written += 1
    return written


def _component(name: str) -> str:
    """Return a name that is one component of a path on every system."""
    # Letters of any script stay; separators, drives, controls and what Windows forbids go.
    encoded = "".join(
        c if c.isalnum() or c in " -_.+=()[],@" else quote(c, safe="", errors="surrogateescape")
        for c in name
    )
    # Dots only would be this folder or the one above; names have at most 255 bytes.
    return encoded.rstrip(". ")[:80].rstrip(". ") or "%2E"
