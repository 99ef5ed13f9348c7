"""``nbboard.diff``: what differed, of whatever somebody has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.errors import UsageError
from nbboard.logdir.log import LogDir
from nbboard.logdir.one_run import Run
from nbboard.logdir.opening import open_logdir

if TYPE_CHECKING:
    from nbboard.kinds.params.difference import Differences
    from nbboard.logdir.names import Names

__all__ = ["diff"]


def diff(what: Any, runs: Names | None = None, *, names: Names | None = None) -> Differences:
    """Return what differed between runs: the parameters that are not the same in all of them.

    They are read from every source that stands beside a run: the hparams plugin, settings
    logged as text (CleanRL, ML-Agents, Open3D-ML, Hugging Face, :func:`nbboard.note_run`), and
    files in its folder or above it in the log (``hparams.yaml``, ``args.yaml``, ``config.yml``,
    ``configuration.yaml``, ``.hydra/config.yaml``, ``params.json``, ``trainer_state.json``, those
    of Weights & Biases). What cannot be read of them stands in ``log.problems``.

    Parameters
    ----------
    what
        A log, what :func:`nbboard.open` takes, or several runs: ``[log["a"], log["b"]]``.
    runs
        Which of its runs: a regular expression, exact names or a function.
    names
        Which parameters, in the same ways.

    Returns
    -------
    Differences
        A table of one row a run; what is the same in all runs is in ``.constant``.

    Raises
    ------
    LogdirError
        If no run fits.
    UsageError
        If runs of several logs were given.

    Examples
    --------
    >>> nbboard.diff("logs")
    >>> nbboard.diff(log, runs="lr=0.1").to_pandas()
    """
    if isinstance(what, Run):
        what = [what]
    if isinstance(what, (list, tuple)) and any(isinstance(one, Run) for one in what):
        logs = {id(getattr(one, "log", None)): one for one in what}
        if len(logs) > 1 or not all(isinstance(one, Run) for one in what):
            raise UsageError(
                "runs of one log are compared: open the folders together,"
                " nbboard.open({'a': 'one', 'b': 'other'})"
            )
        log: LogDir = what[0].log
        return log.params.select([one.name for one in what]).diff(runs, names)
    log = what if isinstance(what, LogDir) else open_logdir(what)
    return log.params.diff(runs, names)
