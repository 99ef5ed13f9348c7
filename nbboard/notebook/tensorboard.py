"""What ``%tensorboard`` does, apart from IPython's machinery."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nbboard import server as servers
from nbboard.errors import ServerError, UsageError
from nbboard.notebook import host, options, words
from nbboard.notebook.magic import carry_out
from nbboard.notebook.profiles import profile_note
from nbboard.notebook.words import MagicError, explain, say, table
from nbboard.views import page

if TYPE_CHECKING:
    from nbboard.notebook.frame import Frame
    from nbboard.notebook.options import Options
    from nbboard.server import Server, StartResult

__all__ = ["run", "show"]

_COMMANDS = {"list": 0, "stop": 1, "logs": 1, "open": 1}  # and how many words may follow
_named: set[tuple[str, str]] = set()  # broken plugins are named once in a kernel


def run(line: str, shell: object, variables: Mapping[str, Any], *, more: str | None = None) -> None:
    """Carry out one line.

    Parameters
    ----------
    line
        What follows ``%tensorboard``.
    shell
        The IPython shell.
    variables
        The notebook's names.
    more
        What ``--help`` prints.

    Raises
    ------
    MagicError
        What could not be done, and why, in a line or two.
    """
    carry_out(
        line,
        shell,
        variables,
        _do,
        usage="%tensorboard? shows how to use it. For example: %tensorboard --logdir logs",
        more=more,
    )


def show(
    logdir: str,
    *flags: str,
    height: str = "800px",
    width: str = "100%",
    theme: options.Theme = "auto",
    new: bool = False,
) -> None:
    """Do what ``%tensorboard --logdir`` does, without a line to be read.

    For callers that have a path at hand, whatever characters it holds.

    Parameters
    ----------
    logdir
        The folder or URL.
    *flags
        More of TensorBoard's flags.
    height, width
        CSS lengths.
    theme
        The frame's theme.
    new
        Start another server even if one with the same flags runs.

    Raises
    ------
    MagicError
        No server could be started; the message says why.
    """
    from IPython.core.getipython import get_ipython

    chosen = options.Options(height, width, theme, new, flags=(f"--logdir={logdir}", *flags))
    _start(chosen, host.detect(get_ipython()))


def _do(read: list[str], where: host.Host) -> None:
    """Carry out a command, or start."""
    if read[0].startswith(
        ("-", "\N{EN DASH}", "\N{EM DASH}")
    ):  # the latter two are told apart later
        _start(options.parse(read), where)
    else:
        _command(read[0], read[1:], where)


def _command(name: str, rest: list[str], where: host.Host) -> None:
    """Carry out one of the commands that are not a start."""
    if name not in _COMMANDS:
        near = get_close_matches(name, _COMMANDS, 1)
        meant = near[0] if near else f"--logdir {name}"
        raise UsageError(
            f"{name!r} is no command. Did you mean {meant}? "
            "The commands are list, stop, logs and open."
        )
    if name != "open" and len(rest) > _COMMANDS[name]:
        raise UsageError(f"%tensorboard {name} takes no {rest[_COMMANDS[name]]!r}.")
    if name == "list":
        say(table(servers.list()))
    elif name == "stop":
        which = rest[0].removeprefix("--") if rest else None  # --all is understood, too
        stopped = servers.stop(which)
        if not stopped:
            say(table(stopped))
        for server in stopped:
            say(f"Stopped TensorBoard for {server.logdir} (port {server.port}).")
    elif name == "logs":
        server = _chosen(rest)
        say(server.log_tail(200) or f"TensorBoard at port {server.port} has written nothing.")
    else:
        chosen = options.parse(rest)
        server = _chosen(list(chosen.flags))
        if where == "terminal":
            webbrowser.open(server.url)
            say(server.url)
        else:
            _show(server, server.logdir, chosen, where)


def _chosen(rest: list[str]) -> Server:
    """Return the server at the port that was named, or the newest."""
    if rest:
        return servers.find(rest[0])
    running = servers.list()
    if not running:
        raise ServerError("No TensorBoard of this kernel is running.")
    return running[-1]


def _start(chosen: Options, where: host.Host) -> None:
    """Start or find a server, and show it."""
    label = _label(chosen.flags)
    frame = None
    if where == "notebook" and chosen.display and page.lack() is None:
        frame = _frame(label, chosen)
    try:
        result = _started(chosen, frame)
    except KeyboardInterrupt:
        raise MagicError("Interrupted: no TensorBoard was started.") from None
    if isinstance(result, servers.Failed):
        raise MagicError(explain(result))
    if isinstance(result, servers.Printed):
        say(result.text)
        return
    notes = _notes(result)
    unseen = profile_note(label) if chosen.display else None
    if unseen is not None:
        notes.append(unseen)
    if frame is None:
        for note in notes:
            say(note)
    if chosen.display:
        _show(result.server, label, chosen, where, frame=frame, notes=notes)


def _started(chosen: Options, frame: Frame | None) -> StartResult:
    """Start; meanwhile the frame shows the progress, and it goes where nothing came of it."""
    if frame is None:
        return servers.start(flags=chosen.flags, new=chosen.new)
    waiting: Frame = frame
    shown = _display(waiting)
    result = None
    try:
        result = servers.start(
            flags=chosen.flags,
            new=chosen.new,
            progress=lambda text: waiting.tell("starting", text=text),
        )
    finally:
        if not isinstance(result, servers.Started | servers.Reused):
            waiting.tell("ended", text="")
            shown.replace("")
    return result


def _display(frame: Frame) -> words.Shown:
    """Show a frame; a page that cannot have it gets a sentence in its place."""
    shown = words.Shown(frame)
    cure = (
        "Install nbboard in the environment of the Jupyter server, too (pip install nbboard), "
        "restart Jupyter, and run the cell again."
    )
    frame.on_refused(
        lambda: shown.replace(f"TensorBoard runs, but this page lacks what shows it. {cure}")
    )
    frame.on_silence(
        lambda: shown.replace(
            "TensorBoard runs, but no page has answered for it. If none was open, open the "
            f"notebook again. If one was, it lacks what shows TensorBoard. {cure}"
        ),
        shown.bring_back,
    )
    return shown


def _frame(label: str, chosen: Options) -> Frame:
    from nbboard.notebook.frame import Frame

    return Frame(label=label, height=chosen.height, width=chosen.width, theme=chosen.theme)


def _show(
    server: Server,
    label: str,
    chosen: Options,
    where: host.Host,
    *,
    frame: Frame | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Show a running server the way this front end can."""
    lacking = page.lack() if where == "notebook" else None
    if where == "terminal":
        say(f"TensorBoard for {label}: {server.url}")
    elif where == "colab":
        from nbboard.notebook import colab

        colab.show(server, label, height=chosen.height, width=chosen.width, theme=chosen.theme)
    elif lacking is not None:
        say(f"TensorBoard for {label} runs at port {server.port}.")
        say(f"{lacking.text}\n{lacking.command}")
    else:
        if frame is None:
            frame = _frame(label, chosen)
            _display(frame)
        frame.tell("ready", notes=notes, **host.route(server).message())
        server.on_news(frame.tell_news)
        stopped = "This TensorBoard was stopped. Run the cell again to start it."
        server.on_exit(lambda: frame.tell("ended", text=stopped))


def _notes(result: servers.Started | servers.Reused) -> list[str]:
    """Return what the person should know about a start."""
    notes = list(result.warnings)
    for plugin in result.left_out if isinstance(result, servers.Started) else ():
        if (plugin.plugin, plugin.error) not in _named:
            _named.add((plugin.plugin, plugin.error))
            notes.append(f"TensorBoard runs without a broken plugin: {plugin}")
    return notes


def _label(flags: tuple[str, ...]) -> str:
    """Return the logdir as it was written."""
    for index, flag in enumerate(flags):
        name, equals, value = flag.partition("=")
        if name in {"--logdir", "--logdir_spec"}:
            return value if equals else "".join(flags[index + 1 : index + 2])
    return "the logs"
