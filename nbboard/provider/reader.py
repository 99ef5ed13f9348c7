"""What the provider takes of nbboard's reader: the only module that names its home.

Importing it loads NumPy and the decoders, so it is imported where reading begins: the
server's port is open by then.
"""

from __future__ import annotations

from nbboard.events.tensors import tensor_to_numpy
from nbboard.events.upgrade import META_GRAPH_TAG
from nbboard.logdir.restarts import Restarts, kept_by_latest
from nbboard.series import Changes, SeriesKey, Source, Store

__all__ = [
    "META_GRAPH_TAG",
    "Changes",
    "Restarts",
    "SeriesKey",
    "Source",
    "Store",
    "kept_by_latest",
    "tensor_to_numpy",
]
