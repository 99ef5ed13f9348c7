"""The profile view: a verdict, where the step's time goes, tables, the trace, memory."""

from __future__ import annotations

from nbboard.views.profile.view import ProfileView

__all__ = ["VIEW", "ProfileView"]

VIEW = ProfileView
