"""EVENTS: what is inside a record. Columns where they fit, protobuf for the rest."""

from __future__ import annotations
