"""A progress bar for what takes long, and nothing at all for what does not.

In a notebook tqdm's bar is a widget, and a saved notebook does not keep widgets: where
it stood, JupyterLab would show an error. So a bar that has ended gives its place to a
sentence, which any reader of the notebook can show.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Bar", "Progress", "tracked"]

#: Seconds before a bar appears.
DELAY = 0.5

T = TypeVar("T")


class Bar:
    """One tqdm bar: a widget in a notebook, text in a terminal.

    Parameters
    ----------
    total
        How much there is to do.
    what
        What is being done, for example ``"reading logs"``.
    unit
        What is counted; ``"B"`` for bytes.
    leave
        Whether a terminal keeps the bar when it has ended.
    """

    def __init__(self, total: int, what: str, unit: str, *, leave: bool) -> None:
        # Imported only now: it brings ipywidgets along in a notebook.
        from tqdm.auto import tqdm

        options: dict[str, Any] = {
            "total": total,
            "desc": what,
            "unit": unit,
            "unit_scale": unit == "B",
            "leave": leave,
        }
        self._what = what
        self._unit = unit
        self._start = time.monotonic()
        self._handle: Any = None
        self._bar: Any
        if any(base.__module__ == "tqdm.notebook" for base in tqdm.__mro__):
            from IPython.display import display

            self._bar = tqdm(**options, display=False)
            self._handle = display(self._bar.container, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._bar = tqdm(**options)

    def describe(self, what: str) -> None:
        """Say what is being done now."""
        self._what = what
        self._bar.set_description(what)

    def update(self, done: int = 1) -> None:
        """Say that so many more are done."""
        self._bar.update(done)

    def reach(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done."""
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self, *, complete: bool) -> None:
        """End it; a complete one is full, whatever was skipped on the way."""
        if complete:
            self._bar.update(self._bar.total - self._bar.n)
        done = self._bar.format_sizeof(self._bar.n, "B", 1000) if self._unit == "B" else None
        self._bar.close()
        if self._handle is not None:
            amount = done or f"{self._bar.n:,} {self._unit}{'' if self._bar.n == 1 else 's'}"
            seconds = time.monotonic() - self._start
            sentence = f"{self._what}: {amount} in {seconds:.1f} s"
            self._handle.update({"text/plain": sentence}, raw=True)


def _is_watched() -> bool:
    """Whether a bar of this thread would be seen, where it belongs: not in a file or a pipe."""
    if threading.current_thread() is not threading.main_thread() or sys.stderr is None:
        return False
    return _is_kernel() or sys.stderr.isatty()


def _is_kernel() -> bool:
    """Whether this is the kernel of a notebook; a program that imports ipykernel is none."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


class Progress:
    """A bar that appears once half a second is over, in a terminal or notebook.

    Parameters
    ----------
    what
        What is being done, for example ``"reading logs"``.
    unit
        What is counted; ``"B"`` for bytes.
    enabled
        False shows nothing.
    """

    def __init__(self, what: str, unit: str, *, enabled: bool = True) -> None:
        self._what = what
        self._unit = unit
        self._enabled = enabled and _is_watched()
        self._start = time.monotonic()
        self._bar: Bar | None = None

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done."""
        if self._bar is None:
            if not self._enabled or time.monotonic() - self._start < DELAY or done >= total:
                return
            self._bar = Bar(total, self._what, self._unit, leave=False)
        self._bar.reach(done, total)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close(complete=kind is None)


def tracked(items: Iterable[T], total: int, what: str, unit: str) -> Iterator[T]:
    """Yield `items`, showing how far it is."""
    with Progress(what, unit) as progress:
        for done, item in enumerate(items):
            progress(done, total)
            yield item
