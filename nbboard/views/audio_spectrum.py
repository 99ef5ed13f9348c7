"""The spectrogram of a clip, as the page computes it (labextension/src/views/audio/spectrum.ts).

``tests/vectors/spectrum.json`` ties the two.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = ["SCALES", "SILENT", "frequencies", "rows", "spectrogram", "window_of"]

#: Seconds that one window spans, about; the least and greatest power of two of its samples.
_SPAN = 0.032
_LEAST, _MOST = 5, 12
#: Windows side by side, at most.
COLUMNS = 600
#: The least level in decibels.
SILENT = -200.0

SCALES = ("linear", "log", "mel")


def window_of(rate: int) -> int:
    """Return how many samples a window has: the power of two nearest to 32 ms, 32 to 4,096."""
    power = round(math.log2(max(rate, 1) * _SPAN))
    return int(2 ** min(_MOST, max(_LEAST, power)))


def spectrogram(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the levels of a clip by frequency and time.

    Parameters
    ----------
    samples
        One channel, float64 in units of full scale, all finite.
    rate
        Samples a second.

    Returns
    -------
    numpy.ndarray
        float64 of shape ``(bins, columns)`` in decibels, where 0 is a sine of full scale.
        Bin ``b`` is at ``b * rate / (2 * (bins - 1))`` Hz; the middle of column ``c`` is
        at ``(c + 0.5) / columns`` of the clip.

    Notes
    -----
    Short-time Fourier transform with a periodic Hann window, four windows over each
    sample where that takes no more than 600 of them; zeros beyond the ends. A bin's
    level is ``20 * log10(2 * |X| / sum(window))``.
    """
    size = window_of(rate)
    frames = len(samples)
    columns = min(COLUMNS, max(1, -(-frames * 4 // size))) if frames else 0
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    padded = np.concatenate([np.zeros(size), samples, np.zeros(size)])
    middles = np.floor((np.arange(columns) + 0.5) * frames / max(columns, 1)).astype(np.intp)
    # The middle of a window stands at the middle of its column.
    starts = middles + size - size // 2
    taken = padded[starts[:, np.newaxis] + np.arange(size)]
    amplitude = np.abs(np.fft.rfft(taken * window)) * (2 / window.sum())
    return np.asarray(20 * np.log10(np.maximum(amplitude, 10 ** (SILENT / 20))).T)


def frequencies(scale: str, count: int, rate: int) -> np.ndarray:
    """Return the edges of `count` rows from the lowest to half the rate, in Hz.

    Parameters
    ----------
    scale
        ``"linear"``; ``"log"``, from the first bin above 0; or ``"mel"``, by O'Shaughnessy's
        formula ``2595 * log10(1 + f / 700)``.
    """
    top = max(rate, 1) / 2
    at = np.arange(count + 1) / count
    if scale == "log":
        low = 2 * top / window_of(rate)
        return np.asarray(low * (top / low) ** at)
    if scale == "mel":
        return np.asarray(700 * (10 ** (at * np.log10(1 + top / 700)) - 1))
    return at * top


def rows(levels: np.ndarray, scale: str, count: int, rate: int) -> np.ndarray:
    """Return a spectrogram on a scale of frequencies.

    Parameters
    ----------
    levels
        As of :func:`spectrogram`.
    scale, count, rate
        As of :func:`frequencies`.

    Returns
    -------
    numpy.ndarray
        Shape ``(count, columns)``, the lowest row first: the loudest of the bins that lie
        in a row, or, where there is none, what lies between its two neighbours.
    """
    edges = frequencies(scale, count, rate) * (2 * (len(levels) - 1) / max(rate, 1))
    result = np.empty((count, levels.shape[1]))
    for row in range(count):
        low, high = edges[row], edges[row + 1]
        first, last = int(np.ceil(low)), int(np.ceil(high))
        if row == count - 1:
            last = len(levels)
        if first < last:
            result[row] = levels[first:last].max(axis=0)
        else:
            middle = (low + high) / 2
            below = min(int(middle), len(levels) - 2)
            share = middle - below
            result[row] = levels[below] * (1 - share) + levels[below + 1] * share
    return result
