"""The hparams view."""

from __future__ import annotations

from nbboard.views.hparams.view import VIEW, HparamsView

__all__ = ["VIEW", "HparamsView"]
