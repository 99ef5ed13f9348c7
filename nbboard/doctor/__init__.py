"""``nbboard doctor``: says in words what works on this machine, and how to mend the rest.

Every check is a function that returns a :class:`~nbboard.doctor.finding.Finding`; it
does the real thing (starts TensorBoard, asks the proxy, follows a growing log)
rather than trusting that what is installed works.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence

from nbboard.doctor.finding import Finding

__all__ = ["diagnose", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run all checks and print what they found.

    Parameters
    ----------
    argv
        The arguments after ``nbboard doctor``: a folder of logs, if any.

    Returns
    -------
    int
        0 if nothing failed, else 1.
    """
    parser = argparse.ArgumentParser(
        prog="nbboard doctor", description="Say what is wrong with this installation."
    )
    parser.add_argument(
        "logdir", nargs="?", help="a folder of logs whose file system to look at, too"
    )
    options = parser.parse_args(argv)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    failed = total = 0
    for finding in diagnose(options.logdir):
        total += 1
        failed += finding.status == "fail"
        _say(f"{finding.lines(width)}\n")
    if failed:
        _say(f"\n{failed} of {total} checks failed; the cure stands below each.\n")
    else:
        _say(f"\nNothing is wrong: {total} checks passed.\n")
    return 1 if failed else 0


def _say(text: str) -> None:
    """Print at once: some checks take seconds."""
    sys.stdout.write(text)
    sys.stdout.flush()


def diagnose(logdir: str | None = None) -> Iterator[Finding]:
    """Run the checks one by one.

    Parameters
    ----------
    logdir
        A folder of logs to look at, too.

    Yields
    ------
    Finding
        What a check found, as soon as it is known.
    """
    from nbboard.doctor import environment, lab, logs, servers

    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", environment.python),
        ("the dependencies", environment.dependencies),
        ("the kernels", environment.kernels),
        ("ipykernel", environment.ipykernels),
        ("the Jupyter server's environment", environment.jupyter),
        ("the browser side", lab.browser_side),
        ("the JupyterLab extension", lab.extension),
        ("TensorBoard", servers.tensorboard),
        ("the proxy", servers.proxy),
        ("the file-system watch", logs.watch),
    ]
    if logdir is not None:
        checks.append(("the logs", lambda: logs.folder(logdir)))
    for name, check in checks:
        try:
            yield check()
        except Exception as error:  # noqa: BLE001, PERF203 - one broken check must not hide the others
            yield Finding(
                "fail",
                f"Could not check {name}: {type(error).__name__}: {error}",
                f"{sys.executable} -m pip install --upgrade --force-reinstall nbboard",
            )
