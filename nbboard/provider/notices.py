"""What a person who looks at TensorBoard's page should know of the log, in a few sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbboard.errors import Problem
    from nbboard.provider.index import Index
    from nbboard.provider.reader import Changes, Store
    from nbboard.provider.values import Values

__all__ = ["Notices"]

#: So many runs are named; the others are counted.
_NAMED = 3


class Notices:
    """Counts what is damaged, hidden and sampled.

    Parameters
    ----------
    store, index, values
        The log.
    limit
        How many points of a scalar series a page asks for at the most.
    """

    def __init__(self, store: Store, index: Index, values: Values, limit: int) -> None:
        self._store = store
        self._index = index
        self._values = values
        self._limit = limit
        self._hidden: dict[str, dict[tuple[str, str], int]] = {}
        self._long: dict[str, set[str]] = {}

    def update(self, changes: Changes) -> None:
        """Count anew what a refresh changed."""
        for run in (*changes.runs_removed, *changes.reset):
            self._hidden.pop(run, None)
            self._long.pop(run, None)
        touched: dict[str, set[str]] = {}
        for run, tag in changes.series:
            touched.setdefault(run, set()).add(tag)
        for run, tags in touched.items():
            self._count(run, tags)

    def lines(self) -> list[str]:
        """Return the sentences; none where there is nothing to say."""
        return [*self._damaged(), *self._kept_back(), *self._sampled()]

    def _count(self, run: str, tags: set[str]) -> None:
        hidden = self._hidden.setdefault(run, {})
        long = self._long.setdefault(run, set())
        try:
            keys = self._store.series_of(run)
        except KeyError:
            return
        for key in keys:
            if key.tag not in tags:
                continue
            count = self._values.hidden(run, key.tag, key.plugin)
            if count:
                hidden[key.tag, key.plugin] = count
            else:
                hidden.pop((key.tag, key.plugin), None)
            if key.plugin == "scalars" and key.count - count > self._limit:
                long.add(key.tag)

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
        counts = {run: sum(tags.values()) for run, tags in self._hidden.items() if tags}
        if not counts:
            return []
        total = _count(sum(counts.values()), "point")
        return [f"{total} before a restart hidden in {_runs(counts)}"]

    def _sampled(self) -> list[str]:
        count = sum(map(len, self._long.values()))
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
