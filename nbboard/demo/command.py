"""``nbboard demo``: train the demo from a shell, and say what to do with its logs."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence

from nbboard.demo.settings import GRID
from nbboard.demo.training import train

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``nbboard demo``.

    Parameters
    ----------
    arguments
        What follows ``nbboard demo``; None takes it from the command line.

    Returns
    -------
    int
        The exit status: 0, or 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(
        prog="nbboard demo",
        description="Train small networks on handwritten digits and log everything they do: "
        f"{len(GRID)} runs, well under a minute.",
    )
    parser.add_argument("logdir", nargs="?", default="logs", help="where to log (default: logs)")
    parser.add_argument("--again", action="store_true", help="train runs that are there already")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)

    started = time.monotonic()
    try:
        trained = train(options.logdir, again=options.again, progress=not options.quiet)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The run that was being trained is there as far as it got.\n")
        return 130
    new = [run for run in trained if not math.isnan(run.accuracy)]
    if new:
        best = max(new, key=lambda run: run.accuracy)
        said = (
            f"{len(new)} runs trained in {time.monotonic() - started:.0f} s. "
            f"Best: {best.run}, {best.accuracy:.1%} of the validation digits recognised."
        )
    else:
        said = "Nothing had to be trained; --again trains all runs anew."
    sys.stdout.write(
        f"{said}\n\nLook at them in a notebook:\n"
        f"  %load_ext nbboard\n  %tensorboard --logdir {_quoted(options.logdir)}\n"
    )
    return 0


def _quoted(path: str) -> str:
    """Quote a path for the magic where it needs it."""
    return f'"{path}"' if any(letter in path for letter in " '#") else path
