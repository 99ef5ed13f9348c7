"""Runs at scale: an index of very many runs in Parquet tables, opened like a logdir."""

from __future__ import annotations

from nbboard.catalogue.indexer import Indexed, index
from nbboard.catalogue.opening import open_catalogue

__all__ = ["Indexed", "index", "open_catalogue"]
