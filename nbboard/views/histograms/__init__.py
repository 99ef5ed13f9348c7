"""The view of histograms and distributions; what it computes, and how it is drawn on paper."""

from __future__ import annotations

from nbboard.views.histograms.view import HistogramsView

__all__ = ["VIEW", "HistogramsView"]

VIEW = HistogramsView
