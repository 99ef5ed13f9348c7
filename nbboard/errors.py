"""Everything nbboard raises, and the record of what it could not read.

The tree::

    NbboardError
      x LogdirError (ValueError)       a path, run or tag that cannot be what was asked for
      x DamagedError                   stored bytes that fail their checksum when fetched
      x UndecodableError (ValueError)  an intact value that is not what its kind says, or is a bomb
      x MissingExtraError (ImportError) an optional dependency that is not installed
      x UsageError (ValueError)        a magic or command given something it cannot take
      x ServerError                    a TensorBoard process that did not do what was asked

Every message says what happened, where, and what to do. Damage found while
reading a logdir raises nothing: it is counted, as :class:`Problem`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DamagedError",
    "LogdirError",
    "MissingExtraError",
    "NbboardError",
    "Problem",
    "ServerError",
    "UndecodableError",
    "UsageError",
]


class NbboardError(Exception):
    """The base of every error that nbboard raises."""


class LogdirError(NbboardError, ValueError):
    """A logdir, run or tag that does not exist or cannot be read."""


class DamagedError(NbboardError):
    """A stored value whose bytes no longer match their checksum."""


class UndecodableError(NbboardError, ValueError):
    """A value whose checksum is right but whose content is not what its kind says.

    Also raised for "bombs": a few bytes that claim to be gigabytes are refused
    before anything is allocated.
    """


class MissingExtraError(NbboardError, ImportError):
    """An optional dependency is missing; the message says what to install.

    Parameters
    ----------
    package
        What could not be imported, for example ``"polars"``.
    extra
        The extra of nbboard that installs it; None if none does.
    user
        What needs it, for example a URL; empty if that is plain.
    """

    def __init__(self, package: str, extra: str | None = None, user: str = "") -> None:
        missing = f"{user} needs {package}, which is" if user else f"{package} is"
        cure = f"'nbboard[{extra}]'" if extra else package
        super().__init__(f"{missing} not installed: pip install {cure}")
        self.package = package
        self.extra = extra


class UsageError(NbboardError, ValueError):
    """A magic or command was given a flag or value that it cannot take."""


class ServerError(NbboardError):
    """A TensorBoard process could not be started, found or stopped."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a logdir that was damaged or skipped.

    Attributes
    ----------
    file
        The file, as a path or URL.
    offset
        Where in the file, in bytes from its start; 0 where the whole file is meant.
    reason
        One sentence: what is wrong.
    lost
        How many bytes could not be read because of it.
    """

    file: str
    offset: int
    reason: str
    lost: int

    def __str__(self) -> str:
        if not self.offset and not self.lost:
            return f"{self.file}: {self.reason}"
        return f"{self.file} at byte {self.offset:,}: {self.reason} ({self.lost:,} bytes lost)"
