"""Names out of logs as columns and texts of a database, and addresses without credentials."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit, urlunsplit

__all__ = ["Texts", "column_of", "from_column", "from_text", "to_text", "without_credentials"]

_PLAIN = re.compile(r"[a-z0-9_/-]*")
_PLAIN_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_/-")
#: Bytes that are no text stand in names as these surrogates, which no Parquet file can hold.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile("\x00([0-9a-f]{4})")


def column_of(group: str, name: str) -> str:
    """Return the column of a hyperparameter or metric.

    Delta tables do not take every sign, and databases take ``LR`` for ``lr``: all but small
    letters, digits, ``_``, ``-`` and ``/`` is percent-encoded.

    Parameters
    ----------
    group
        What it is: ``"hp"``, ``"last"``, ...
    name
        Its name.
    """
    if _PLAIN.fullmatch(name):
        return f"{group}/{name}"
    return f"{group}/" + "".join(
        chr(byte) if byte in _PLAIN_BYTES else f"%{byte:02x}" for byte in to_text(name).encode()
    )


def from_column(column: str) -> tuple[str, str]:
    """Return group and name of a column; the inverse of :func:`column_of`."""
    group, _, name = column.partition("/")
    return group, from_text(unquote(name)) if "%" in name else name


def to_text(name: str) -> str:
    """Return a name as text that any database can hold."""
    if name.isascii() and "\0" not in name:
        return name
    return _NO_TEXT.sub(lambda found: f"\0{ord(found[0]):04x}", name)


class Texts(dict[str, str]):
    """Names as texts, for many of which most are the same."""

    def __missing__(self, name: str) -> str:
        text = self[name] = to_text(name)
        return text


def from_text(text: str) -> str:
    """Return the name that a text stands for; the inverse of :func:`to_text`."""
    if "\0" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def without_credentials(path: str) -> str:
    """Return a path, or a URL without user, password and query: what may be stored."""
    if "://" not in path:
        return path
    parts = urlsplit(path)
    if "@" not in parts.netloc and not parts.query:
        return path
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
