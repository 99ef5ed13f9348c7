"""What a cell displays, and the way from data to its view, which is found by name."""

from __future__ import annotations

import sys
from typing import Any

from nbboard.logdir.registry import view_class, view_names

__all__ = ["Displayed"]


def _in_kernel() -> bool:
    """Whether this Python is the kernel of a notebook: only there a widget means anything."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class Displayed:
    """What a cell can display: its view where there is one, otherwise its text."""

    #: The name of the view.
    _view_name: str

    def view(self, **options: Any) -> Any:
        """Return an interactive view (a widget) of this.

        Parameters
        ----------
        **options
            The options of that view, for example ``smoothing=0.6, live=True``.

        Raises
        ------
        UsageError
            If there is no view of this kind, or no such option.
        """
        return view_class(self._view_name)(self, **options)

    def figure(self, **options: Any) -> Any:
        """Return a ``matplotlib.figure.Figure`` of this.

        Parameters
        ----------
        **options
            The options of the view, for example ``smoothing=0.6``.

        Raises
        ------
        UsageError
            If there is no view of this kind, or no such option.
        """
        return view_class(self._view_name).draw(self, **options)

    def _ipython_display_(self) -> None:
        if self._view_name not in view_names() or not _in_kernel():
            raise NotImplementedError  # IPython then asks for the bundle below
        from IPython.display import display

        show: Any = display  # it is untyped
        show(self.view())

    def _display_(self) -> Any:
        """Return what marimo shows in this one's place."""
        return self.view() if self._view_name in view_names() else repr(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if self._view_name not in view_names() or not _in_kernel():
            return {"text/plain": repr(self)}
        return self.view()._repr_mimebundle_(include=include, exclude=exclude)
