"""Audio: waveform and spectrogram of any step of any run, heard in lockstep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nbboard.errors import UndecodableError
from nbboard.kinds.audio import MAX_BYTES
from nbboard.text import counted
from nbboard.views.audio_measures import (
    Levels,
    as_float,
    decibels,
    envelope,
    levels,
    mixed,
)
from nbboard.views.audio_spectrum import SCALES, frequencies, rows, spectrogram
from nbboard.views.base import module
from nbboard.views.shared.options import OptionError, option
from nbboard.views.shared.references import check_names
from nbboard.views.shared.stepped import SteppedView

if TYPE_CHECKING:
    from nbboard.kinds.audio import Audio
    from nbboard.logdir import LogDir
    from nbboard.views.shared.grid import Place

__all__ = ["VIEW", "AudioView"]

#: On paper: rows of a spectrogram, and the share of a cell that the waveform takes.
_ROWS = 128
_WAVE = 0.35


class AudioView(SteppedView):
    """Clips over steps: ``log.audio.view(...)``."""

    kind: ClassVar[str] = "audio"
    _esm = module("audio")

    noun = ("clip", "clips")
    cell_names = (
        "sample_rate", "channels", "frames", "duration", "rms_db", "peak_db", "clipped",
        "silent", "not_finite", "label",
    )  # fmt: skip
    figure_side = 2.6
    heavy = frozenset({"data"})

    card_size = option(traitlets.Int(320, min=48, max=2000), "Least width of a card in CSS pixels.")
    sample = option(
        traitlets.Int(None, allow_none=True, min=0),
        "Which of several clips logged at one step, counted from 0; None shows all.",
    )
    show = option(
        traitlets.Enum(["both", "waveform", "spectrogram"], default_value="both"),
        "What is drawn of a clip.",
    )
    scale = option(
        traitlets.Enum(list(SCALES), default_value="mel"), "The frequency axis of spectrograms."
    )
    floor = option(
        traitlets.Float(-80.0, min=-160.0, max=-10.0),
        "The level in decibels below which a spectrogram is black.",
    )
    channel = option(
        traitlets.Int(None, allow_none=True, min=0),
        "The channel that is drawn and heard, counted from 0; None mixes all.",
    )
    loop = option(
        traitlets.List(traitlets.Float(min=0.0), maxlen=2),
        "Where a loop begins and ends, in seconds; empty for none.",
    )
    a = option(
        traitlets.List(traitlets.Unicode(), maxlen=4),
        "Clip A: run, tag, and if wanted step and item of the step; empty for none.",
    )
    b = option(
        traitlets.List(traitlets.Unicode(), maxlen=4),
        "Clip B, which plays in lockstep with A: run, tag, and if wanted step and item.",
    )

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse a clip or a loop that is none, beside what every view refuses."""
        super().check_references(log, options)
        for name in ("a", "b"):
            _check_clip(name, options.get(name) or [], log)
        loop = options.get("loop") or []
        if loop and (len(loop) != 2 or not loop[0] < loop[1]):
            raise OptionError(f"loop of the audio view takes a beginning and an end, not {loop!r}")

    @classmethod
    def encode(cls, item: Audio) -> Mapping[str, Any]:
        """Return what is known of a clip, its envelope, and its bytes.

        Returns
        -------
        dict
            ``format``, ``coding``, ``bits``, ``sample_rate`` (Hz), ``channels``,
            ``frames``, ``bytes``, ``label``; ``unknown``, why its samples are not decoded,
            or None; then ``pairs`` and ``scale`` of
            :func:`~nbboard.views.audio_measures.envelope`, ``rms``, ``peak``, ``clipped``,
            ``silent``, ``not_finite`` of :class:`~nbboard.views.audio_measures.Levels`;
            ``data``, the bytes as logged.
        """
        if len(item.data) > MAX_BYTES:
            return {"refusal": _too_large(item)}
        facts: dict[str, Any] = {
            "format": item.format,
            "coding": item.coding,
            "bits": item.bits,
            "sample_rate": item.sample_rate,
            "channels": item.channels,
            "frames": item.frames,
            "bytes": len(item.data),
            "label": item.label,
            "unknown": item.refusal,
            "data": item.data,
        }
        if item.refusal:
            return facts
        samples = as_float(item.to_numpy())
        pairs, scale = envelope(samples)
        measured = _levels(item, samples)
        return {**facts, "pairs": pairs.reshape(-1), "scale": scale, **vars(measured)}

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return whether there is a label to keep room for."""
        return {"labelled": bool(encoded.get("label"))}

    @classmethod
    def cells(cls, item: Audio) -> Mapping[str, Any]:
        """Return what is measured of a clip: levels in decibels of full scale."""
        cells = {
            "sample_rate": item.sample_rate,
            "channels": item.channels,
            "frames": item.frames,
            "duration": item.duration,
            "label": item.label,
        }
        if item.refusal:
            return {**cls.unreadable(), **cells}
        measured = _levels(item, as_float(item.to_numpy()))
        return {
            **cells,
            "rms_db": decibels(measured.rms),
            "peak_db": decibels(measured.peak),
            "clipped": measured.clipped,
            "silent": measured.silent,
            "not_finite": measured.not_finite,
        }

    @classmethod
    def unreadable(cls) -> Mapping[str, Any]:
        """Return the same of a clip that is damaged or not decoded."""
        counts = dict.fromkeys(("sample_rate", "channels", "frames", "clipped", "not_finite"), 0)
        unknown = dict.fromkeys(("rms_db", "peak_db", "silent"), math.nan)
        return {**counts, **unknown, "duration": 0.0, "label": ""}

    @classmethod
    def aspect(cls, item: Audio) -> float:
        """Return the height of a clip on paper, in widths."""
        return 0.25 if item.refusal or not item.frames else 0.6

    @classmethod
    def draw_cell(cls, place: Place, item: Audio, options: Mapping[str, Any]) -> None:
        """Draw waveform and spectrogram above each other.

        Raises
        ------
        UndecodableError
            If the clip is no plain WAV, over a limit, or without a frame.
        """
        samples = as_float(item.to_numpy())
        if not len(samples):
            raise UndecodableError("a clip without a frame")
        place.frame()
        show = options["show"]
        share = {"both": _WAVE, "waveform": 1.0, "spectrogram": 0.0}[show]
        heard = mixed(samples, options["channel"])
        if share:
            _draw_wave(place, heard, share)
        if share < 1:
            _draw_spectrogram(place, heard, item.sample_rate, share, options)


def _check_clip(name: str, clip: list[str], log: LogDir) -> None:
    if not clip:
        return
    if len(clip) < 2:
        raise OptionError(f"{name} of the audio view takes a run and a tag, not {clip!r}")
    run, tag, *rest = clip
    check_names(name, [run], log.audio.runs, "run of audio")
    check_names(name, [tag], log.audio.tags, "tag of audio")
    for number in rest:
        if not number.lstrip("-").isdigit():
            raise OptionError(
                f"{name} of the audio view takes steps as whole numbers, not {clip!r}"
            )


def _levels(item: Audio, samples: np.ndarray) -> Levels:
    full = 1.0 if item.coding == "float" else 1 - 2.0 ** (1 - item.bits)
    return levels(samples, item.sample_rate, full)


def _too_large(item: Audio) -> str:
    words = f"{len(item.data):,} bytes: over the limit of {MAX_BYTES:,}"
    if item.format != "wav":
        return words
    channels = counted(item.channels, "channel")
    return f"{words} ({item.duration:,.4g} s of {channels} at {item.sample_rate:,} Hz)"


def _draw_wave(place: Place, heard: np.ndarray, share: float) -> None:
    # A clip beyond full scale is drawn as high as its cell.
    pairs, _ = envelope(heard[:, np.newaxis])
    height = place.height * share
    middle = place.top + height / 2
    count = pairs.shape[1]
    x = place.left + (np.arange(count) + 0.5) / count * place.width
    low, high = pairs * (-height / 2 * 0.92 / 32767)
    place.page.fill_between(x, middle + low, middle + high, color="#425066", linewidth=0.4)


def _draw_spectrogram(
    place: Place, heard: np.ndarray, rate: int, share: float, options: Mapping[str, Any]
) -> None:
    top = place.top + place.height * share
    bottom = place.top + place.height
    picture = rows(spectrogram(heard, rate), options["scale"], _ROWS, rate)
    place.page.imshow(
        picture[::-1], extent=(place.left, place.left + place.width, bottom, top),
        cmap="magma", vmin=options["floor"], vmax=0, interpolation="nearest", aspect="auto",
    )  # fmt: skip
    edges = frequencies(options["scale"], _ROWS, rate)
    for hertz in (edges[0], edges[_ROWS // 2], edges[-1]):
        at = np.interp(hertz, edges, np.linspace(bottom, top, len(edges)))
        ends = {bottom: "bottom", top: "top"}
        place.page.text(
            place.left + 0.03, at, _hertz(float(hertz)), fontsize=5.5, color="white",
            va=ends.get(float(at), "center"),
        )  # fmt: skip


def _hertz(hertz: float) -> str:
    return f"{hertz / 1000:.3g} kHz" if hertz >= 1000 else f"{hertz:.3g} Hz"


VIEW = AudioView
