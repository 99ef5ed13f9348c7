"""``%tensorboard`` beside TensorBoard's own two loaders: ``python -m tests.benchmarks.provider``.

From the start of the process to the final answer of the scalars route, which is when the
page could draw everything; the peak of memory meanwhile, all processes added up; and how
long a point takes from the file to the answer. The contestants take turns, so that a busy
machine slows all of them alike. TensorBoard's Python loader needs minutes for the full
sets: it reads a tenth of the points and its time is multiplied, unless ``--full`` is given.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from nbboard import server
from tests.benchmarks.datasets import NAME, dataset, event, record, simple, version

#: Set: how many runs it has, and the last step of each.
SETS = {"A": (1, 999_999), "B": (1, 99_999), "M": (1, None), "R": (500, 99)}
CONTESTANTS = ("nbboard", "fast", "slow")
#: What is to be reached: times as fast as the two loaders, and of the fast one's memory.
GOALS = {"slow": 50.0, "fast": 1.0}
MEMORY = 1.2


class Running:
    """A contestant that serves a folder."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self._process = psutil.Process(pid)

    def ask(self, route: str, **arguments: str) -> Any:
        """Return an answer, None while there is none."""
        address = f"{self.url}data/plugin/scalars/{route}?{urlencode(arguments)}"
        try:
            with urllib.request.urlopen(address, timeout=600) as answer:
                return json.load(answer)
        except (OSError, urllib.error.HTTPError, ValueError):
            return None

    def peak(self) -> float:
        """Return the most memory that its processes have held, in MB."""
        total = 0.0
        for process in (self._process, *self._process.children(recursive=True)):
            status = Path(f"/proc/{process.pid}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
            total += int(line.split()[1]) * 1024 / 1e6
        return total

    def work(self) -> float:
        """Return the processor time of its processes, in seconds."""
        everyone = (self._process, *self._process.children(recursive=True))
        return sum(sum(process.cpu_times()[:2]) for process in everyone)


@contextlib.contextmanager
def running(contestant: str, folder: Path) -> Iterator[Running]:
    """Start a contestant; end it."""
    if contestant == "nbboard":
        result = server.start(folder, new=True)
        yield Running(result.server.url, result.server.pid)
        server.stop(result.server)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    load_fast = {"fast": "true", "slow": "false"}[contestant]
    arguments = [f"--logdir={folder}", f"--port={port}", f"--load_fast={load_fast}"]
    command = [sys.executable, "-m", "tensorboard.main", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Running(f"http://127.0.0.1:{port}/", process.pid)
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.terminate()
        process.terminate()
        process.wait()


def until(condition: Callable[[], Any], seconds: float = 900) -> Any:
    """Wait for something; return it."""
    end = time.perf_counter() + seconds
    while not (found := condition()):
        if time.perf_counter() > end:
            raise TimeoutError
        time.sleep(0.01)
    return found


def start_to_answer(contestant: str, name: str, scale: int) -> dict[str, float]:
    """Time one start: until all runs are there and the last one has its last point."""
    folder = dataset(name, scale)
    runs, step = SETS[name]
    last = None if step is None else (step + 1) // scale - 1
    begun = time.perf_counter()
    with running(contestant, folder) as board:

        def whole() -> bool:
            tags = board.ask("tags")
            if not tags or len(tags) < runs:
                return False
            run = max(tags)
            points = board.ask("scalars", run=run, tag=max(tags[run]))
            if not points:
                return False
            return points[-1][1] == last if last is not None else _still(points)

        seen: list[Any] = []

        def _still(points: list[Any]) -> bool:
            """Whether nothing came any more: the irregular set's end is not known."""
            seen.append(points[-1][1])
            return points[-1][1] == max(seen) and seen.count(max(seen)) > 1

        until(whole)
        seconds = time.perf_counter() - begun
        return {"seconds": seconds * scale, "work": board.work() * scale, "peak": board.peak()}


def append_to_visible(contestant: str, times: int) -> float:
    """Return the mean seconds from a point in the file to the same point in an answer."""
    encode = simple("loss")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(version() + record(event(1e9, 0, encode(0.0))))
        took = []
        with running(contestant, Path(folder)) as board:

            def last() -> int:
                points = board.ask("scalars", run=".", tag="loss")
                return points[-1][1] if points else -1

            until(lambda: last() == 0)
            for step in range(1, times + 1):
                # Not in step with the reader's own clock.
                time.sleep(0.37 * (step % 3))
                with path.open("ab") as file:
                    file.write(record(event(1e9, step, encode(0.5))))
                begun = time.perf_counter()
                until(lambda step=step: last() == step)
                took.append(time.perf_counter() - begun)
    return statistics.mean(took)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="the slow loader reads everything, too")
    parser.add_argument("--contestants", default=",".join(CONTESTANTS))
    options = parser.parse_args()
    contestants = options.contestants.split(",")
    if importlib.util.find_spec("tensorboard_data_server") is None:
        contestants.remove("fast")
    for name in options.sets.split(","):
        found: dict[str, list[dict[str, float]]] = {}
        for number in range(options.rounds):
            for contestant in contestants:
                if contestant == "slow" and number:
                    continue  # once is enough, and long enough
                scale = 10 if contestant == "slow" and not options.full and name != "R" else 1
                found.setdefault(contestant, []).append(start_to_answer(contestant, name, scale))
        report(name, found)
    print("append to visible, mean s:", end="")
    for contestant in contestants:
        print(f"  {contestant} {append_to_visible(contestant, 9):.2f}", end="", flush=True)
    print()


def report(name: str, found: dict[str, list[dict[str, float]]]) -> None:
    """Print what one set came to."""
    best = {
        contestant: {
            "seconds": statistics.median(one["seconds"] for one in rounds),
            "work": statistics.median(one["work"] for one in rounds),
            "peak": max(one["peak"] for one in rounds),
        }
        for contestant, rounds in found.items()
    }
    mine = best["nbboard"]
    print(f"{name}: start to final answer")
    for contestant, one in best.items():
        ratio = one["seconds"] / mine["seconds"]
        note = ""
        if contestant in GOALS:
            reached = "reached" if ratio >= GOALS[contestant] else "NOT reached"
            note = f"  nbboard is {ratio:.1f} x (goal {GOALS[contestant]:g}: {reached})"
        if contestant == "fast":
            note += f", with {mine['peak'] / one['peak']:.2f} of its memory (goal {MEMORY})"
        print(
            f"  {contestant:8}{one['seconds']:8.2f} s{one['work']:8.2f} s of work"
            f"{one['peak']:7.0f} MB{note}",
            flush=True,
        )


if __name__ == "__main__":
    main()
