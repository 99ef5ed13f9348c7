"""Profiles: what training spends its time on, read from the files that profilers leave.

Torch, TensorFlow and JAX, their older dumps included; no plugin is needed. ``trace`` is
the model, ``json_stream``, ``trace_events``, ``chrome``, ``messages``, ``xplane`` and
``statistics`` read, ``steps``, ``operators``, ``kernels``, ``memory`` and ``verdict`` analyse.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.profile.kind import KIND

__all__ = ["KIND"]
