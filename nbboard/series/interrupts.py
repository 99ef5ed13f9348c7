"""Interrupts (Ctrl-C, "interrupt kernel") while something is done that must not be torn."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from typing_extensions import Self

__all__ = ["Interrupts"]


class Interrupts:
    """Holds back the first interrupt of the main thread: a context manager.

    What is done inside asks :meth:`asked` now and then, and comes to an early but
    orderly end; then KeyboardInterrupt is raised. A second interrupt is raised at once.
    In other threads, and where a program handles SIGINT in its own way, it does nothing.
    """

    def __init__(self) -> None:
        self._asked = False
        self._holds = False

    def asked(self) -> bool:
        """Whether there was an interrupt."""
        return self._asked

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            signal.default_int_handler(number, frame)
        self._asked = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            # The handler of Python itself, also of a kernel while a cell runs.
            self._holds = signal.getsignal(signal.SIGINT) is signal.default_int_handler
            if self._holds:
                signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._holds:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if self._asked and kind is None:
                raise KeyboardInterrupt
