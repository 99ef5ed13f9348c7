"""What the log says of its runs, in Python and on its way to the page's run list.

Names, hyperparameters and what runs need attention for travel once, and after that what is
new: there may be a hundred thousand of them. Each run has a number there, which never changes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import ipywidgets
import numpy as np
import traitlets

from nbboard.text import natural_key
from nbboard.views.palettes import assign_slots
from nbboard.views.run_flags import RunFlags
from nbboard.views.shared import wire

if TYPE_CHECKING:
    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes

__all__ = ["RunFacts", "plain_hparams"]

#: Up to so many runs the page gets the whole list again whenever anything is new.
_FEW_NAMES = 400
#: With more new runs at a time than this the page gets the whole list again.
_MANY_NEW = 200

#: Of a log that is read when it is asked for, and has more runs than this, those alone are
#: listed that a view shows.
MANY_LAZY = 10_000

_STAMP = re.compile(r"tfevents\.(\d+)")


class RunFacts(ipywidgets.Widget):
    """The runs of a log, as a widget model that all views of the log share.

    Parameters
    ----------
    log
        The log; None for none.
    **state
        Traits.

    Attributes
    ----------
    names
        Every run of the log, in natural order; of very many in a catalogue those that some
        view shows.
    slots
        The number of each run: its place in the palette, and its name in messages.
    flags
        What runs need attention for, as sums of the bits of
        :data:`~nbboard.views.run_flags.FLAGS`; those without are left out.
    """

    _known = traitlets.Dict().tag(sync=True, to_json=lambda _, runs: runs.page_state())
    "What the log says of its runs; made anew whenever the page asks for the state."

    def __init__(self, log: LogDir | None = None, **state: Any) -> None:
        self._log = log
        self._version = 0
        self._is_partial = log is not None and log.is_lazy and len(log.runs) > MANY_LAZY
        # To look through all runs of such a log would take minutes.
        self._flags = None if log is None or self._is_partial else RunFlags(log)
        self._hparams: dict[str, dict[str, Any]] = {}
        # The same as the log has them: the same object means nothing changed.
        self._logged_hparams: dict[str, Mapping[str, Any]] = {}
        self._learned: int | None = None
        # By view: the runs that it shows; see :meth:`hold`.
        self._held: WeakKeyDictionary[Any, Sequence[str]] = WeakKeyDictionary()
        self.names: list[str] = [] if log is None or self._is_partial else list(log.runs)
        self.slots = {} if log is None else assign_slots(_oldest_first(log, self.names), {})
        self.flags: dict[str, int] = {}
        super().__init__(**state)
        self.on_msg(self._receive)

    def _note_new(self, runs: Sequence[str]) -> None:
        """Take note of runs that have just begun; for who keeps a choice of runs."""

    # ------------------------------------------------------------ from the log

    @property
    def hparams(self) -> dict[str, dict[str, Any]]:
        """Hyperparameters by run and name, to colour, group and call runs by."""
        return self._hparams

    @hparams.setter
    def hparams(self, hparams: dict[str, dict[str, Any]]) -> None:
        self._hparams = hparams
        self._tell({"hparams": self._hparam_columns()})

    def update(self, changes: Changes | None = None) -> None:
        """Take over the runs that the log has now.

        Parameters
        ----------
        changes
            What a refresh found, if that is all that has changed; its runs alone are
            looked at then.
        """
        if self._log is None:
            return
        if self._is_partial:
            return  # views say themselves what they show now
        runs = self._log.runs
        known = set(self.names) if changes is None else set()
        added = [r for r in runs if r not in known] if changes is None else changes.runs_added
        gone = known.difference(runs) if changes is None else changes.runs_removed
        if not added and not gone:
            return
        new = [run for run in added if run not in self.slots]
        self.slots = assign_slots(_oldest_first(self._log, new), self.slots)
        self.names = list(runs)
        self._note_new(new)
        if len(added) + len(gone) > _MANY_NEW:
            self.tell_all()
            return
        place = {run: i for i, run in enumerate(runs)} if added else {}
        self._tell(
            {
                "added": [[place[run], self.slots[run], run] for run in added if run in place],
                "gone": [self.slots[run] for run in gone if run in self.slots],
                "count": len(runs),
            }
        )

    def hold(self, view: Any, runs: Sequence[str], begun: Sequence[float] | None = None) -> None:
        """List the runs that a view is about to show, where the list has not all of the log's.

        Parameters
        ----------
        view
            Whose they are; what it had before is not listed any more, unless another has it.
        runs
            Their names, in natural order.
        begun
            When each began, where that is known.
        """
        if self.number_all(runs, begun):
            self._held[view] = runs
            self._list_held()

    def number_all(self, runs: Sequence[str], begun: Sequence[float] | None = None) -> bool:
        """Give runs their numbers, which are their colours; False where all runs have theirs.

        Parameters
        ----------
        runs, begun
            As for :meth:`hold`.
        """
        if self._log is None or not self._is_partial:
            return False
        fresh = [run for run in runs if run not in self.slots]
        if begun is None:
            fresh = _oldest_first(self._log, fresh)
        else:
            when = dict(zip(runs, begun, strict=True))
            fresh.sort(key=when.__getitem__)
        self.slots = assign_slots(fresh, self.slots)
        return True

    def _list_held(self) -> None:
        """List what views show, of which one alone has most."""
        held = sorted((one for one in self._held.values() if one), key=len)
        names = list(held[-1]) if held else []
        known = set(names)
        others = {run for one in held[:-1] for run in one if run not in known}
        if others:
            names = sorted([*names, *others], key=natural_key)
        if names != self.names:
            self.names = names
            self.tell_all()

    def learn(self, *, again: bool = True) -> None:
        """Take over hyperparameters and flags of all runs; takes a while for thousands.

        Parameters
        ----------
        again
            Also if nothing has happened since that was done.
        """
        if self._log is None or self._flags is None:
            return
        if self._learned == self._log.version and not again:
            return
        self._learned = self._log.version
        self._learn_hparams(self._log)
        self._take_flags(self._flags.look_at_all())

    def learn_changes(self, changes: Changes) -> None:
        """Take over what changed of hyperparameters and flags."""
        if self._log is None or self._flags is None or self._learned is None:
            return
        if changes.runs_added or changes.runs_removed or _tell_of_hparams(changes):
            self._learn_hparams(self._log)
        gone = [(key.run, key.tag) for key in changes.gone]
        problems = bool(changes.problems or changes.reset or changes.runs_removed)
        touched = [*changes.series, *gone]
        self._take_flags(self._flags.update(touched, changes.runs_removed, problems=problems))

    def _learn_hparams(self, log: LogDir) -> None:
        """Take over the hyperparameters of runs that have others than before."""
        now = log.hparams.of_runs()
        before, self._logged_hparams = self._logged_hparams, dict(now)
        changed = {run: given for run, given in now.items() if before.get(run) is not given}
        gone = before.keys() - now.keys()
        if not changed and not gone:
            return
        plain = plain_hparams(changed)
        if len(changed) + len(gone) > _MANY_NEW:
            kept = {r: given for r, given in self._hparams.items() if r in now}
            self.hparams = {**kept, **plain}
            return
        for run in gone:
            self._hparams.pop(run, None)
        self._hparams.update(plain)
        news = [[self.number(run), given] for run, given in plain.items()]
        news += [[self.slots[run], {}] for run in gone if run in self.slots]
        self._tell({"hparams_of": news})

    def _take_flags(self, flags: Mapping[str, int]) -> None:
        changed = {run: flag for run, flag in flags.items() if flag != self.flags.get(run, 0)}
        self.flags.update(changed)
        if changed:
            self._tell(
                {"flags": [[self.slots[r], f] for r, f in changed.items() if r in self.slots]}
            )

    # ------------------------------------------------------------ to the page

    @property
    def version(self) -> int:
        """Counts what the page was told."""
        return self._version

    def number(self, run: str) -> int:
        """Return the number of a run in messages."""
        if run not in self.slots:
            # It came between a refresh and its news.
            self.update()
            self.number_all([run])
        if run not in self.slots:
            self.slots = assign_slots([run], self.slots)
        return self.slots[run]

    def page_state(self) -> dict[str, Any]:
        """Return what the log says of all runs."""
        numbers = (self.slots[run] for run in self.names)
        state: dict[str, Any] = wire.encode(
            {
                "version": self._version,
                "names": self.names,
                "numbers": np.fromiter(numbers, np.uint32, len(self.names)),
                "flags": [[self.slots[r], f] for r, f in self.flags.items() if r in self.slots],
                "hparams": self._hparam_columns(),
            }
        )
        return state

    def _hparam_columns(self) -> dict[str, Any]:
        """Return for each hyperparameter its values, and for each run's number which one it has."""
        size = max(self.slots.values(), default=-1) + 1
        columns: dict[str, tuple[dict[Any, int], np.ndarray]] = {}
        for run, given in self._hparams.items():
            if run not in self.slots:
                continue
            for name, value in given.items():
                if name not in columns:
                    columns[name] = ({}, np.zeros(size, np.uint32))
                values, codes = columns[name]
                # A bool is no 1 here, nor is 1.0.
                key = (type(value).__name__, value)
                codes[self.slots[run]] = values.setdefault(key, len(values) + 1)
        return {
            name: {
                "values": [value for _, value in values],
                "codes": codes.astype(np.min_scalar_type(len(values))),
            }
            for name, (values, codes) in columns.items()
        }

    def _tell(self, news: Mapping[str, Any]) -> None:
        """Send the page what is new of the runs."""
        if len(self.names) <= _FEW_NAMES:
            # So few that all of it is no burden; and the state of a widget waits for a page
            # that is not there yet, where a message would be lost.
            self.tell_all()
            return
        self._version += 1
        if self.comm is None:
            return
        content, buffers = wire.pack(news)
        self.send({"type": "runs", "version": self._version, "content": content}, buffers)

    def tell_all(self) -> None:
        """Send the page everything."""
        self._version += 1
        if self.comm is not None:
            self.send_state("_known")

    def _receive(self, _: Any, message: Any, __: Any) -> None:
        """Handle a message of the page: it missed some news."""
        if message.get("type") == "missed":
            self.tell_all()


def _oldest_first(log: LogDir, runs: Sequence[str]) -> list[str]:
    """Return runs in the order in which they began.

    A run that is added later then never changes the colour of another, not even in another
    kernel.
    """
    if log.is_lazy:
        # What stands in the catalogue: the names of very many files would be slow to read.
        return sorted(runs, key=lambda run: _first_wall_time(log, run))
    return sorted(runs, key=lambda run: _first_file_time(log, run))


def _first_wall_time(log: LogDir, run: str) -> float:
    try:
        return log.store.first_wall_time(run) or 0.0
    except KeyError:
        return 0.0  # it has gone in between


def _first_file_time(log: LogDir, run: str) -> int:
    """Return when a run's first event file was begun, as its name says; 0 if it does not."""
    try:
        files = log.store.files(run)
    except KeyError:
        return 0  # it has gone in between
    times = [int(found.group(1)) for file in files if (found := _STAMP.search(file))]
    return min(times, default=0)


def _tell_of_hparams(changes: Changes) -> bool:
    keys = (*(key for key, _ in changes.grew), *changes.came, *changes.gone, *changes.reread)
    return any(key.plugin == "hparams" for key in keys)


def plain_hparams(hparams: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return hyperparameters by run as the page can have them."""
    return {
        run: {name: _plain(value) for name, value in given.items()}
        for run, given in hparams.items()
    }


def _plain(value: Any) -> Any:
    """Return a value that JSON has, and a dictionary can find."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if isinstance(value, str | int | bool) or value is None else str(value)
