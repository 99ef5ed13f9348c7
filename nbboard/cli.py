"""The command ``nbboard``: list, plot and export logs, make a demo; no IPython needed."""

from __future__ import annotations

import argparse
import ast
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError, NbboardError, UsageError

if TYPE_CHECKING:
    from nbboard.logdir import Collection, LogDir

__all__ = ["main"]

_TABLES = {".csv": "to_csv", ".parquet": "to_parquet"}
#: So many problems are told beside an export.
_TOLD = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        The arguments after the program's name; those of the process by default.

    Returns
    -------
    int
        0 if it did what was asked, 1 if it could not, 2 if it was asked wrongly.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names may hold what the terminal cannot show.
            stream.reconfigure(errors="backslashreplace")
    command = _DELEGATED.get(arguments[0]) if arguments else None
    try:
        if command is not None:
            return command(arguments[1:])
        options = _parser().parse_args(arguments or ["--help"])
        return int(options.run(options))
    except NbboardError as error:
        print(f"nbboard: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except BrokenPipeError:
        # `nbboard ls | head`: whoever reads has seen enough. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        from nbboard.series.find import reason

        told = error.strerror and error.filename
        why = f"{error.filename}: {reason(error)}" if told else str(error)
        print(f"nbboard: {why}", file=sys.stderr)
        return 1


def _demo(arguments: list[str]) -> int:
    try:
        from nbboard import demo
    except ImportError as error:
        raise UsageError(f"the demo needs more: pip install 'nbboard[demo]' ({error})") from error
    return int(demo.main(arguments) or 0)


def _doctor(arguments: list[str]) -> int:
    try:
        from nbboard import doctor
    except ImportError as error:
        raise UsageError(f"nbboard doctor is not part of this installation ({error})") from error
    return int(doctor.main(arguments) or 0)


# Commands with a parser of their own, in a module of their own.
_DELEGATED: dict[str, Callable[[list[str]], int]] = {"demo": _demo, "doctor": _doctor}


def _parser() -> argparse.ArgumentParser:
    from nbboard import __version__

    parser = argparse.ArgumentParser(
        prog="nbboard",
        description="Look into TensorBoard logs without TensorBoard.",
        epilog="nbboard COMMAND --help tells more, for example: nbboard plot --help",
    )
    parser.add_argument("--version", action="version", version=f"nbboard {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = commands.add_parser("ls", help="list runs: kinds, points, last update, problems")
    _add_selection(listing, tags=False)
    listing.add_argument("--series", action="store_true", help="list every series of the runs")
    listing.add_argument("--problems", action="store_true", help="list what was damaged or skipped")
    listing.set_defaults(run=_ls)

    export = commands.add_parser("export", help="write points into a table, or values into files")
    _add_selection(export)
    export.add_argument(
        "output", help="FILE.csv, FILE.parquet, - (CSV on the output), or a folder for the values"
    )
    export.add_argument("--kind", default="scalars", help="scalars (default), hparams, images, ...")
    export.set_defaults(run=_export)

    plot = commands.add_parser("plot", help="draw a figure")
    _add_selection(plot)
    plot.add_argument("-o", "--output", default="nbboard.png", help="FILE.png, .svg or .pdf")
    plot.add_argument("--kind", default="scalars", help="scalars (default), images, hparams")
    plot.add_argument("--dpi", type=float, default=150, help="dots per inch (default 150)")
    plot.add_argument("--smoothing", type=float, help="0 to 0.999, as in TensorBoard")
    plot.add_argument("--x", choices=["step", "relative", "wall"], help="the horizontal axis")
    plot.add_argument(
        "--set", action="append", default=[], metavar="OPTION=VALUE", help="any option of the view"
    )
    plot.set_defaults(run=_plot)

    commands.add_parser("demo", help="train small networks that log everything")
    commands.add_parser("doctor", help="try the installation, and name the cure for what fails")
    return parser


def _add_selection(parser: argparse.ArgumentParser, *, tags: bool = True) -> None:
    parser.add_argument(
        "logdir", nargs="+", help="a folder of logs, or a URL such as s3://bucket/logs; or several"
    )
    parser.add_argument("--runs", metavar="REGEX", help="only runs that match, in any case")
    if tags:
        parser.add_argument("--tags", metavar="REGEX", help="only tags that match, in any case")
        parser.add_argument(
            "--restarts",
            choices=["keep", "latest"],
            help="where steps go back: keep every point, or the latest as TensorBoard does",
        )


def _open(logdirs: list[str]) -> LogDir:
    import nbboard

    log = nbboard.open(logdirs if len(logdirs) > 1 else logdirs[0])
    if not log.runs and log.problems:
        raise LogdirError(str(log.problems[0].file) + ": " + log.problems[0].reason)
    return log


def _collection(options: argparse.Namespace) -> Collection[Any]:
    from nbboard.logdir.registry import kind_named

    log = _open(options.logdir)
    collection = log.collection(options.kind)
    if not len(collection):
        kinds = ", ".join(log.kinds) or "nothing"
        raise LogdirError(f"{', '.join(options.logdir)} has no {options.kind}; it has {kinds}")
    selected: Collection[Any] = (
        collection.select(runs=options.runs)
        if kind_named(options.kind).beside
        else collection.select(options.tags, options.runs, restarts=options.restarts)
    )
    if not len(selected):
        raise LogdirError(f"no {options.kind} match: there are {len(collection):,} series")
    return selected


def _ls(options: argparse.Namespace) -> int:
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


def _export(options: argparse.Namespace) -> int:
    collection = _collection(options)
    from nbboard.text import counted, printable

    output, suffix = options.output, Path(options.output).suffix.lower()
    if output == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):
            # The same bytes as in a file, whatever the terminal's encoding and line ends.
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
        collection.to_csv(sys.stdout)
    elif suffix in _TABLES:
        getattr(collection, _TABLES[suffix])(output)
        print(f"{output}: {_size(output)}")
    elif suffix and not Path(output).is_dir():
        raise UsageError(f"{output}: tables are written as {' or '.join(_TABLES)}")
    else:
        from nbboard.logdir.files import save_values

        count = save_values(collection, output)  # type: ignore[arg-type]
        print(f"{output}: {counted(count, 'file')}")
    problems = collection.log.problems
    for problem in problems[:_TOLD]:
        print(f"nbboard: {printable(str(problem))}", file=sys.stderr)
    if len(problems) > _TOLD:
        more = counted(len(problems) - _TOLD, "more problem")
        print(f"nbboard: ... and {more}: nbboard ls --problems lists them", file=sys.stderr)
    return 0


def _plot(options: argparse.Namespace) -> int:
    choices = dict(_setting(text) for text in options.set)
    for name in ("smoothing", "x"):
        if getattr(options, name) is not None:
            choices[name] = getattr(options, name)
    collection = _collection(options)
    try:
        figure = collection.figure(**choices)
        figure.savefig(options.output, dpi=options.dpi)
    except (TypeError, ValueError) as error:
        # An option that the view does not have or take, or a file name it cannot draw.
        raise UsageError(str(error)) from error
    print(f"{options.output}: {_size(options.output)}")
    return 0


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set takes OPTION=VALUE, not {text!r}")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def _size(path: str) -> str:
    return f"{Path(path).stat().st_size:,} bytes"


if __name__ == "__main__":
    sys.exit(main())
