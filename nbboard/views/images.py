"""Images: any step of any run, compared, zoomed and played, with pixels as logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.views.base import module
from nbboard.views.image_pixels import css_filter, draw_pixels, film
from nbboard.views.image_screen import ImageScreen
from nbboard.views.shared.film import evenly
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.references import check_names
from nbboard.views.shared.stepped import SteppedView

if TYPE_CHECKING:
    from nbboard.kinds.images.image import Image
    from nbboard.logdir import LogDir
    from nbboard.views.shared.grid import Place

__all__ = ["VIEW", "ImagesView"]


class ImagesView(SteppedView):
    """Images over steps: ``log.images.view(...)``."""

    kind: ClassVar[str] = "images"
    _esm = module("images")

    noun = ("image", "images")
    cell_names = ("width", "height", "format")
    first_bytes = 4 << 20
    screen = ImageScreen

    compare = option(
        traitlets.Enum(["off", "side by side", "wipe", "difference"], default_value="off"),
        "How A and B are compared, or off for the whole grid.",
    )
    a = option(traitlets.Unicode(""), "Run A of a comparison; empty for the first one shown.")
    b = option(traitlets.Unicode(""), "Run B of a comparison; empty for the second one shown.")
    b_step = step_option("Step of B in a comparison; None for that of the slider.")
    wipe = option(
        traitlets.Float(0.5, min=0.0, max=1.0),
        "Where the wipe stands, as a fraction of the width: A left of it, B right.",
    )
    scaled = option(
        traitlets.Bool(default_value=True), "Whether the largest difference is stretched to white."
    )
    brightness = option(
        traitlets.Float(1.0, min=0.0, max=2.0),
        "CSS brightness(), applied after the contrast: a factor, 1 leaves pixels as they are.",
    )
    contrast = option(
        traitlets.Float(100.0, min=0.0, max=500.0),
        "CSS contrast(): in percent, 100 leaves pixels as they are.",
    )
    size = option(
        traitlets.Enum(["fit", "actual"], default_value="fit"),
        "Whether pictures are fitted to their cards, or drawn one to one.",
    )
    zoom = option(
        traitlets.Float(1.0, min=0.001), "Enlargement of all pictures over their size in the card."
    )
    center = option(
        traitlets.List(traitlets.Float(), default_value=[0.5, 0.5], minlen=2, maxlen=2),
        "The point of the pictures at the middle of the cards, as fractions of width and height.",
    )
    preload = option(
        traitlets.Int(32, min=0, max=1024),
        "Megabytes of images sent ahead of need, so that the slider moves while a cell runs.",
    )
    animate = option(
        traitlets.Bool(default_value=True),
        "Whether animated images (GIF, WebP, PNG) run, all of them at the same frame.",
    )
    frame = option(
        traitlets.Int(default_value=0, min=0),
        "The frame at which animated images stand, counted from 0; shorter ones show their last.",
    )
    film = option(
        traitlets.Enum(["frame", "changes", "sheet"], default_value="frame"),
        "What is shown of animated images: a frame, what changed in it, or a sheet of all frames.",
    )
    film_speed = option(
        traitlets.Float(1.0, min=0.05, max=20.0),
        "How fast animated images run: 1 is as they were logged.",
    )

    @classmethod
    def encode(cls, item: Image) -> Mapping[str, Any]:
        """Return what the browser needs to know of an image, and its bytes if it may have them.

        Returns
        -------
        dict
            ``format``, ``width``, ``height`` (pixels), ``frames``, ``bytes``; ``data``,
            the encoded bytes exactly as logged, or ``refusal``, why it is not shown.
        """
        facts: dict[str, Any] = {
            "format": item.format,
            "width": item.width,
            "height": item.height,
            "frames": item.frames,
            "bytes": len(item.data),
        }
        if item.safe:
            return {**facts, "data": item.data}
        return {**facts, "refusal": item.refusal or f"{item.format} images are not shown"}

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return width and height, in pixels, and how many frames are shown."""
        frames = 0 if "refusal" in encoded else encoded["frames"]
        return {"width": encoded["width"], "height": encoded["height"], "frames": frames}

    @classmethod
    def cells(cls, item: Image) -> Mapping[str, Any]:
        """Return width and height, in pixels, and the format."""
        return {"width": item.width, "height": item.height, "format": item.format}

    @classmethod
    def unreadable(cls) -> Mapping[str, Any]:
        """Return the same of an image that is damaged."""
        return {"width": 0, "height": 0, "format": "unreadable"}

    @classmethod
    def aspect(cls, item: Image) -> float:
        """Return the height of an image in widths; a half where there is none to draw."""
        return item.height / item.width if item.safe else 0.5

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse an A or B that is no run of images, beside what every view refuses."""
        super().check_references(log, options)
        for name in ("a", "b"):
            check_names(name, filter(None, [options.get(name)]), log.images.runs, "run of images")

    @classmethod
    def draw_cell(cls, place: Place, item: Image, options: Mapping[str, Any]) -> float:
        """Draw an image, its pixels as squares, with the view's contrast and brightness."""
        pixels = film(item, options["film"], options["frame"])
        return draw_pixels(place, css_filter(pixels, options["contrast"], options["brightness"]))

    def _film(self, over: str, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        if over != "frames":
            return super()._film(over, changes)
        screen = self._screen(changes)
        shown = (screen.items(one) for _, row in screen.rows() for one in row if one is not None)
        pictures = [one for items in shown if not isinstance(items, Exception) for one in items]
        most = max((one.frames for one in pictures if one.safe), default=0)
        return [{"frame": frame} for frame in evenly(most)]


VIEW = ImagesView
