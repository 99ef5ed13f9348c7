from __future__ import annotations

import struct

import numpy as np
import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.audio import KIND, MAX_BYTES, Audio


def wav(samples, coding, bits, rate=8000, channels=1, *, claim=None, before=b""):
    """Make a WAV file around bytes of samples."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", coding, channels, rate, rate * width, width, bits)
    size = len(samples) if claim is None else claim
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + before
    body += b"data" + struct.pack("<I", size) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("dtype", "coding", "bits"),
    [("u1", 1, 8), ("<i2", 1, 16), ("<i4", 1, 32), ("<f4", 3, 32), ("<f8", 3, 64)],
)
def test_samples_come_back_in_every_coding(dtype, coding, bits):
    """Integers and floats of every width decode to the samples that were stored."""
    samples = np.arange(12).astype(dtype).reshape(6, 2)

    clip = Audio(wav(samples.tobytes(), coding, bits, rate=16000, channels=2))

    assert (clip.format, clip.sample_rate, clip.channels, clip.frames) == ("wav", 16000, 2, 6)
    assert clip.duration == 6 / 16000
    assert np.array_equal(clip.to_numpy(), samples)


def test_24_bits_fill_the_upper_bytes_of_32():
    """Three bytes a sample become int32 of the full range."""
    clip = Audio(wav(b"\x01\x00\x00\xff\xff\xff", 1, 24))

    assert clip.to_numpy().tolist() == [[256], [-256]]


def test_other_chunks_are_passed_over():
    """A comment before the samples, of odd length, is skipped."""
    clip = Audio(wav(b"\x05\x06", 1, 8, before=b"LIST\x03\x00\x00\x00abc\x00"))

    assert clip.to_numpy().tolist() == [[5], [6]]


def test_a_size_beyond_the_file_is_not_believed():
    """A writer that was stopped leaves a size that is too large: what is there counts."""
    clip = Audio(wav(b"\x01\x02\x03", 1, 8, claim=2**32 - 1))

    assert clip.frames == 3
    assert clip.to_numpy().shape == (3, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"OggS" + b"\0" * 40,
        wav(b"\0" * 8, 2, 4),
        wav(b"\0" * 8, 1, 16, channels=0),
        wav(b"\0" * 8, 1, 0),
        wav(b"\0" * (MAX_BYTES + 1), 1, 8),
        b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd",
    ],
)
def test_what_is_not_plain_wav_is_refused(data):
    """Compressed, cut, oversized or foreign clips are refused; their bytes remain."""
    clip = Audio(data)

    assert clip.data == data
    assert repr(clip).startswith("Audio(")
    with pytest.raises(UndecodableError):
        clip.to_numpy()


def test_every_prefix_of_a_file_is_harmless():
    """However a clip is cut, asking for its properties works."""
    whole = wav(np.arange(9, dtype="<i2").tobytes(), 1, 16)
    for length in range(len(whole)):
        clip = Audio(whole[:length])
        assert clip.frames * 2 <= length
        assert clip.duration >= 0


def test_clips_with_and_without_labels(value_of):
    """A row is a clip with its label; the flat form has clips only."""
    two = np.array([[b"one", b"first"], [b"two", b""]], object)

    assert [(c.data, c.label) for c in KIND.decode(value_of(two), None)] == [
        (b"one", "first"),
        (b"two", ""),
    ]
    flat = KIND.decode(value_of(np.array([b"one", b"two"], object)), None)
    assert [(c.data, c.label) for c in flat] == [(b"one", ""), (b"two", "")]
    with pytest.raises(UndecodableError):
        KIND.decode(value_of(np.zeros(3)), None)


def test_a_notebook_is_given_a_player():
    """The display is an audio element with the bytes inside; nothing of the log is markup."""
    clip = Audio(wav(b"\0\0", 1, 8), label="<script>")

    bundle = clip._repr_mimebundle_()

    assert bundle["text/html"].startswith('<audio controls src="data:audio/wav;base64,')
    assert "<script>" not in bundle["text/html"]
    assert set(Audio(b"?")._repr_mimebundle_()) == {"text/plain"}
