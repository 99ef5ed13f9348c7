"""What is imported while a real kernel rests, so that the first view does not wait for it."""

from __future__ import annotations

import subprocess
import sys

from jupyter_client.manager import start_new_kernel
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import wait_until

ASK = "import sys, json; print(json.dumps('nbboard.views.scalars' in sys.modules))"
HOOKS = (
    "events = get_ipython().events.callbacks\n"
    "print([c for what in ('pre_run_cell', 'post_run_cell') for c in events[what]"
    " if 'nbboard' in c.__module__])"
)


def printed(client, code):
    """Run code in a kernel and return what it printed."""
    text = []

    def note(message):
        if message["msg_type"] == "stream":
            text.append(message["content"]["text"])

    client.execute_interactive(code, output_hook=note, timeout=60)
    return "".join(text).strip()


def test_views_are_imported_after_the_cell_that_imports_nbboard():
    """Not in that cell, which must not wait, and only once."""
    manager, client = start_new_kernel()
    try:
        assert printed(client, f"import nbboard\n{ASK}") == "false"
        wait_until(lambda: printed(client, ASK) == "true", "the views are imported", 60)
        wait_until(lambda: printed(client, HOOKS) == "[]", "nothing is left to do", 60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_views_of_what_an_opened_log_has_are_imported(tmp_path):
    """Those of its kinds, beside scalars, and of no others."""
    writer = SummaryWriter(str(tmp_path))
    writer.add_text("note", "hello")
    writer.close()
    manager, client = start_new_kernel()
    try:
        printed(client, f"import sys, nbboard\nlog = nbboard.open({str(tmp_path)!r})")
        wait_until(lambda: printed(client, HOOKS) == "[]", "nothing is left to do", 60)
        there = "print([f'nbboard.views.{name}' in sys.modules for name in ('text', 'profile')])"
        assert printed(client, there) == "[True, False]"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_cell_that_begins_meanwhile_goes_first():
    """While a short cell runs nothing is imported beside it; it goes on when the cell has ended."""
    manager, client = start_new_kernel()
    try:
        # Both cells wait in the kernel's queue: nothing lies between them but its loop.
        client.execute(
            "import sys, time, nbboard.notebook.prepare\nnbboard.notebook.prepare._LONG = 60"
        )
        assert printed(client, f"time.sleep(3)\n{ASK}") == "false"
        wait_until(lambda: printed(client, ASK) == "true", "the views are imported", 60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_beside_a_cell_that_takes_long_it_goes_on():
    """A view after a long training finds what it needs."""
    manager, client = start_new_kernel()
    try:
        printed(client, "import sys, time, nbboard")
        seen = printed(
            client,
            "end = time.monotonic() + 60\n"
            "while 'nbboard.views.scalars' not in sys.modules and time.monotonic() < end:\n"
            "    time.sleep(0.1)\n"
            "print('nbboard.views.scalars' in sys.modules)",
        )
        assert seen == "True"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_outside_a_kernel_nothing_is_prepared():
    """In a script that has IPython at hand no thread is started and nothing is imported."""
    code = (
        "import IPython, nbboard, sys, threading\n"
        "assert threading.active_count() == 1\n"
        "assert 'nbboard.views' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
