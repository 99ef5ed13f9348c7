"""What the commands do: ``ls``, ``export``, ``plot``, ``report``, ``index``."""

from __future__ import annotations

import difflib
import io
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError, NbboardError, UsageError
from nbboard.text import counted, printable

if TYPE_CHECKING:
    import argparse

    from nbboard.logdir import Collection, LogDir

__all__ = ["export", "index", "ls", "plot", "report"]

_TABLES = {".csv": "to_csv", ".parquet": "to_parquet"}
#: What a figure is written as, without more packages.
_PICTURES = (".png", ".svg", ".pdf", ".eps", ".ps", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
#: So many problems are told beside an export.
_TOLD = 10


def ls(options: argparse.Namespace) -> int:
    """List runs or series."""
    from nbboard.logdir import listing
    from nbboard.logdir.names import matcher

    log = _open(options.logdir)
    if not log.runs:
        print(log.why_empty())
        return 0
    test = matcher("run", options.runs or "")
    runs = [run for run in log.runs if test(run)]
    if not runs:
        raise LogdirError(f"no run matches {options.runs!r}: there are {len(log.runs):,}")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows = listing.list_series if options.series else listing.list_runs
    print(rows(log, runs, width))
    print(listing.summarize(log, runs))
    if options.problems:
        print(listing.describe_problems(log) or "no problems")
    elif log.problems:
        print("nbboard: --problems lists what was damaged or skipped", file=sys.stderr)
    return 0


def export(options: argparse.Namespace) -> int:
    """Write a table, or values into files."""
    collection = _collection(options, options.kind)
    output, suffix = options.output, Path(options.output).suffix.lower()
    if output == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):
            # The same bytes as in a file, whatever the terminal's encoding and line ends.
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
        collection.to_csv(sys.stdout, safe=not options.as_logged)
    elif suffix == ".csv":
        collection.to_csv(output, safe=not options.as_logged)
        print(f"{output}: {_size(output)}")
    elif suffix in _TABLES:
        collection.to_parquet(output)
        print(f"{output}: {_size(output)}")
    elif suffix and not Path(output).is_dir():
        raise UsageError(f"{output}: tables are written as {' or '.join(_TABLES)}")
    else:
        from nbboard.logdir.files import save_values

        count = save_values(collection, output)  # type: ignore[arg-type]
        print(f"{output}: {counted(count, 'file')}")
    _tell_problems(collection.log)
    return 0


def plot(options: argparse.Namespace) -> int:
    """Draw a figure."""
    from nbboard.cli.options import read_options
    from nbboard.logdir.registry import view_class, view_names
    from nbboard.logdir.whole import whole_file

    suffix = Path(options.output).suffix.lower()
    if suffix not in _PICTURES:
        raise UsageError(f"{options.output}: figures are written as {', '.join(_PICTURES[:3])}")
    if not 10 <= options.dpi <= 2400:
        raise UsageError(f"--dpi is from 10 to 2400, not {options.dpi:g}")
    choices: dict[str, Any] = {}
    if options.kind in view_names():
        view = view_class(options.kind)
        choices = read_options(view, _settings(options, view), options.rest, figure=True)
    collection = _collection(options, options.kind)
    figure = collection.figure(**choices)
    with whole_file(options.output) as path:
        figure.savefig(path, dpi=options.dpi)
    print(f"{options.output}: {_size(options.output)}")
    _tell_problems(collection.log)
    return 0


def report(options: argparse.Namespace) -> int:
    """Write a view, or all of them, into one HTML file."""
    from nbboard.cli.options import read_options
    from nbboard.logdir.registry import view_class

    if options.kind:
        source: Any = _collection(options, options.kind)
        log = source.log
    else:
        log = source = _open(options.logdir, options.restarts)
    view = view_class(options.kind or "board")
    choices = read_options(view, _settings(options, view), options.rest, figure=False)
    if not options.kind:
        if options.runs:
            choices.setdefault("run_filter", options.runs)
        if options.tags:
            choices.setdefault("tag_filter", options.tags)
    source.view(**choices).save(options.output)
    print(f"{options.output}: {_size(options.output)}")
    _tell_problems(log)
    return 0


def index(options: argparse.Namespace) -> int:
    """Index runs into a catalogue, once or again and again."""
    import nbboard

    if options.watch is not None and not options.watch > 0:
        raise UsageError(f"--watch takes seconds above 0, not {options.watch:g}")
    sources = options.source
    client = _dask_client(options.scheduler) if options.scheduler else None
    arguments = (sources if len(sources) > 1 else sources[0], options.catalogue, client)
    try:
        if options.watch is None:
            print(f"{options.catalogue}: {nbboard.index(*arguments, compacted=options.compact)}")
            return 0
        while True:
            _index_again(arguments, compacted=options.compact)
            time.sleep(options.watch)
    finally:
        if client is not None:
            client.close()


def _index_again(arguments: tuple[Any, ...], *, compacted: bool) -> None:
    """Index once more; logs that cannot be reached just now may be the next time."""
    import nbboard

    try:
        print(f"{arguments[1]}: {nbboard.index(*arguments, compacted=compacted)}", flush=True)
    except LogdirError as error:
        print(f"nbboard: {error}", file=sys.stderr, flush=True)


def _dask_client(address: str) -> Any:
    """Return a client of a scheduler; what TLS needs comes from Dask's own configuration."""
    from nbboard.logdir.table import require

    if not address.startswith(("tcp://", "tls://")):
        raise UsageError(f"--scheduler is tcp://HOST:PORT or tls://HOST:PORT, not {address!r}")
    distributed = require("distributed", "cluster")
    try:
        return distributed.Client(address, timeout=10)
    except OSError as error:
        raise NbboardError(f"there is no scheduler at {address}: {error}") from error


def _settings(options: argparse.Namespace, view: Any) -> list[str]:
    """Return what is set, the rule for restarts included where the view has that option."""
    asked = options.restarts is not None and "restarts" in view.option_traits()
    return [*([f"restarts={options.restarts}"] if asked else []), *options.set]


def _open(logdirs: list[str], restarts: str | None = None) -> LogDir:
    import nbboard

    log = nbboard.open(logdirs if len(logdirs) > 1 else logdirs[0], restarts=restarts)
    if not log.runs and log.problems:
        raise LogdirError(f"{log.problems[0].file}: {log.problems[0].reason}")
    return log


def _collection(options: argparse.Namespace, kind: str) -> Collection[Any]:
    log = _open(options.logdir)
    collection = log.collection(kind)
    if not len(collection):
        kinds = list(log.kinds)
        near = difflib.get_close_matches(kind, kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(kinds) or 'nothing'}"
        raise LogdirError(f"{', '.join(options.logdir)} has no {kind}; {hint}")
    from nbboard.logdir.registry import kind_named

    known = kind_named(kind)
    selected: Collection[Any] = (
        collection.select(runs=options.runs)
        if known.beside or known.of_every_log  # which have no tags, and no steps that go back
        else collection.select(options.tags, options.runs, restarts=options.restarts)
    )
    if not len(selected):
        why = selected.why_empty() if hasattr(selected, "why_empty") else f"no {kind} match"
        raise LogdirError(f"{why}: there are {len(collection):,} series")
    return selected


def _tell_problems(log: LogDir) -> None:
    problems = log.problems
    for problem in problems[:_TOLD]:
        print(f"nbboard: {printable(str(problem))}", file=sys.stderr)
    if len(problems) > _TOLD:
        more = counted(len(problems) - _TOLD, "more problem")
        print(f"nbboard: ... and {more}: nbboard ls --problems lists them", file=sys.stderr)


def _size(path: str) -> str:
    return f"{Path(path).expanduser().stat().st_size:,} bytes"
