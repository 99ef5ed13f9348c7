"""The command ``nbboard``: list, plot, report and export logs, make a demo; no IPython needed."""

from __future__ import annotations

from nbboard.cli.main import main

__all__ = ["main"]
