"""The board: the views of all kinds that a log has, as tabs with one run list."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from ipywidgets import widget_serialization

from nbboard.views.base import View, module
from nbboard.views.noted import Noted
from nbboard.views.run_list import RunList
from nbboard.views.shared.options import OptionError, option

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes

__all__ = ["VIEW", "BoardView"]


class BoardView(View):
    """A whole log: a tab for each kind that it has and that has a view.

    Parameters
    ----------
    source
        The log.
    **options
        The traits below, and options of the views in the tabs: those of a name go to
        every view that has it.
    """

    kind: ClassVar[str] = "board"
    _esm = module("board")

    tab = option(traitlets.Unicode(""), "The kind whose tab is open; empty for the first.")

    height = option(traitlets.Int(560, min=0), "The greatest height in CSS pixels; 0 for no limit.")

    tab_views = traitlets.Dict().tag(sync=True, **widget_serialization)
    "The views that are made, by kind."

    counts = traitlets.Dict().tag(sync=True)
    "How many series there are of each kind that has a view, in the order of the tabs; what its \
view counts instead (trials), None before that is known."

    others = traitlets.Dict().tag(sync=True)
    "The same of kinds that have no view."

    def __init__(self, source: Any, **options: Any) -> None:
        own = self.option_names()
        found = {name: view for name in _tabs_of(source) if (view := _view_of(name)) is not None}
        known = {name for view in found.values() for name in view.option_names()}
        if not {*own, *known, *RunList.OPTIONS}.issuperset(options):
            # A log may get kinds that it does not have yet.
            known = {option for view in _all_views() for option in view.option_names()}
        options = self.checked(source, options)
        self._passed = {name: value for name, value in options.items() if name in known}
        shared = {*own, *RunList.OPTIONS}
        self._making = threading.RLock()
        self._seen = Noted(source)
        self._recount = True
        super().__init__(source, **{k: v for k, v in options.items() if k in shared})
        self._count()
        # Of what is made after its cell, marimo's page hears nothing.
        for kind in self.counts if _in_marimo() else [self.current_kind] * bool(self.counts):
            self._view_for(kind)

    @classmethod
    def option_traits(cls) -> dict[str, tuple[Any, ...]]:
        """Return the traits that may take each option: those of all views."""
        traits = super().option_traits()
        for view in _all_views():
            for name, trait in view.class_traits(option=True).items():
                if name not in cls.option_names():
                    traits[name] = (*traits.get(name, ()), trait)
        return traits

    def payload(self) -> Mapping[str, Any]:
        """Return nothing: the views in the tabs bring their own data."""
        return {}

    def news(self) -> Mapping[str, Any] | None:
        """Return nothing but the status, once tabs for new kinds are there."""
        recount, self._recount = self._recount, False
        if self._seen.settle() and not recount:
            return {}
        before = set(self.counts)
        self._count()
        if self._displayed:
            if not before and self.current_kind:
                self._view_for(self.current_kind)
            self._make_later(set(self.counts) - before)
        return {}

    def note(self, changes: Changes) -> None:
        """Take note of whether series came or went: what only grew changes no tab."""
        super().note(changes)
        self._seen.note()
        self._recount |= bool(changes.came or changes.gone)
        self._recount |= bool(changes.runs_added or changes.runs_removed)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``open``: make the view of a tab that is opened, if it is not there yet."""
        if method == "open":
            kind = str(params.get("kind"))
            if kind in self.counts:
                self._view_for(kind)
            return {}
        return super().answer(method, params)

    @property
    def views(self) -> Mapping[str, View]:
        """The views in the tabs, by kind; each is made when it is first seen, or asked for here."""
        return _Views(self)

    def _view_for(self, kind: str) -> View:
        """Return the view of a kind."""
        with self._making:
            known: View | None = self.tab_views.get(kind)
            if known is not None:
                return known
            view = _view_of(kind)
            if view is None:
                raise KeyError(kind)
            made = self._made_view(view, kind)
            for name in ("live", "interval", "theme"):
                setattr(made, name, getattr(self, name))
            made.embed(in_sight=kind == self.current_kind)
            if self._sender is not None:
                made.join(self._sender)
            made.observe(lambda _: self._count(), "n_items")
            self.tab_views = {**self.tab_views, kind: made}
            self._count()
        if self._displayed:
            self._begin(kind)
        return made

    def _begin(self, kind: str) -> None:
        view = self.tab_views[kind]
        view._place = None if self._place is None else (self._place, kind)  # noqa: SLF001
        view.begin()

    def _make_later(self, kinds: Iterable[str]) -> None:
        """Make views in their turn: while a cell runs, the page cannot ask for them."""
        for kind in kinds:
            if self._sender is not None and kind not in self.tab_views:
                self._sender.later(partial(self._view_for, kind))

    def _count(self) -> None:
        """Write down how much there is of each kind."""
        counts: dict[str, int | None] = {}
        others: dict[str, int] = {}
        for kind, number in _tabs_of(self.logdir).items():
            view = _view_of(kind)
            if view is None:
                others[kind] = number
                continue
            made = self.tab_views.get(kind)
            items = None if made is None else made.n_items
            # What a view counts itself is not known before there is one.
            counts[kind] = None if items is None and view.counts_items else items or number
        if counts != self.counts:
            self.counts = counts
        if others != self.others:
            self.others = others

    def _made_view(self, view: type[View], kind: str) -> View:
        source = self.logdir.collection(kind)
        options = _options_of(view, self._passed)
        try:
            return view(source, **options)
        except OptionError:
            # Nobody reads an error of a kind that came later: it names what is not there yet.
            if not self._made:
                raise
            return view(source)

    @traitlets.observe("live", "interval", "theme")
    def _pass_on(self, change: Any) -> None:
        for view in self.tab_views.values():
            setattr(view, change.name, change.new)

    @traitlets.observe("tab")
    def _tab_opened(self, _: Any) -> None:
        if self.current_kind and self._displayed:
            self._view_for(self.current_kind)

    def begin(self) -> None:
        """Begin to be on screen: the open tab first."""
        super().begin()
        for kind in self.tab_views:
            self._begin(kind)
        self._make_later(self.counts)

    def close(self) -> None:
        """Close the views in the tabs, too."""
        for view in self.tab_views.values():
            view.close()
        super().close()

    @property
    def current_kind(self) -> str:
        """The kind whose tab is open; empty while there is nothing to see."""
        return self.tab if self.tab in self.counts else next(iter(self.counts), "")

    @property
    def current(self) -> View | None:
        """The view in the open tab; None while there is nothing to see."""
        return self._view_for(self.current_kind) if self.current_kind else None

    @property
    def data(self) -> Any:
        """The data on screen: those of the open tab."""
        if self.current is None:
            import pandas as pd

            return pd.DataFrame()
        return self.current.data

    @property
    def selection(self) -> Any:
        """What a person picked out in the open tab."""
        return {} if self.current is None else self.current.selection

    def figure(self, **changes: Any) -> Figure:
        """Return the open tab as a ``matplotlib.figure.Figure``."""
        if self.current is None:
            return self.draw(self.source, **changes)
        return self.current.figure(**changes)

    def picture(self) -> Figure:
        """Return the open tab's figure for saved notebooks."""
        return self.figure() if self.current is None else self.current.picture()

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return the first kind of a log as a ``matplotlib.figure.Figure``."""
        for kind in source.kinds:
            view = _view_of(kind)
            if view is not None:
                taken = cls.checked(source, options, view.figure_options)
                own = {name: value for name, value in taken.items() if name in RunList.OPTIONS}
                own |= {name: value for name, value in taken.items() if name in view.figure_options}
                return view.draw(source.collection(kind), **own, **_options_of(view, taken))
        from nbboard.views.paper import new_figure

        figure = new_figure(4, 1)
        where = ", ".join(str(path) for path in source.paths)
        figure.text(0.5, 0.5, f"No event files yet under {where}", ha="center", fontsize=9)
        return figure


class _Views(Mapping[str, View]):
    """The views of a board by kind, made when they are asked for."""

    def __init__(self, board: BoardView) -> None:
        self._board = board

    def __getitem__(self, kind: str) -> View:
        if kind not in self._board.counts:
            raise KeyError(kind)
        return self._board._view_for(kind)  # noqa: SLF001 - they belong together

    def __iter__(self) -> Iterator[str]:
        return iter(self._board.counts)

    def __len__(self) -> int:
        return len(self._board.counts)


def _tabs_of(log: LogDir) -> dict[str, int]:
    """Return how much there is of each kind; last of what every log with runs has."""
    from nbboard.logdir.registry import kinds

    runs = len(log.runs)
    every = [kind.name for kind in kinds().values() if kind.of_every_log] if runs else []
    return {**log.kinds, **dict.fromkeys(every, runs)}


def _all_views() -> list[type[View]]:
    """Return the views of all kinds."""
    from nbboard.logdir.registry import view_names

    return [view for name in view_names() if (view := _view_of(name)) is not None]


def _options_of(view: type[View], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a board's options is for a view.

    Views may have options of the same name with other values: each gets its own.
    """
    names = view.option_names()
    mine = {name: value for name, value in given.items() if name in names}
    foreign = [other for other in _all_views() if other is not view] if mine else []
    return {
        name: value
        for name, value in mine.items()
        if _takes(view, name, value) or not any(_takes(one, name, value) for one in foreign)
    }


def _takes(view: type[View], name: str, value: Any) -> bool:
    trait = view.class_traits(option=True).get(name)
    if trait is None:
        return False
    try:
        trait.validate(None, value)
    except traitlets.TraitError:
        return False
    return True


def _in_marimo() -> bool:
    """Whether this runs in a notebook of marimo."""
    marimo: Any = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


def _view_of(kind: str) -> type[View] | None:
    """Return the view of a kind, None if there is none."""
    from nbboard.errors import NbboardError
    from nbboard.logdir.registry import view_class

    if kind == BoardView.kind:
        return None
    try:
        found: type[View] = view_class(kind)
    except NbboardError:
        return None
    return found


VIEW = BoardView
