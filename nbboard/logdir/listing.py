"""What a logdir holds, as tables of text for a terminal."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbboard.logdir.registry import kind_named
from nbboard.text import counted, printable

if TYPE_CHECKING:
    from nbboard.logdir.log import LogDir

__all__ = ["describe_problems", "list_runs", "list_series", "summarize", "table_text"]


#: The columns of names, which may be shortened, and to how many letters.
_NAMES = frozenset({"run", "tag"})
_LEAST = 12


def list_runs(log: LogDir, runs: Sequence[str], width: int | None = None) -> str:
    """Return one line a run: how many series and points of each kind, and the last update.

    Parameters
    ----------
    log
        The logdir.
    runs
        The names of the runs to list.
    width
        Columns of the terminal: the last kinds are added up, and names shortened, to fit it.
        None shows everything in full.
    """
    kinds = _logged_kinds(log)
    series: dict[tuple[str, str], int] = {}
    points: dict[str, int] = {}
    for kind in kinds:
        for key in log.keys_of(kind):
            series[key.run, kind] = series.get((key.run, kind), 0) + 1
            points[key.run] = points.get(key.run, 0) + key.count
    damaged = _problems_by_run(log)
    now = time.time()

    def rows(shown: int) -> list[list[str]]:
        """All columns, those of kinds after the first few added up."""
        rest = ["other"] if shown < len(kinds) else []
        found = [["run", *kinds[:shown], *rest, "points", "problems", "last update"]]
        for run in runs:
            counts = [series.get((run, kind), 0) for kind in kinds]
            counts = [*counts[:shown], *([sum(counts[shown:])] if rest else [])]
            texts = [f"{count:,}" if count else "" for count in counts]
            bad = f"{damaged[run]:,}" if run in damaged else ""
            updated = _when(log.last_wall_time(run), now, brief=width is not None)
            found.append([printable(run), *texts, f"{points.get(run, 0):,}", bad, updated])
        return _without_empty(found)

    # In a narrow terminal the last kinds give way before the names do.
    shown = len(kinds)
    while width is not None and shown > 1 and _width(rows(shown)) > width:
        shown -= 1
    return table_text(rows(shown), width, left={"run", "last update"})


def list_series(log: LogDir, runs: Sequence[str], width: int | None = None) -> str:
    """Return one line a series: run, kind, tag, points, steps, and a scalar's last value."""
    of_run: dict[str, list[list[str]]] = {run: [] for run in runs}
    for kind in _logged_kinds(log):
        for one in log.collection(kind):
            if one.run not in of_run:
                continue
            steps = [f"{one.step[i]:,}" for i in (0, -1)] if len(one) else ["", ""]
            last = f"{one.value[-1]:g}" if kind == "scalars" and len(one) else ""
            names = [printable(name) for name in (one.run, kind, one.tag)]
            of_run[one.run].append([*names, f"{len(one):,}", *steps, last])
    rows = [["run", "kind", "tag", "points", "first step", "last step", "last value"]]
    rows += [row for listed in of_run.values() for row in listed]
    if width is not None and _width(rows, short=True) > width:
        rows = [[*row[:4], *row[5:]] for row in rows]  # where it began tells least
    return table_text(rows, width, left={"run", "kind", "tag"})


def summarize(log: LogDir, runs: Sequence[str]) -> str:
    """Return one line: how many runs, series, points and problems."""
    wanted = frozenset(runs)
    keys = [key for kind in _logged_kinds(log) for key in log.keys_of(kind) if key.run in wanted]
    points = sum(key.count for key in keys)
    text = f"{counted(len(runs), 'run')}, {len(keys):,} series, {counted(points, 'point')}"
    problems = log.problems
    if len(wanted) < len(log.runs):
        files = {file for run in runs for file in _files(log, run)}
        problems = tuple(problem for problem in problems if problem.file in files)
    if problems:
        lost = sum(problem.lost for problem in problems)
        text += f"; {counted(len(problems), 'problem')}, {lost:,} bytes lost"
    return text


def describe_problems(log: LogDir) -> str:
    """Return one line a problem."""
    return "\n".join(printable(str(problem)) for problem in log.problems)


def _logged_kinds(log: LogDir) -> list[str]:
    """Return the kinds that are series, without those in files beside the event files."""
    return [kind for kind in log.kinds if not kind_named(kind).beside]


def _files(log: LogDir, run: str) -> tuple[str, ...]:
    try:
        return log.store.files(run)
    except KeyError:
        return ()  # the watcher found it gone in between


def _problems_by_run(log: LogDir) -> dict[str, int]:
    if not log.problems:
        return {}
    runs = {file: run for run in log.runs for file in _files(log, run)}
    counts: dict[str, int] = {}
    for problem in log.problems:
        run = runs.get(problem.file)
        if run is not None:
            counts[run] = counts.get(run, 0) + 1
    return counts


def _when(seconds: float | None, now: float, *, brief: bool) -> str:
    if seconds is None:
        return ""
    try:
        moment = dt.datetime.fromtimestamp(seconds, tz=dt.timezone.utc).astimezone()
    except (ValueError, OverflowError, OSError):
        return "no date"  # NaN, or some other clock's number
    ago = now - seconds
    text = f"{moment:%Y-%m-%d}" if brief else f"{moment:%Y-%m-%d %H:%M}"
    for unit, size in (("s", 1), ("min", 60), ("h", 3600)):
        if 0 <= ago < 100 * size and (unit != "h" or ago < 48 * size):
            words = f"{ago / size:.0f} {unit} ago"
            return words if brief else f"{text} ({words})"
    return text


def _without_empty(rows: list[list[str]]) -> list[list[str]]:
    """Drop columns that say nothing, such as problems where there are none."""
    keep = [i for i in range(len(rows[0])) if i == 0 or any(row[i] for row in rows[1:])]
    return [[row[i] for i in keep] for row in rows]


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: letters of the Far East take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _end_of(text: str, cells: int) -> str:
    """Return the end of a text that takes no more than so many cells."""
    if _cells(text) <= cells:
        return text
    while _cells(text) > cells - 3:
        text = text[1:]
    return f"...{text}"


def _widths(rows: list[list[str]]) -> list[int]:
    return [max(_cells(row[i]) for row in rows) for i in range(len(rows[0]))]


def _width(rows: list[list[str]], *, short: bool = False) -> int:
    """How wide a table is, with its names as long as they are or as short as can be."""
    widths = _widths(rows)
    if short:
        pairs = zip(rows[0], widths, strict=True)
        widths = [min(width, _LEAST) if name in _NAMES else width for name, width in pairs]
    return sum(widths) + 2 * (len(widths) - 1)


def table_text(rows: list[list[str]], width: int | None, left: set[str]) -> str:
    """Return rows of cells as lines, the first one the titles.

    Parameters
    ----------
    rows
        The cells.
    width
        Columns of the terminal, which names are shortened to fit; None shows all of them.
    left
        The titles of columns that stand on the left; numbers stand on the right.
    """
    widths = _widths(rows)
    if width is not None:
        # Names give way, the longest first, never numbers; the end of a name tells most.
        names = [i for i, name in enumerate(rows[0]) if name in _NAMES]
        over = _width(rows) - width
        while over > 0 and max(widths[i] for i in names) > _LEAST:
            widths[max(names, key=lambda i: widths[i])] -= 1
            over -= 1
    lines = []
    for row in rows:
        cells = []
        for title, text, room in zip(rows[0], row, widths, strict=True):
            shown = _end_of(text, room)
            space = " " * (room - _cells(shown))
            cells.append(shown + space if title in left else space + shown)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
