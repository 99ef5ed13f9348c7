"""VIEWS: one module, or folder, for each kind: its state, its widget, its static figure.

A view is an `anywidget <https://anywidget.dev>`_ over a collection of a
:class:`~nbboard.LogDir`. It is found by the name of its kind: the module of that name in
this package, with the class as ``VIEW``; other distributions add theirs by the entry-point
group ``nbboard.views``. So importing this package imports nothing heavy.
"""

from __future__ import annotations

__all__: list[str] = []
