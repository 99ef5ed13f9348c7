"""The frame's half in the kernel: what is saved, and what is said when."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nbboard.notebook.frame import Frame

if TYPE_CHECKING:
    from tests.server.kernels import Kernel


def test_neither_output_nor_state_hold_the_address() -> None:
    """What is saved with a notebook is a sentence."""
    frame = Frame(label="logs/<b>", height="800px", width="100%", theme="auto")
    frame.tell("ready", port=1, path="/s3cret/")
    data, _ = frame._repr_mimebundle_()

    assert "s3cret" not in str(data)
    assert "s3cret" not in str(frame.get_state())
    assert "Run the cell again" in data["text/plain"]
    assert "logs/&lt;b&gt;" in data["text/html"]
    assert "iframe" not in data["text/html"]


def custom_messages(kernel: Kernel, seconds: float) -> list[dict[str, Any]]:
    """Collect what the kernel tells its widgets for a while."""
    found = []
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            message = kernel.client.get_iopub_msg(timeout=left)
        except Exception:  # noqa: BLE001 - queue.Empty, whichever one it is
            break
        if message["msg_type"] == "comm_msg":
            data = message["content"]["data"]
            if data.get("method") == "custom":
                found.append({"comm": message["content"]["comm_id"], **data["content"]})
    return found


def test_a_busy_kernel_tells_where_the_server_is(kernel: Kernel, logdir: Path) -> None:
    """While the next cell runs, the address is sent again and again, unasked."""
    kernel.run(f"%tensorboard --logdir {{{str(logdir)!r}}}")
    kernel.send("import time; time.sleep(60)")
    told = custom_messages(kernel, 3)
    messages = [message for message in told if message["kind"] != "news"]
    kernel.manager.interrupt_kernel()

    assert len(messages) >= 2
    assert {"ready"} == {message["kind"] for message in messages}
    assert {"port", "path", "identity", "help", "notes"} <= set(messages[0])


def test_news_go_to_a_page_that_looks() -> None:
    """What is damaged or new is told once there is a page, not after it has gone, and again."""
    frame = Frame(label="logs", height="800px", width="100%", theme="auto")
    sent: list[dict[str, Any]] = []
    frame.send = sent.append  # type: ignore[method-assign]
    frame.tell_news(1, ["1 record damaged in run a"])
    frame._answer(frame, {"kind": "gone"}, [])
    frame.tell_news(2, [])
    frame._answer(frame, {"kind": "hello"}, [])
    frame.tell("ended", text="")
    frame.tell_news(3, [])

    news = [message["version"] for message in sent if message["kind"] == "news"]
    assert news == [1, 2]


def test_a_page_that_asks_is_answered_and_no_longer_told(kernel: Kernel, logdir: Path) -> None:
    """A page that has just come gets the last word; then the kernel is quiet."""
    kernel.run(f"%tensorboard --logdir {{{str(logdir)!r}}}")
    comm = custom_messages(kernel, 1)[0]["comm"]
    content = {"comm_id": comm, "data": {"method": "custom", "content": {"kind": "hello"}}}
    message = kernel.client.session.msg("comm_msg", content)
    kernel.client.shell_channel.send(message)
    answered = custom_messages(kernel, 1.5)
    quiet = custom_messages(kernel, 3)

    assert "ready" in {message["kind"] for message in answered}
    assert quiet == []

    kernel.send("%tensorboard stop")
    assert {"ended"} == {message["kind"] for message in custom_messages(kernel, 2)}


def test_a_page_without_widgets_is_told_what_it_lacks(kernel: Kernel, logdir: Path) -> None:
    """Where JupyterLab refuses the widget, a sentence names the cure, and the kernel is quiet."""
    kernel.run(f"%tensorboard --logdir {{{str(logdir)!r}}}")
    comm = custom_messages(kernel, 1)[0]["comm"]
    message = kernel.client.session.msg("comm_close", {"comm_id": comm, "data": {}})
    kernel.client.shell_channel.send(message)
    (update,) = [
        m["content"]["data"]
        for m in kernel.messages(message["header"]["msg_id"])
        if m["msg_type"] == "update_display_data"
    ]

    assert "pip install nbboard" in update["text/plain"]
    assert "environment of the Jupyter server" in update["text/html"]
    assert custom_messages(kernel, 3) == []


def test_silence_becomes_a_sentence_and_an_answer_brings_the_frame_back(
    kernel: Kernel, logdir: Path
) -> None:
    """Where no page answers a kernel that rests, words stand there until one does."""
    kernel.run("import nbboard.notebook.frame as frame; frame.SILENCE = 1")
    comm = {}
    request = kernel.send(f"%tensorboard --logdir {{{str(logdir)!r}}}")
    for message in kernel.messages(request):
        if message["msg_type"] == "comm_open":
            comm = message["content"]
    kernel.run("import time; time.sleep(2)")  # no silence: the kernel cannot hear

    def next_update() -> dict[str, Any]:
        while True:
            message = kernel.client.get_iopub_msg(timeout=30)
            if message["msg_type"] == "update_display_data":
                data: dict[str, Any] = message["content"]["data"]
                return data

    said = next_update()
    assert "no page has answered" in said["text/plain"]
    assert "pip install nbboard" in said["text/html"]
    content = {
        "comm_id": comm["comm_id"],
        "data": {"method": "custom", "content": {"kind": "hello"}},
    }
    kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))
    assert "application/vnd.jupyter.widget-view+json" in next_update()


def test_a_start_in_a_kernel_can_be_interrupted(kernel: Kernel, logdir: Path) -> None:
    """The stop button ends a start with one line, and leaves nothing."""
    request = kernel.send(f"%tensorboard --logdir {{{str(logdir)!r}}}")
    for message in kernel.messages(request):
        if message["msg_type"] == "display_data":
            break
    kernel.manager.interrupt_kernel()
    with pytest.raises(RuntimeError, match=r"^Interrupted: no TensorBoard was started\.$"):
        kernel.collect(request)

    assert kernel.run("import nbboard.server; print(nbboard.server.list())").strip() == "()"
    # Nothing of the process is left, once it has come to its senses; one that stands by, because
    # the interrupt came before it was taken, may be.
    kernel.run(
        "import psutil, time\n"
        "from nbboard.server import standby\n"
        "def left():\n"
        "    there = {child.pid for child in psutil.Process().children()}\n"
        "    return there - {child.pid for child, *_ in standby._waiting}\n"
        "while left():\n"
        "    time.sleep(0.1)",
        seconds=30,
    )


def test_a_failed_start_leaves_only_its_reason(kernel: Kernel) -> None:
    """The frame that was to be is taken back from the cell's output."""
    request = kernel.send("%tensorboard --logdri x")
    messages = list(kernel.messages(request))
    (error,) = [m["content"] for m in messages if m["msg_type"] == "error"]
    (update,) = [m["content"] for m in messages if m["msg_type"] == "update_display_data"]

    assert len(error["traceback"]) == 1
    assert "did you mean --logdir?" in error["traceback"][0]
    assert update["data"] == {"text/plain": ""}
