"""Films of figures: GIF files, and MP4 files where ffmpeg is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from nbboard.errors import NbboardError, UsageError
from nbboard.logdir.whole import whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["MOST_FRAMES", "evenly", "write_film"]

#: A film has so many frames at most: of more steps, evenly spaced ones are taken.
MOST_FRAMES = 1_000
#: The last frame stays so long at least, in seconds, so that the end is seen.
_LAST = 0.6
#: Video codecs halve colours: sides are even.
_EVEN = 2


def evenly(count: int, most: int = MOST_FRAMES) -> list[int]:
    """Return the numbers 0 to `count` - 1, or `most` of them evenly spaced, ends kept."""
    if count <= most:
        return list(range(count))
    return [round(at * (count - 1) / (most - 1)) for at in range(most)]


def write_film(
    path: str | os.PathLike[str], figures: Iterable[Figure], *, per_second: float, dpi: float
) -> Path:
    """Write figures one after the other, on paper as large as the largest.

    Parameters
    ----------
    path
        The file; its name ends in ``.gif`` or ``.mp4``.
    figures
        At least one.
    per_second
        Figures a second.
    dpi
        Pixels an inch.

    Returns
    -------
    pathlib.Path
        That file, written whole or not at all.

    Raises
    ------
    UsageError
        For another ending, or no figure.
    NbboardError
        If there is no ffmpeg for an MP4, or it fails; its words are said.
    """
    target = Path(path).expanduser()
    write = {".gif": _write_gif, ".mp4": _write_mp4}.get(target.suffix.lower())
    if write is None:
        raise UsageError(f"a film is saved as .gif or .mp4, not as {target.name!r}")
    if write is _write_mp4 and shutil.which("ffmpeg") is None:
        raise NbboardError(
            f"{target.name}: there is no ffmpeg on the PATH to write an MP4 with;"
            " install it, or save the film as .gif"
        )
    pictures = [_compressed(_pixels(figure, dpi)) for figure in figures]
    if not pictures:
        raise UsageError(f"{target.name}: there is no step to make a film of")
    with whole_file(target) as place:
        write(place, pictures, per_second)
    return target


#: A picture waiting for its turn: width, height and packed pixels, since the largest decides.
_Waiting = tuple[int, int, bytes]


def _pixels(figure: Figure, dpi: float) -> np.ndarray:
    figure.set_dpi(dpi)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[:, :, :3]  # type: ignore[attr-defined]


def _compressed(pixels: np.ndarray) -> _Waiting:
    height, width = pixels.shape[:2]
    return width, height, zlib.compress(np.ascontiguousarray(pixels).tobytes(), 1)


def _paper(pictures: list[_Waiting]) -> tuple[int, int]:
    """Return width and height of the largest, made even."""
    wide = max(width for width, _, _ in pictures)
    high = max(height for _, height, _ in pictures)
    return wide + wide % _EVEN, high + high % _EVEN


def _sheets(pictures: list[_Waiting]) -> Iterator[np.ndarray]:
    """Yield the pictures, each on white paper."""
    wide, high = _paper(pictures)
    for width, height, packed in pictures:
        sheet = np.full((high, wide, 3), 255, np.uint8)
        pixels = np.frombuffer(zlib.decompress(packed), np.uint8)
        sheet[:height, :width] = pixels.reshape(height, width, 3)
        yield sheet


def _write_gif(place: Path, pictures: list[_Waiting], per_second: float) -> None:
    from PIL import Image

    # A GIF counts in hundredths of a second, of which browsers take 2 at least.
    hold = max(20, round(100 / per_second) * 10)
    sheets = (Image.fromarray(sheet).quantize(256) for sheet in _sheets(pictures))
    holds = [*[hold] * (len(pictures) - 1), max(hold, round(_LAST * 1000))]
    first = next(sheets)
    # Pillow makes equal pictures that follow each other one, which stays as long as all of them.
    first.save(
        place, "GIF", save_all=True, append_images=list(sheets), duration=holds, loop=0,
        optimize=False, disposal=1,
    )  # fmt: skip


def _write_mp4(place: Path, pictures: list[_Waiting], per_second: float) -> None:
    wide, high = _paper(pictures)
    command = [
        "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
        "-s", f"{wide}x{high}", "-r", f"{per_second:g}", "-i", "pipe:0", "-pix_fmt", "yuv420p",
        "-movflags", "+faststart", "-f", "mp4", str(place),
    ]  # fmt: skip
    # What it says goes to a file: it may say more than a pipe holds while it is being fed.
    with tempfile.TemporaryFile() as words:
        ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=words)
        with ffmpeg, suppress(BrokenPipeError), cast("IO[bytes]", ffmpeg.stdin) as pipe:
            for sheet in _sheets(pictures):
                pipe.write(sheet.tobytes())
        if ffmpeg.returncode:
            words.seek(0)
            said = words.read().decode("utf-8", "replace").strip().splitlines()
            raise NbboardError(f"ffmpeg could not write an MP4: {said[-1] if said else 'no word'}")
