"""Which words of a command line look like secrets, and what is written in their place."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

__all__ = ["MASK", "masked_command"]

MASK = "***"

_NAME = re.compile(
    r"pass(word|wd|phrase)?$|secret|tokens?$|(api|access|private)[-_]?key"
    r"|(^|[-_])(key|pwd|auth|authorization|credentials?|cookie|bearer|dsn)$",
    re.IGNORECASE,
)
#: Words of the field that end in "token" and are none.
_HARMLESS = re.compile(
    r"(^|[-_])(num|max|min|n|pad|eos|bos|unk|mask|sep|cls|special|per)[-_]?(\w+[-_])?tokens?$",
    re.IGNORECASE,
)
#: What services' tokens look like wherever they stand, and one block of many letters and digits.
_VALUE = re.compile(
    r"(hf_|gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|AKIA|ASIA|ya29\.|AIza|pypi-|npm_|dop_v1_)"
    r"[A-Za-z0-9_\-]{8,}"
    r"|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]+"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{32,}(?![A-Za-z0-9])"
)
#: Names and passwords in a URL.
_LOGIN = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_PAIR = re.compile(r"(?P<name>[-\w.+]+)(?P<sign>[=:]\s*)(?P<value>.+)", re.DOTALL)


def masked_command(words: Sequence[str]) -> str:
    """Return a command line for a shell, with what looks like a secret masked.

    Masked are the value of an option that is called like one (``--api-key``, ``token=``),
    names and passwords in URLs, and words that look like a service's token.

    Parameters
    ----------
    words
        The program and its arguments.
    """
    shown: list[str] = []
    awaited = False
    for word in words:
        if awaited and not word.startswith("--"):
            shown.append(MASK)
            awaited = False
            continue
        pair = _PAIR.fullmatch(word)
        if pair and _is_secret(pair["name"]):
            shown.append(f"{pair['name']}{pair['sign']}{MASK}")
            awaited = False
            continue
        awaited = word.startswith("-") and pair is None and _is_secret(word)
        shown.append(_VALUE.sub(MASK, _LOGIN.sub(MASK, word)))
    return " ".join(
        word if MASK in word and " " not in word else shlex.quote(word) for word in shown
    )


def _is_secret(name: str) -> bool:
    last = name.lstrip("-+").rpartition(".")[2]
    return bool(_NAME.search(last)) and not _HARMLESS.search(last)
