"""Run one TensorBoard server: the script that the kernel starts as a child process.

It is run by path, not imported, and imports nothing of nbboard but ``entrance.py`` beside it,
by path, too: a child has no use for the rest of the package and starts sooner without it.

What passes between the two processes, all of it through pipes:

- stdin: one line of JSON (see ``Config``), then silence. End of file means that
  the kernel is gone, however it went, and ends this process.
- stdout: one JSON object a line, each with an ``event`` (see ``report``).
- stderr: TensorBoard's own log; whatever a plugin prints to stdout goes there too.

The secret is the last part of the path under which everything is served. It
comes by stdin because arguments can be read by every user of the machine, and
the environment is inherited by whatever this process starts.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import os
import re
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["main"]


class Config(TypedDict):
    """What the kernel sends: the one line on stdin."""

    secret: str  # URL-safe; the last part of the path prefix
    identity: str  # public; what the ready route answers with
    arguments: list[str]  # TensorBoard's flags, as on its command line
    options: dict[str, str | bool]  # the same by name; True switches on, or is the value "true"


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
        self.details = details


def main() -> None:
    """Serve until the kernel goes away."""
    # Interrupting the kernel is for the training, not for its TensorBoard.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_own_folder()
    control, reports = _take_over_pipes()
    config, rest = _read_config(control)

    def report(event: str, **details: object) -> None:
        os.write(reports, json.dumps({"event": event, **details}).encode() + b"\n")

    watcher = threading.Thread(target=_end_with_kernel, args=(control, rest), name="kernel-watch")
    watcher.daemon = True
    watcher.start()
    try:
        if _serve(config, report):
            watcher.join()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - all of it is told
        report("failed", **_account(error))
        sys.stderr.flush()
        os._exit(1)


def _account(error: BaseException) -> dict[str, object]:
    """Tell what kind of failure it was; what nobody expected goes into the log in full."""
    message = str(getattr(error, "msg", error))
    if isinstance(error, UnfitFlagError):
        kind = "unknown flag" if error.details else "flag"
        return {"kind": kind, "message": message, **error.details}
    if isinstance(error, SystemExit):  # TensorBoard has said why in its log
        return {"kind": "exit", "message": "" if error.code is None else str(error.code)}
    if error.__class__.__name__.startswith("TensorBoardPort"):
        return {"kind": "port", "message": message}
    if hasattr(error, "msg") and not isinstance(error, ImportError):
        return {"kind": "server", "message": message}  # TensorBoard's sentence for people
    traceback.print_exception(type(error), error, error.__traceback__)
    if isinstance(error, ImportError):
        return {"kind": "import", "message": message}
    return {"kind": "crash", "message": f"{error.__class__.__name__}: {error}"}


def _leave_own_folder() -> None:
    """Keep the modules that lie beside this script from hiding others of the same name."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is not needed
    if sys.path and os.path.abspath(sys.path[0] or ".") == here:  # noqa: PTH100
        del sys.path[0]


def _take_over_pipes() -> tuple[int, int]:
    """Move the two pipes to descriptors that nothing else writes to, reads or inherits."""
    control, reports = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return control, reports


def _read_config(control: int) -> tuple[Config, bytes]:
    """Read up to the first line end; also return what came after it."""
    data = b""
    while b"\n" not in data:
        piece = os.read(control, 65536)
        if not piece:
            os._exit(0)
        data += piece
    line, _, rest = data.partition(b"\n")
    config: Config = json.loads(line)
    return config, rest


def _end_with_kernel(control: int, rest: bytes) -> None:
    """Wait for the end of the pipe, then end this process and all that it started."""
    while rest or os.read(control, 4096):
        rest = b""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGTERM)
    os._exit(0)


def _serve(config: Config, report: Callable[..., None]) -> bool:
    """Configure TensorBoard, bind and serve in a thread; False where it only printed."""
    report("progress", text="loading TensorBoard")
    try:
        os.getcwd()  # noqa: PTH109 - as TensorBoard does
    except FileNotFoundError:
        os.chdir("/")  # it was deleted, and is not needed: paths come absolute
    os.environ["GCS_READ_CACHE_DISABLED"] = "1"  # as TensorBoard's own command sets it
    # Windows may know .js as text/plain from its registry; browsers then refuse it.
    mimetypes.add_type("text/javascript", ".js")
    spared = _spare_import("boto3", config)
    from absl import logging as absl_logging
    from tensorboard import default, program, version
    from tensorboard.plugins import base_plugin

    if spared:
        del sys.modules[spared]
    absl_logging.use_absl_handler()  # as TensorBoard's command does, so that --verbosity works
    absl_logging.set_verbosity(absl_logging.WARNING)

    report("progress", text="loading plugins")
    plugins = default.get_static_plugins() + _dynamic_plugins(report)

    def server_class(app: Any, flags: Any) -> Any:
        answer = _adapted(app, flags.path_prefix, config["identity"])
        answer = _beside("entrance").admit(answer, flags.path_prefix, config["identity"])
        return program.create_port_scanning_werkzeug_server(answer, flags)

    board = program.TensorBoard(plugins=plugins, server_class=server_class)
    flags, arguments = _parse(board.plugin_loaders, config, version.VERSION)
    if flags.helpfull:
        return _printed(report)
    parts = (flags.path_prefix.strip("/"), config["secret"])
    prefix = "/" + "/".join(part for part in parts if part)
    try:
        # Of a flag that is given twice the last one counts.
        board.configure(argv=["tensorboard", *arguments, f"--path_prefix={prefix}"])
    except base_plugin.FlagsError as error:
        raise UnfitFlagError(str(error)) from error

    _check_place(flags)
    if flags.version_tb or flags.inspect:
        board.main()
        return _printed(report)
    report("progress", text="opening the port")
    url = board.launch()
    report("ready", url=url, version=version.VERSION)
    return True


def _printed(report: Callable[..., None]) -> bool:
    """Report that what was asked for is in the log, and nothing is served."""
    sys.stdout.flush()
    report("printed")
    return False


def _spare_import(name: str, config: Config) -> str | None:
    """Hide a slow library from TensorBoard's import unless the logdir needs it.

    TensorBoard imports boto3 wherever it is installed, which was a quarter of the
    whole start, and does without it when the import fails.
    """
    if name in sys.modules or "s3://" in json.dumps([config["arguments"], config["options"]]):
        return None
    modules: dict[str, Any] = sys.modules
    modules[name] = None
    return name


def _dynamic_plugins(report: Callable[..., None]) -> list[Any]:
    """Load the plugins of other packages; report and leave out those that cannot be loaded."""
    from importlib.metadata import entry_points

    plugins = []
    for entry_point in entry_points(group="tensorboard_plugins"):
        package = entry_point.dist.name if entry_point.dist else entry_point.name

        def leave_out(error: BaseException, package: str = package) -> None:
            traceback.print_exception(type(error), error, error.__traceback__)
            report("left_out", plugin=package, error=f"{type(error).__name__}: {error}")

        try:
            plugins.append(_guarded(entry_point.load(), leave_out))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is another's code
            leave_out(error)
    return plugins


def _guarded(plugin: Any, leave_out: Callable[[BaseException], None]) -> Any:
    """Wrap a plugin so that it can fail at any step without failing the server."""
    from tensorboard.backend import application
    from tensorboard.plugins import base_plugin

    inner = application.make_plugin_loader(plugin)

    def load_checked(context: Any) -> Any:
        loaded = inner.load(context)
        if loaded is not None:
            _check_name(str(loaded.plugin_name), context.plugin_name_to_instance)
        return loaded

    class Guarded(base_plugin.TBLoader):
        broken = False

        def define_flags(self, parser: Any) -> None:
            self._attempt(inner.define_flags, parser)

        def fix_flags(self, flags: Any) -> None:
            self._attempt(inner.fix_flags, flags)

        def load(self, context: Any) -> Any:
            return self._attempt(load_checked, context)

        def _attempt(self, step: Callable[[Any], Any], argument: Any) -> Any:
            if self.broken:
                return None
            try:
                return step(argument)
            except base_plugin.FlagsError:
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001 - it is another's code
                self.broken = True
                leave_out(error)
                return None

    return Guarded()


def _check_name(name: str, taken: Iterable[str]) -> None:
    """Refuse the names over which TensorBoard would refuse to start."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise ValueError(f"invalid plugin name {name!r}")
    if name in taken:
        raise ValueError(f"a plugin named {name!r} is already loaded")


def _parse(loaders: Iterable[Any], config: Config, version: str) -> tuple[Any, list[str]]:
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
    # What differs from TensorBoard's own command: any free port, and no data server,
    # whose port would hand the logs to every user of the machine.
    arguments = ["--port=0", "--load_fast=false", *config["arguments"]]
    for name, value in config["options"].items():
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
    return flags, arguments


def _check_place(flags: Any) -> None:
    """Refuse a port that is none, and an address for which the reader is not installed.

    TensorBoard would fail over the first with a traceback, and show nothing for the second.
    """
    if flags.port is not None and not 0 <= flags.port <= 65535:
        raise UnfitFlagError(
            f"--port: {flags.port} is none; 1 to 65535 are, and 0 finds a free one."
        )
    from tensorboard.compat import tf

    find = getattr(tf.io.gfile, "get_filesystem", None)  # TensorFlow's own has none
    if find is not None and "://" in (flags.logdir or ""):
        try:
            find(flags.logdir)
        except Exception as error:
            raise UnfitFlagError(f"TensorBoard cannot read {flags.logdir}: {error}.") from error


def _beside(name: str) -> Any:
    """Load a module that lies beside this script."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")  # noqa: PTH100, PTH118, PTH120 - pathlib is not needed
    spec = spec_from_file_location(f"nbboard_{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _adapted(app: Any, prefix: str, identity: str) -> Any:
    """Adapt TensorBoard's application to its secret prefix.

    - ``<prefix>/nbboard/ready`` is added, by which the kernel and the page know that it
      is this server. Pages of other origins may read it (the notebook's differs in its
      port), which tells nothing to those who do not know the prefix.
    - Pages do not tell other addresses where they come from, as that holds the secret.
    - Fonts are asked for below the prefix: TensorBoard's index asks for them at the root,
      where Jupyter answers 404 and writes the referring address into its log.
    """
    body = json.dumps({"nbboard": identity}).encode()
    ready = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Access-Control-Allow-Origin", "*"),
    ]

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path == f"{prefix}/nbboard/ready":
            start_response("200 OK", ready)
            return [body]

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("Referrer-Policy", "no-referrer")], *error)

        if path in {f"{prefix}/", f"{prefix}/index.html"}:
            return _with_own_fonts(app, environ, start)
        return app(environ, start)

    return answer


def _with_own_fonts(app: Any, environ: dict[str, Any], start_response: Any) -> Any:
    """Answer with TensorBoard's index, its fonts' addresses made relative."""
    answered: list[Any] = []
    pieces = app(environ, lambda *answer: answered.extend(answer))
    body = b"".join(pieces).replace(b"url(/font-roboto/", b"url(font-roboto/")
    status, headers, *error = answered
    if environ.get("REQUEST_METHOD") != "HEAD":
        headers = [item for item in headers if item[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
    start_response(status, headers, *error)
    return [body]


if __name__ == "__main__":
    main()
