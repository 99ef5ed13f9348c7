"""VIEWS: one file per kind: its state, its widget, its static figure.

A view is an `anywidget <https://anywidget.dev>`_ over a collection of a
:class:`~nbboard.LogDir`. It is found by the name of its kind through the
entry-point group ``nbboard.views``, so importing this package imports nothing heavy.
"""

from __future__ import annotations

__all__: list[str] = []
