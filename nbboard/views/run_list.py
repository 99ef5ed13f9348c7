"""The list of runs that all views of one log share: what is shown, and in which colour.

What a person sets are traits. What the log says of its runs (names, hyperparameters, what
they need attention for) travels to the page once, and after that what is new: there may be
a hundred thousand of them. Each run has a number there, which never changes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import ipywidgets
import numpy as np
import traitlets

from nbboard.views.palettes import PALETTES, assign_slots, run_color
from nbboard.views.run_flags import FLAGS, RunFlags
from nbboard.views.run_labels import hparam_labels, hparam_text, seedless, short_labels
from nbboard.views.shared import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes

__all__ = ["RunList", "run_list_of", "untouched_run_list"]

#: With more runs than this a view opens with a few of them checked.
MANY_RUNS = 200
#: How many those are: about as many lines as can be told apart.
FEW_RUNS = 12
#: With fewer points than these runs are looked through before a view opens.
FEW_POINTS = 500_000
#: Up to so many runs the page gets the whole list again whenever anything is new.
_FEW_NAMES = 400
#: With more new runs at a time than this the page gets the whole list again.
_MANY_NEW = 200

_GREY = "#9aa0a6"
_STAMP = re.compile(r"tfevents\.(\d+)")


class RunList(ipywidgets.Widget):
    """Which runs are on screen, and how they are coloured, grouped and called.

    There is one for each :class:`~nbboard.LogDir`; every view of that log refers
    to it, so that a box unchecked in one is unchecked in all of them. In the page it
    is an ordinary widget model: views there share it without asking the kernel.

    Attributes
    ----------
    names
        Every run of the log, in natural order.
    slots
        The number of each run: its place in the palette, and its name in messages.
    flags
        What runs need attention for, as sums of the bits of
        :data:`~nbboard.views.run_flags.FLAGS`; those without are left out.
    """

    filter = traitlets.Unicode("").tag(sync=True)
    "Regular expression, unanchored, case-insensitive; only runs that match are shown."

    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)
    "Runs whose box is not checked."

    only = traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None).tag(sync=True)
    "Where most boxes are not checked: the runs whose box is; None for all but `hidden`."

    few = traitlets.Bool(default_value=False).tag(sync=True)
    "Whether there were so many runs that only a few are checked at first, for their curves: \
what can show all of them at once leaves `only` aside."

    attention = traitlets.Enum(("", *FLAGS), default_value="").tag(sync=True)
    "What the shown runs need attention for: ``diverged``, ``restarted``, ``damaged``, ``stale``."

    brushed = traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None).tag(
        sync=True
    )
    "Runs picked out by a brush in some view, or None: the others are drawn grey."

    colors = traitlets.Dict().tag(sync=True)
    "Colours that were picked by hand: ``#rrggbb`` by name of run."

    palette = traitlets.Enum(sorted(PALETTES), default_value="tensorboard").tag(sync=True)
    "Which colours: ``tensorboard`` or ``colorblind``."

    color_by = traitlets.Unicode("run").tag(sync=True)
    "``run``, ``regex:PATTERN`` (its capture groups) or ``hparam:NAME``."

    group_by = traitlets.Unicode("").tag(sync=True)
    "Empty for none, ``regex:PATTERN`` (its capture groups), ``hparam:NAME``, or ``seed``: \
everything but the seed."

    labels = traitlets.Enum(("short", "full", "hparams"), default_value="short").tag(sync=True)
    "What runs are called: ``short`` without what all have in common, ``full``, or by the \
``hparams`` that differ."

    _known = traitlets.Dict().tag(sync=True, to_json=lambda _, runs: runs.page_state())
    "What the log says of its runs; made anew whenever the page asks for the state."

    #: The options of every view that live here.
    OPTIONS: ClassVar[Mapping[str, str]] = {
        "run_filter": "filter",
        "hidden_runs": "hidden",
        "checked_runs": "only",
        "attention": "attention",
        "palette": "palette",
        "colors": "colors",
        "color_by": "color_by",
        "group_by": "group_by",
        "run_labels": "labels",
    }

    def __init__(self, log: LogDir | None = None, **state: Any) -> None:
        self._log = log
        self._version = 0
        self._flags = None if log is None else RunFlags(log)
        self._hparams: dict[str, dict[str, Any]] = {}
        # The same as the log has them: the same object means nothing changed.
        self._logged_hparams: dict[str, Mapping[str, Any]] = {}
        self._last_rule: tuple[tuple[str, int], Callable[[str], str | None]] | None = None
        self._bounded = False
        self._learned: int | None = None
        self.names: list[str] = [] if log is None else list(log.runs)
        self.slots = {} if log is None else assign_slots(_oldest_first(log, self.names), {})
        self.flags: dict[str, int] = {}
        super().__init__(**state)
        self.on_msg(self._receive)

    def copy(self, **changes: Any) -> RunList:
        """Return a list of its own, with some of the state changed; no view shows it."""
        state = {name: getattr(self, name) for name in self.traits(sync=True) if name[0] != "_"}
        made = RunList(None, **{**state, **changes})
        made.names, made.slots, made.flags = self.names, self.slots, self.flags
        made.hparams = self.hparams
        return made

    # ------------------------------------------------------------ what the log says

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
        runs = self._log.runs
        known = set(self.names) if changes is None else set()
        added = [r for r in runs if r not in known] if changes is None else changes.runs_added
        gone = known.difference(runs) if changes is None else changes.runs_removed
        if not added and not gone:
            return
        new = [run for run in added if run not in self.slots]
        self.slots = assign_slots(_oldest_first(self._log, new), self.slots)
        self.names = list(runs)
        if self.only is not None and 0 < len(new) <= FEW_RUNS:
            # What begins now is what somebody is waiting for.
            self.only = [*self.only, *new]
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
        plain = {run: {k: _plain(v) for k, v in given.items()} for run, given in changed.items()}
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

    def bound(self) -> None:
        """Check a few runs only, where there are many: the first time that a view is made."""
        if self._bounded:
            return
        self._bounded = True
        if self._log is not None and sum(k.count for k in self._log.scalars.keys) < FEW_POINTS:
            # So few that it takes no time: what stands above the list is there at once.
            self.learn()
        if len(self.names) <= MANY_RUNS or self.only is not None or self.hidden:
            return
        pattern = _compiled(self.filter)
        matching = [run for run in self.names if pattern is None or pattern.search(run)]
        latest = sorted(matching, key=lambda run: self.slots[run])[-FEW_RUNS:]
        self.only = [run for run in matching if run in set(latest)]
        self.few = True

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

    # ------------------------------------------------------------ what is shown

    def shown(self, runs: Iterable[str], *, all_at_once: bool = False) -> list[str]:
        """Return those of the runs whose box is checked and that pass the filters.

        Parameters
        ----------
        runs
            Names of runs.
        all_at_once
            For what can show very many runs at once: where only a few are checked because
            there are many (:attr:`few`), all count but the hidden ones.
        """
        hidden = set(self.hidden)
        only = None if self.only is None or (all_at_once and self.few) else set(self.only)
        pattern = _compiled(self.filter)
        bit = 1 << FLAGS.index(self.attention) if self.attention else 0
        return [
            run
            for run in runs
            if (run in only if only is not None else run not in hidden)
            and (pattern is None or pattern.search(run) is not None)
            and (not bit or self.flags.get(run, 0) & bit)
        ]

    def labels_among(self, names: Sequence[str]) -> dict[str, str]:
        """Return what some runs are called where nothing but them is named; see :attr:`labels`."""
        if self.labels == "full":
            return dict(zip(names, names, strict=True))
        by_hparams = self.labels == "hparams"
        found = hparam_labels(names, self._hparams) if by_hparams else short_labels(names)
        return dict(zip(names, found, strict=True))

    def label(self, run: str) -> str:
        """Return what a run is called; see :attr:`labels`."""
        return self.labels_of().get(run, run)

    def labels_of(self) -> dict[str, str]:
        """Return what each run is called; no two are called alike."""
        return self.labels_among(self.names)

    def color(self, run: str) -> str:
        """Return the colour of a run, or of its colour group, as ``#rrggbb``."""
        # Lines of groups must be told apart, not the runs that no longer have lines.
        grouped = self.color_by == "run" and bool(self.group_by)
        if run in self.colors or (self.color_by == "run" and not grouped):
            return run_color(run, self.slots, self.palette, self.colors)
        rule = self._rule(self.group_by if grouped else self.color_by)

        def key_of(name: str) -> str | None:
            key = rule(name)
            return name if key is None and grouped else key

        keys: dict[str, int] = {}
        for name in sorted(self.names, key=lambda name: self.slots.get(name, 0)):
            key = key_of(name)
            if key is not None:
                keys.setdefault(key, len(keys))
        key = key_of(run)
        return _GREY if key is None else run_color(key, keys, self.palette, {})

    def groups(self, runs: Iterable[str]) -> dict[str, list[str]]:
        """Return runs by group; without grouping each run is its own group."""
        found: dict[str, list[str]] = {}
        rule = self._rule(self.group_by) if self.group_by else None
        for run in runs:
            key = run if rule is None else rule(run)
            found.setdefault(run if key is None else key, []).append(run)
        return found

    def key(self, run: str, by: str) -> str | None:
        """Return what a run has in common with others under a rule, or None if it has no part."""
        return self._rule(by)(run)

    def _rule(self, by: str) -> Callable[[str], str | None]:
        key = (by, self._version)
        if self._last_rule is None or self._last_rule[0] != key:
            self._last_rule = (key, self._make_rule(by))
        return self._last_rule[1]

    def _make_rule(self, by: str) -> Callable[[str], str | None]:
        name, _, argument = by.partition(":")
        if name == "seed":
            return seedless(self.names, self._hparams)
        if name == "hparam":
            return lambda run: (
                None
                if (value := self._hparams.get(run, {}).get(argument)) is None
                else f"{argument}={hparam_text(value)}"
            )
        pattern = _compiled(argument)
        return lambda run: _captured(pattern, run)


def _captured(pattern: re.Pattern[str] | None, run: str) -> str | None:
    found = pattern.search(run) if pattern is not None else None
    if found is None:
        return None
    return ", ".join(part or "" for part in (found.groups() or (found.group(),)))


def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile as the page does; half-typed patterns hold nothing back."""
    if not pattern:
        return None
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error:
        return None


def _oldest_first(log: LogDir, runs: Sequence[str]) -> list[str]:
    """Return runs in the order in which they began.

    A run that is added later then never changes the colour of another, not even in another
    kernel.
    """
    return sorted(runs, key=lambda run: _first_file_time(log, run))


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


def _plain(value: Any) -> Any:
    """Return a value that JSON has, and a dictionary can find."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if isinstance(value, str | int | bool) or value is None else str(value)


_RUN_LISTS: WeakKeyDictionary[LogDir, RunList] = WeakKeyDictionary()


def run_list_of(log: LogDir) -> RunList:
    """Return the run list of a log: always the same one while the log lives."""
    found = _RUN_LISTS.get(log)
    if found is None or found.comm is None:
        found = _RUN_LISTS[log] = RunList(log)
    return found


def untouched_run_list(log: LogDir, options: Mapping[str, Any]) -> RunList:
    """Return a run list of a log that nobody clicked in, with the colours on screen.

    Parameters
    ----------
    log
        The log.
    options
        Options of a view; those of the run list hold in it.
    """
    shared = run_list_of(log)
    shared.update()
    own = {of: options[name] for name, of in RunList.OPTIONS.items() if name in options}
    made = RunList(None, **own)
    made.names, made.slots = list(shared.names), shared.slots
    if made.attention:
        shared.learn(again=False)
        made.flags = shared.flags
    rules = (made.color_by, made.group_by)
    if made.labels == "hparams" or any(rule.startswith(("hparam:", "seed")) for rule in rules):
        given = log.hparams.of_runs()
        made.hparams = {run: {k: _plain(v) for k, v in h.items()} for run, h in given.items()}
    return made
