"""Clips written byte by byte: WAV files of every coding, and logs that hold them."""

from __future__ import annotations

import struct

import numpy as np
from tensorboardX.proto.summary_pb2 import Summary

__all__ = ["add_clip", "riff", "tone", "wav"]

#: Coding and bits of arrays, as a WAV has them.
_CODES = {"u1": (1, 8), "i2": (1, 16), "i4": (1, 32), "i8": (1, 64), "f4": (3, 32), "f8": (3, 64)}


def wav(samples, rate=8000):
    """Return samples of shape (frames,) or (frames, channels) as a WAV of their own type."""
    coding, bits = _CODES[samples.dtype.str[1:]]
    channels = samples.shape[1] if samples.ndim > 1 else 1
    return riff(
        samples.astype(samples.dtype.newbyteorder("<")).tobytes(), coding, bits, rate, channels
    )


def riff(data, coding, bits, rate=8000, channels=1, *, claim=None, before=b""):
    """Make a WAV file around bytes of samples."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", coding, channels, rate, min(rate * width, 2**32 - 1), width, bits)
    size = len(data) if claim is None else claim
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + before
    body += b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(len(body), 2**32 - 1)) + body


def add_clip(writer, tag, data, step):
    """Log an encoded clip as tensorboardX's add_audio does, whatever its coding."""
    audio = Summary.Audio(encoded_audio_string=data, content_type="audio/wav")
    writer.file_writer.add_summary(Summary(value=[Summary.Value(tag=tag, audio=audio)]), step)


def tone(hertz, seconds=0.5, rate=8000, amplitude=0.5):
    """Return a sine as int16."""
    at = np.arange(round(seconds * rate)) / rate
    return np.round(32767 * amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
