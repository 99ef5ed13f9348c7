"""TensorBoard's flags, taken apart so that a mistake costs one sentence.

The launcher loads this module by its path, inside the child process.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["UnfitFlagError", "check_place", "check_port", "check_reload", "parse"]


class UnfitFlagError(Exception):
    """A flag that TensorBoard does not have, or a value it does not take.

    Parameters
    ----------
    message
        A sentence; for a flag there is not, the flag.
    **details
        For the report: the flags there are.
    """

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.unfit_flag = details


def parse(
    loaders: Iterable[Any],
    given: Sequence[str],
    options: Mapping[str, str | bool],
    version: str,
) -> tuple[Any, list[str]]:
    """Parse the flags as TensorBoard does, but fail with one sentence instead of its usage.

    Returns the parsed flags, and the arguments in the form of a command line.
    """
    from absl.flags import argparse_flags

    class Parser(argparse_flags.ArgumentParser):
        actions: dict[str, argparse.Action]

        def add_argument(self, *names: Any, **details: Any) -> argparse.Action:
            action: argparse.Action = super().add_argument(*names, **details)
            self.__dict__.setdefault("actions", {}).update(dict.fromkeys(names, action))
            return action

        def error(self, message: str) -> NoReturn:
            # TensorBoard converts by lambdas, which argparse then shows by name.
            plain = message.removeprefix("argument ").replace(
                "invalid <lambda> value", "not a value"
            )
            raise UnfitFlagError(f"{plain}.")

    make: Any = Parser  # absl's parser is untyped
    parser = make(prog="tensorboard", add_help=False)
    for loader in loaders:
        loader.define_flags(parser)
    parser.add_argument("--helpfull", action="store_true", help="show all flags and exit")
    known = parser.actions
    # Told apart from what somebody wrote.
    parser.set_defaults(load_fast=None, reload_interval=None)
    arguments = list(given)
    for name, value in options.items():
        action = known.get(f"--{name}")
        if action is not None and action.nargs == 0:
            arguments += [f"--{name}"] if value else []
        else:
            text = str(value).lower() if isinstance(value, bool) else value
            arguments.append(f"--{name}={text}")
    flags, unknown = parser.parse_known_args(arguments)
    if unknown:
        flags_there_are = [name for name in known if name.startswith("--")]
        raise UnfitFlagError(unknown[0], flags=flags_there_are, version=version)
    if flags.helpfull:
        parser.print_help()
        return flags, arguments
    sources = ("logdir", "logdir_spec", "db", "grpc_data_provider", "inspect", "version_tb")
    if not any(getattr(flags, source, None) for source in sources):
        raise UnfitFlagError("No folder of logs was named: add, for example, --logdir logs")
    # What differs from TensorBoard's own command: any free port, and no data server,
    # whose port would hand the logs to every user of the machine.
    usual = ["--port=0"] if flags.extra_data_server_flags else ["--port=0", "--load_fast=false"]
    return flags, [*usual, *arguments]


def check_port(flags: Any) -> None:
    """Refuse a port that is none, over which TensorBoard would fail with a traceback."""
    if flags.port is not None and not 0 <= flags.port <= 65535:
        raise UnfitFlagError(
            f"--port: {flags.port} is none; 1 to 65535 are, and 0 finds a free one."
        )


def check_reload(flags: Any) -> None:
    """Refuse what our reader cannot do, in a sentence."""
    if getattr(flags, "db", "") or getattr(flags, "db_import", False):
        raise UnfitFlagError("--db: nbboard reads folders of logs, no data base: use --logdir.")
    if flags.reload_task == "process":
        raise UnfitFlagError(
            "--reload_task=process would keep the logs in another process than the one that "
            "shows them: leave it out."
        )
    if flags.reload_task == "blocking" and flags.reload_interval != 0:
        raise UnfitFlagError("--reload_task=blocking reads once: add --reload_interval=0.")


def check_place(flags: Any, cause: str = "") -> None:
    """Refuse an address that TensorBoard itself cannot read, for which it would show nothing."""
    from tensorboard.compat import tf

    find = getattr(tf.io.gfile, "get_filesystem", None)  # TensorFlow's own has none
    if find is not None and "://" in (flags.logdir or ""):
        try:
            find(flags.logdir)
        except Exception as error:
            why = cause or f"TensorBoard cannot read {flags.logdir}: {error}"
            raise UnfitFlagError(f"{why}.") from error
