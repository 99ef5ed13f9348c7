"""What an index of very many runs costs: ``python -m tests.benchmarks.catalogue [--runs 100000]``.

Processor time, bytes, and seconds where somebody waits; each measurement in a process of its
own. A million runs are made by copying the rows of a hundred thousand under other names, so
that opening, filtering and sorting have that many; ``--million`` indexes them, too, from
listings of one folder under ten names.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.datasets import START, cache, event, record, simple, version
from tests.benchmarks.scale import TAGS
from tests.catalogue.copies import copied

STEPS = 20
#: Seconds in which somebody looks at the table of runs before putting it in another order.
LOOKED_AT = 2
COPIES = 10


def varied_runs(count: int) -> Path:
    """Return a folder of runs of 3 tags x 20 steps, no two alike, half with hyperparameters."""
    from tensorboard.compat.proto import event_pb2
    from tensorboard.plugins.hparams import summary_v2

    folder = cache() / f"varied_{count}"
    if folder.with_suffix(".done").exists():
        return folder
    encoders = [simple(tag) for tag in TAGS]
    rng = np.random.default_rng(0)
    for i in range(count):
        values = rng.normal(size=(STEPS, len(TAGS))).astype(np.float32).tolist()
        walls = (START + 60 * i + np.cumsum(rng.random(STEPS))).tolist()
        content = [version()]
        if i % 2 == 0:
            hparams = {"lr": 10.0 ** -rng.uniform(0, 5), "batch": 2 ** (i % 6), "seed": i}
            message = event_pb2.Event(wall_time=START, summary=summary_v2.hparams_pb(hparams))
            content.append(record(message.SerializeToString()))
        content += [
            record(event(walls[step], step, encode(values[step][j])))
            for step in range(STEPS)
            for j, encode in enumerate(encoders)
        ]
        run = folder / f"sweep_{i % 7}" / f"run_{i:06}"
        run.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{1700000000 + i}.host.{i}.0"
        (run / name).write_bytes(b"".join(content))
    folder.with_suffix(".done").touch()
    return folder


def index_once(source: Any, catalogue: str) -> dict[str, float]:
    """Index in this process; return what it cost, without importing."""
    import nbboard
    from nbboard.catalogue.tables import Tables
    from nbboard.logdir.registry import kinds

    kinds()
    import deltalake  # noqa: F401 - so that importing is not counted
    import duckdb  # noqa: F401 - the same
    import pyarrow.dataset  # noqa: F401 - the same

    start = time.process_time()
    found = nbboard.index(source, catalogue, progress=False)
    return {
        "runs read": found.read,
        "CPU s": time.process_time() - start,
        "listing s": found.listing,
        "rest s": found.seconds - found.listing,
        "bytes": size_of(Tables(catalogue)),
        "peak MB": peak(),
    }


def size_of(tables: Any) -> float:
    """Return the bytes of the files that the tables consist of."""
    import deltalake

    return float(
        sum(
            sum(
                deltalake.DeltaTable(tables.address(table))
                .get_add_actions()["size_bytes"]
                .to_pylist()
            )
            for table in ("runs", "series", "scalars", "files")
        )
    )


def peak() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def grow(folder: Path, count: int) -> Callable[[], None]:
    """Append a point to some runs; return what takes it back."""
    paths = sorted(folder.glob("sweep_*/run_*/*"))[
        :: max(len(list(folder.glob("sweep_*/run_*"))) // count, 1)
    ]
    before = {path: path.read_bytes() for path in paths[:count]}
    for path in before:
        with path.open("ab") as file:
            file.write(record(event(START + 1e6, STEPS, simple(TAGS[0])(1.0))))

    def back() -> None:
        for path, data in before.items():
            path.write_bytes(data)

    return back


def ask(catalogue: str, *, curves: bool) -> dict[str, float]:
    """Open a catalogue and ask what somebody would; return seconds, and memory.

    Runs that were copied have no curves of their own.
    """
    figures: dict[str, float] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = call()
        figures[f"{name}, s"] = time.perf_counter() - start
        return result

    start = time.perf_counter()
    import deltalake  # noqa: F401 - so that opening is told apart from importing
    import duckdb  # noqa: F401 - the same
    import pyarrow.parquet  # noqa: F401 - the same

    import nbboard
    import nbboard.catalogue.log

    figures["import, s"] = time.perf_counter() - start
    start = time.perf_counter()
    log = nbboard.open(catalogue)
    top = log.runs_table.where("hp.lr < 0.1").top("val/accuracy", 20)
    best = top.page(0, 20)
    figures["open, top 20, s"] = time.perf_counter() - start
    figures["memory then, MB"] = peak()
    figures["runs"] = len(log.runs)
    table = timed("table again", lambda: log.runs_table)
    timed("top 20 again", lambda: table.where("hp.lr < 0.1").top("val/accuracy", 20).page(0, 20))
    columns = ["run", "hp.lr", "hp.batch", "val/accuracy", "loss/val"]
    timed("count of a filter", lambda: len(table.where("hp.lr < 0.01 and val/accuracy > 0")))
    timed("sorted page", lambda: table.sort("loss/val").page(5000, 5100, columns))
    ten = log.runs_table.page(0, 100_000, columns)
    figures["bytes of 100,000 x 4 numbers"] = float(
        sum(array.astype(np.float32).nbytes for name, array in ten.items() if name != "run")
    )
    if curves:
        timed(
            "curves of the 20",
            lambda: log.scalars.select("val/acc", runs=best["run"].tolist()).to_pandas(),
        )
        timed(
            "curves of the 20 again", lambda: [log.scalars[r, "val/accuracy"] for r in best["run"]]
        )
    from nbboard.views.shared.wire import size_of as size_of_message

    view = timed("runs view", log.runs_view)
    figures["bytes of its rows"] = float(size_of_message(view.payload()))
    time.sleep(LOOKED_AT)
    timed("sort in it", lambda: setattr(view, "sort", ["-val/accuracy"]))
    timed("another", lambda: setattr(view, "sort", ["loss/val"]))
    timed("filter in it", lambda: setattr(view, "where", "hp.lr < 0.01"))
    figures["peak MB"] = peak()
    return figures


def bucket(count: int, seconds: float) -> dict[str, float]:
    """Index runs of a bucket whose requests take a while into a catalogue in it."""
    from tests.catalogue.buckets import slow_bucket

    source = varied_runs(10_000)
    with slow_bucket(seconds) as (filesystem, environment):
        filesystem.mkdir("logs")
        for path in sorted(source.glob("*/*/*"))[:count]:
            filesystem.pipe_file(f"logs/{path.relative_to(source)}", path.read_bytes())
        with environment:
            import nbboard

            first = nbboard.index("s3://logs", "s3://logs-index/catalogue", progress=False)
            again = nbboard.index("s3://logs", "s3://logs-index/catalogue", progress=False)
            start = time.perf_counter()
            log = nbboard.open("s3://logs-index/catalogue")
            log.runs_table.top("val/accuracy", 20).page(0, 20)
            opened = time.perf_counter() - start
    return {
        "runs": first.read,
        "index, s": first.seconds,
        "nothing new, s": again.seconds,
        "open and top 20, s": opened,
    }


def in_child(what: str, *arguments: str) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.catalogue", "--measure", what, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(what: str, arguments: list[str]) -> Any:
    """Do one measurement in this process."""
    if what == "index":
        return index_once(arguments[0], arguments[1])
    if what == "copies":
        sources = {f"copy_{i}": arguments[0] for i in range(COPIES)}
        return index_once(sources, arguments[1])
    if what in {"ask", "ask copies"}:
        return ask(arguments[0], curves=what == "ask")
    return bucket(1000, 0.05)


def told(name: str, figures: dict[str, float]) -> None:
    """Print figures."""
    print(f"{name}: " + ", ".join(f"{key} {value:,.2f}" for key, value in figures.items()))


def build(count: int) -> tuple[str, float]:
    """Index so many runs anew; return the catalogue and CPU seconds for a thousand runs."""
    folder = varied_runs(count)
    catalogue = str(cache() / f"catalogue_{count}")
    shutil.rmtree(catalogue, ignore_errors=True)
    figures = in_child("index", str(folder), catalogue)
    told(f"index of {count:,} runs", figures)
    print(f"  {figures['bytes'] / count:.0f} bytes a run")
    return catalogue, 1000 * figures["CPU s"] / count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="index ten times as many, too")
    parser.add_argument("--only", default="", help="build, update, ask or bucket")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure[0], options.measure[1:])))
        return
    only = options.only
    catalogue = str(cache() / f"catalogue_{options.runs}")
    if not only or only == "build":
        _, tenth = build(options.runs // 10)
        catalogue, full = build(options.runs)
        print(f"CPU s for 1,000 runs: {tenth:.3f} and {full:.3f}, ratio {full / tenth:.2f}")
    if options.million:
        target = str(cache() / "catalogue_indexed_million")
        shutil.rmtree(target, ignore_errors=True)
        told(
            "index of ten times as many", in_child("copies", str(varied_runs(options.runs)), target)
        )
    if not only or only == "update":
        folder = varied_runs(options.runs)
        told("nothing new", in_child("index", str(folder), catalogue))
        back = grow(folder, 10)
        try:
            told("10 runs grown", in_child("index", str(folder), catalogue))
        finally:
            back()
            in_child("index", str(folder), catalogue)
    if not only or only == "ask":
        copies = str(cache() / "catalogue_copies")
        copied(catalogue, copies, COPIES)
        told(f"{options.runs:,} runs", in_child("ask", catalogue))
        told("ten times as many", in_child("ask copies", copies))
    if (not only or only == "bucket") and shutil.which("moto_server"):
        told("a bucket at 50 ms a request", in_child("bucket"))


if __name__ == "__main__":
    main()
