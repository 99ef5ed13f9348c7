"""The documentation: every block of code does what its page says, and the site is built."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nbboard
from nbboard import cli
from nbboard.logdir import Collection
from tests.notebook.conftest import shell  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def blocks(language):
    """Return the blocks of a language, by the name of their page."""
    fence = re.compile(rf"^```{language}\b.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    found = {path: fence.findall(path.read_text(encoding="utf-8")) for path in DOCS.rglob("*.md")}
    return {str(path.relative_to(DOCS)): texts for path, texts in sorted(found.items()) if texts}


PYTHON, MAGICS, COMMANDS = blocks("python"), blocks("ipython"), blocks("sh")


@pytest.mark.parametrize("page", PYTHON)
def test_every_line_of_python_does_what_it_says(page, place):
    """On logs of the names that the pages show nothing raises, and what is shown is not empty."""
    names = {"log": nbboard.open("logs", progress=False)}
    for text in PYTHON[page]:
        for node in ast.parse(text).body:
            line = ast.get_source_segment(text, node)
            if not isinstance(node, ast.Expr):
                exec(line, names)  # our own pages
                continue
            value = eval(line, names)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Collection | pd.DataFrame | np.ndarray):
                    assert len(one), line
            repr(value)


@pytest.mark.parametrize("page", MAGICS)
def test_every_magic_does_what_it_says(page, place, shell, monkeypatch):  # noqa: F811
    """In a shell that begins like the reader's notebook no line of the page fails."""
    monkeypatch.chdir(place)  # the shell's fixture goes to the folder that it is in, too

    for text in MAGICS[page]:
        assert shell.run_cell(text).success, text


@pytest.mark.parametrize("page", COMMANDS)
def test_every_command_does_what_it_says(page, place):
    """The commands that read logs end with 0; the doctor and pip have tests of their own."""
    lines = [line for text in COMMANDS[page] for line in text.splitlines()]
    assert all(line.startswith(("nbboard ", "pip install ")) for line in lines)

    for line in lines:
        if line.startswith("nbboard ") and not line.startswith("nbboard doctor"):
            assert cli.main(shlex.split(line)[1:]) == 0, line


def test_the_site_is_built_without_a_warning(small_logs, tmp_path):
    """Links, anchors, navigation and docstrings are right, and every view is in its page."""
    pytest.importorskip("mkdocs", reason="MkDocs is in the group docs")

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"NBBOARD_DOCS_PLACE": str(small_logs), "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    views = sum(text.count("```python view") for text in map(Path.read_text, DOCS.rglob("*.md")))
    framed = [
        (page.parent / address).resolve()
        for page in (tmp_path / "site").rglob("*.html")
        for address in re.findall(r'<iframe src="([^"]+)"', page.read_text(encoding="utf-8"))
    ]
    assert len(set(framed)) == len(framed) == views
    assert all(file.stat().st_size > 10_000 for file in framed)


def test_the_readme_leads_there():
    """The README links to the documentation, so that it can stay short."""
    assert "(docs/index.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
