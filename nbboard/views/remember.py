"""What a person set in a view, kept for when its cell is run again.

It is kept in the kernel, by cell and by what the view shows, and never on disk. What the
code of the cell says itself always wins.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbboard.views.output import current_cell
from nbboard.views.run_list import RunList
from nbboard.views.shared.options import OptionError

if TYPE_CHECKING:
    from nbboard.views.base import View

__all__ = ["cell_key", "recall"]

#: The last view of each cell and source.
_LAST: dict[Hashable, View] = {}
#: Which views the cell that runs now has displayed so far, to tell two of one source apart.
_seen: tuple[str, dict[Hashable, int]] = ("", {})

#: What is not taken over: a switch, not a state of what is looked at.
_NOT_KEPT = frozenset({"live", "interval"})
#: Of the run list.
_SHARED = (
    *("filter", "hidden", "only", "attention", "colors", "palette"),
    *("color_by", "group_by", "labels", "tags", "notes"),
)


def cell_key(view: View) -> Hashable:
    """Return what a view is known by when its cell is run again; None outside of cells."""
    global _seen  # noqa: PLW0603 - one kernel runs one cell at a time
    cell = current_cell()
    if cell is None:
        return None
    name, execution = cell
    if _seen[0] != execution:
        _seen = (execution, {})
    source = (name, view.kind, repr(view.source).splitlines()[0].split(": ")[0])
    number = _seen[1].get(source, 0)
    _seen[1][source] = number + 1
    return (*source, number)


def recall(view: View, key: Hashable) -> None:
    """Give a view what was set by hand in the one that stood here before, and be kept itself."""
    if key is None:
        return
    before = _LAST.get(key)
    _LAST[key] = view
    if before is None or before is view or before.kind != view.kind:
        return
    for name, value in _set_by_hand(before).items():
        if name not in view.given and name not in _NOT_KEPT:
            # What it names may be gone from the log.
            with suppress(OptionError):
                setattr(view, name, value)
    if before.run_list is not view.run_list:
        _recall_runs(before.run_list, view)


def _set_by_hand(view: View) -> dict[str, Any]:
    """Return the options that are other than the code said."""
    traits = view.class_traits(option=True)
    return {
        name: value
        for name, value in view.options.items()
        if value != view.given.get(name, traits[name].default())
    }


def _recall_runs(before: RunList, view: View) -> None:
    """Take over the run list of another log object, as far as nobody has set this one."""
    runs = view.run_list
    traits = RunList.class_traits()
    given = {RunList.OPTIONS[name] for name in view.given if name in RunList.OPTIONS}
    for name in _SHARED:
        value = getattr(before, name)
        untouched = getattr(runs, name) == traits[name].default() or name == "only"
        if name not in given and untouched and value != getattr(runs, name):
            setattr(runs, name, value)
