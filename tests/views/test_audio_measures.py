"""What is measured of clips, and their spectrograms."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nbboard.kinds.audio import Audio
from nbboard.views.audio_measures import (
    as_float,
    decibels,
    envelope,
    levels,
    mixed,
)
from nbboard.views.audio_spectrum import frequencies, rows, spectrogram, window_of
from tests.vectors import load
from tests.views.audio_logs import riff, tone, wav


@pytest.mark.parametrize("case", load("wav"), ids=lambda case: case["name"])
def test_a_wav_is_decoded_as_in_the_page(case):
    """Every coding gives the samples that the page gets of it."""
    clip = Audio(base64.b64decode(case["wav"]))

    samples = as_float(clip.to_numpy())

    expected = np.array(case["channels"], np.float64).T.reshape(samples.shape)
    assert np.allclose(samples, expected, rtol=1e-7, atol=1e-7, equal_nan=True)


@pytest.mark.parametrize("case", load("spectrum"), ids=lambda case: case["name"])
def test_a_spectrogram_is_that_of_the_page(case):
    """Levels, and what becomes of them on each scale of frequencies, are those of the page."""
    got = spectrogram(np.array(case["samples"]), case["rate"])

    assert window_of(case["rate"]) == case["window"]
    assert list(got.shape) == case["shape"]
    assert np.allclose(np.maximum(got.T.reshape(-1), -120), case["levels"], atol=0.01)
    for scale, expected in case["rows"].items():
        drawn = rows(got, scale, case["count"], case["rate"])
        assert np.allclose(np.maximum(drawn.reshape(-1), -120), expected, atol=0.01)
        assert frequencies(scale, case["count"], case["rate"]) == pytest.approx(
            case["frequencies"][scale], abs=1e-5
        )


def test_a_sine_of_full_scale_is_at_0_decibels():
    """A level is that of a sine, at the bin of its frequency."""
    rate = 16_000
    samples = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)

    got = spectrogram(samples, rate)

    middle = got[:, got.shape[1] // 2]
    assert middle.argmax() * rate / window_of(rate) == 1000
    assert middle.max() == pytest.approx(0, abs=0.01)


def test_levels_are_those_of_the_samples():
    """Root of the mean square and peak are fractions of full scale; a sine is at -3 dB of its peak."""
    measured = levels(as_float(tone(440, 1.0, amplitude=0.5)[:, np.newaxis]), 8000)

    assert measured.peak == pytest.approx(0.5, abs=1e-4)
    assert decibels(measured.rms) == pytest.approx(-9.03, abs=0.01)
    assert (measured.clipped, measured.silent, measured.not_finite) == (0, 0, 0)


def test_what_is_at_full_scale_is_counted():
    """Clipped samples are those at the largest code, or beyond one for floats."""
    loud = np.array([[1.0], [-1.0], [0.5], [1.5]])

    assert levels(loud, 8000).clipped == 3
    assert levels(loud, 8000).peak == 1.5
    assert levels(as_float(np.array([[32767], [100]], np.int16)), 8000, 1 - 2**-15).clipped == 1


def test_silence_is_a_share_of_time():
    """A wave that goes through zero is not silent there; what stays below -60 dB is."""
    half = np.concatenate([tone(100, 0.5), np.zeros(4000, np.int16)])

    assert levels(as_float(half[:, np.newaxis]), 8000).silent == pytest.approx(0.5, abs=0.03)
    assert levels(np.zeros((100, 2)), 8000).silent == 1


def test_what_is_not_finite_is_counted_and_left_out():
    """NaN and infinity are no level, no peak and no sound."""
    samples = np.array([[0.5], [np.nan], [-np.inf], [-0.25]])

    measured = levels(samples, 8000)

    assert measured.not_finite == 2
    assert measured.peak == 0.5
    assert measured.rms == pytest.approx(np.sqrt((0.25 + 0.0625) / 2))
    assert mixed(samples, None).tolist() == [0.5, 0, 0, -0.25]
    assert np.isnan(levels(np.full((3, 1), np.nan), 8000).peak)


def test_huge_samples_do_not_overflow():
    """The largest float64 has a level, an envelope and a spectrogram."""
    samples = np.full((500, 2), np.finfo(np.float64).max)

    assert levels(samples, 8000).rms == pytest.approx(np.finfo(np.float64).max)
    pairs, scale = envelope(samples)
    assert (pairs.max(), scale) == (32767, np.finfo(np.float64).max)
    assert np.isfinite(spectrogram(mixed(samples, None), 8000)).all()


def test_an_envelope_has_the_extremes_of_each_stretch():
    """A click of one sample is seen in a clip of any length, whatever its channel."""
    samples = np.zeros((1_000_000, 2))
    samples[123_456, 1] = -0.5

    pairs, scale = envelope(samples)

    assert pairs.shape == (2, 1000)
    assert scale == 1
    assert pairs[0].argmin() == 123
    assert pairs[0].min() == round(-0.5 * 32767)
    assert envelope(np.zeros((0, 1)))[0].shape == (2, 0)
    assert envelope(np.ones((3, 1)))[0].tolist() == [[32767] * 3] * 2


def test_channels_are_mixed_or_taken():
    """All channels are their mean; a number takes one, the last if there are fewer."""
    samples = np.array([[0.2, 0.4], [0.0, -0.4]])

    assert mixed(samples, None) == pytest.approx([0.3, -0.2])
    assert mixed(samples, 1).tolist() == [0.4, -0.4]
    assert mixed(samples, 9).tolist() == [0.4, -0.4]


def test_64_bits_and_12_bits_are_read():
    """Integers of 64 bits come back; those of 12 stand in the upper bits of two bytes."""
    wide = np.array([2**62, -(2**63)], np.int64)
    assert Audio(wav(wide)).to_numpy()[:, 0].tolist() == wide.tolist()

    narrow = Audio(riff(np.array([0x7FF0, -0x8000], "<i2").tobytes(), 1, 12))
    assert (narrow.frames, narrow.bits) == (2, 12)
    assert as_float(narrow.to_numpy())[:, 0] == pytest.approx([0x7FF / 0x800, -1])
