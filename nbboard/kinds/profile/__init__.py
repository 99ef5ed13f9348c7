"""Profiles: what training spends its time on, read from the files that profilers leave.

Torch, TensorFlow and JAX, their older dumps included; no plugin is needed. ``trace`` is
the model, ``json_stream``, ``chrome``, ``messages``, ``xplane`` and ``statistics`` read,
``steps``, ``operators``, ``kernels``, ``memory`` and ``verdict`` analyse.
"""

from __future__ import annotations

from nbboard.kinds.profile.collection import Profiles
from nbboard.kinds.profile.kind import KIND
from nbboard.kinds.profile.profile import Profile, ProfileTable
from nbboard.kinds.profile.verdict import Verdict

__all__ = ["KIND", "Profile", "ProfileTable", "Profiles", "Verdict"]
