"""What is measured of a clip: its envelope, how loud it is, and what is wrong with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["ENVELOPE", "SILENCE", "Levels", "as_float", "decibels", "envelope", "levels", "mixed"]

#: A clip is drawn from so many pairs of a least and a greatest sample.
ENVELOPE = 1_000
#: Below this, -60 dB of full scale, it is silent.
SILENCE = 1e-3
_LARGEST = 1e30


@dataclass(frozen=True)
class Levels:
    """How loud a clip is, over all channels.

    Attributes
    ----------
    rms, peak
        Root of the mean square, and the largest sample, both as fractions of full scale;
        NaN where there is no sample that is finite.
    clipped
        Samples at full scale or beyond.
    silent
        The share of stretches of 20 ms in which nothing reaches -60 dB; NaN without frames.
    not_finite
        Samples that are NaN or infinite; they count nowhere else.
    """

    rms: float
    peak: float
    clipped: int
    silent: float
    not_finite: int


def as_float(samples: np.ndarray) -> np.ndarray:
    """Return samples as float64 in units of full scale.

    Parameters
    ----------
    samples
        Of any shape: uint8 around 128, signed integers, or floats, which stay as they are.
    """
    if samples.dtype == np.uint8:
        return (samples.astype(np.float64) - 128) / 128
    if samples.dtype.kind == "i":
        return samples / 2.0 ** (8 * samples.itemsize - 1)
    return samples.astype(np.float64)


def mixed(samples: np.ndarray, channel: int | None) -> np.ndarray:
    """Return one channel of samples, or the mean of all; what is not finite is 0.

    What is beyond 1e30 is cut off there: sums of it would overflow.

    Parameters
    ----------
    samples
        Of shape ``(frames, channels)``, in units of full scale.
    channel
        Counted from 0; the last there is if there are fewer; None for the mean.
    """
    finite = np.clip(np.where(np.isfinite(samples), samples, 0), -_LARGEST, _LARGEST)
    if channel is None:
        return np.asarray(finite.mean(axis=1))
    return finite[:, min(channel, samples.shape[1] - 1)]


def levels(samples: np.ndarray, rate: int, full: float = 1.0) -> Levels:
    """Measure samples of shape ``(frames, channels)``, in units of full scale.

    Parameters
    ----------
    samples
        float64.
    rate
        Frames a second.
    full
        What counts as full scale: the largest code of integers is a little less than 1.
    """
    finite = np.isfinite(samples)
    lost = int(samples.size - np.count_nonzero(finite))
    size = np.abs(samples if not lost else np.where(finite, samples, 0))
    kept = samples.size - lost
    # Each stretch as a whole: a wave goes through zero all the time.
    starts = np.arange(0, len(size), max(rate // 50, 1))
    loud = np.logical_or.reduceat((size >= SILENCE).any(axis=1), starts) if len(size) else starts
    peak = float(size.max()) if kept else math.nan
    # Squares of fractions of the peak never overflow.
    squares = float(np.square(size / peak).sum()) if peak > 0 else 0.0
    return Levels(
        rms=peak * math.sqrt(squares / kept) if kept else math.nan,
        peak=peak,
        clipped=int(np.count_nonzero(size >= full)),
        silent=1 - float(np.count_nonzero(loud)) / len(loud) if len(loud) else math.nan,
        not_finite=lost,
    )


def envelope(samples: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the least and the greatest sample of up to 1,000 stretches of a clip.

    Parameters
    ----------
    samples
        float64 of shape ``(frames, channels)``; what is not finite counts as 0.

    Returns
    -------
    pairs : numpy.ndarray
        int16 of shape ``(2, stretches)``: 32767 is `scale`. Stretch ``i`` of ``n`` begins
        with frame ``i * frames // n``.
    scale : float
        The full scale, or the largest sample where that is larger.
    """
    frames = len(samples)
    if not frames:
        return np.zeros((2, 0), np.int16), 1.0
    finite = np.where(np.isfinite(samples), samples, 0)
    count = min(frames, ENVELOPE)
    starts = np.arange(count) * frames // count
    low = np.minimum.reduceat(finite.min(axis=1), starts)
    high = np.maximum.reduceat(finite.max(axis=1), starts)
    scale = max(1.0, float(high.max()), -float(low.min()))
    return np.rint(np.stack([low, high]) * (32767 / scale)).astype(np.int16), scale


def decibels(amplitude: float) -> float:
    """Return an amplitude in decibels of full scale; minus infinity for 0."""
    return 20 * math.log10(amplitude) if amplitude > 0 else amplitude - math.inf
