"""Several sources of one run's parameters become one: each name once, with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbboard.kinds.params.flat import ParamValue

__all__ = ["Given", "Param", "alike", "merged"]


class Given(NamedTuple):
    """What one source says.

    Attributes
    ----------
    source
        Its name: ``"hparams"``, a file's, or the tag of a text.
    values
        By flat name.
    """

    source: str
    values: Mapping[str, ParamValue]


class Param(NamedTuple):
    """One parameter of a run.

    Attributes
    ----------
    value
        A number, text, truth value, or None where that was written.
    source
        Where it stands: ``"hparams"``, a file's name, or the tag of a text.
    """

    value: ParamValue
    source: str


def merged(sources: Iterable[Given], spelled: Mapping[str, str]) -> dict[str, Param]:
    """Return the parameters of a run, from its sources in the order of their standing.

    ``model/depth`` and ``model.depth`` are one name, as Lightning writes the same settings both
    ways. Where sources disagree, both values are kept: the second as ``name (source)``.

    Parameters
    ----------
    sources
        What each says.
    spelled
        How the log's hyperparameters are written, by their names with dots.
    """
    found: dict[str, Param] = {}
    for source, values in sources:
        for said, value in values.items():
            dotted = said.replace("/", ".")
            name = spelled.get(dotted, dotted)
            held = found.get(name)
            if held is None:
                found[name] = Param(value, source)
            elif not alike(held.value, value):
                found[f"{name} ({source})"] = Param(value, source)
    return found


def alike(one: ParamValue, other: ParamValue) -> bool:
    """Whether two values are the same setting: 64 and 64.0 are, 1 and True are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float) and isinstance(other, float) and one != one:  # noqa: PLR0124 - NaN
        return other != other  # noqa: PLR0124 - the same
    return one == other
