"""One run of a log: its data by kind, and its series by tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError
from nbboard.logdir.names import names_near
from nbboard.text import counted, natural_key, points_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbboard.logdir.log import LogDir
    from nbboard.series.store import SeriesKey

__all__ = ["Run"]


class Run:
    """A run: ``log["run"].scalars`` is that kind of it, ``log["run"]["loss"]`` a series.

    Attributes
    ----------
    log
        The log that it is of.
    name
        Its name.
    """

    def __init__(self, log: LogDir, name: str) -> None:
        self.log = log
        self.name = name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of series that it has."""
        kinds = (kind for kind in self.log.kinds if self._keys(kind))
        return tuple(kinds)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of its series, of all kinds, in natural order."""
        found = {key.tag for kind in self.log.kinds for key in self._keys(kind)}
        return tuple(sorted(found, key=natural_key))

    def _keys(self, kind: str) -> list[SeriesKey]:
        return [key for key in self.log.keys_of(kind) if key.run == self.name]

    def __getitem__(self, tag: str) -> Any:
        """Return the series of a tag; where several kinds have it the first, as listed."""
        for kind in self.log.kinds:
            if any(key.tag == tag for key in self._keys(kind)):
                return self.log.collection(kind)[self.name, tag]
        tags = self.tags
        near = names_near(tag, tags, "tag") if tags else "it has no series"
        raise LogdirError(f"run {self.name!r} has no tag {tag!r}; {near}")

    def __contains__(self, tag: object) -> bool:
        """Whether it has a series of this tag."""
        return tag in self.tags

    def __iter__(self) -> Iterator[str]:
        """Iterate over its tags, as over the keys of a dict."""
        return iter(self.tags)

    def __len__(self) -> int:
        """How many tags it has."""
        return len(self.tags)

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        # The log says which kinds there are.
        collection: Any = getattr(self.log, name) if name in dir(self.log) else None
        if not hasattr(collection, "select"):
            kinds = ", ".join(self.kinds) or "no series"
            message = f"a run has no {name!r}; run {self.name!r} has {kinds}"
            raise AttributeError(message, name=name, obj=self)
        if self.name not in collection.runs:
            # As a live query: nothing of this kind yet.
            return collection.select(runs=lambda run: run == self.name)
        return collection.select(runs=[self.name])

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(kind for kind in self.kinds if kind.isidentifier())})

    def __repr__(self) -> str:
        lines = [f"run {self.name!r} of {self.log.name}: {counted(len(self), 'tag')}"]
        for kind in self.kinds:
            keys = self._keys(kind)
            points = points_text(sum(key.count for key in keys))
            lines.append(f"  {printable(kind):<14} {len(keys):>6,} series  {points}")
        return "\n".join(lines)
