"""Which meshes are on screen, and what is seen of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.shared.grid import Cell
from nbboard.views.shared.screen import Screen, Shown

if TYPE_CHECKING:
    from nbboard.views.mesh_parts import Mesh

__all__ = ["MeshScreen"]

Box = tuple[np.ndarray, np.ndarray]


class MeshScreen(Screen):
    """The cards of a view of meshes: all of one name are seen by one camera."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What is seen as a whole, by the name of the mesh.
        self._boxes: dict[str, Box] = {}
        #: Of the card whose cells are made: what distances are measured from, and its colour.
        self._reference: Mesh | None = None
        self._plain: str | None = None

    def cells_of(
        self, shown: Shown | None, colors: Mapping[str, str], *, named: bool
    ) -> list[Cell]:
        """Return the cells of a card, and know what distances in them are measured from."""
        self._reference = None
        if shown is not None:
            self._plain = colors.get(shown.entry.series.run)
            if self.options["coloring"] == "distance":
                self._reference = self._pinned(shown)
        return super().cells_of(shown, colors, named=named)

    def cell(self, item: Mesh, note: str, **names: Any) -> Cell:
        """Return the cell of a mesh: what it is drawn in is known once all were seen."""
        box = item.box
        if box is not None:
            before = self._boxes.get(item.name, box)
            self._boxes[item.name] = (np.minimum(before[0], box[0]), np.maximum(before[1], box[1]))
        own = {"reference": self._reference, "plain": self._plain}

        def draw(place: Any) -> None:
            together = {**self.options, **own, "box": self._boxes.get(item.name)}
            self.view.draw_cell(place, item, together)

        return Cell(draw, note, self.view.aspect(item), **names)

    def _pinned(self, shown: Shown) -> Mesh | None:
        """Return the mesh of a series that distances are measured from."""
        entry, pin = shown.entry, self.options["pin"]
        position = int(entry.order[0]) if pin is None else entry.at(pin)
        items = self.items(Shown(entry, position))
        return None if isinstance(items, Exception) or not items else items[0]
