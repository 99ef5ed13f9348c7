"""A page exported by ipywidgets (`embed_minimal_html`), drawn by its html-manager without a kernel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ipywidgets.embed import embed_minimal_html
from playwright.sync_api import Page, Route, expect

import nbboard
from tests.hosts.test_pages import errors_of, logs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["logs"]

#: The addresses that such a page asks for what it is made of, and the package of each.
PACKAGE = re.compile(r"https://(?:cdn\.jsdelivr\.net|unpkg\.com)/(?:npm/)?(@?[^@]+)@[^/]+/(.*)")
REQUIRE = re.compile(r"https://cdnjs\.cloudflare\.com/.*/require\.min\.js")


def file_of(url: str, packages: Path) -> Path | None:
    """Return where a file lies that the page would load from a network of copies."""
    if REQUIRE.fullmatch(url):
        return packages / "requirejs" / "require.js"
    found = PACKAGE.fullmatch(url)
    if found is None:
        return None
    path = packages / found[1] / found[2]
    return path if path.suffix else path.with_suffix(".js")


def test_an_exported_page_draws_and_says_that_it_has_no_kernel(
    hosts: Path, new_page: Callable[..., Page], tmp_path: Path, logs: Path
) -> None:
    """Its curves are drawn from what was exported; nothing in it claims to be live or busy."""
    packages = hosts.parent / "node" / "node_modules"
    if not (packages / "@jupyter-widgets" / "html-manager").exists():
        pytest.skip("html-manager is not installed: make hosts does that")
    view = nbboard.open(logs, progress=False).scalars.view()
    file = tmp_path / "exported.html"
    embed_minimal_html(file, views=[view], drop_defaults=False, title="exported")
    view.close()
    # The package's own copy of require.js is not minified, and so has another digest.
    file.write_text(re.sub(r' integrity="[^"]*"', "", file.read_text("utf-8")), "utf-8")
    page = new_page()
    errors = errors_of(page)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        found = file_of(route.request.url, packages)
        if found is not None and found.exists():
            route.fulfill(path=found, content_type="text/javascript")
        else:
            route.abort()

    page.route(re.compile("^https?://"), answer)
    page.goto(file.as_uri())

    expect(page.locator(".nbb-scalars canvas").first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(3000)  # as long as it might wait for a kernel's first word
    shown = page.locator(".nbb-root").inner_text()
    assert "kernel busy" not in shown
    assert "live" not in shown.split()
    assert errors == []
    assert [url for url in asked if file_of(url, packages) is None] == []
