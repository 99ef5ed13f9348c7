"""Texts as plain, safe HTML: what a saved notebook shows where nothing runs."""

from __future__ import annotations

import html
import threading
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    import markdown

    from nbboard.views.shared.screen import Screen

__all__ = ["page_of", "safe_html"]

#: TensorBoard's list (plugin_util.py) less images: a saved notebook loads nothing.
TAGS = frozenset(
    ["ul", "ol", "li", "p", "pre", "code", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "strong", "em", "a", "table", "thead", "tbody", "td", "tr", "th"]
)  # fmt: skip
#: Cards, and characters of each, that a notebook is made longer by.
MOST_CARDS = 24
MOST_CHARACTERS = 20_000

_markdown = threading.local()


def safe_html(text: str) -> str:
    """Return Markdown out of a log as HTML that can do nothing but be read."""
    converter: markdown.Markdown | None = getattr(_markdown, "converter", None)
    if converter is None:
        import markdown

        # Those of TensorBoard. One a thread: it keeps state while it works.
        converter = markdown.Markdown(extensions=["tables", "fenced_code"])
        _markdown.converter = converter
    converter.reset()
    return nh3.clean(
        converter.convert(text.replace("\0", "")),
        tags=set(TAGS),
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
    )


def page_of(screen: Screen) -> str:
    """Return what is on screen, card by card."""
    parts = []
    records = screen.records()
    for record in records[:MOST_CARDS]:
        text = str(record.get("value", "could not be read"))
        more = len(text) - MOST_CHARACTERS
        cut = f"<p><em>{more:,} more characters</em></p>" if more > 0 else ""
        name = html.escape(f"{record['tag']} · {record['run']} · step {record['step']:,}")
        parts.append(f"<h4>{name}</h4>\n{safe_html(text[:MOST_CHARACTERS])}{cut}")
    if len(records) > MOST_CARDS:
        parts.append(f"<p><em>{len(records) - MOST_CARDS:,} more texts</em></p>")
    return "\n".join(parts) or "<p>No texts.</p>"
