"""What every browser test needs: a browser, a Jupyter, and a notebook open in both.

The pictures that tests take, and one of every page whose test failed, are in ``screenshots/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser import chromium, notebook_page, wheel
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

FAILED = pytest.StashKey[bool]()

# Draws cells that are not on screen, too, so that nothing moves while a test looks.
ALL_CELLS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}

# A machine that does much else at the same time needs longer than the usual 5 s.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember a failure, so that the fixtures can take a picture of it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


# Scope "package", not "session": Playwright's sync interface holds an event loop, and tests outside
# this folder want their own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, which needs no browser of its own."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A running Chromium."""
    with chromium.launch(playwright, chromium.find()) as running:
        yield running


@pytest.fixture(scope="package")
def start_jupyter(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., JupyterServer]]:
    """Start one more Jupyter: ``start_jupyter("lab", proxy=False)``; see JupyterServer."""
    with ExitStack() as stack:

        def start(app: str = "lab", **options: Any) -> JupyterServer:
            server = JupyterServer(app, tmp_path_factory.mktemp(app), **options)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="package")
def lab(start_jupyter: Callable[..., JupyterServer]) -> JupyterServer:
    """A JupyterLab below /user/someone/, with a token, as on a hub."""
    return start_jupyter("lab")


@pytest.fixture(scope="package")
def notebook7(start_jupyter: Callable[..., JupyterServer]) -> JupyterServer:
    """A Notebook 7 below /user/someone/, with a token."""
    return start_jupyter("notebook")


@pytest.fixture(scope="package")
def wheel_python(made_once: Callable[..., Path]) -> Path:
    """The Python of an environment into which the built wheel was installed."""

    def build(folder: Path) -> None:
        (folder / "built").mkdir()
        wheel.overlay(folder / "env", wheel.build_wheel(folder / "built"))

    return wheel.python_of(made_once("wheel", build) / "env")


@pytest.fixture(scope="package")
def wheel_lab(start_jupyter: Callable[..., JupyterServer], wheel_python: Path) -> JupyterServer:
    """A JupyterLab that has nbboard from the wheel, below /user/someone/."""
    return start_jupyter("lab", python=wheel_python, settings=ALL_CELLS)


@pytest.fixture(scope="package")
def wheel_notebook7(
    start_jupyter: Callable[..., JupyterServer], wheel_python: Path
) -> JupyterServer:
    """A Notebook 7 that has nbboard from the wheel, below /user/someone/."""
    return start_jupyter("notebook", python=wheel_python, settings=ALL_CELLS)


@pytest.fixture(scope="package")
def kernelless_lab(
    start_jupyter: Callable[..., JupyterServer], wheel_python: Path
) -> JupyterServer:
    """A JupyterLab without any kernel, which draws all cells at once."""
    return start_jupyter(
        "lab",
        python=wheel_python,
        settings=ALL_CELLS,
        arguments=(
            "--KernelSpecManager.ensure_native_kernel=False",
            "--KernelSpecManager.allowed_kernelspecs=none",
        ),
    )


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open an empty page: ``new_page(viewport=(1280, 900), theme="dark")``."""
    pages: list[Page] = []

    def new(viewport: tuple[int, int] = (1280, 900), theme: str = "light", **options: Any) -> Page:
        width, height = viewport
        context = browser.new_context(
            viewport=ViewportSize(width=width, height=height),
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="UTC",
            **options,
        )
        page = context.new_page()
        pages.append(page)
        return page

    yield new
    for number, page in enumerate(pages):
        if not page.is_closed():
            if request.node.stash.get(FAILED, False):
                notebook_page.take(page, f"failed-{request.node.name}-{number}")
            page.context.close()


@pytest.fixture
def open_notebook(
    new_page: Callable[..., Page], request: pytest.FixtureRequest
) -> Iterator[Callable[..., NotebookPage]]:
    """Open a notebook: ``open_notebook(lab, ["1 + 1"])``.

    Beside a list of cells, it takes a notebook file to copy and the path of a notebook that is
    below the server's root already. ``theme=``, ``viewport=`` and ``name=`` (its path) may follow.
    """
    opened: list[NotebookPage] = []

    def open_(
        server: JupyterServer,
        notebook: Any,
        *,
        name: str | None = None,
        theme: str = "light",
        **options: Any,
    ) -> NotebookPage:
        if not isinstance(notebook, str):
            own = notebook.name if isinstance(notebook, Path) else f"{request.node.name}.ipynb"
            notebook = server.write(name or own.replace("/", "-"), notebook)
        page = NotebookPage(new_page(theme=theme, **options), server, notebook)
        opened.append(page)
        if server.app == "lab":
            page.hide_sidebars()
        page.set_theme(theme)
        return page

    yield open_
    for page in opened:
        page.server.end_sessions()
