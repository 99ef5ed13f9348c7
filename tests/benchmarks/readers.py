"""nbboard and its peers on the same logs, side by side: ``python -m tests.benchmarks.readers``.

Every reading is a process of its own, page cache warm; the readers take turns,
so that a busy machine slows all of them alike. The best of the rounds counts,
with the median beside it.
"Work" is processor time, all threads (and the data server's) added up: on a busy
machine it says more than seconds do.
EventAccumulator and tbparse need minutes for the full sets: they read a tenth
of the points, and their points per second are compared, unless ``--full`` is given.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.datasets import NAME, SETS, dataset, event, record, simple, version

FAST = ("floor", "nbboard", "data-server", "data-server --checksum")
SLOW = ("EventAccumulator", "tbparse")
#: What the project wants to reach: times as fast as the better of the data server's modes.
GOALS = {"A": 10, "At": 10, "B": 8, "Bt": 10, "C": 3, "D": 2, "E": 2, "T": 2, "V": 2, "M": 2}
NEEDS = {
    "data-server": "tensorboard_data_server",
    "data-server --checksum": "tensorboard_data_server",
    "tbparse": "tbparse",
}


def read(reader: str, folder: Path) -> dict[str, float] | None:
    """Let one reader read one set; None if it cannot."""
    module = NEEDS.get(reader, "tensorboard")
    if importlib.util.find_spec(module) is None:
        return None
    script = Path(__file__).with_name("contestants.py")
    command = [sys.executable, str(script), reader, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=900
    )
    if done.returncode:
        print(
            f"{reader} on {folder.name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr
        )
        return None
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def size_of(folder: Path) -> float:
    """Return the size of a set in MB."""
    return sum(path.stat().st_size for path in folder.rglob(f"*{NAME}")) / 1e6


def compare(name: str, rounds: int, *, full: bool, slow: bool) -> list[dict[str, Any]]:
    """Let all readers take turns on one set; return a row for each."""
    folder = dataset(name)
    first = read("nbboard", folder)
    assert first is not None
    points = int(first["points"])
    # The data server's reader waits until this many points are there.
    (folder.parent / f"{folder.name}.points").write_text(str(points))
    done: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for reader in FAST:
            result = read(reader, folder)
            if result is not None and not math.isnan(result["seconds"]):
                done.setdefault(reader, []).append(result)
    rows = [
        {"set": name, "reader": reader, "scale": 1, "MB": size_of(folder), **summary(results)}
        for reader, results in done.items()
    ]
    if not slow or (name == "E" and not full):
        return rows
    scale = 1 if full or name == "F" else 10
    small = dataset(name, scale)
    for reader in SLOW:
        result = read(reader, small)
        if result is not None:
            row = {"set": name, "reader": reader, "scale": scale, "MB": size_of(small)}
            rows.append({**row, **summary([result])})
    return rows


def summary(results: list[dict[str, float]]) -> dict[str, float]:
    """Return what all rounds of one reader come to."""
    return {
        "points": results[0]["points"],
        "seconds": min(result["seconds"] for result in results),
        "median": statistics.median(result["seconds"] for result in results),
        "work": min(result["work"] for result in results),
        "peak": max(result["peak"] for result in results),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Format the rows of one set."""
    mine = next(row for row in rows if row["reader"] == "nbboard")
    points, seconds = mine["points"], mine["seconds"]
    lines = [
        f"{rows[0]['set']}: {points / 1e6:.2f} M points, {mine['MB']:.1f} MB",
        f"  {'reader':24}{'seconds':>9}{'median':>8}{'work':>8}{'Mpoints/s':>11}{'MB/s':>9}{'peak MiB':>10}{'nbboard is':>14}",
    ]
    for row in rows:
        took = row["seconds"]
        rate = row["points"] / took / 1e6
        share = points / mine["points"] if not row["points"] else row["points"] / points
        # At a tenth of the points the same speed takes a tenth of the time.
        ratio = took / (seconds * (share if row["scale"] > 1 else 1))
        note = f" (1/{row['scale']} of the points)" if row["scale"] > 1 else ""
        lines.append(
            f"  {row['reader']:24}{took:9.3f}{row['median']:8.3f}{row['work']:8.3f}"
            + (f"{rate:11.2f}" if row["points"] else f"{'':11}")
            + f"{row['MB'] / took:9.0f}{row['peak']:10.0f}"
            + ("" if row is mine else f"{ratio:11.1f} x{note}")
        )
    servers = [row for row in rows if row["reader"].startswith("data-server")]
    goal = GOALS.get(rows[0]["set"])
    if servers and goal:
        reached, median, work = (
            min(row[what] for row in servers) / mine[what] for what in ("seconds", "median", "work")
        )
        verdict = "reached" if reached >= goal else "NOT reached"
        lines.append(
            f"  {reached:.1f} times the better data server (goal {goal}: {verdict}); "
            f"{median:.1f} times by medians, {work:.1f} times by work"
        )
    columns = points * 20 / 2**20
    limit = 2 * columns + 64
    verdict = "within" if mine["peak"] <= limit else "ABOVE"
    lines.append(f"  peak {mine['peak']:.0f} MiB, {verdict} 2 x columns + 64 = {limit:.0f} MiB")
    return "\n".join(lines)


def refresh() -> str:
    """Time a refresh of 1,000 runs of which 10 have grown."""
    from nbboard.series.store import Source, Store

    root = Path(tempfile.mkdtemp())
    try:
        encode = simple("loss")
        head = b"".join([version(), *(record(event(1e9, i, encode(i))) for i in range(20))])
        for run in range(1_000):
            (root / f"run_{run}").mkdir()
            (root / f"run_{run}" / NAME).write_bytes(head)
        store = Store([Source("", str(root))])
        store.refresh()
        wall, work = [], []
        for turn in range(20):
            for run in range(10):
                with (root / f"run_{run * 97}" / NAME).open("ab") as out:
                    out.write(record(event(1e9, turn, encode(turn))))
            start, cpu = time.perf_counter(), time.process_time()
            changes = store.refresh()
            wall.append(time.perf_counter() - start)
            work.append(time.process_time() - cpu)
            assert sum(changes.series.values()) == 10
        wall.sort()
        work.sort()
        return (
            f"refresh of 1,000 runs of which 10 grew: {work[10] * 1e3:.0f} ms of work, "
            f"{wall[10] * 1e3:.0f} ms (medians of 20; goal 100 ms of work)"
        )
    finally:
        shutil.rmtree(root)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS), help="which, separated by commas")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each reader")
    parser.add_argument("--fast", action="store_true", help="leave the slow readers out")
    parser.add_argument("--full", action="store_true", help="slow readers read everything, too")
    parser.add_argument("--json", type=Path, help="also write all rows to this file")
    options = parser.parse_args()
    everything = []
    for name in options.sets.split(","):
        rows = compare(name, options.rounds, full=options.full, slow=not options.fast)
        everything += rows
        print(table(rows), flush=True)
        print()
    print(refresh())
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
