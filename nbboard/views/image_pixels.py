"""Pixels of images on paper: decoded, filtered, compared, drawn as squares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nbboard.views.shared.film import evenly

if TYPE_CHECKING:
    from nbboard.kinds.images.image import Image
    from nbboard.views.shared.grid import Place

__all__ = ["css_filter", "difference", "draw_pixels", "film", "load", "wipe"]


#: A contact sheet has so many frames at most: evenly spaced ones.
MOST_ON_SHEET = 64


def load(image: Image, frame: int = 0) -> np.ndarray:
    """Decode an image for a figure: one frame, as uint8 RGBA.

    Parameters
    ----------
    image
        A picture or an animation.
    frame
        Which frame, counted from 0; the last if there are fewer.

    Raises
    ------
    UndecodableError
        If the image is over a limit or broken.
    """
    frames = _frames(image)
    return _rgba(frames[min(frame, len(frames) - 1)])


def film(image: Image, mode: str, frame: int) -> np.ndarray:
    """Return what is shown of an image as a film, uint8 RGBA.

    Parameters
    ----------
    image
        A picture, which is shown as it is, or an animation.
    mode
        ``"frame"``; ``"changes"``, the difference from the frame before, the largest one
        stretched to white; or ``"sheet"``, up to 64 frames row by row.
    frame
        Which frame, counted from 0; the last if there are fewer.

    Raises
    ------
    UndecodableError
        If the image is over a limit or broken.
    """
    if image.frames < 2 or mode == "frame":
        return load(image, frame)
    frames = _frames(image)
    if mode == "sheet":
        return _sheet([_rgba(frames[at]) for at in evenly(len(frames), MOST_ON_SHEET)])
    now = min(frame, len(frames) - 1)
    return difference(_rgba(frames[now]), _rgba(frames[max(now - 1, 0)]), scaled=True)[0]


def _frames(image: Image) -> np.ndarray:
    array = image.to_numpy()
    if array.dtype == np.uint16:  # 65535 is 255 * 257
        array = (array // 257).astype(np.uint8)
    return array if array.ndim == 4 else array[np.newaxis]


def _rgba(array: np.ndarray) -> np.ndarray:
    channels = array.shape[2]
    alpha = array[:, :, -1:] if channels in {2, 4} else np.full_like(array[:, :, :1], 255)
    color = array[:, :, :3] if channels >= 3 else np.repeat(array[:, :, :1], 3, axis=2)
    return np.concatenate([color, alpha], axis=2)


def _sheet(frames: list[np.ndarray]) -> np.ndarray:
    """Put frames beside and below each other, a transparent pixel between them."""
    columns = math.ceil(math.sqrt(len(frames)))
    rows = math.ceil(len(frames) / columns)
    high, wide = (side + 1 for side in frames[0].shape[:2])
    sheet = np.zeros((rows * high - 1, columns * wide - 1, 4), np.uint8)
    for number, frame in enumerate(frames):
        top, left = number // columns * high, number % columns * wide
        sheet[top : top + high - 1, left : left + wide - 1] = frame
    return sheet


def css_filter(pixels: np.ndarray, contrast: float, brightness: float) -> np.ndarray:
    """Apply the CSS filters ``contrast(c%) brightness(b)``, in that order, as TensorBoard does.

    Parameters
    ----------
    pixels
        uint8 RGBA, shape ``(height, width, 4)``; the opacity is left alone.
    contrast
        In percent; 100 changes nothing.
    brightness
        A factor; 1 changes nothing.

    Notes
    -----
    Filter Effects Module Level 1: contrast is ``(v - 0.5) * c + 0.5``, brightness is
    ``v * b``, each clamped to 0..1.
    """
    if contrast == 100 and brightness == 1:
        return pixels
    value = np.arange(256) / 255
    value = np.clip((value - 0.5) * (contrast / 100) + 0.5, 0, 1)
    table = np.rint(np.clip(value * brightness, 0, 1) * 255).astype(np.uint8)
    return np.concatenate([table[pixels[:, :, :3]], pixels[:, :, 3:]], axis=2)


def difference(a: np.ndarray, b: np.ndarray, *, scaled: bool) -> tuple[np.ndarray, str]:
    """Return ``|a - b|`` as opaque pixels, and a line saying how large and how scaled it is.

    Parameters
    ----------
    a, b
        uint8 RGBA of one shape. Colours count by their opacity; a difference in opacity
        alone counts in all channels.
    scaled
        Whether the largest difference is stretched to white.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError("pictures of different sizes have no difference")
    first, second = (x[:, :, :3] * (x[:, :, 3:] / 255) for x in (a, b))
    opacity = np.abs(a[:, :, 3:].astype(np.int16) - b[:, :, 3:])
    delta = np.maximum(np.rint(np.abs(first - second)), opacity)
    most = int(delta.max(initial=0))
    scale = 255 / most if scaled and most else 1.0
    # uint8 cuts off, as the page's pixels do.
    color = np.rint(np.minimum(delta * scale, 255)).astype(np.uint8)
    opaque = np.full_like(color[:, :, :1], 255)
    line = f"|A − B| ×{scale:.3g}, largest {most} of 255" if most else "no difference"  # noqa: RUF001
    return np.concatenate([color, opaque], axis=2), line


def wipe(a: np.ndarray, b: np.ndarray, at: float) -> np.ndarray:
    """Return `a` left of the fraction `at` of the width, `b` right of it.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError("pictures of different sizes cannot be laid over each other")
    edge = round(a.shape[1] * at)
    return np.concatenate([a[:, :edge], b[:, edge:]], axis=1)


def draw_pixels(place: Place, pixels: np.ndarray) -> float:
    """Draw pixels, fitted into their place; return the height that they take, in inches."""
    high, wide = pixels.shape[:2]
    scale = min(place.width / wide, place.height / high)
    right, bottom = place.left + wide * scale, place.top + high * scale
    # Squares where pixels are enlarged (as on a page of 100 dots an inch), else an average.
    enlarged = scale * 100 >= 1
    place.page.imshow(
        pixels,
        extent=(place.left, right, bottom, place.top),
        interpolation="nearest" if enlarged else "antialiased",
        aspect="auto",
    )
    place.frame(wide * scale, high * scale)
    return float(high * scale)
