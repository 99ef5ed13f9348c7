"""What is imported while a real kernel rests, so that the first view does not wait for it."""

from __future__ import annotations

import subprocess
import sys

from jupyter_client.manager import start_new_kernel

ASK = "import sys, json; print(json.dumps('nbboard.views.scalars' in sys.modules))"


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
        printed(
            client,
            "import threading\n"
            "for one in threading.enumerate():\n"
            "    if one.name == 'nbboard-prepare': one.join()",
        )
        assert printed(client, ASK) == "true"
        shell = "get_ipython().events.callbacks['post_run_cell']"
        assert printed(client, f"print([c for c in {shell} if 'nbboard' in c.__module__])") == "[]"
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
