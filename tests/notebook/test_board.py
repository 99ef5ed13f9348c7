"""``%nbboard`` in a real IPython shell and in a real kernel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbboard.notebook import board
from nbboard.notebook.words import MagicError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from tests.server.kernels import Kernel


def test_a_terminal_gets_the_series(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], logdir: Path
) -> None:
    """Without a browser, the line says what was found; patterns narrow it."""
    shell.user_ns["folder"] = logdir
    shell.run_line_magic("nbboard", "scalars {folder} --tags LOSS --runs 'a r'")
    found = capsys.readouterr().out
    shell.run_line_magic("nbboard", "scalars {folder} --tags accuracy")
    nothing = capsys.readouterr().out

    assert "a run" in found
    assert "loss" in found
    assert "0 series" in nothing


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("scalars", "Name the folder"),
        ("scalars x --tags", "--tags needs a value"),
        ("scalars x --tags (", "("),
        ("scalars 'x", "not closed"),
        ("scalrs x", "did you mean scalars?"),
        ("tensors x", "there is no view of tensors (views: "),
        ("scalars x --tag loss", "did you mean --tags?"),
        ("scalars x --run a", "did you mean --runs?"),
        ("scalars x --nothing-like-it 1", "There are --tags, --runs, "),
        ("x --tags loss", "%nbboard scalars x --tags PATTERN"),
        ("--kind scalars x", "%nbboard scalars x"),
        ("scalars --logdir", "--logdir needs a value"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(
    shell: InteractiveShell, line: str, message: str
) -> None:
    """A mistake gives a sentence."""
    with pytest.raises(MagicError) as raised:
        shell.run_line_magic("nbboard", line)

    assert message in str(raised.value)
    assert len(raised.value._render_traceback_()) == 1


def test_a_notebook_gets_the_view(kernel: Kernel, logdir: Path) -> None:
    """In a kernel the view is displayed with its options; a wrong one is told with the right."""
    folder = f"{{{str(logdir)!r}}}"
    line = f"%nbboard scalars {folder} --smoothing 0.25 --no-live --x-scale=log --pinned loss"
    request = kernel.send(line)
    messages = list(kernel.messages(request))
    opened = [
        message["content"]["data"]["state"]
        for message in messages
        if message["msg_type"] == "comm_open"
    ]
    (state,) = [state for state in opened if "smoothing" in state]
    (display,) = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]

    assert tuple(state[name] for name in ("smoothing", "live", "x_scale", "pinned")) == (
        0.25,
        False,
        "log",
        ["loss"],
    )
    assert "application/vnd.jupyter.widget-view+json" in display
    with pytest.raises(RuntimeError, match="did you mean --smoothing"):
        kernel.run(f"%nbboard scalars {folder} --smothing 1")
    with pytest.raises(RuntimeError, match=r"takes a number from 0 to 0\.999, not 'much'"):
        kernel.run(f"%nbboard scalars {folder} --smoothing much")


def test_views_of_one_folder_share_their_log(logdir: Path) -> None:
    """The same folder is read once while a view of it is there, and then only what is new."""
    first = board._open((str(logdir),))
    again = board._open((f"{logdir}/../{logdir.name}",))

    assert again is first


@pytest.mark.parametrize(
    ("line", "folders", "options"),
    [
        ("scalars x --live false", ("x",), {"live": "false"}),
        ("scalars --live True x", ("x",), {"live": "True"}),
        ("scalars x --live y", ("x", "y"), {"live": True}),
        ("scalars x --live=false --no-link-zoom", ("x",), {"live": "false", "link_zoom": False}),
        ("--logdir x", ("x",), {}),
        ("scalars --logdir=x --tags loss", ("x",), {"tags": "loss"}),
        ("x --tag-filter loss", ("x",), {"tag_filter": "loss"}),
    ],
)
def test_what_a_line_says(line: str, folders: tuple[str, ...], options: dict[str, object]) -> None:
    """A switch may have its value, and the folder may have TensorBoard's flag."""
    asked = board._parse(line.split())

    assert (asked.logdirs, asked.options) == (folders, options)
