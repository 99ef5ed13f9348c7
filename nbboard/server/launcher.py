"""Run one TensorBoard server: the script that the kernel starts as a child process.

It is run by path, not imported, and loads the modules beside it that it needs by path,
too. Of the rest of nbboard it loads only what feeds TensorBoard's pages, which the kernel
names, from the folder of the kernel's own nbboard: whatever becomes of that, TensorBoard
starts.

What passes between the two processes, all of it through pipes:

- stdin: two lines of JSON (see ``Preparation`` and ``Config``), then silence. Between them
  may be minutes: TensorBoard is loaded meanwhile, which takes most of a start. End of file
  means that the kernel is gone, however it went, and ends this process.
- stdout: one JSON object a line, each with an ``event`` (see ``report``).
- stderr: TensorBoard's own log; whatever a plugin prints to stdout goes there too.

The secret is the last part of the path under which everything is served. It
comes by stdin because arguments can be read by every user of the machine, and
the environment is inherited by whatever this process starts.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import mimetypes
import os
import queue
import signal
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["main"]

#: As TensorBoard's own command sets it.
_ENVIRONMENT = {"GCS_READ_CACHE_DISABLED": "1"}

#: What stands in for a library that is hidden, where its import must not fail.
_STAND_INS = {
    "grpc": SimpleNamespace(
        StatusCode=SimpleNamespace(
            ABORTED=10, DEADLINE_EXCEEDED=4, RESOURCE_EXHAUSTED=8, UNAVAILABLE=14
        )
    )
}


class Preparation(TypedDict):
    """What can be told before anybody asks for TensorBoard: the first line on stdin."""

    reader: dict[str, str]  # what feeds the pages: see standby.py
    without: list[str]  # slow libraries that TensorBoard is to do without
    patience: float  # seconds until the second line; without it this process ends


class Config(TypedDict):
    """What is to be served: the second line on stdin."""

    secret: str  # URL-safe; the last part of the path prefix
    identity: str  # public; what the ready route answers with
    arguments: list[str]  # TensorBoard's flags, as on its command line
    options: dict[str, str | bool]  # the same by name; True switches on, or is the value "true"
    environment: dict[str, str]  # the kernel's
    folder: str  # the kernel's working directory; empty where there is none


def main() -> None:
    """Serve until the kernel goes away."""
    # Interrupting the kernel is for the training, not for its TensorBoard.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_own_folder()
    control, reports = _take_over_pipes()

    def report(event: str, **details: object) -> None:
        os.write(reports, json.dumps({"event": event, **details}).encode() + b"\n")

    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    watcher = threading.Thread(target=_watch_kernel, args=(control, lines), name="kernel-watch")
    watcher.daemon = True
    watcher.start()
    preparation: Preparation = json.loads(lines.get())
    try:
        plugins = _loaded(preparation, report)
        if lines.empty():  # nobody waits for the port
            with suppress(Exception):
                importlib.import_module(preparation["reader"]["later"])
        try:
            config: Config = json.loads(lines.get(timeout=preparation["patience"]))
        except queue.Empty:
            os._exit(0)
        _move_to(config)
        if _serve(plugins, preparation["reader"], config, report):
            watcher.join()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - all of it is told
        report("failed", **_account(error))
        sys.stderr.flush()
        os._exit(1)


def _account(error: BaseException) -> dict[str, object]:
    """Tell what kind of failure it was; what nobody expected goes into the log in full."""
    message = str(getattr(error, "msg", error))
    details = getattr(error, "unfit_flag", None)
    if details is not None:
        return {"kind": "unknown flag" if details else "flag", "message": message, **details}
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


def _beside(name: str) -> Any:
    """Load a module that lies beside this script."""
    path = f"{os.path.dirname(os.path.abspath(__file__))}/{name}.py"  # noqa: PTH100, PTH120
    return _module(f"nbboard_launcher_{name}", path)


def _module(name: str, path: str, *folders: str) -> Any:
    """Load a module, or a package with the folders of its modules, by its path."""
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=list(folders) or None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]  # as an import would: whoever tries again is told the same
        raise
    return module


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


def _watch_kernel(control: int, lines: queue.SimpleQueue[bytes]) -> None:
    """Hand on the lines of the pipe; at its end, end this process and all that it started."""
    partial = b""
    while data := os.read(control, 65536):
        *whole, partial = (partial + data).split(b"\n")
        for line in whole:
            lines.put(line)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGTERM)
    os._exit(0)


def _loaded(preparation: Preparation, report: Callable[..., None]) -> list[Any]:
    """Load TensorBoard and what feeds its pages; return its plugins."""
    report("progress", text="loading TensorBoard")
    os.environ.update(_ENVIRONMENT)
    # Windows may know .js as text/plain from its registry; browsers then refuse it.
    mimetypes.add_type("text/javascript", ".js")
    try:
        with _without(preparation["without"]):
            _import_tensorboard()
    except (ImportError, AttributeError):  # one that needs more than the present ones
        _import_tensorboard()
    from absl import logging as absl_logging
    from tensorboard import default

    absl_logging.use_absl_handler()  # as TensorBoard's command does, so that --verbosity works
    absl_logging.set_verbosity(absl_logging.WARNING)
    report("progress", text="loading plugins")
    plugins: list[Any] = default.get_static_plugins()
    plugins += _beside("plugins").dynamic_plugins(report)
    # Should that fail, it fails again where it is used, and is told there.
    with suppress(Exception, SystemExit):
        _load(preparation["reader"])
    return plugins


def _import_tensorboard() -> None:
    # Its package would wait with them.
    for name in ("tensorboard.default", "tensorboard.program"):
        importlib.import_module(name)


@contextmanager
def _without(names: list[str]) -> Iterator[None]:
    """Hide libraries from what is imported meanwhile.

    TensorBoard imports boto3 wherever it is installed, which was a quarter of the
    whole start, and does without it when the import fails. Of grpc, a tenth of its memory,
    it looks at four names unless its data server is asked for.
    """
    modules: dict[str, Any] = sys.modules
    hidden = [name for name in names if name not in modules]
    modules.update({name: _STAND_INS.get(name) for name in hidden})
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]


def _move_to(config: Config) -> None:
    """Be where the kernel is: it may have moved since this process was started."""
    os.environ.clear()
    os.environ.update({**config["environment"], **_ENVIRONMENT})
    try:
        os.chdir(config["folder"] or "/")
    except OSError:
        os.chdir("/")  # it was deleted, and is not needed: paths come absolute


def _serve(
    plugins: list[Any], reader: dict[str, str], config: Config, report: Callable[..., None]
) -> bool:
    """Configure TensorBoard, bind and serve in a thread; False where it only printed."""
    from tensorboard import assets, program, version
    from tensorboard.plugins import base_plugin

    flag = _beside("flags")
    archive = assets.get_default_assets_zip_provider()
    files = _beside("assets").Assets(archive) if archive is not None else None

    def server_class(app: Any, flags: Any) -> Any:
        page = _beside("page")
        if files is not None:
            app = files.serving(app, flags.path_prefix)
        script = page.page_script(reader["folder"])
        own = flags.path_prefix, config["identity"]
        rewritten = _beside("rewriting").rewritten
        answer = page.adapted(app, *own, script, rewritten)
        answer = _beside("entrance").admit(answer, *own, rewritten)
        return program.create_port_scanning_werkzeug_server(answer, flags)

    feeding = _Feeding(reader, report, flag)

    class Board(program.TensorBoard):
        def _make_data_provider(self) -> Any:
            return feeding.parts() or super()._make_data_provider()

    pages = files.pages if files is not None else None
    board = Board(plugins, assets_zip_provider=pages, server_class=server_class)
    flags, arguments = flag.parse(
        board.plugin_loaders, config["arguments"], config["options"], version.VERSION
    )
    if flags.helpfull:
        return _printed(report)
    parts = (flags.path_prefix.strip("/"), config["secret"])
    prefix = "/" + "/".join(part for part in parts if part)
    try:
        # Of a flag that is given twice the last one counts.
        board.configure(argv=["tensorboard", *arguments, f"--path_prefix={prefix}"])
    except base_plugin.FlagsError as error:
        raise flag.UnfitFlagError(str(error)) from error

    flag.check_port(flags)
    if flags.version_tb or flags.inspect:
        board.main()
        return _printed(report)
    feeding.decide(flags, board.flags, possible=hasattr(program.TensorBoard, "_make_data_provider"))
    report("progress", text="opening the port")
    url = board.launch()
    report("ready", url=url, version=version.VERSION)
    feeding.start()
    return True


class _Feeding:
    """What feeds TensorBoard's pages: nbboard's reader, or where that cannot be, its own loader."""

    def __init__(self, reader: dict[str, str], report: Callable[..., None], checks: Any) -> None:
        self._reader = reader
        self._checks = checks
        self._report = report
        self._feed: Any = None

    def decide(self, given: Any, flags: Any, *, possible: bool) -> None:
        """Load the reader unless the person asked for TensorBoard's own loader.

        Parameters
        ----------
        given
            The flags, those that choose a loader None where nobody gave them.
        flags
            The flags that TensorBoard runs with; fitted to the reader.
        possible
            Whether this TensorBoard can be fed by others.
        """
        own = ("load_fast", "grpc_data_provider", "extra_data_server_flags")
        if any(getattr(given, name, None) for name in own):
            self._checks.check_place(flags)
            return
        self._checks.check_reload(given)
        if not possible:
            self._do_without("this TensorBoard has no place for it")
            return
        try:
            make = _load(self._reader)
            self._feed = make(flags, given.reload_interval, self._news)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - TensorBoard has its own loader
            traceback.print_exception(type(error), error, error.__traceback__)
            cause = f"{type(error).__name__}: {error}"
            self._checks.check_place(flags, cause)
            self._do_without(cause)

    def _do_without(self, cause: str) -> None:
        text = (
            f"nbboard's reader cannot be used ({cause.rstrip('.')}). TensorBoard reads the logs "
            "by itself, which takes longer and shows fewer steps."
        )
        self._report("warning", text=text)

    def parts(self) -> tuple[Any, Any] | None:
        """Return the data provider and the multiplexer, None for TensorBoard's own."""
        return None if self._feed is None else (self._feed.provider, self._feed.multiplexer)

    def start(self) -> None:
        """Begin to read."""
        if self._feed is not None:
            self._feed.start()

    def _news(self, version: int, lines: list[str]) -> None:
        self._report("news", version=version, lines=lines)


def _load(reader: dict[str, str]) -> Callable[..., Any]:
    """Load a function of a package from the folder it lies in, wherever Python would look."""
    name, folder = reader["module"].partition(".")[0], reader["folder"]
    if name not in sys.modules:
        _module(name, f"{folder}/__init__.py", folder)
    function: Callable[..., Any] = getattr(
        importlib.import_module(reader["module"]), reader["function"]
    )
    return function


def _printed(report: Callable[..., None]) -> bool:
    """Report that what was asked for is in the log, and nothing is served."""
    sys.stdout.flush()
    report("printed")
    return False


if __name__ == "__main__":
    main()
