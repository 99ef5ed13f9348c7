"""Which series there are, sorted the way TensorBoard asks: by plugin, run and tag.

It is brought up to date by what a refresh changed, and never by walking over the whole
log.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbboard.provider.describe import describe
from nbboard.provider.reader import META_GRAPH_TAG

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from nbboard.provider.describe import Description
    from nbboard.provider.reader import Changes, SeriesKey, Store

__all__ = ["Index", "Series", "shown"]


def shown(name: str) -> str:
    """Return a name that is text: what was not UTF-8 becomes U+FFFD.

    TensorBoard answers with JSON in UTF-8, which cannot hold the lone surrogates that
    stand for such bytes.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return name


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One series.

    Attributes
    ----------
    run, tag, plugin
        As the reader knows it.
    description
        What it is to TensorBoard.
    """

    run: str
    tag: str
    plugin: str
    description: Description


class Index:
    """The series of a store; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, str] = {}  # as shown: as in the store
        self._shown: dict[str, str] = {}  # the other way
        self._plugins: dict[str, dict[str, dict[str, Series]]] = {}
        self._known: dict[str, frozenset[tuple[str, str, int]]] = {}

    def runs(self) -> dict[str, str]:
        """Return the runs: from the names that are shown to those in the store."""
        with self._lock:
            return dict(self._runs)

    def plugins(self) -> list[str]:
        """Return the names of the plugins that have series."""
        with self._lock:
            return [plugin for plugin, runs in self._plugins.items() if runs]

    def update(self, store: Store, changes: Changes) -> None:
        """Take over what a refresh changed."""
        with self._lock:
            for run in changes.runs_removed:
                self._drop(run)
            # In order: where plugins take the first run that has something, it is the same.
            others = (*changes.came, *changes.gone, *changes.reread)
            for run in dict.fromkeys((*changes.runs_added, *(key.run for key in others))):
                self._read(store, run)

    def update_all(self, store: Store) -> None:
        """Take over everything, for example in the middle of a long first read."""
        runs = store.runs
        with self._lock:
            for run in set(self._shown) - set(runs):
                self._drop(run)
            for run in runs:
                self._read(store, run)

    def select(
        self, plugin: str, runs: Collection[str] | None, tags: Collection[str] | None
    ) -> list[tuple[str, dict[str, Series]]]:
        """Return a plugin's runs with those of their series that were asked for.

        Parameters
        ----------
        plugin
            Its name.
        runs, tags
            Names as they are shown; None for all.
        """
        with self._lock:
            there = self._plugins.get(plugin, {})
            names = there if runs is None else (run for run in runs if run in there)
            chosen = [(run, there[run]) for run in names]
        if tags is None:
            return chosen
        picked = [(run, _picked(table, tags)) for run, table in chosen]
        return [(run, table) for run, table in picked if table]

    def find(self, plugin: str, run: str, tag: str) -> Series | None:
        """Return one series by the names that are shown."""
        with self._lock:
            return self._plugins.get(plugin, {}).get(run, {}).get(tag)

    def of(self, run: str) -> list[tuple[str, Series]]:
        """Return the series of a run, as the store names it, with their tags."""
        with self._lock:
            name = self._shown.get(run, "")
            tables = [runs.get(name, {}) for runs in self._plugins.values()]
        return [item for table in tables for item in table.items()]

    def _read(self, store: Store, run: str) -> None:
        """Bring one run up to date."""
        try:
            keys = store.series_of(run)
        except KeyError:  # it went meanwhile
            self._drop(run)
            return
        name = self._shown.get(run)
        if name is None:
            name = self._shown[run] = _free(shown(run), self._runs)
            self._runs[name] = run
        present = frozenset((key.plugin, key.tag, key.generation) for key in keys)
        if present == self._known.get(run):
            return
        self._known[run] = present
        tables: dict[str, dict[str, Series]] = {}
        for key in keys:
            table = tables.setdefault(key.plugin, {})
            series = _series(store, key)
            if series is not None:
                table[_free(shown(key.tag), table)] = series
        for plugin in {*self._plugins, *tables}:
            runs = self._plugins.setdefault(shown(plugin), {})
            if tables.get(plugin):
                # Replaced, never changed: who looks at the old one sees one state.
                runs[name] = tables[plugin]
            else:
                runs.pop(name, None)

    def _drop(self, run: str) -> None:
        name = self._shown.pop(run, None)
        self._known.pop(run, None)
        if name is None:
            return
        del self._runs[name]
        for runs in self._plugins.values():
            runs.pop(name, None)


def _picked(table: dict[str, Series], tags: Collection[str]) -> dict[str, Series]:
    """Return some of a run's series in their order; mostly a single one is asked for."""
    if len(tags) == 1:
        (tag,) = tags
        return {tag: table[tag]} if tag in table else {}
    wanted = frozenset(tags)
    return {tag: series for tag, series in table.items() if tag in wanted}


def _series(store: Store, key: SeriesKey) -> Series | None:
    """Describe a series; None for what TensorBoard does not show."""
    try:
        metadata = store.metadata(key.run, key.tag, key.plugin)
    except (KeyError, ValueError):
        return None
    if key.tag == META_GRAPH_TAG or (key.plugin == "tensors" and metadata is None):
        return None
    return Series(key.run, key.tag, key.plugin, describe(shown(key.tag), key.plugin, metadata))


def _free(name: str, taken: Container[str]) -> str:
    """Return a name that nobody has: two that are not text may look the same."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
