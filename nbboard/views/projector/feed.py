"""What the page gets of embeddings: which there are, those on screen, then others ahead of need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbboard.errors import NbboardError
from nbboard.views.projector.clouds import Clouds, versions_of
from nbboard.views.projector.wire import facts_id, pack_cloud, pack_facts
from nbboard.views.shared.wire import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbboard.kinds.projector.collection import Projector
    from nbboard.kinds.projector.embedding import EmbeddingSeries

__all__ = ["EMPTY", "Feed", "Shown"]

#: Of so few bytes both kinds of cloud are sent, sphereized or not.
_BOTH = 1 << 20

#: What is sent where there is nothing.
EMPTY = {"clouds": (), "facts": (), "embeddings": (), "reading": False}

#: Run and tag.
Name = tuple[str, str]


class Shown(NamedTuple):
    """What is on screen: embeddings with the place of a step, and how they are prepared."""

    places: Sequence[tuple[EmbeddingSeries, int]]
    sphereize: bool
    align: bool


class Feed:
    """Knows what the page has.

    Parameters
    ----------
    source
        The collection.
    """

    def __init__(self, source: Projector) -> None:
        self.source = source
        self.clouds = Clouds()
        self._seen: tuple[int, dict[Name, EmbeddingSeries], dict[Name, list[str]]] | None = None
        self._sent: set[tuple[Any, ...]] = set()
        self._sent_facts: set[str] = set()
        self._told: Any = None
        self._ahead = 0

    def look(self) -> tuple[dict[Name, EmbeddingSeries], dict[Name, list[str]]]:
        """Return what there is and its versions, looked at once for each version of the log."""
        log_version = self.source.log.version
        if self._seen is None or self._seen[0] != log_version:
            series = self.source.series
            versions = {key: versions_of(one) for key, one in series.items()}
            self._seen = (log_version, series, versions)
        return self._seen[1:]

    @property
    def series(self) -> dict[Name, EmbeddingSeries]:
        """The embeddings by run and tag."""
        return self.look()[0]

    @property
    def has_sent(self) -> bool:
        """Whether the page has anything."""
        return self._told is not None

    def forget(self) -> None:
        """Take it that the page has nothing."""
        self._sent.clear()
        self._sent_facts.clear()
        self._ahead = 0
        self._told = None

    def catalogue(self) -> list[dict[str, Any]]:
        """Return which embeddings there are, with their steps."""
        series, versions = self.look()
        return [
            {
                "run": one.run,
                "tag": one.tag,
                "steps": [str(step) for step in one.step.tolist()],
                "stepped": one.stepped,
                "versions": versions[key],
            }
            for key, one in series.items()
        ]

    def news(self, shown: Shown) -> dict[str, Any] | None:
        """Return what is on screen and the page does not have; None if that is nothing."""
        missing = [one for one in shown.places if not self._has(*one, shown)]
        catalogue = self.catalogue()
        if not missing and catalogue == self._told:
            return None
        content: dict[str, Any] = {"clouds": [], "facts": [], "reading": False}
        for series, place in missing:
            self.add(content, series, place, shown)
        if catalogue != self._told:
            content["embeddings"] = self._told = catalogue
        return content

    def ahead(self, shown: Shown, budget: int) -> dict[str, Any] | None:
        """Return one more cloud that may be wanted; None once all are sent, or so many bytes."""
        for series, place, sphereize in self._others(shown, budget):
            content: dict[str, Any] = {"clouds": [], "facts": []}
            self.add(content, series, place, shown._replace(sphereize=sphereize))
            return content
        return None

    def has_more(self, shown: Shown, budget: int) -> bool:
        """Whether there is more to be sent ahead."""
        return any(True for _ in self._others(shown, budget))

    def add(
        self, content: dict[str, Any], series: EmbeddingSeries, place: int, shown: Shown
    ) -> None:
        """Add a cloud to what is sent, and what is known of its points if the page lacks that."""
        self._sent.add(self._name(series, place, shown))
        _, sphereize, align = shown
        try:
            points = series[place]
            cloud = self.clouds.get(series, place, sphereize=sphereize, align=align)
        except NbboardError as error:
            step = str(series.step[place])
            content["clouds"].append(
                {"run": series.run, "tag": series.tag, "step": step, "refusal": str(error)}
                | {"sphereize": sphereize, "align": align}
            )
            return
        name = facts_id(points)
        if name not in self._sent_facts:
            self._sent_facts.add(name)
            content["facts"].append(pack_facts(points, name))
        content["clouds"].append(pack_cloud(cloud, name, points.rows))
        self._ahead += size_of(content["clouds"][-1])

    def _name(self, series: EmbeddingSeries, place: int, shown: Shown) -> tuple[Any, ...]:
        version = self.look()[1][series.run, series.tag][place]
        return (series.run, series.tag, place, version, shown.sphereize, shown.align)

    def _has(self, series: EmbeddingSeries, place: int, shown: Shown) -> bool:
        return self._name(series, place, shown) in self._sent

    def _others(self, shown: Shown, budget: int) -> Iterator[tuple[EmbeddingSeries, int, bool]]:
        """Yield other steps, the next ones first, and small clouds sphereized or not."""
        if self._ahead >= budget:
            return
        for series, place in shown.places:
            for at in sorted(range(len(series)), key=lambda at, place=place: abs(at - place)):  # type: ignore[misc]
                if not self._has(series, at, shown):
                    yield series, at, shown.sphereize
        other = shown._replace(sphereize=not shown.sphereize)
        for series, _ in shown.places:
            if series.size(0) * len(series) > _BOTH:
                continue
            for at in range(len(series)):
                if not self._has(series, at, other):
                    yield series, at, other.sphereize
