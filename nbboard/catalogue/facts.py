"""What a commit of a catalogue says of its files, and of the whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

from nbboard.errors import LogdirError

__all__ = ["Facts", "Written"]

_FORMAT = 2


class Written(NamedTuple):
    """A Parquet file that is written but not committed.

    Attributes
    ----------
    name
        Its name in the table's folder.
    size
        In bytes.
    rows
        How many rows it has.
    low, high
        Of a file of ``runs``, which is in order, the first and the last natural key.
    """

    name: str
    size: int
    rows: int
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Facts:
    """What a commit says of the whole catalogue.

    Attributes
    ----------
    sources
        Name and address of each logdir that is indexed.
    as_of
        When it was listed: seconds since the epoch.
    problems
        What was skipped: file and reason of each.
    beside
        The part that lists files beside the event files; empty if there are none.
    beside_state
        Tells its content from another's.
    ranges
        Of each file of ``runs`` its name, and the first and last natural key in it.
    """

    sources: tuple[tuple[str, str], ...] = ()
    as_of: float = 0.0
    problems: tuple[tuple[str, str], ...] = ()
    beside: str = ""
    beside_state: str = ""
    ranges: tuple[tuple[str, tuple[str, str]], ...] = ()

    def to_json(self) -> str:
        """Return it as text."""
        return json.dumps({"format": _FORMAT, **self.__dict__})

    @classmethod
    def from_json(cls, text: str) -> Facts:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        LogdirError
            If another version of nbboard, or something else, wrote it.
        """
        try:
            found = json.loads(text)
            if found["format"] == _FORMAT:
                return cls(
                    tuple((str(name), str(root)) for name, root in found["sources"]),
                    float(found["as_of"]),
                    tuple((str(file), str(why)) for file, why in found["problems"]),
                    str(found["beside"]),
                    str(found["beside_state"]),
                    tuple((str(name), (str(a), str(b))) for name, (a, b) in found["ranges"]),
                )
        except (KeyError, TypeError, ValueError) as error:
            raise LogdirError(f"this is no catalogue that nbboard made ({error!r})") from error
        raise LogdirError("this catalogue was made by another version of nbboard: index anew")
