"""The sounds and the film that the demo logs: digits to be heard, the confusion as it clears up."""

from __future__ import annotations

import io
import wave
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array
    from nbboard.demo.pictures import Picture

__all__ = ["audio_summary", "film_summary", "hardest", "sonified"]

RATE = 8000
#: Seconds that each column of a digit sounds.
COLUMN = 0.08
#: Hz of the lowest and the highest row; each row is a few tones close together.
LOW, HIGH, TONES = 350.0, 3400.0, 4
#: Milliseconds of a frame of the film.
FRAME = 250


def sonified(picture: Array) -> npt.NDArray[np.int16]:
    """Return a digit as sound: its spectrogram shows the digit.

    Parameters
    ----------
    picture
        Shape (8, 8), from 0 (paper) to 1 (ink). Columns follow each other in time, rows are
            bands of frequencies, the upper ones higher.
    """
    bands = _bands(picture.shape[0])
    places = np.linspace(0, picture.shape[1] - 1, bands.shape[1])
    columns = np.arange(picture.shape[1])
    ink = np.stack([np.interp(places, columns, row) for row in picture[::-1]]) ** 3
    sound = (ink * bands).sum(axis=0)
    loudest = max(1e-9, float(np.abs(sound).max()))
    return np.asarray(np.rint(sound * (0.8 * 32767 / loudest)), np.int16)


@cache
def _bands(rows: int) -> npt.NDArray[np.float64]:
    """Return the tones of each row, the lowest first; made once, they are used for every digit."""
    time = np.arange(round(8 * COLUMN * RATE)) / RATE
    hertz = np.geomspace(LOW, HIGH, rows * TONES).reshape(rows, TONES)
    phases = np.random.default_rng(0).random((rows, TONES)) * 2 * np.pi
    waves = np.sin(2 * np.pi * hertz[:, :, None] * time + phases[:, :, None])
    return np.asarray(waves.sum(axis=1))


def hardest(digits: Digits, probabilities: Array) -> tuple[Array, Array, str]:
    """Return the digit with the highest loss, the mean of those it was taken for, and a caption."""
    right = probabilities[np.arange(len(digits.labels)), digits.labels]
    worst = int(right.argmin())
    said, true = int(probabilities[worst].argmax()), int(digits.labels[worst])
    caption = f"a {true}, taken for a {said} ({probabilities[worst, said]:.0%})"
    return digits.pictures[worst], digits.pictures[digits.labels == said].mean(axis=0), caption


def audio_summary(tag: str, sound: npt.NDArray[np.int16], caption: str) -> Any:
    """Return a summary of a clip with its caption, as TensorBoard's own writer makes it.

    tensorboardX's ``add_audio`` takes no caption, and needs a package more.
    """
    from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboardX.proto.tensor_pb2 import TensorProto
    from tensorboardX.proto.types_pb2 import DT_STRING

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.astype("<i2").tobytes())
    tensor = TensorProto(dtype=DT_STRING, string_val=[buffer.getvalue(), caption.encode()])
    for size in (1, 2):
        tensor.tensor_shape.dim.add(size=size)
    plugin = SummaryMetadata.PluginData(plugin_name="audio")
    metadata = SummaryMetadata(plugin_data=plugin)
    return Summary(value=[Summary.Value(tag=tag, tensor=tensor, metadata=metadata)])


def film_summary(tag: str, pictures: list[Picture]) -> Any:
    """Return a summary of pictures as a GIF, as ``add_video`` logs one.

    tensorboardX's ``add_video`` needs a package more.
    """
    from PIL import Image
    from tensorboardX.proto.summary_pb2 import Summary

    fast = Image.Quantize.FASTOCTREE
    first, *rest = [Image.fromarray(one).quantize(32, method=fast) for one in pictures]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=FRAME, loop=0)
    height, width = pictures[0].shape[:2]
    image = Summary.Image(
        height=height, width=width, colorspace=3, encoded_image_string=buffer.getvalue()
    )
    return Summary(value=[Summary.Value(tag=tag, image=image)])
