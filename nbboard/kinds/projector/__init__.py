"""Embeddings for the projector: configurations in files beside the event files."""

from __future__ import annotations

from nbboard.kinds.projector.collection import Projector
from nbboard.kinds.projector.config import Embedding, ProjectorConfig
from nbboard.kinds.projector.kind import KIND

__all__ = ["KIND", "Embedding", "Projector", "ProjectorConfig"]
