"""The notebook's side: the magics, where the notebook runs, and what is displayed.

Nothing is imported here, so that ``import nbboard`` stays fast; see
:mod:`nbboard.notebook.extension` for what ``%load_ext nbboard`` does.
"""

from __future__ import annotations

__all__: list[str] = []
