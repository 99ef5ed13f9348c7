"""The runs view: one row a run, what it was given and what came of it."""

from __future__ import annotations

from nbboard.views.runs.view import VIEW, RunsView

__all__ = ["VIEW", "RunsView"]
