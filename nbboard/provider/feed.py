"""From TensorBoard's flags to what feeds it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nbboard.provider.flags import SCALARS, roots_of, samples_of
from nbboard.provider.guard import GuardedDataProvider
from nbboard.provider.legacy import Multiplexer
from nbboard.provider.provider import LogDataProvider
from nbboard.provider.reload import Reload
from nbboard.storage import storage_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.provider.log import Log

__all__ = ["Feed", "make", "open_provider"]


@dataclass(frozen=True)
class Feed:
    """What a TensorBoard server is fed by.

    Attributes
    ----------
    provider
        Its data provider.
    multiplexer
        For plugins that are older than data providers.
    start
        Begins to read; to be called when the port is open.
    """

    provider: Any
    multiplexer: Any
    start: Callable[[], None]


def make(flags: Any, interval: float | None, tell: Callable[[int, list[str]], None]) -> Feed:
    """Make what feeds a TensorBoard server.

    Parameters
    ----------
    flags
        TensorBoard's. Their ``samples_per_plugin`` is changed, so that plugins ask for
        what is to be shown.
    interval
        Seconds from one look at the logs to the next; None where nobody asked for any.
    tell
        Called with a version, and lines for the person who looks, whenever one changes.

    Raises
    ------
    NbboardError, ValueError
        The logs cannot be read, whatever they hold: a package is missing, say.
    """
    roots = roots_of(flags.logdir, flags.logdir_spec)
    for root in roots.values():
        storage_for(root)
    samples = samples_of(flags.samples_per_plugin)
    limit = samples.get("scalars", SCALARS)

    def make_log() -> Log:
        from nbboard.provider.log import Log

        return Log(roots, "latest" if flags.purge_orphaned_data else "keep", limit)

    news = _News(tell)
    reload = Reload(make_log, 1.0 if interval is None else interval, news.changed)
    provider = LogDataProvider(reload.log, flags.logdir or flags.logdir_spec)
    flags.samples_per_plugin = samples
    guarded = GuardedDataProvider(provider, lambda: _stock(flags), news.failed)
    multiplexer = Multiplexer(reload.log)
    if flags.reload_task == "blocking":
        reload.run()
        return Feed(guarded, multiplexer, _nothing)
    return Feed(guarded, multiplexer, reload.start)


def open_provider(logdir: str, restarts: Literal["latest", "keep"] = "latest") -> LogDataProvider:
    """Return a provider that looks for what is new whenever it is asked.

    Parameters
    ----------
    logdir
        A folder, event file or URL.
    restarts
        ``"latest"`` hides points that a restarted job logged again, ``"keep"`` does not.
    """
    from nbboard.provider.log import Log

    log = Log({"": logdir}, restarts)

    def looked() -> Log:
        log.refresh()
        return log

    return LogDataProvider(looked, logdir)


class _News:
    """Hands on what is to be told; a failure of the reader stays told."""

    def __init__(self, tell: Callable[[int, list[str]], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._failure = ""

    def changed(self, version: int, lines: list[str]) -> None:
        with self._lock:
            if not self._failure:
                self._tell(version, lines)

    def failed(self, error: BaseException) -> None:
        cause = error.__cause__ or error
        with self._lock:
            self._failure = (
                f"nbboard's reader failed ({type(cause).__name__}: {cause}). TensorBoard reads "
                "the logs by itself from now on, which takes longer and shows fewer steps."
            )
            self._tell(-1, [self._failure])


def _stock(flags: Any) -> Any:
    """Start TensorBoard's own loader; return its provider."""
    from tensorboard.backend.event_processing import data_ingester

    ingester = data_ingester.LocalDataIngester(flags)
    ingester.start()
    return ingester.data_provider


def _nothing() -> None:
    """Do nothing: it has been read already."""
