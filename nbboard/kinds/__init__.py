"""What logged values mean: one module, or folder, for each kind.

Every module of this package that defines ``KIND`` is a kind; other distributions add
theirs by the entry-point group ``nbboard.kinds``. The registry that finds them, and what a
kind is made of, stand in :mod:`nbboard.logdir`.
"""

from __future__ import annotations

from nbboard.logdir.kind import Kind
from nbboard.logdir.registry import kind_named, kind_of_plugin, kinds

__all__ = ["Kind", "kind_named", "kind_of_plugin", "kinds"]
