"""What a person who looks at TensorBoard's page should know of the log, in a few sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nbboard.provider.memory import memory_limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbboard.errors import Problem
    from nbboard.provider.reader import Changes, SeriesKey, Store
    from nbboard.provider.values import Values

__all__ = ["Notices"]

#: What a point takes: step, wall time, and a number or where its value lies.
_SCALAR_BYTES, _VALUE_BYTES = 20, 40
#: So many runs are named; the others are counted.
_NAMED = 3


class Notices:
    """Counts what is damaged, hidden and sampled.

    Parameters
    ----------
    store, values
        The log.
    limit
        How many points of a scalar series a page asks for at the most.
    """

    def __init__(self, store: Store, values: Values, limit: int) -> None:
        self._store = store
        self._values = values
        self._limit = limit
        self._hidden: dict[tuple[str, str, str], int] = {}
        self._long: set[tuple[str, str, str]] = set()
        self._bytes = 0

    def update(self, changes: Changes) -> None:
        """Count anew what a refresh changed."""
        for key in changes.gone:
            self._hidden.pop(key[:3], None)
            self._long.discard(key[:3])
        for key in (*changes.came, *changes.reread):
            self._hidden.pop(key[:3], None)
            self._count(key)
        for key, start in changes.grew:
            self._count(key, start)
        self._weigh(changes)

    def lines(self) -> list[str]:
        """Return the sentences; none where there is nothing to say."""
        return [*self._damaged(), *self._kept_back(), *self._sampled(), *self._heavy()]

    def _heavy(self) -> list[str]:
        limit = memory_limit()
        if limit is None or self._bytes * 4 < limit:
            return []
        share = f"{self._bytes / 1e9:.1f} GB of this machine's {limit / 1e9:.1f} GB of memory"
        help_ = "name a folder further down to read less"
        return [f"these logs take {share} for every TensorBoard that shows them: {help_}"]

    def _weigh(self, changes: Changes) -> None:
        """Estimate what the points take."""
        if changes.gone or changes.reread:
            keys = (key for plugin in self._store.plugins() for key in self._store.series(plugin))
            self._bytes = sum(_bytes(key, key.count) for key in keys)
        else:
            self._bytes += sum(_bytes(key, key.count) for key in changes.came)
            self._bytes += sum(_bytes(key, key.count - start) for key, start in changes.grew)

    def _count(self, key: SeriesKey, start: int = 0) -> None:
        hidden = self._values.hidden(key, start)
        if hidden is not None:
            self._hidden[key[:3]] = hidden
        if key.plugin == "scalars":
            is_long = key.count - self._hidden.get(key[:3], 0) > self._limit
            (self._long.add if is_long else self._long.discard)(key[:3])

    def _damaged(self) -> list[str]:
        records: Counter[str] = Counter()
        others: list[Problem] = []
        for problem in self._store.problems:
            if problem.offset or problem.lost:
                records[self._run_of(problem.file)] += 1
            else:
                others.append(problem)
        said = []
        if records:
            said.append(f"{_count(sum(records.values()), 'record')} damaged in {_runs(records)}")
        if others:
            rest = f", and {_count(len(others) - 1, 'file')} more" if len(others) > 1 else ""
            said.append(f"{others[0]}{rest}")
        return said

    def _kept_back(self) -> list[str]:
        counts: Counter[str] = Counter()
        for (run, _, _), count in self._hidden.items():
            counts[run] += count
        if not counts:
            return []
        total = _count(sum(counts.values()), "point")
        return [f"{total} before a restart hidden in {_runs(counts)}"]

    def _sampled(self) -> list[str]:
        count = len(self._long)
        if not count:
            return []
        which = f"{_count(count, 'series')} of more than {self._limit:,} points"
        return [f"{which} sampled, with peaks kept (--samples_per_plugin scalars=0 shows all)"]

    def _run_of(self, file: str) -> str:
        """Return the name of the run that a file belongs to."""
        folder = file.replace("\\", "/").rpartition("/")[0]
        for source in sorted(self._store.sources, key=lambda s: len(s.root), reverse=True):
            root = source.root.replace("\\", "/").rstrip("/")
            if folder == root or folder.startswith(f"{root}/"):
                below = folder[len(root) + 1 :]
                return "/".join(part for part in (source.name, below) if part) or "."
        return folder


def _bytes(key: SeriesKey, count: int) -> int:
    return count * (_SCALAR_BYTES if key.plugin == "scalars" else _VALUE_BYTES)


def _count(number: int, noun: str) -> str:
    plural = noun if number == 1 or noun.endswith("s") else f"{noun}s"
    return f"{number:,} {plural}"


def _runs(counts: Mapping[str, int]) -> str:
    """Name the runs that have most, with their numbers where there are several."""
    most = sorted(counts, key=lambda run: (-counts[run], run))
    if len(most) == 1:
        return f"run {most[0]}"
    named = ", ".join(f"{run}: {counts[run]:,}" for run in most[:_NAMED])
    more = ", …" if len(most) > _NAMED else ""
    return f"{len(most):,} runs ({named}{more})"
