"""One logged image: encoded as logged, decoded on demand and only within limits."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.images.headers import ImageHeader, read_image_header
from nbboard.kinds.images.png16 import is_png16, read_png16

__all__ = ["MAX_BYTES", "MAX_FRAMES", "MAX_PIXELS", "Image"]

#: A frame of more pixels is not decoded.
MAX_PIXELS = 25_000_000
#: An image of more encoded bytes is neither decoded nor sent to the browser.
MAX_BYTES = 16 << 20
#: An animation of more frames is neither decoded nor sent to the browser.
MAX_FRAMES = 10_000
#: All frames of an animation together; to_numpy() gives them in one array.
MAX_TOTAL_PIXELS = 100_000_000

#: The formats of browsers, with the names that Pillow has for them.
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "bmp": "BMP", "webp": "WEBP"}
_ANIMATED = frozenset({"GIF", "WEBP"})


@dataclass(frozen=True, repr=False, eq=False)
class Image:
    """One logged image.

    Attributes
    ----------
    data
        The encoded bytes, as logged.
    declared_width, declared_height
        The size the writer stated beside the bytes, in pixels; 0 if it stated none.
    """

    data: bytes
    declared_width: int = 0
    declared_height: int = 0

    @cached_property
    def _header(self) -> ImageHeader:
        return read_image_header(self.data)

    @property
    def format(self) -> str:
        """``"png"``, ``"jpeg"``, ``"gif"``, ``"bmp"``, ``"webp"`` or ``"unknown"``: sniffed."""
        return self._header.format

    @property
    def mime(self) -> str:
        """The media type, for example ``"image/png"``."""
        known = self.format != "unknown"
        return f"image/{self.format}" if known else "application/octet-stream"

    @property
    def width(self) -> int:
        """Width in pixels, from the encoded header (the declared one if that has none)."""
        return self._header.width or self.declared_width

    @property
    def height(self) -> int:
        """Height in pixels, from the encoded header (the declared one if that has none)."""
        return self._header.height or self.declared_height

    @property
    def frames(self) -> int:
        """How many frames: more than 1 for an animated GIF ("video"), WebP or PNG."""
        return self._header.frames

    @property
    def refusal(self) -> str | None:
        """Why this image is not shown or decoded; None if it may be."""
        if len(self.data) > MAX_BYTES:
            return f"{len(self.data):,} bytes: over the limit of {MAX_BYTES:,}"
        if not self._header.width or not self._header.height:
            return f"an image of {self.format} format without a readable size"
        if self.width * self.height > MAX_PIXELS:
            return f"{self.width:,} x {self.height:,} pixels: over the limit of {MAX_PIXELS:,}"
        if self.frames > MAX_FRAMES:
            return f"{self.frames:,} frames: over the limit of {MAX_FRAMES:,}"
        return None

    @property
    def safe(self) -> bool:
        """Whether a browser may be given the bytes: a known format within the limits."""
        return self.format in _FORMATS and self.refusal is None

    def to_numpy(self) -> np.ndarray:
        """Decode the pixels.

        Returns
        -------
        numpy.ndarray
            Shape ``(height, width, channels)``, for an animated GIF or WebP ``(frames,
            height, width, channels)``; uint8, or uint16 where PNGs of 16 bits were logged.
            Palettes are resolved; channels are 1 (grey), 2, 3 or 4 (with alpha).

        Raises
        ------
        UndecodableError
            If the image is over a limit, or its bytes are not what the header says.
        """
        if self.refusal is not None:
            raise UndecodableError(self.refusal)
        if self.format not in _FORMATS:
            raise UndecodableError(f"an image of {self.format} format cannot be decoded here")
        if self.width * self.height * self.frames > MAX_TOTAL_PIXELS:
            raise UndecodableError(
                f"{self.frames:,} frames of {self.width:,} x {self.height:,} pixels:"
                f" over the limit of {MAX_TOTAL_PIXELS:,} in all"
            )
        return _decode_pixels(self.data, _FORMATS[self.format])

    def _repr_mimebundle_(self, **_filters: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if self.safe:
            bundle[self.mime] = self.data
        return bundle

    def __repr__(self) -> str:
        frames = f", {self.frames} frames" if self.frames > 1 else ""
        size = f"{self.width}x{self.height}"
        return f"Image({self.format}, {size}{frames}, {len(self.data):,} bytes)"


def _decode_pixels(data: bytes, name: str) -> np.ndarray:
    if is_png16(data):
        try:
            return read_png16(data)
        except (ValueError, zlib.error) as error:
            raise UndecodableError(f"the {name} image cannot be decoded: {error}") from error
    import io

    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(data), formats=[name]) as picture:
            count = getattr(picture, "n_frames", 1) if name in _ANIMATED else 1
            frames = []
            for index in range(count):
                if index:
                    picture.seek(index)
                frames.append(_frame(picture))
    # Pillow documents no closed list: broken files raise OSError, SyntaxError, ValueError,
    # struct.error, zlib.error, EOFError, IndexError and its own bomb error.
    except Exception as error:
        raise UndecodableError(f"the {name} image cannot be decoded: {error}") from error
    if len(frames) == 1:
        return frames[0]
    # The first GIF frame may be grey or RGB where later ones have alpha.
    channels = max(frame.shape[2] for frame in frames)
    return np.stack([_with_channels(frame, channels) for frame in frames])


def _frame(picture: Any) -> np.ndarray:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        array = np.asarray(picture)
        if array.dtype != np.uint16:
            array = array.astype(np.uint16)
    else:
        if picture.mode == "P":
            transparent = "transparency" in picture.info
            picture = picture.convert("RGBA" if transparent else "RGB")
        elif picture.mode == "1":
            picture = picture.convert("L")
        elif picture.mode not in {"L", "LA", "RGB", "RGBA"}:
            picture = picture.convert("RGB")
        array = np.array(picture)
    return array if array.ndim == 3 else array[:, :, np.newaxis]


def _with_channels(frame: np.ndarray, channels: int) -> np.ndarray:
    have = frame.shape[2]
    if have == channels:
        return frame
    grey, alpha = (
        have <= 2,
        frame[:, :, -1:] if have in {2, 4} else np.full_like(frame[:, :, :1], 255),
    )
    color = np.repeat(frame[:, :, :1], 3, axis=2) if grey else frame[:, :, :3]
    return color if channels == 3 else np.concatenate([color, alpha], axis=2)
