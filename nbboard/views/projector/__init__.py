"""The projector view: embeddings as clouds of points, over steps."""

from __future__ import annotations

from nbboard.views.projector.view import ProjectorView

__all__ = ["VIEW", "ProjectorView"]

VIEW = ProjectorView
