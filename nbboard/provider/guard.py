"""What stands between TensorBoard and our reader: should that fail, TensorBoard's own reads on."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from tensorboard import errors
from tensorboard.data import provider as base

from nbboard.provider.provider import UnfitArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GuardedDataProvider"]


class GuardedDataProvider(base.DataProvider):
    """Asks a provider, and after its first unforeseen failure for ever another.

    Parameters
    ----------
    first
        The provider.
    make_second
        Makes what takes its place.
    tell
        Called with the error when it does.
    """

    def __init__(
        self, first: Any, make_second: Callable[[], Any], tell: Callable[[BaseException], None]
    ) -> None:
        self._asked = first
        self._make_second: Callable[[], Any] | None = make_second
        self._tell = tell
        self._lock = threading.Lock()

    def __str__(self) -> str:
        return str(self._asked)

    def experiment_metadata(self, ctx: Any = None, **what: Any) -> Any:
        """See ``tensorboard.data.provider.DataProvider``, as for all that follow."""
        return self._ask("experiment_metadata", ctx, what)

    def list_plugins(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("list_plugins", ctx, what)

    def list_runs(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("list_runs", ctx, what)

    def list_scalars(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("list_scalars", ctx, what)

    def read_scalars(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("read_scalars", ctx, what)

    def read_last_scalars(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("read_last_scalars", ctx, what)

    def list_tensors(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("list_tensors", ctx, what)

    def read_tensors(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("read_tensors", ctx, what)

    def list_blob_sequences(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("list_blob_sequences", ctx, what)

    def read_blob_sequences(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("read_blob_sequences", ctx, what)

    def read_blob(self, ctx: Any = None, **what: Any) -> Any:
        """See there."""
        return self._ask("read_blob", ctx, what)

    def _ask(self, method: str, ctx: Any, what: dict[str, Any]) -> Any:
        asked = self._asked
        try:
            return getattr(asked, method)(ctx, **what)
        except (errors.PublicError, UnfitArgumentError):
            raise
        except Exception as error:
            if not self._replace(asked, error):
                raise
        return getattr(self._asked, method)(ctx, **what)

    def _replace(self, failed: Any, error: BaseException) -> bool:
        """Let the other take over, unless it is the one that failed."""
        with self._lock:
            if self._asked is not failed:
                return True  # another thread did it
            if self._make_second is None:
                return False
            traceback.print_exception(error, file=sys.stderr)
            make, self._make_second = self._make_second, None
            self._asked = make()
        self._tell(error)
        return True
