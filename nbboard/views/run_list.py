"""The list of runs that all views of one log share: what is shown, in which colour, called what.

What a person sets are traits; what the log says of its runs stands in
:mod:`nbboard.views.run_facts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import traitlets

from nbboard.views.palettes import PALETTES, run_color
from nbboard.views.run_facts import RunFacts, plain_hparams
from nbboard.views.run_flags import FLAGS
from nbboard.views.run_labels import hparam_labels, hparam_text, seedless, short_labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.logdir import LogDir

__all__ = ["RunList", "run_list_of", "untouched_run_list"]

#: With more runs than this a view opens with a few of them checked.
MANY_RUNS = 200
#: How many those are: about as many lines as can be told apart.
FEW_RUNS = 12
#: With fewer points than these runs are looked through before a view opens.
FEW_POINTS = 500_000

_GREY = "#9aa0a6"


class RunList(RunFacts):
    """Which runs are on screen, and how they are coloured, grouped and called.

    There is one for each :class:`~nbboard.LogDir`; every view of that log refers
    to it, so that a box unchecked in one is unchecked in all of them. In the page it
    is an ordinary widget model: views there share it without asking the kernel.
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

    tags = traitlets.Dict(value_trait=traitlets.List(traitlets.Unicode())).tag(sync=True)
    "Words that a person put to runs, by run. Kept in the notebook or the catalogue, never \
beside the log."

    notes = traitlets.Dict(value_trait=traitlets.Unicode()).tag(sync=True)
    "What a person wrote about runs, by run; kept as tags are."

    kept = traitlets.Enum(("notebook", "catalogue"), default_value="notebook").tag(sync=True)
    "Where tags and notes are kept: in the notebook, or for everybody who opens the catalogue."

    unkept = traitlets.Unicode("").tag(sync=True)
    "Why what was written last could not be kept in the catalogue; empty if it could."

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
        "run_tags": "tags",
        "run_notes": "notes",
    }

    def __init__(self, log: LogDir | None = None, **state: Any) -> None:
        self._last_rule: tuple[tuple[str, int], Callable[[str], str | None]] | None = None
        self._bounded = False
        self._notes = None if log is None else log.notes
        if self._notes is not None:
            state["kept"] = "catalogue"
        super().__init__(log, **state)

    def take_notes(self) -> None:
        """Take over what is written in the catalogue, where tags and notes are kept there."""
        if self._notes is not None:
            noted = self._notes.all()
            self.tags = {
                **self.tags,
                **{run: list(one.tags) for run, one in noted.items() if one.tags},
            }
            self.notes = {**self.notes, **{run: one.note for run, one in noted.items() if one.note}}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the page says; what a person wrote there is kept in the catalogue."""
        before = self.tags, self.notes
        super().set_state(sync_data)
        if self._notes is None or (self.tags, self.notes) == before:
            return
        tags = {run: self.tags.get(run, ()) for run in _changed(before[0], self.tags)}
        notes = {run: self.notes.get(run, "") for run in _changed(before[1], self.notes)}
        try:
            self._notes.write(tags, notes)
        except Exception as error:  # noqa: BLE001 - told in the page; what was written stays there
            self.unkept = str(error).partition("\n")[0] or type(error).__name__
        else:
            self.unkept = ""

    def _note_new(self, runs: Sequence[str]) -> None:
        if self.only is not None and 0 < len(runs) <= FEW_RUNS:
            # What begins now is what somebody is waiting for.
            self.only = [*self.only, *runs]

    def copy(self, **changes: Any) -> RunList:
        """Return a list of its own, with some of the state changed; no view shows it."""
        state = {name: getattr(self, name) for name in self.traits(sync=True) if name[0] != "_"}
        made = RunList(None, **{**state, **changes})
        made.names, made.slots, made.flags = self.names, self.slots, self.flags
        made.hparams = self.hparams
        return made

    def bound(self, own: Sequence[str]) -> None:
        """Check a few runs only, where there are many: the first time that a view is made.

        Parameters
        ----------
        own
            The runs of the view: while nobody has chosen, some of them are checked.
        """
        self.take_notes()
        if not self._bounded:
            self._bounded = True
            self._bound_all()
        if self.few and self.only is not None and own and not set(own) & set(self.only):
            self.only = [*self.only, *self._latest(own)]

    def _bound_all(self) -> None:
        if self._is_partial:
            return
        if self._log is not None and self._log.store.points < FEW_POINTS:
            # So few that it takes no time: what stands above the list is there at once.
            self.learn()
        if len(self.names) <= MANY_RUNS or self.only is not None or self.hidden:
            return
        pattern = _compiled(self.filter)
        matching = [run for run in self.names if pattern is None or pattern.search(run)]
        self.only = self._latest(matching)
        self.few = True

    def _latest(self, runs: Sequence[str]) -> list[str]:
        """Return the few that came last, in the order of the runs."""
        latest = set(sorted(runs, key=lambda run: self.slots.get(run, 0))[-FEW_RUNS:])
        return [run for run in runs if run in latest]

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
        return [
            run
            for run in self.passing(runs)
            if (run in only if only is not None else run not in hidden)
        ]

    def passing(self, runs: Iterable[str]) -> list[str]:
        """Return those of the runs that pass the filters, whether their box is checked or not."""
        pattern = _compiled(self.filter)
        bit = 1 << FLAGS.index(self.attention) if self.attention else 0
        return [
            run
            for run in runs
            if (pattern is None or pattern.search(run) is not None)
            and (not bit or self.flags.get(run, 0) & bit)
        ]

    def label(self, run: str) -> str:
        """Return what a run is called; see :attr:`labels`."""
        return self.labels_of().get(run, run)

    def labels_among(self, names: Sequence[str]) -> dict[str, str]:
        """Return what some runs or groups are called among each other; no two are called alike."""
        if self.labels == "full":
            return {name: name for name in names}
        if self.labels == "hparams":
            found = hparam_labels(names, self._hparams)
        else:
            found = short_labels(names)
        return dict(zip(names, found, strict=True))

    def labels_of(self) -> dict[str, str]:
        """Return what each run of the log is called; no two are called alike."""
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


_RUN_LISTS: WeakKeyDictionary[LogDir, RunList] = WeakKeyDictionary()


def run_list_of(log: LogDir) -> RunList:
    """Return the run list of a log: always the same one while the log lives."""
    found = _RUN_LISTS.get(log)
    if found is None or found.comm is None:
        found = _RUN_LISTS[log] = RunList(log)
    return found


def untouched_run_list(log: LogDir, runs: Sequence[str], options: Mapping[str, Any]) -> RunList:
    """Return a run list of a log that nobody clicked in, with the colours on screen.

    Parameters
    ----------
    log
        The log.
    runs
        Those that are drawn.
    options
        Options of a view; those of the run list hold in it.
    """
    shared = run_list_of(log)
    shared.update()
    own = {of: options[name] for name, of in RunList.OPTIONS.items() if name in options}
    made = RunList(None, **own)
    is_partial = shared.number_all(runs)
    made.names, made.slots = list(runs if is_partial else shared.names), shared.slots
    if made.attention:
        shared.learn(again=False)
        made.flags = shared.flags
    rules = (made.color_by, made.group_by)
    if made.labels == "hparams" or any(rule.startswith(("hparam:", "seed")) for rule in rules):
        made.hparams = plain_hparams(log.hparams.of_runs())
    return made


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the names under which something else stands now."""
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
