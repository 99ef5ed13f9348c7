"""JupyterLab through one forwarded port of another number, as ``ssh -L 9999:localhost:8888`` has it.

The forwarder is imitated: a loop that copies bytes. The browser is kept to the forwarded port, for
on a person's own machine there is no other.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.hosts.conftest import jupyter_behind, show_cell, shows_tensorboard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage


def copy(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until one end is closed."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def forwarded(port: int) -> Iterator[int]:
    """Forward a port of ours to one of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    for ends in ((near, far), (far, near)):
                        threading.Thread(target=copy, args=ends, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]


def test_frame_and_views_need_no_other_port(
    start_jupyter: Callable[..., JupyterServer],
    open_notebook: Callable[..., NotebookPage],
    logdir: Path,
) -> None:
    """TensorBoard comes through Jupyter's own port, whatever number it has for the browser."""
    jupyter = start_jupyter("lab")
    behind = int(jupyter.url.split(":")[2].split("/")[0])
    with forwarded(behind) as port:
        server: Any = jupyter_behind(jupyter, f"http://localhost:{port}{jupyter.base_url}")
        cells = [
            show_cell(logdir),
            f"import nbboard; nbboard.open({str(logdir)!r}, progress=False)",
        ]
        page = open_notebook(server, cells)
        elsewhere = re.compile(rf"^(?:https?|wss?)://(?!localhost:{port}/)")
        page.page.route(elsewhere, lambda route: route.abort())
        page.run_all()
        frame = page.frame_page(0)
        shows_tensorboard(frame)
        assert frame.url.startswith(f"{server.url}proxy/")
        expect(page.output(1).get_by_role("tab")).not_to_have_count(0)
