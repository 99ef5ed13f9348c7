"""What a kind is: a name, the plugins it answers for, and how a value is decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nbboard.errors import UndecodableError

__all__ = ["Kind", "SummaryMetadata", "SummaryValue", "not_decoded"]

#: ``tensorboard.compat.proto.summary_pb2.Summary.Value``, upgraded to its current form:
#: whatever was logged stands in its ``tensor`` field.
SummaryValue = Any

#: ``tensorboard.compat.proto.summary_pb2.SummaryMetadata``, or None where there is none.
SummaryMetadata = Any

T = TypeVar("T")


def not_decoded(kind: str, error: Exception) -> UndecodableError:
    """Return the error for a value that made the code of a kind fail."""
    return UndecodableError(f"not a value of {kind}: {type(error).__name__}: {error}")


@dataclass(frozen=True, eq=False)
class Kind(Generic[T]):
    """What the values of one or more TensorBoard plugins mean.

    Third parties add a kind with an entry point of the group ``nbboard.kinds``
    that names an instance of this class.

    Attributes
    ----------
    name
        The name of the collection on a :class:`~nbboard.LogDir` (``log.images``),
        of its view (group ``nbboard.views``) and of its widget.
    plugins
        The plugin names, as in ``SummaryMetadata.plugin_data.plugin_name``, whose
        values are of this kind.
    decode
        Called with the upgraded value and the metadata of its series; returns
        what was logged at that step: one item, or several (images, audio).
        Raises :class:`~nbboard.errors.UndecodableError` for a value that is not
        what it should be, without having allocated for it; anything else that it
        raises is taken for that.
    columns
        The cells that one item adds to the long-form table, after run, tag, step
        and wall_time. Values must be plain: numbers, strings, bytes, lists, None.
        A cell that an item leaves out is None.
    several
        Whether there may be several items a step; the table then numbers them in a
        column ``sample``.
    order
        Where the kind stands in listings; equal ones stand in order of name.
    cells
        The names of the cells, in order, so that a table without rows has its columns.
    title
        The heading of its tab; the name, spelled out, if empty.
    collection
        Makes its collection: called with the log, the kind and the rule for restarts,
        which is None where nobody asked for one.
        None for values that are read when asked for.
    beside
        Patterns of names (as in a shell) of the files beside the event files that it lies
        in; empty for kinds that are series.
    count
        How many a log holds, where to ask its collection would read all of them: called with
        the log. None where the collection knows.
    of_every_log
        Whether it is something that every log with runs has, as their table: it has a tab on
        the board, and is not listed among what was logged.
    to_file
        What an item is as a file of its own: its bytes and the ending of its name. None
        for kinds that are no files.
    """

    name: str
    plugins: tuple[str, ...]
    decode: Callable[[SummaryValue, SummaryMetadata], Sequence[T]]
    columns: Callable[[T], Mapping[str, object]]
    several: bool = False
    order: int = 100
    cells: tuple[str, ...] = ()
    title: str = ""
    collection: Callable[[Any, Kind[Any], Any], Any] | None = None
    beside: tuple[str, ...] = ()
    count: Callable[[Any], int] | None = None
    of_every_log: bool = False
    to_file: Callable[[T], tuple[bytes, str]] | None = None
