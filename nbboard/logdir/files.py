"""Writing logged values out as the files they are: images, clips, texts, graphs."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbboard.errors import Problem, UsageError
from nbboard.logdir.bulk import read_points
from nbboard.logdir.registry import kind_named
from nbboard.logdir.whole import whole_file
from nbboard.progress import tracked

if TYPE_CHECKING:
    from nbboard.logdir.collections import Values

__all__ = ["save_values"]

#: Bytes of a part of a path: file systems allow 255, and whole paths have an end, too.
_MOST_BYTES = 96
#: Names that Windows keeps for itself, whatever follows after a point.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def save_values(collection: Values[Any], folder: str | os.PathLike[str]) -> int:
    """Write every value into a file of its own: ``folder/run/tag/step-...``.

    Names come out of the logs, so whatever could leave the folder is percent-encoded. Names
    that are too long are cut and get a short hash; so do those that a file system would take
    for one. Each file is written whole or not at all.

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
    places = _Places(Path(folder).expanduser())
    written: set[Path] = set()
    points = [(series, index) for series in collection for index in range(len(series))]
    found = tracked(read_points(points), len(points), f"writing {collection.kind}", "value")
    for number, items, error in found:
        series, index = points[number]
        if error is not None:
            reason = f"{collection.kind} {series.tag!r} at step {series.step[index]}: {error}"
            collection.log.note_problem(Problem(*series.place(index), reason, 0), series.run)
            continue
        place = places.of(series.run, series.tag)
        for sample, item in enumerate(items):
            data, suffix = to_file(item)
            place.mkdir(parents=True, exist_ok=True)
            # The place in the series keeps points of one step apart.
            name = f"step-{series.step[index]}-{index}" + (f"-{sample}" if len(items) > 1 else "")
            path = place / f"{name}.{suffix}"
            with whole_file(path) as beside:
                beside.write_bytes(data)
            written.add(path)
    return len(written)


class _Places:
    """The folders of series: one for each, also where letters count in any case."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[tuple[str, str], Path] = {}
        #: What a part of a path is called for a file system that folds case and forms.
        self._owners: dict[tuple[Path, str], str] = {}

    def of(self, run: str, tag: str) -> Path:
        """Return the folder of a series."""
        found = self._found.get((run, tag))
        if found is None:
            found = self._root
            for part in run.split("/"):
                found = self._below(found, part, "run")
            found = self._found[run, tag] = self._below(found, tag, "tag")
        return found

    def _below(self, folder: Path, name: str, role: str) -> Path:
        component = _component(name)
        # A tag of a run and a run below it would share a folder.
        owner = f"{role} {name}"
        folded = unicodedata.normalize("NFC", component).casefold()
        if self._owners.setdefault((folder, folded), owner) != owner:
            component = _cut(component, owner)
        return folder / component


def _component(name: str) -> str:
    """Return a name that is one component of a path on every system, and no other name's."""
    # Letters of any script stay; separators, drives, controls and what Windows forbids go.
    encoded = "".join(
        c if c.isalnum() or c in " -_.+=()[],@" else quote(c, safe="", errors="surrogateescape")
        for c in name
    )
    # Dots only would be this folder or the one above, and Windows drops points and blanks at
    # the end; at the beginning a point hides a file.
    kept = encoded.rstrip(". ")
    encoded = kept + "".join(f"%{ord(c):02X}" for c in encoded[len(kept) :])
    if _RESERVED.match(encoded):
        encoded = f"%{ord(encoded[0]):02X}{encoded[1:]}"
    return _cut(encoded, name) if len(encoded.encode()) > _MOST_BYTES else encoded or "%00"


def _cut(component: str, name: str) -> str:
    """Return the beginning of a name with a short hash of the whole."""
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    begin = component.encode()[: _MOST_BYTES - 11].decode("utf-8", "ignore")
    return f"{begin}~{mark}"
