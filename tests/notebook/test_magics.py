"""``%tensorboard`` in a real IPython shell, with real servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nbboard import server as servers
from nbboard.notebook import completion
from nbboard.notebook.words import MagicError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Magic = Callable[[str], str]


def test_a_terminal_gets_the_address(magic: Magic, logdir: Path) -> None:
    """Without a browser the URL is printed; the second time it is the same server's."""
    first = magic(f"--logdir '{logdir}'")
    again = magic(f"--logdir='{logdir}'")

    assert first == again
    assert servers.list()[0].url in first
    assert len(servers.list()) == 1


def test_variables_with_spaces(
    magic: Magic, shell: InteractiveShell, logdir: Path, tmp_path: Path
) -> None:
    """``{name}`` is one word whatever it holds; what is no variable is named."""
    shell.user_ns["folder"] = tmp_path / "my # new 'logs'"
    printed = magic("--logdir {folder} --no-display")

    assert str(shell.user_ns["folder"]) == servers.list()[0].logdir
    assert "does not exist yet" in printed
    assert servers.list()[0].url not in printed

    assert "{nope} is no variable" in magic("--logdir {nope} --no-display")
    assert str(tmp_path / "{nope}") == servers.list()[1].logdir


def test_local_variables_of_a_function_expand(shell: InteractiveShell, tmp_path: Path) -> None:
    """A magic that is called inside a function sees the function's names."""
    shell.run_cell(
        "def show(where):\n"
        "    get_ipython().run_line_magic('tensorboard', '--logdir {where} --no-display')\n"
        f"show({str(tmp_path / 'a b')!r})"
    ).raise_error()

    assert str(tmp_path / "a b") == servers.list()[0].logdir


def test_list_logs_and_stop(magic: Magic, logdir: Path) -> None:
    """The servers of the kernel are listed without their secrets, and stopped by port."""
    assert magic("list").strip() == "No TensorBoard of this kernel is running."
    magic(f"--logdir '{logdir}' --no-display")
    magic(f"--logdir '{logdir}' --new --no-display")
    first, second = servers.list()
    listed = magic("list")

    for server in (first, second):
        assert str(server.port) in listed
        assert server.path.strip("/") not in listed
    assert str(logdir) in listed
    assert "has written nothing" in magic(f"logs {first.port}")
    assert f"(port {first.port})" in magic(f"stop {first.port}")
    assert (second,) == servers.list()
    magic("stop all")
    assert servers.list() == ()
    assert "No TensorBoard" in magic("stop all")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--logdri logs", "did you mean --logdir?"),
        ("logs_of_today", "Did you mean --logdir logs_of_today?"),
        ("lst", "Did you mean list?"),
        ("list all", "takes no 'all'"),
        ("\N{EM DASH}logdir x", "did you mean --logdir?"),
        ("--logdir x --heigth 3", "did you mean --height?"),
        ("stop 1", "No TensorBoard of this kernel"),
        ("open", "No TensorBoard of this kernel"),
        ("--logdir 'logs", "not closed"),
        ("--logdir logs --theme blue", "auto, light, dark"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    """A mistake gives a line or two, and stops "run all"."""
    result = shell.run_cell(f"%tensorboard {line}")
    printed = capsys.readouterr().out

    assert not result.success
    assert isinstance(result.error_in_exec, MagicError)
    assert message in printed
    assert "Traceback" not in printed
    assert len(printed.strip().splitlines()) <= 2


def test_reloading_any_number_of_times(shell: InteractiveShell, magic: Magic, logdir: Path) -> None:
    """A reload doubles no magic and no completion, and loses no server."""
    magic(f"--logdir '{logdir}' --no-display")
    before = len(shell.Completer.custom_matchers)
    for _ in range(5):
        shell.run_line_magic("reload_ext", "nbboard")
    magic(f"--logdir '{logdir}' --no-display")

    assert before == len(shell.Completer.custom_matchers)
    assert len(servers.list()) == 1


def test_unloading_leaves_servers_and_gives_back_what_was_there(
    shell: InteractiveShell, magic: Magic, logdir: Path
) -> None:
    """After an unload the magic of before is back, and the servers run."""
    shell.run_line_magic("unload_ext", "nbboard")
    assert "tensorboard" not in shell.magics_manager.magics["line"]

    def other(_line: str) -> str:
        return "other"

    shell.register_magic_function(other, magic_name="tensorboard")
    shell.run_line_magic("load_ext", "nbboard")
    shell.run_line_magic("reload_ext", "nbboard")
    magic(f"--logdir '{logdir}' --no-display")
    shell.run_line_magic("unload_ext", "nbboard")

    assert shell.run_line_magic("tensorboard", "") == "other"
    assert len(servers.list()) == 1


def test_help_is_readable(shell: InteractiveShell) -> None:
    """``%tensorboard?`` shows how to use it, with examples and nbboard's flags."""
    text: str = shell.object_inspect("%tensorboard")["docstring"]

    for part in ("%tensorboard --logdir logs", "--height", "--theme", "--new", "list", "stop"):
        assert part in text


@pytest.mark.parametrize("name", ["tensorboard", "nbboard"])
def test_help_by_a_flag(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """``--help`` prints what ``?`` shows, and an empty line a pointer to it."""
    shell.run_line_magic(name, "--help")
    lines = capsys.readouterr().out.splitlines()
    shell.run_line_magic(name, "")
    pointer = capsys.readouterr().out

    assert any(line.startswith(f"    %{name} ") for line in lines)
    assert max(map(len, lines)) <= 80
    assert f"%{name}? shows" in pointer


def completions(shell: InteractiveShell, line: str) -> list[str]:
    """Return what the Tab key offers at a line's end, as whole lines."""
    from IPython.core.completer import provisionalcompleter

    with provisionalcompleter():
        found: Any = list(shell.Completer.completions(line, len(line)))
    return [line[: item.start] + item.text + line[item.end :] for item in found]


def test_flags_complete(shell: InteractiveShell) -> None:
    """Flags are TensorBoard's own and nbboard's; choices complete, too."""
    assert "%tensorboard --logdir" in completions(shell, "%tensorboard --lo")
    assert completions(shell, "%tensorboard --logdir x --theme d") == [
        "%tensorboard --logdir x --theme dark"
    ]
    assert completions(shell, "%tensorboard --hei") == ["%tensorboard --height"]
    assert completions(shell, "%tensorboard --reload_multifile=t") == [
        "%tensorboard --reload_multifile=true"
    ]
    assert completions(shell, "%tensorboard st") == ["%tensorboard stop"]


def test_lines_of_nbboard_complete(shell: InteractiveShell, tmp_path: Path) -> None:
    """Kinds, folders and the options of the view complete after ``%nbboard``."""
    (tmp_path / "schedule").mkdir()

    assert completions(shell, "%nbboard sc") == ["%nbboard scalars", "%nbboard schedule/"]
    assert completions(shell, "%nbboard scalars sc") == ["%nbboard scalars schedule/"]
    found = completions(shell, "%nbboard scalars schedule --smoothing")
    assert "%nbboard scalars schedule --smoothing-method" in found


def test_paths_complete(shell: InteractiveShell, tmp_path: Path) -> None:
    """After ``--logdir`` folders complete, quoted where they need it."""
    for name in ("runs/one", "runs/two", "run for it", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "run.txt").touch()

    found = completions(shell, "%tensorboard --logdir ru")
    assert found == ["%tensorboard --logdir run\\ for\\ it/", "%tensorboard --logdir runs/"]
    assert completions(shell, "%tensorboard --logdir 'run f") == [
        "%tensorboard --logdir 'run for it/"
    ]
    assert completions(shell, "%tensorboard --logdir=runs/o") == ["%tensorboard --logdir=runs/one/"]
    assert [f"%tensorboard --logdir {tmp_path}/runs/two/"] == completions(
        shell, f"%tensorboard --logdir {tmp_path}/runs/t"
    )
    assert completion._paths("~no-such-user/r") == completion._paths("/no/such/folder/r") == []


def test_paths_complete_behind_what_separates_them_on_the_system() -> None:
    """A backslash separates on Windows, and is a letter of a name elsewhere."""
    assert completion._cut("logs\\fit\\a", windows=True) == ("logs\\fit\\", "a")
    assert completion._cut("C:/logs\\a", windows=True) == ("C:/logs\\", "a")
    assert completion._cut("logs\\a", windows=False) == ("", "logs\\a")
    assert completion._cut("/", windows=False) == ("/", "")
