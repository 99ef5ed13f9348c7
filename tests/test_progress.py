"""The progress bar, in a terminal and in a real kernel."""

from __future__ import annotations

import importlib
import sys
import threading

import nbformat
from nbclient import NotebookClient

from nbboard import progress
from nbboard.progress import Progress

KERNEL_CODE = """
from nbboard.progress import Bar
bar = Bar(3, "reading logs", "file", leave=False)
bar.update(2)
bar.close(complete=True)
"""


def test_what_is_quick_shows_no_bar(capsys):
    """Nothing is printed for what takes less than half a second."""
    with Progress("reading logs", "B") as told:
        told(1, 2)
        told(2, 2)

    assert capsys.readouterr() == ("", "")


def test_a_bar_that_nobody_watches_is_not_drawn(capsys, monkeypatch):
    """Nothing goes into a file or pipe, nor into a terminal from another thread."""
    monkeypatch.setattr(progress, "DELAY", 0)
    importlib.import_module("ipykernel")  # which makes no kernel of this process

    def work():
        assert list(progress.tracked(range(3), 3, "reading", "value")) == [0, 1, 2]

    work()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert capsys.readouterr().err == ""

    work()
    assert "reading" in capsys.readouterr().err


def test_an_ended_bar_leaves_a_sentence_in_the_notebook():
    """A saved notebook holds no widget that only its kernel could draw, but what was done."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(KERNEL_CODE)])
    NotebookClient(notebook, timeout=120, store_widget_state=False).execute()

    outputs = notebook.cells[0].outputs
    assert [list(output.data) for output in outputs] == [["text/plain"]]
    assert outputs[0].data["text/plain"].startswith("reading logs: 3 files in ")
