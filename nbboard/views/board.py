"""The board: the views of all kinds that a log has, as tabs with one run list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from ipywidgets import widget_serialization

from nbboard.views.base import View, module
from nbboard.views.run_list import RunList
from nbboard.views.shared.options import OptionError, option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

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

    tab = option(traitlets.Unicode(""))
    "The kind whose tab is open; empty for the first."

    height = option(traitlets.Int(560, min=0))
    "The greatest height in CSS pixels; 0 for no limit."

    views = traitlets.Dict().tag(sync=True, **widget_serialization)
    "The views in the tabs, by kind."

    counts = traitlets.Dict().tag(sync=True)
    "How many series there are of each kind of :attr:`views`, or trials, in the order of the tabs."

    others = traitlets.Dict().tag(sync=True)
    "The same of kinds that have no view."

    def __init__(self, source: Any, **options: Any) -> None:
        own = self.option_names()
        found = {name: view for name in source.kinds if (view := _view_of(name)) is not None}
        known = {name for view in found.values() for name in view.option_names()}
        if not {*own, *known, *RunList.OPTIONS}.issuperset(options):
            # A log may get kinds that it does not have yet.
            known = {option for view in _all_views() for option in view.option_names()}
        options = self.checked(source, options)
        self._passed = {name: value for name, value in options.items() if name in known}
        shared = {*own, *RunList.OPTIONS}
        super().__init__(source, **{k: v for k, v in options.items() if k in shared})
        self._add_views()

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
        self._add_views()
        return {}

    def _add_views(self) -> None:
        """Make a view of every kind that the log has and the board does not."""
        kinds = self.logdir.kinds
        views: dict[str, View] = dict(self.views)
        for kind in kinds:
            view = _view_of(kind)
            if kind in views or view is None:
                continue
            made = self._made_view(view, kind)
            made.embed(in_sight=not views)
            made.observe(lambda _: self._count(), "n_items")
            views[kind] = made
            if self._displayed:
                made.begin()
        if views.keys() != self.views.keys():
            self.views = views
        self._count()
        others = {kind: number for kind, number in kinds.items() if kind not in views}
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

    def _count(self) -> None:
        """Write into the tabs how much there is of each kind."""
        sizes = {kind: view.n_items for kind, view in self.views.items()}
        counts = {
            kind: number if sizes[kind] is None else sizes[kind]
            for kind, number in self.logdir.kinds.items()
            if kind in sizes
        }
        if counts != self.counts:
            self.counts = counts

    @traitlets.observe("live", "interval", "theme")
    def _pass_on(self, change: Any) -> None:
        for view in self.views.values():
            setattr(view, change.name, change.new)

    def begin(self) -> None:
        """Begin to be on screen, with all tabs."""
        super().begin()
        for view in self.views.values():
            view.begin()

    def close(self) -> None:
        """Close the views in the tabs, too."""
        for view in self.views.values():
            view.close()
        super().close()

    @property
    def current(self) -> View | None:
        """The view in the open tab; None while there is nothing to see."""
        return self.views.get(self.tab) or next(iter(self.views.values()), None)

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
