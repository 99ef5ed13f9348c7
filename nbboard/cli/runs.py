"""What ``nbboard runs`` does: the table of runs, filtered and sorted, in a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import LogdirError
from nbboard.logdir.listing import table_text
from nbboard.text import counted, printable
from nbboard.views.runs.columns import same

if TYPE_CHECKING:
    import argparse

__all__ = ["runs"]

#: Metrics and hyperparameters that are listed unless columns are named.
_MOST = 8
_LETTERS = 24


def runs(options: argparse.Namespace) -> int:
    """List runs with what they were given and what came of it."""
    import nbboard

    logdirs = options.logdir
    log = nbboard.open(logdirs if len(logdirs) > 1 else logdirs[0])
    if not log.runs:
        print(log.why_empty())
        return 0
    table = log.runs_table
    total = len(table)
    if options.where:
        table = table.where(options.where)
    if not len(table):
        raise LogdirError(f"no run fulfils {options.where!r}: there are {total:,}")
    for entry in reversed(options.sort):
        key, descending = (entry[1:], True) if entry.startswith("-") else (entry, False)
        table = table.sort(key, descending)
    page = table.page(0, options.most)
    types = table.columns
    columns = options.columns or _unasked(page, types, options.sort)
    for name in columns:
        if name not in types:
            table.sort(name)  # which says what is near
    shown = [name for name in columns if name != "run"]
    rows = [["run", *(printable(name) for name in shown)]]
    rows += [
        [printable(str(run)), *(_cell(name, page[name][row]) for name in shown)]
        for row, run in enumerate(page["run"])
    ]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    print(table_text(rows, width, left={"run"}))
    many = len(page["run"])
    print(counted(total, "run") if many == total else f"{many:,} of {counted(total, 'run')}")
    return 0


def _unasked(page: dict[str, Any], types: dict[str, str], sort: list[str]) -> list[str]:
    """Return the hyperparameters in which the listed runs differ, and the first metrics."""
    hparams = [n for n in types if n.startswith("hp.") and not _all_same(page[n], types[n])]
    metrics = [name for name in types if f"best.{name}" in types or name.startswith("last.")]
    named = [entry.removeprefix("-") for entry in sort]
    return list(dict.fromkeys([*named, *hparams[:_MOST], *metrics[:_MOST]]))


def _all_same(values: Any, kind: str) -> bool:
    if kind in {"text", "bool"}:
        return len(set(values.tolist())) < 2
    return same(np.asarray(values, np.float64))


def _cell(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if name in {"first", "last"}:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(float(value)))
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}"
    text = printable(str(value))
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 3]}..."
