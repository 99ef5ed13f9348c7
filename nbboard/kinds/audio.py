"""Audio: encoded as logged (WAV in practice), its properties read from the header."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

__all__ = ["KIND", "MAX_BYTES", "Audio"]

#: A clip of more encoded bytes is neither decoded nor sent to the browser.
MAX_BYTES = 16 << 20

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
#: Codings that are not decoded, by their number in the header.
_NAMES = {2: "ADPCM", 6: "A-law", 7: "µ-law", 17: "IMA ADPCM", 49: "GSM", 85: "MP3"}


class _Wav(NamedTuple):
    coding: int
    channels: int
    sample_rate: int
    bits: int
    start: int
    size: int


@dataclass(frozen=True, repr=False, eq=False)
class Audio:
    """One logged clip.

    Attributes
    ----------
    data
        The encoded bytes, as logged.
    label
        The label logged beside it; usually empty.
    """

    data: bytes
    label: str = ""

    @cached_property
    def _wav(self) -> _Wav | None:
        return _read_wav_header(self.data)

    @property
    def format(self) -> str:
        """``"wav"`` or ``"unknown"``: sniffed."""
        return "wav" if self._wav else "unknown"

    @property
    def mime(self) -> str:
        """The media type."""
        return "audio/wav" if self._wav else "application/octet-stream"

    @property
    def sample_rate(self) -> int:
        """Frames a second; 0 if unknown."""
        return self._wav.sample_rate if self._wav else 0

    @property
    def channels(self) -> int:
        """Samples a frame; 0 if unknown."""
        return self._wav.channels if self._wav else 0

    @property
    def bits(self) -> int:
        """Bits of a sample as stored; 0 if unknown."""
        return self._wav.bits if self._wav else 0

    @property
    def coding(self) -> str:
        """``"integer"``, ``"float"``, or the name of what is not decoded; empty if unknown."""
        if self._wav is None:
            return ""
        number = self._wav.coding
        names = {_PCM: "integer", _FLOAT: "float", **_NAMES}
        return names.get(number, f"coding {number}")

    @property
    def frames(self) -> int:
        """How many frames; 0 if unknown."""
        width = _frame_bytes(self._wav) if self._wav else 0
        return self._wav.size // width if self._wav and width else 0

    @property
    def duration(self) -> float:
        """Length in seconds; 0 if unknown."""
        return self.frames / self.sample_rate if self.sample_rate else 0.0

    @property
    def safe(self) -> bool:
        """Whether a browser may be given the bytes: WAV within the limit."""
        return self._wav is not None and len(self.data) <= MAX_BYTES

    @property
    def refusal(self) -> str | None:
        """Why the samples are not decoded; None if they may be."""
        wav = self._wav
        if wav is None:
            return "a clip that is not a WAV file"
        if len(self.data) > MAX_BYTES:
            return f"{len(self.data):,} bytes: over the limit of {MAX_BYTES:,}"
        if not wav.channels or (wav.coding, _container(wav.bits)) not in _TYPES:
            return f"a WAV of {self.coding} with {wav.bits} bits a sample"
        return None

    def to_numpy(self) -> np.ndarray:
        """Decode the samples.

        Returns
        -------
        numpy.ndarray
            Shape ``(frames, channels)``: uint8, int16, int32 (also for 24 bits, shifted
            to the full range), int64, float32 or float64, as stored. Samples of other
            widths, 12 bits for example, fill the upper bits of whole bytes.

        Raises
        ------
        UndecodableError
            If the clip is not a WAV of plain samples, or over the limit of bytes.
        """
        if self.refusal is not None:
            raise UndecodableError(self.refusal)
        wav = self._wav
        assert wav is not None  # noqa: S101 - for the type checker: it would be refused
        raw = np.frombuffer(self.data, np.uint8, self.frames * _frame_bytes(wav), wav.start)
        return _samples(raw, wav).reshape(-1, wav.channels)

    def _repr_mimebundle_(self, **_filters: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if self.safe:
            import base64

            source = base64.b64encode(self.data).decode("ascii")
            bundle["text/html"] = f'<audio controls src="data:{self.mime};base64,{source}"></audio>'
        return bundle

    def __repr__(self) -> str:
        if self._wav is None:
            return f"Audio(unknown format, {len(self.data):,} bytes)"
        return f"Audio(wav, {self.duration:.2f} s, {self.sample_rate:,} Hz, {self.channels} channel(s))"


def _read_wav_header(data: bytes) -> _Wav | None:
    """Find the ``fmt`` and ``data`` chunks of a RIFF file; None if this is not one."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    at, form = 12, None
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8
        if name == b"fmt " and size >= 16 and at + 16 <= len(data):
            form = list(struct.unpack_from("<HHIIHH", data, at))
            if form[0] == _EXTENSIBLE and size >= 26 and at + 26 <= len(data):
                form[0] = struct.unpack_from("<H", data, at + 24)[0]
        elif name == b"data" and form is not None:
            coding, channels, rate, _, _, bits = form
            # A writer that was stopped leaves a size that the file does not have.
            return _Wav(coding, channels, rate, bits, at, min(size, len(data) - at))
        at += size + size % 2
    return None


#: By coding and bits; three bytes a sample are widened to four.
_TYPES = {
    (_PCM, 8): "<u1",
    (_PCM, 16): "<i2",
    (_PCM, 24): "<i4",
    (_PCM, 32): "<i4",
    (_PCM, 64): "<i8",
    (_FLOAT, 32): "<f4",
    (_FLOAT, 64): "<f8",
}


def _container(bits: int) -> int:
    """Return the whole bytes that hold a sample, in bits."""
    return -(-bits // 8) * 8


def _frame_bytes(wav: _Wav) -> int:
    # Less than a byte a sample (ADPCM) is counted in whole frames, too.
    return wav.channels * (_container(wav.bits) if wav.bits >= 8 else wav.bits) // 8


def _samples(raw: np.ndarray, wav: _Wav) -> np.ndarray:
    plain = _TYPES[wav.coding, _container(wav.bits)]
    if _container(wav.bits) != 24:
        decoded: np.ndarray = raw.view(plain).copy()
        return decoded
    wide = np.zeros((len(raw) // 3, 4), np.uint8)
    wide[:, 1:] = raw.reshape(-1, 3)
    return wide.view(plain).reshape(-1)


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Audio, ...]:
    array = tensor_to_numpy(value.tensor)
    if array.dtype != object or array.ndim > 2:
        raise UndecodableError(f"audio stored as {array.dtype} of shape {array.shape}")
    # One row a clip: [data, label]; the form without labels is one-dimensional.
    rows = array.reshape(-1, 1) if array.ndim < 2 else array
    if rows.shape[1] == 0:
        return ()
    return tuple(
        Audio(row[0], row[1].decode("utf-8", "replace") if len(row) > 1 else "") for row in rows
    )


def _columns(item: Audio) -> Mapping[str, object]:
    return {
        "format": item.format,
        "sample_rate": item.sample_rate,
        "channels": item.channels,
        "frames": item.frames,
        "label": item.label,
        "data": item.data,
    }


def _to_file(item: Audio) -> tuple[bytes, str]:
    return item.data, item.format if item.format != "unknown" else "bin"


KIND = Kind(
    name="audio",
    plugins=("audio",),
    decode=_decode,
    columns=_columns,
    several=True,
    order=20,
    cells=("format", "sample_rate", "channels", "frames", "label", "data"),
    to_file=_to_file,
)
