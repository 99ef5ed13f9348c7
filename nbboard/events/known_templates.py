"""What a decoder has learned about a logdir's events: names, templates and cycles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.events.cycle_templates import CycleTemplate, ModelRecord
from nbboard.events.layout import Layout, parse_layout
from nbboard.events.templates import BLOCK, Template, rows_at
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.events.batch import RecordBatch
    from nbboard.records.cycles import Cycles

__all__ = ["LONGEST", "KnownCycle", "KnownTemplates"]

#: Longer payloads are never plain scalars worth a table.
LONGEST = 4096
#: More templates of cycles are not kept.
_MOST_CYCLES = 256
#: New series are learned in rounds of so many, so that a length which plain
#: scalars share with something else cannot cost much.
_MOST_AT_ONCE = 2048


class KnownCycle(NamedTuple):
    """A cycle whose series are known.

    Attributes
    ----------
    template
        Decodes it.
    series
        For each record of the cycle the name id and metadata of each value; None for
        what the template does not decode.
    order
        (phase, value's index in its event) of each value, sorted by name id and then as
        written; empty if not all have the same dtype.
    name_ids, sizes
        The names of these, and how many values each has.
    """

    template: CycleTemplate
    series: list[list[tuple[int, bytes | None]] | None]
    order: list[tuple[int, int]]
    name_ids: list[int]
    sizes: list[int]


class KnownTemplates:
    """Grows with every batch.

    Records must have been checked before anything is learned from them.

    Attributes
    ----------
    names
        By name id (tag, plugin).
    templates
        By payload length, those that agree most often first.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self.names: list[tuple[str, str]] = []
        self.templates: dict[int, list[Template]] = {}
        self._by_layout: dict[Layout, Template] = {}
        self._cycles: dict[tuple[int, ...], list[KnownCycle]] = {}

    def name_id(self, tag: str, plugin: str) -> int:
        """Return the id of a name, which stays the same."""
        name = (tag, plugin)
        known = self._ids.get(name)
        if known is None:
            known = self._ids[name] = len(self.names)
            self.names.append(name)
        return known

    # -- records of one length ----------------------------------------------

    def prefer(self, length: int, template: Template) -> None:
        """Try this template first from now on: steps grow, and layouts with them."""
        order = self.templates[length]
        if order[0] is not template:
            order.remove(template)
            order.insert(0, template)

    def learn(self, batch: RecordBatch, length: int, members: NDArray[np.int64]) -> bool:
        """Learn new series from records that agree with no known one."""
        size = len(members)
        for sample in sorted({0, size // 4, size // 2, 3 * size // 4, size - 1}):
            template = self._learn_from(batch.payload(int(members[sample])))
            if template is None:
                continue
            # One record of every series: those whose tags or metadata differ.
            some = members[: 4 * BLOCK]
            rows = rows_at(batch.data, batch.positions[some], length)
            _, first = np.unique(template.series_hash(rows), return_index=True)
            first = first[:_MOST_AT_ONCE]
            unlike = self._learn_tags(template, rows[first])
            for at in first[unlike].tolist():
                self._learn_from(batch.payload(int(some[at])))
            return True
        return False

    def _learn_tags(self, template: Template, rows: NDArray[np.uint64]) -> list[int]:
        """Learn from the rows that differ from known ones in their tags only; return the others."""
        tags = template.tags_of(rows)
        plain = [i for i, item in enumerate(tags) if item is not None]
        if plain:
            name_ids = [[self.name_id(tag, "scalars") for tag in tags[i] or ()] for i in plain]
            template.learn(rows[plain], name_ids, (None,) * len(template.layout.slots))
        return [i for i, item in enumerate(tags) if item is None]

    def _learn_from(self, payload: bytes) -> Template | None:
        """Learn from one event; None if it teaches nothing."""
        for template in self.templates.get(len(payload), ()):
            row = template.row(payload)
            (tags,) = template.tags_of(row)
            if tags is not None:
                name_ids = [self.name_id(tag, "scalars") for tag in tags]
                return template if template.learn(row, [name_ids], (None,) * len(tags)) else None
        parsed = parse_layout(payload)
        if parsed is None:
            return None
        layout, tags, metadata = parsed
        name_ids = [self.name_id(tag, "scalars") for tag in tags]
        template = self._by_layout.get(layout) or Template(layout)
        if not template.learn(template.row(payload), [name_ids], metadata):
            return None
        if layout not in self._by_layout:
            self._by_layout[layout] = template
            self.templates.setdefault(layout.length, []).append(template)
        return template

    # -- cycles ----------------------------------------------------------------

    def find_cycle(
        self, batch: RecordBatch, cycles: Cycles, intact: NDArray[np.bool_] | None
    ) -> KnownCycle | None:
        """Return the template that cycles agree with, learned if it is new; None without one."""
        first, period = cycles.first, cycles.period
        lengths = tuple(batch.lengths[first : first + period].tolist())
        begin = int(batch.positions[first])
        for known in self._cycles.get(lengths, ()):
            if known.template.agrees(batch.data, begin, cycles.count):
                return known
        if intact is not None and not intact[first : first + period].all():
            return None
        found = [
            self._identify(batch, first + i) if length <= LONGEST else None
            for i, length in enumerate(lengths)
        ]
        if not any(found):
            return None
        records = [
            None if item is None else ModelRecord(item[0].layout, item[0].payload(item[1]))
            for item in found
        ]
        one = batch.data[begin : begin + sum(lengths) + OVERHEAD * period].tobytes()
        series = [None if item is None else item[0].series(item[1]) for item in found]
        made = _known_cycle(CycleTemplate(one, lengths, records), series, records)
        if not made.template.agrees(batch.data, begin, cycles.count):
            return None
        if len(self._cycles) >= _MOST_CYCLES:
            self._cycles.clear()
        self._cycles[lengths] = [made, *self._cycles.get(lengths, ())][:4]
        return made

    def _identify(self, batch: RecordBatch, record: int) -> tuple[Template, int] | None:
        """Return a record's template and which of its models it is; learned if they are new."""
        length = int(batch.lengths[record])
        row = rows_at(batch.data, batch.positions[record : record + 1], length)[0]
        for attempt in range(2):
            for template in self.templates.get(length, ()):
                model = template.find(row)
                if model >= 0:
                    return template, model
            if attempt == 0 and self._learn_from(batch.payload(record)) is None:
                return None
        return None


def _known_cycle(
    template: CycleTemplate,
    series: list[list[tuple[int, bytes | None]] | None],
    records: list[ModelRecord | None],
) -> KnownCycle:
    dtypes = {slot.dtype for record in records if record for slot in record.layout.slots}
    if len(dtypes) > 1:
        return KnownCycle(template, series, [], [], [])
    values = sorted(
        (name_id, phase, value_index)
        for phase, names in enumerate(series)
        for value_index, (name_id, _) in enumerate(names or ())
    )
    counts = Counter(name_id for name_id, _, _ in values)
    order = [(phase, value_index) for _, phase, value_index in values]
    return KnownCycle(template, series, order, list(counts), list(counts.values()))
