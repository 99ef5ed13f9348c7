"""What MkDocs calls while it builds the documentation: live views, options, tables of the README.

A block that begins with ```` ```python view 480 ```` ends in an expression that gives a view. It
is run with ``log``, the demo's logs opened, and stands in the page as code with its view below: the
offline file that ``view.save()`` writes, in a frame 480 pixels high. ``<!-- options of scalars -->``
becomes the table of the options of that view, ``<!-- README: What works where -->`` that section
of the README. So nothing is said twice, and no page can show what the code does not do.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import html
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_ROOT = Path(__file__).parents[1]
_VIEW = re.compile(r"^```python view (\d+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_README = re.compile(r"^<!-- README: (.+) -->$", re.MULTILINE)
_OPTIONS = re.compile(r"^<!-- options of (\w+) -->$", re.MULTILINE)


@functools.cache
def place() -> Path:
    """Return a folder with ``logs`` in it: the demo's, trained where they are not there yet.

    ``NBBOARD_DOCS_PLACE`` names a folder to be used as it is instead.
    """
    given = os.environ.get("NBBOARD_DOCS_PLACE")
    if given:
        return Path(given)
    from nbboard import demo

    folder = _ROOT / ".cache" / "docs"
    demo.train(folder / "logs", progress=False)
    return folder


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Be in a folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace what is to be run and what is to be listed by what comes of it."""

    def view(found: re.Match[str]) -> str:
        height, code = found.groups()
        number = len([f for f in files if f.src_uri.startswith(f"views/{name}-")]) + 1
        file = File.generated(config, f"views/{name}-{number}.html", content=saved(code, page))
        files.append(file)
        address = file.url_relative_to(page.file)
        return (
            f"```python\n{code}```\n\n"
            f'<figure class="view"><iframe src="{address}" height="{height}" loading="lazy"'
            f' title="{html.escape(code.strip().splitlines()[-1])}"></iframe>'
            f'<figcaption><a href="{address}" target="_blank">in a page of its own</a></figcaption>'
            "</figure>"
        )

    name = page.file.src_uri.removesuffix(".md").replace("/", "-")
    markdown = _README.sub(lambda found: section_of_readme(found[1]), markdown)
    markdown = _OPTIONS.sub(lambda found: options_of(found[1]), markdown)
    return _VIEW.sub(view, markdown)


def saved(code: str, page: Page) -> str:
    """Run a block and return the offline file of the view that its last line gives."""
    *first, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        raise PluginError(f"{page.file.src_uri}: a block of a view ends in an expression: {code}")
    import nbboard

    # A log of its own: views of one log share its list of runs, groups and colours included.
    with inside(place()), nbboard.open("logs", progress=False) as log:
        names: dict[str, Any] = {"log": log}
        exec(compile(ast.Module(first, []), page.file.src_uri, "exec"), names)  # our own pages
        value = eval(compile(ast.Expression(last.value), page.file.src_uri, "eval"), names)
        shown = value if hasattr(value, "save") else value.view()
        with tempfile.TemporaryDirectory() as folder:
            text: str = shown.save(Path(folder, "view.html")).read_text(encoding="utf-8")
        if not len(shown.source) or shown.logdir.problems:
            raise PluginError(
                f"{page.file.src_uri}: not all is to be seen in the view of {code}"
                f"{shown.logdir.problems}"
            )
        shown.close()
    return text


def section_of_readme(heading: str) -> str:
    """Return a section of the README, with its heading."""
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise PluginError(f"README.md has no section {heading!r}")
    return found[0]


def options_of(kind: str) -> str:
    """Return the options of a view as a table, from their own help."""
    from nbboard.logdir.registry import view_class
    from nbboard.views.shared.options import describe_values

    rows = ["| option | meaning | takes | default |", "|---|---|---|---|"]
    for name, trait in sorted(view_class(kind).class_traits(option=True).items()):
        cells = (trait.help, describe_values(trait), f"`{trait.default()!r}`")
        rows.append(
            f"| `{name}` | {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        )
    return "\n".join(rows)
