"""Short names of runs: what all of them share is dropped (as in labextension/src/shell/labels.ts).

``resnet18-lr0.001-bs64-adamw-s3_2026-11-28_10-32-05`` among its like is ``lr0.001 bs64 s3``.
A name is taken apart into words; words that every name has go, and those that say when or
where a run was made go where the rest tells them apart. No two labels are ever alike.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["hparam_labels", "hparam_text", "seedless", "short_labels"]

#: Names of so many characters are short enough as they are.
_SHORT = 24


_TIME = "[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T_-][0-9]{2}[-:]?[0-9]{2}(?:[-:]?[0-9]{2})?)?"
#: A moment, a number (with its sign in an exponent), or what stands between separators.
_WORD = re.compile(
    rf"{_TIME}(?![0-9A-Za-z])"
    r"|(?:[^\s/_,;:|-]|(?<=[0-9][eE])-(?=[0-9])|(?<==)-(?=[0-9.]))+"
)
#: Words that say when or where a run was, not what: moments, machines, process ids, hashes.
_ASIDE = re.compile(
    rf"(?:{_TIME}|(?:node|host|gpu|pid|job|rank|worker)[=.]?[0-9]+|[0-9]{{6,}}|(?=[a-z]*[0-9])[0-9a-f]{{7,}})\Z"
)
_NUMBER = re.compile(r"[0-9]+\Z")
#: Words that are nothing but a seed; of several kinds in a name the first kind counts.
_SEEDS = (
    re.compile(r"(?:random|rng)?seed[=.]?-?[0-9]*\Z", re.IGNORECASE),
    re.compile(r"(?:rng|fold|rep|trial|try|run)[=.]?[0-9]+\Z", re.IGNORECASE),
    re.compile(r"s[0-9]+\Z", re.IGNORECASE),
)
_BARE_SEED = re.compile(r"(?:random|rng)?seed\Z", re.IGNORECASE)
_SEED_NAME = re.compile(
    r"(?:^|[._/-])(?:random_?|rng_?|global_?)?(?:seed|random_state)\Z", re.IGNORECASE
)
#: Hyperparameters that say which run it was, not how it was made.
_IDENTITY = re.compile(
    r"(?:^|[._/-])(?:id|name|uuid|dir|path|folder|host|hostname|time|timestamp|date|device)\Z"
    r"|(?:run|exp|experiment|trial|job)_?(?:id|name)\Z|log_?dir\Z|output_?dir\Z",
    re.IGNORECASE,
)

Hparams = Mapping[str, Mapping[str, Any]]


def short_labels(names: Sequence[str]) -> list[str]:
    """Return a label for each name, in order; all of them differ if the names do."""
    if len(names) < 2 or max(map(len, names)) <= _SHORT:
        return list(names)
    words = [_WORD.findall(name) for name in names]
    count = len(names)
    seen: Counter[str] = Counter()
    for one in words:
        seen.update(set(one))
    shared = {word for word, times in seen.items() if times == count}
    kept = [[word for word in one if word not in shared] for one in words]
    without = [[word for word in one if not _ASIDE.match(word)] for one in kept]
    for found in (without, kept):
        labels = [" ".join(one) for one in found]
        if all(labels) and len(set(labels)) == count:
            return labels
    return _without_ends(names)


def _without_ends(names: Sequence[str]) -> list[str]:
    """Drop the words at both ends that all share; the names themselves where that is no use."""
    low, high = min(names), max(names)
    start = 0
    while start < min(len(low), len(high)) and low[start] == high[start]:
        start += 1
    while start and not re.match(r"[\s/_,;:|-]", low[start - 1]):
        start -= 1
    labels = [name[start:] for name in names]
    if start and all(label.strip() for label in labels):
        return labels
    return list(names)


def hparam_text(value: Any) -> str:
    """Return a hyperparameter as the page writes it: ``0.1``, ``64`` (also for 64.0), ``true``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return np.format_float_positional(value, trim="-")
    return re.sub(r"e([+-])0*", lambda sign: "e" + sign[1], repr(value)).replace(".0e", "e")


def hparam_labels(names: Sequence[str], hparams: Hparams) -> list[str]:
    """Return labels made of the hyperparameters that differ; short names where there are none.

    Labels that would be alike have the short name behind them.
    """
    differing = [name for name in _differing(names, hparams) if not _IDENTITY.search(name)]
    short = short_labels(names)
    labels = []
    for name, fallback in zip(names, short, strict=True):
        given = hparams.get(name, {})
        labels.append(_values_text(given, differing) or fallback)
    times = Counter(labels)
    return [
        label if times[label] == 1 else f"{label} · {fallback}"
        for label, fallback in zip(labels, short, strict=True)
    ]


def _differing(names: Sequence[str], hparams: Hparams) -> list[str]:
    """Return the hyperparameters that do not have one value in all of the runs."""
    found: dict[str, set[str]] = {}
    having: Counter[str] = Counter()
    runs = [hparams[name] for name in names if name in hparams]
    for given in runs:
        for key, value in given.items():
            found.setdefault(key, set()).add(hparam_text(value))
            having[key] += 1
    return sorted(
        key for key, values in found.items() if len(values) > 1 or having[key] < len(runs)
    )


def seedless(names: Sequence[str], hparams: Hparams) -> Callable[[str], str | None]:
    """Return what a run has in common with those that differ from it in the seed alone.

    The seed is found among the hyperparameters by its name; otherwise in the names of the
    runs: ``seed=3``, ``seed_3``, ``rng3``, ``fold2``, ``s3``.

    Parameters
    ----------
    names
        All runs.
    hparams
        Their hyperparameters, by run and name.

    Returns
    -------
    Callable
        Gives a run the name of its group, None if no seed was found.
    """
    by_name = _seedless_names(names)
    differing = _differing(names, hparams)
    if not any(_SEED_NAME.search(key) for key in differing):
        return by_name.get
    keys = [key for key in differing if not _SEED_NAME.search(key) and not _IDENTITY.search(key)]
    found = {name: _values_text(hparams[name], keys) or "all" for name in names if name in hparams}
    # Where names say the same they are shorter.
    short: dict[str, set[str | None]] = {}
    for name, group in found.items():
        short.setdefault(group, set()).add(by_name.get(name))
    same = {group: next(iter(words)) for group, words in short.items() if len(words) == 1}
    if len(same) == len(short) == len(set(same.values())) and None not in same.values():
        return by_name.get
    return found.get


def _values_text(given: Mapping[str, Any], keys: Sequence[str]) -> str:
    return " ".join(f"{key}={hparam_text(given[key])}" for key in keys if key in given)


def _seedless_names(names: Sequence[str]) -> dict[str, str]:
    """Return the groups of runs whose names have a seed, by what is left of the names."""
    taken = [_seed_taken_out(name) for name in names]
    bare = [name if one is None else " ".join(one) for name, one in zip(names, taken, strict=True)]
    different = list(dict.fromkeys(bare))
    labels = dict(zip(different, short_labels(different), strict=True))
    return {
        name: labels[text] or "all"
        for name, text, one in zip(names, bare, taken, strict=True)
        if one is not None
    }


def _seed_taken_out(name: str) -> list[str] | None:
    """Return the words of a name but its seed, and when and where it was; None without a seed."""
    words = [word for word in _WORD.findall(name) if not _ASIDE.match(word)]
    for pattern in _SEEDS:
        for place, word in enumerate(words):
            if not pattern.match(word):
                continue
            number = _BARE_SEED.match(word) is not None
            if number and not (place + 1 < len(words) and _NUMBER.match(words[place + 1])):
                continue
            return words[:place] + words[place + 1 + number :]
    return None
