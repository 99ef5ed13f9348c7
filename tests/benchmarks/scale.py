"""What very many runs cost: ``python -m tests.benchmarks.scale [--runs 100000]``.

Processor time, which a busy machine alters less than seconds, and peak memory; each reading
in a process of its own. What must not depend on the number of runs is measured at a tenth of
them, too, and the ratio printed: cost in proportion to the change, never to the log.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.datasets import START, cache, event, record, simple, version

TAGS = ("loss/train", "loss/val", "val/accuracy")
#: How much longer than at a tenth of the runs a thing may take that costs the change only.
FLAT = 3.0


def many_runs(count: int) -> Path:
    """Return a folder of runs of 3 tags x 20 steps, half of them with hyperparameters."""
    from tensorboard.compat.proto import event_pb2
    from tensorboard.plugins.hparams import summary_v2

    folder = cache() / f"runs_{count}"
    done = folder.with_suffix(".done")
    if done.exists():
        return folder
    encoders = [simple(tag) for tag in TAGS]
    points = b"".join(
        record(event(START + step, step, encode(step * 0.1)))
        for step in range(20)
        for encode in encoders
    )
    for i in range(count):
        content = points
        if i % 2 == 0:
            hparams = {"lr": 10.0 ** -(i % 5), "batch": 2 ** (i % 6), "seed": i}
            message = event_pb2.Event(wall_time=START, summary=summary_v2.hparams_pb(hparams))
            content = record(message.SerializeToString()) + points
        run = folder / f"sweep_{i % 7}" / f"run_{i:06}"
        run.mkdir(parents=True, exist_ok=True)
        (run / f"events.out.tfevents.{1700000000 + i}.host.{i}.0").write_bytes(version() + content)
    done.touch()
    return folder


def work(call: Callable[[], object]) -> float:
    """Return the processor seconds of a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def measure(folder: str) -> dict[str, float]:
    """Measure in this process what a log of many runs costs."""
    import nbboard

    _ = nbboard.open
    logs: list[Any] = []
    figures = {"open, CPU s": work(lambda: logs.append(nbboard.open(folder, progress=False)))}
    log = logs[0]
    figures["open, peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["kinds, CPU s"] = work(lambda: log.kinds)
    figures["first keys, CPU s"] = work(lambda: log.scalars.keys)
    key = log.scalars.keys[len(log.scalars.keys) // 2]
    figures["one series, ms"] = work(lambda: [log.scalars[key.run, key.tag] for _ in range(1000)])
    figures["a look at nothing new, CPU s"] = work(log.refresh)
    boards: list[Any] = []
    figures["board, CPU s"] = work(lambda: boards.append(log.view(live=False)))
    figures["board, first view, MB"] = sent(boards[0], boards[0].current) / 1e6
    views = list(boards[0].views.values())
    sent(*views)
    (path,) = Path(folder, key.run).iterdir()
    before = path.read_bytes()
    try:
        with path.open("ab") as file:
            file.write(record(event(START + 20, 20, simple(TAGS[0])(1.0))))
        changes: list[Any] = []
        figures["a look at one new point, CPU s"] = work(lambda: changes.append(log.refresh()))
        news: list[Any] = []
        figures["news of it to views, ms"] = 1000 * work(lambda: told(views, changes[0], news))
        figures["news of it to views, kB"] = sum(map(size, news)) / 1e3
        figures["keys after it, ms"] = 1000 * work(lambda: log.scalars.keys)
        figures["kinds after it, ms"] = 1000 * work(lambda: log.kinds)
    finally:
        path.write_bytes(before)
    # Every other run is a trial.
    new = Path(folder, "sweep_0", "run_new")
    shutil.copytree(next(Path(folder).glob("*/run_*0")), new)
    try:
        found: list[Any] = []
        figures["a look at one new trial, CPU s"] = work(lambda: found.append(log.refresh()))
        figures["news of it to the views, CPU s"] = work(lambda: told(views, found[0], []))
    finally:
        shutil.rmtree(new)
    return figures


def sent(*widgets: Any) -> int:
    """Return the bytes of what opens widgets of a log in a page, but for their modules."""
    states = [widget.get_state() for widget in (*widgets, widgets[0].run_list)]
    return sum(size({k: v for k, v in state.items() if k != "_esm"}) for state in states)


def size(content: Any) -> int:
    """Return the bytes of a message: its text and its buffers."""
    from nbboard.views.shared import wire

    plain, buffers = wire.split(content)
    text = json.dumps(plain, default=str)
    return len(text) + sum(memoryview(buffer).nbytes for buffer in buffers)


def told(views: list[Any], changes: Any, news: list[Any]) -> None:
    """Have views note changes, and make the messages about them."""
    from nbboard.views.shared import wire

    for view in views:
        view.note(changes)
    for view in views:
        content = view.news()
        if content is not None:
            news.append(wire.encode(content))


def in_child(folder: Path) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.scale", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def folders(count: int) -> float:
    """Open a list of so many folders; return seconds of work."""
    import nbboard

    root = many_runs(10_000)
    paths = sorted(str(path) for path in root.glob("*/*"))[:count]
    return work(lambda: nbboard.open(paths, progress=False))


def slow_storage(count: int, seconds: float) -> tuple[float, float]:
    """Open and look at runs where every call takes a while; return wall seconds of both."""
    from nbboard.series import Source, Store
    from nbboard.storage import LocalStorage

    class Slow(LocalStorage):
        """Like a network file system."""

        def scan(self, path: str) -> Any:
            time.sleep(seconds)
            return super().scan(path)

        def stat(self, path: str) -> Any:
            time.sleep(seconds)
            return super().stat(path)

        def read_whole(self, *arguments: Any) -> Any:
            time.sleep(3 * seconds)
            return super().read_whole(*arguments)

    root = str(many_runs(count))
    store = Store([Source("", root)], storages=[(Slow(), root)])
    return elapsed(store.refresh), elapsed(store.refresh)


def elapsed(call: Callable[[], object]) -> float:
    """Return the wall seconds of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def object_store(count: int, seconds: float) -> dict[str, float]:
    """Open and look at runs in a bucket where each request takes a while."""
    import moto.server
    import s3fs

    from nbboard.series import Source, Store
    from nbboard.storage.remote import RemoteStorage

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {"key": "k", "secret": "s", "endpoint_url": f"http://{host}:{port}"}
    filesystem = s3fs.S3FileSystem(**settings, skip_instance_cache=True)
    filesystem.mkdir("logs")
    source = many_runs(10_000)
    for path in sorted(source.glob("*/*/*"))[:count]:
        filesystem.pipe_file(f"logs/{path.relative_to(source)}", path.read_bytes())
    requests: list[str] = []
    filesystem.s3.meta.events.register(
        "before-call.s3", lambda model, **_: requests.append(model.name)
    )
    kind = type(filesystem)
    original = kind._call_s3

    async def slow(self: Any, *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(seconds)
        return await original(self, *arguments, **options)

    kind._call_s3 = slow
    try:
        store = Store([Source("", "s3://logs")], storages=[(RemoteStorage(filesystem), "logs")])
        figures = {"open, s": elapsed(store.refresh), "open, requests": float(len(requests))}
        requests.clear()
        figures["look, s"] = elapsed(store.refresh)
        figures["look, requests"] = float(len(requests))
    finally:
        kind._call_s3 = original
        server.stop()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        print(json.dumps(measure(options.folder)))
        return
    tenth = in_child(many_runs(options.runs // 10))
    full = in_child(many_runs(options.runs))
    print(f"\n{'':32} {options.runs // 10:>10,} runs {options.runs:>10,} runs    ratio")
    for name, value in full.items():
        ratio = value / max(tenth[name], 1e-6)
        print(f"{name:32} {tenth[name]:15,.3f} {value:15,.3f} {ratio:8.1f}")
    ratio = full["one series, ms"] / max(tenth["one series, ms"], 1e-6)
    print(f"one series costs the same whatever the log: {'yes' if ratio < FLAT else 'NO'}")
    print(f"\nopen a list of 1,000 folders, CPU s: {folders(1000):.2f}")
    opened, looked = slow_storage(10_000, 0.0005)
    print(f"10,000 runs at 0.5 ms a call: open {opened:.1f} s, a look {looked:.2f} s")
    if shutil.which("moto_server"):
        bucket = object_store(1000, 0.05)
        told = ", ".join(f"{name} {value:,.1f}" for name, value in bucket.items())
        print(f"1,000 runs in a bucket at 50 ms a request: {told}")


if __name__ == "__main__":
    main()
