"""The list of runs that all views of one log share: what is shown, and in which colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import ipywidgets
import traitlets

from nbboard.views.palettes import PALETTES, assign_slots, run_color

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["RunList", "run_list_of", "untouched_run_list"]


class RunList(ipywidgets.Widget):
    """Which runs are on screen, and how they are coloured and grouped.

    There is one for each :class:`~nbboard.LogDir`; every view of that log refers
    to it, so that a box unchecked in one is unchecked in all of them. In the page it
    is an ordinary widget model: views there share it without asking the kernel.
    """

    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    "Every run of the log, in natural order; set by the kernel."

    slots = traitlets.Dict(value_trait=traitlets.Int()).tag(sync=True)
    "Place of each run in the palette; set by the kernel."

    hparams = traitlets.Dict().tag(sync=True)
    "Hyperparameters by run and name, to colour and group by; set by the kernel."

    filter = traitlets.Unicode("").tag(sync=True)
    "Regular expression, unanchored, case-insensitive; only runs that match are shown."

    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)
    "Runs whose box is not checked."

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
    "```` for none, ``regex:PATTERN`` (its capture groups) or ``hparam:NAME``: seeds of one group."

    #: The options of every view that live here.
    OPTIONS: ClassVar[Mapping[str, str]] = {
        "run_filter": "filter",
        "palette": "palette",
        "colors": "colors",
        "color_by": "color_by",
        "group_by": "group_by",
    }

    def __init__(self, log: LogDir | None = None, **state: Any) -> None:
        self._log = log
        super().__init__(**{**_known(log), **state})

    def copy(self, **changes: Any) -> RunList:
        """Return a list of its own, with some of the state changed; no view shows it."""
        state = {name: getattr(self, name) for name in self.traits(sync=True) if name[0] != "_"}
        return RunList(None, **{**state, **changes})

    def update(self) -> None:
        """Take over the runs that the log has now."""
        if self._log is not None:
            known = _known(self._log, self.slots)
            with self.hold_sync():
                for name, value in known.items():
                    setattr(self, name, value)

    def learn_hparams(self) -> None:
        """Take over the hyperparameters of the log's runs; takes a while for thousands."""
        if self._log is not None:
            self.hparams = _hparams_of(self._log)

    def shown(self, runs: Iterable[str]) -> list[str]:
        """Return those of the runs whose box is checked and whose name passes the filter."""
        hidden = set(self.hidden)
        pattern = _compiled(self.filter)
        return [
            run
            for run in runs
            if run not in hidden and (pattern is None or pattern.search(run) is not None)
        ]

    def color(self, run: str) -> str:
        """Return the colour of a run, or of its colour group, as ``#rrggbb``."""
        # Lines of groups must be told apart, not the runs that no longer have lines.
        grouped = self.color_by == "run" and bool(self.group_by)
        if run in self.colors or (self.color_by == "run" and not grouped):
            return run_color(run, self.slots, self.palette, self.colors)

        def key_of(name: str) -> str | None:
            key = self.key(name, self.group_by if grouped else self.color_by)
            return name if key is None and grouped else key

        keys: dict[str, int] = {}
        for name in sorted(self.names, key=lambda name: self.slots.get(name, 0)):
            key = key_of(name)
            if key is not None:
                keys.setdefault(key, len(keys))
        key = key_of(run)
        return "#9aa0a6" if key is None else run_color(key, keys, self.palette, {})

    def groups(self, runs: Iterable[str]) -> dict[str, list[str]]:
        """Return runs by group; without grouping each run is its own group."""
        found: dict[str, list[str]] = {}
        for run in runs:
            key = self.key(run, self.group_by) if self.group_by else run
            found.setdefault(run if key is None else key, []).append(run)
        return found

    def key(self, run: str, by: str) -> str | None:
        """Return what a run has in common with others under a rule, or None if it has no part."""
        rule, _, argument = by.partition(":")
        if rule == "hparam":
            value = self.hparams.get(run, {}).get(argument)
            return None if value is None else f"{argument}={value}"
        pattern = _compiled(argument)
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


def _known(log: LogDir | None, slots: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return what the kernel knows of a log's runs."""
    if log is None:
        return {}
    names: Sequence[str] = log.runs
    # Oldest first: a run that is added later never changes the colour of another, not even
    # in another kernel.
    oldest = sorted(names, key=lambda run: _first_file_time(log, run))
    return {"names": list(names), "slots": assign_slots(oldest, slots or {})}


def _first_file_time(log: LogDir, run: str) -> int:
    """Return when a run's first event file was begun, as its name says; 0 if it does not."""
    times = [int(found.group(1)) for f in log.store.files(run) if (found := _STAMP.search(f))]
    return min(times, default=0)


_STAMP = re.compile(r"tfevents\.(\d+)")


def _hparams_of(log: LogDir) -> dict[str, dict[str, Any]]:
    """Return hyperparameters by run; those of a trial hold for all of its runs."""
    if "hparams" not in log.kinds:
        return {}
    return {
        run: {name: _plain(value) for name, value in hparams.items()}
        for run, hparams in log.hparams.by_run().items()
    }


def _plain(value: Any) -> Any:
    """Return a value that JSON has."""
    return str(value) if isinstance(value, float) and value != value else value  # noqa: PLR0124


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
    by_hparams = any(str(rule).startswith("hparam:") for rule in own.values())
    hparams = _hparams_of(log) if by_hparams else {}
    return RunList(None, names=shared.names, slots=shared.slots, hparams=hparams, **own)
