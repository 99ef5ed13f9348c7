"""Parameters: what a run was given, from every source that stands beside it.

Few runs log hyperparameters as such. More of them log a table of settings as text, or leave
a file (``hparams.yaml``, ``args.yaml``, ``.hydra/config.yaml``) beside their events. Here all
of it becomes names and values of the run, and what differs between runs a table.
"""

from __future__ import annotations

from nbboard.kinds.params.kind import KIND

__all__ = ["KIND"]
