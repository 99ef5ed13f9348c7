"""The command's parser, and how it ends: one line for what went wrong, and a code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from nbboard.cli import commands
from nbboard.errors import NbboardError, UsageError

__all__ = ["main"]


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
        return _run(arguments or ["--help"])
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


def _run(arguments: Sequence[str]) -> int:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not options.takes_options:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    return int(options.run(options))


def _runs(options: argparse.Namespace) -> int:
    from nbboard.cli.runs import runs

    return runs(options)


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
    parser.set_defaults(takes_options=False)
    made = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = made.add_parser("ls", help="list runs: kinds, points, last update, problems")
    _add_selection(listing, tags=False)
    listing.add_argument("--series", action="store_true", help="list every series of the runs")
    listing.add_argument("--problems", action="store_true", help="list what was damaged or skipped")
    listing.set_defaults(run=commands.ls)

    table = made.add_parser(
        "runs", help="list runs with their hyperparameters and metrics: filter, sort"
    )
    table.add_argument(
        "logdir", nargs="+", help="a folder of logs, or a URL such as s3://bucket/logs; or several"
    )
    table.add_argument("--where", metavar="CONDITION", default="", help="as hp.lr < 0.1")
    table.add_argument(
        "--sort", action="append", default=[], metavar="COLUMN", help="--sort=-NAME descends"
    )
    table.add_argument("--columns", nargs="+", metavar="COLUMN", help="these columns only")
    table.add_argument("--most", type=int, default=50, help="so many rows at most (default 50)")
    table.set_defaults(run=_runs)

    export = made.add_parser("export", help="write points into a table, or values into files")
    _add_selection(export)
    export.add_argument(
        "output", help="FILE.csv, FILE.parquet, - (CSV on the output), or a folder for the values"
    )
    export.add_argument("--kind", default="scalars", help="scalars (default), hparams, images, ...")
    export.add_argument(
        "--as-logged",
        action="store_true",
        help="CSV with names as they are, though a spreadsheet may take one for a formula",
    )
    export.set_defaults(run=commands.export)

    plot = made.add_parser("plot", help="draw a figure", allow_abbrev=False, epilog=_OPTIONS)
    _add_selection(plot)
    plot.add_argument("-o", "--output", default="nbboard.png", help="FILE.png, .svg or .pdf")
    plot.add_argument("--kind", default="scalars", help="scalars (default), images, hparams")
    plot.add_argument("--dpi", type=float, default=150, help="dots per inch (default 150)")
    _add_options(plot)
    plot.set_defaults(run=commands.plot)

    report = made.add_parser(
        "report", help="write one HTML file that works offline", allow_abbrev=False, epilog=_OPTIONS
    )
    _add_selection(report)
    report.add_argument("-o", "--output", default="report.html", help="FILE.html")
    report.add_argument("--kind", default="", help="one kind; without it a tab for each there is")
    _add_options(report)
    report.set_defaults(run=commands.report)

    index = made.add_parser(
        "index", help="index very many runs, so that they open at once", epilog=_CATALOGUE
    )
    index.add_argument("source", nargs="+", help="a folder of logs or a URL; or several")
    index.add_argument("catalogue", help="the folder or URL that the index is kept in")
    index.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask scheduler: tcp://... or tls://..."
    )
    index.add_argument(
        "--watch", metavar="SECONDS", type=float, help="look again after so long, until stopped"
    )
    index.add_argument(
        "--compact", action="store_true", help="few large files, and none that nobody needs"
    )
    index.set_defaults(run=commands.index)

    made.add_parser("demo", help="train small networks that log everything")
    made.add_parser("doctor", help="try the installation, and name the cure for what fails")
    return parser


_OPTIONS = (
    "Every option of the view is a flag, too, with - or _: --smoothing 0.6 --x relative"
    " --group-by 'regex:(.*)_seed'. A wrong one is told with those there are."
)


_CATALOGUE = (
    "Called again it reads only what changed. Whoever can read the catalogue sees all runs in it."
    " Then: nbboard.open(CATALOGUE), or nbboard ls CATALOGUE."
)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="OPTION=VALUE", help="any option of the view"
    )
    parser.set_defaults(takes_options=True)


def _add_selection(parser: argparse.ArgumentParser, *, tags: bool = True) -> None:
    parser.add_argument(
        "logdir", nargs="+", help="a folder of logs, or a URL such as s3://bucket/logs; or several"
    )
    parser.add_argument("--runs", metavar="REGEX", help="only runs that match, in any case")
    if tags:
        parser.add_argument("--tags", metavar="REGEX", help="only tags that match, in any case")
        parser.add_argument(
            "--restarts",
            metavar="RULE",
            help="where steps go back: keep every point, the latest as TensorBoard does, or purge"
            " what a job that began again declared void",
        )


if __name__ == "__main__":
    sys.exit(main())
