"""The audio view in Python: options, what travels and when, the table, the figure, odd clips."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.errors import UsageError
from nbboard.kinds.audio import MAX_BYTES, Audio
from nbboard.views.audio import AudioView
from tests.views.audio_logs import add_clip, riff, tone, wav


@pytest.fixture
def write(tmp_path):
    """Return a function that logs clips of a run and tag, by step."""

    def log(run, tag, clips):
        writer = SummaryWriter(str(tmp_path / run))
        for step, data in clips.items():
            add_clip(writer, tag, data, step)
        writer.close()

    return log


@pytest.fixture
def view_of(tmp_path):
    """Return a function that opens the log and gives its view."""
    views = []

    def open_(**options):
        views.append(nbboard.open(tmp_path, progress=False).audio.view(**options))
        return views[-1]

    yield open_
    for view in views:
        view.close()


def long_clip(seconds=40):
    """Return a clip of some megabytes."""
    return wav(np.tile(tone(300, 1.0, rate=44_100), seconds), rate=44_100)


def test_levels_stand_in_the_table(write, view_of):
    """The view's data has what is shown below a clip, in decibels of full scale."""
    write("a", "x", {0: wav(tone(440, 1.0, amplitude=0.5))})

    (row,) = view_of().data.to_dict("records")

    assert (row["run"], row["step"], row["sample_rate"], row["channels"]) == ("a", 0, 8000, 1)
    assert (row["frames"], row["duration"], row["label"]) == (8000, 1.0, "")
    assert row["peak_db"] == pytest.approx(-6.02, abs=0.01)
    assert row["rms_db"] == pytest.approx(-9.03, abs=0.01)
    assert (row["clipped"], row["silent"], row["not_finite"]) == (0, 0.0, 0)


def test_large_clips_travel_where_they_are_shown(write, view_of):
    """What does not fit into the first message goes with its envelope, and whole when asked for."""
    for run in ("a", "b", "c"):
        write(run, "x", {step: long_clip() for step in (0, 1)})
    view = view_of()

    content = view.payload()

    sizes = ["data" in item["items"][0] for item in content["items"]]
    assert sizes == [True, False, False]
    light = content["items"][1]
    assert light["light"]
    assert light["items"][0]["pairs"].shape == (2000,)
    (whole,) = view.answer("items", {"points": [[light["id"], light["place"], 0, 1]]})["items"]
    assert whole["items"][0]["data"] == long_clip()
    (again,) = view.answer("items", {"points": [[light["id"], light["place"], 0, 0]]})["items"]
    assert again["light"]
    assert "data" not in again["items"][0]


def test_small_clips_come_at_once(write, view_of):
    """The bytes of what a view opens with are in its first message."""
    write("a", "x", {step: wav(tone(200 + step)) for step in range(5)})

    content = view_of().payload()

    assert [item["items"][0]["data"][:4] for item in content["items"]] == [b"RIFF"] * 5
    assert not any(item.get("light") for item in content["items"])


def test_an_hour_is_shown_within_the_limit(write, view_of):
    """A long clip at a low rate has its envelope; one of too many bytes says how long it is."""
    hour = np.zeros(3600 * 1000, np.int16)
    hour[1_800_000] = 20_000
    clips = wav(hour, rate=1000), wav(np.zeros(MAX_BYTES // 2 + 1, np.int16), rate=44_100)
    for tag, clip in zip(("long", "huge"), clips, strict=True):
        write("a", tag, {0: clip})

    long, huge = (AudioView.encode(Audio(clip)) for clip in clips)

    assert "over the limit" in huge["refusal"]
    assert "190.2 s of 1 channel at 44,100 Hz" in huge["refusal"]
    assert AudioView.encode(Audio(bytes(MAX_BYTES + 1)))["refusal"].endswith("16,777,216")
    assert long["pairs"].reshape(2, -1)[1].argmax() == 500
    view_of().figure().savefig(io.BytesIO(), format="png")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a WAV"),
        (b"OggS" + bytes(50), "not a WAV"),
        (riff(bytes(80), 7, 8), "µ-law"),
        (riff(bytes(80), 6, 8), "A-law"),
        (riff(bytes(80), 85, 0), "MP3"),
        (riff(bytes(80), 1, 40), "integer with 40 bits"),
        (riff(bytes(80), 1, 16, channels=0), "integer with 16 bits"),
    ],
)
def test_what_is_no_plain_wav_travels_with_the_reason(write, view_of, data, why):
    """The bytes go for a download; the card, the figure and the table say or leave out the rest."""
    encoded = AudioView.encode(Audio(data))
    assert why in encoded["unknown"]
    assert encoded["data"] == data
    assert "pairs" not in encoded

    write("a", "x", {0: data})
    view = view_of()
    (row,) = view.data.to_dict("records")
    assert math.isnan(row["rms_db"])
    view.figure().savefig(io.BytesIO(), format="svg")


@pytest.mark.parametrize(
    "data",
    [
        riff(b"", 1, 16),
        wav(np.array([5], np.int16)),
        wav(np.array([0, 9000, -9000], np.int16), rate=1),
        wav(np.zeros((50, 32), np.int16)),
        wav(np.array([np.nan, np.inf, -np.inf], np.float32)),
        wav(np.full(100, 1e300)),
        wav(tone(440), rate=2**31),
        wav(tone(440), rate=0),
        riff(b"\x80\xc0", 1, 8, claim=2**32 - 1),
    ],
    ids=["empty", "one", "1 Hz", "32 channels", "NaN", "huge", "2 GHz", "0 Hz", "size"],
)
@pytest.mark.parametrize("scale", ["linear", "log", "mel"])
def test_odd_clips_are_measured_and_drawn(write, view_of, data, scale):
    """No clip stops the view, its table or its figure, on any scale."""
    write("a", "x", {0: data})
    view = view_of(scale=scale)

    view.payload()
    assert len(view.data) == 1
    view.figure().savefig(io.BytesIO(), format="png")


def test_the_figure_shows_what_is_chosen(write, view_of):
    """Waveform, spectrogram or both, of the channel that was chosen."""
    write("a", "x", {0: wav(np.stack([tone(200), np.zeros_like(tone(200))], axis=1))})
    view = view_of()

    def ink(**options):
        figure = view.figure(**options)
        figure.canvas.draw()
        return np.asarray(figure.canvas.buffer_rgba()).copy()

    both = ink()
    for options in ({"show": "waveform"}, {"show": "spectrogram"}, {"channel": 1}, {"floor": -20}):
        other = ink(**options)
        assert other.shape != both.shape or (other != both).any()


def test_a_clip_is_named_by_run_and_tag(write, view_of):
    """A and B are refused where they name nothing, with what is near; so is a loop that is none."""
    write("run", "voice", {0: wav(tone(440))})
    view = view_of(a=["run", "voice"], b=["run", "voice", "0", "0"], loop=[0.1, 0.2])
    assert view.a == ["run", "voice"]

    for options, words in (
        ({"a": ["rum", "voice"]}, "did you mean 'run'"),
        ({"b": ["run", "choice"]}, "did you mean 'voice'"),
        ({"a": ["run"]}, "takes a run and a tag"),
        ({"a": ["run", "voice", "last"]}, "steps as whole numbers"),
        ({"loop": [2.0, 1.0]}, "takes a beginning and an end"),
        ({"loop": [2.0]}, "takes a beginning and an end"),
        ({"scale": "bark"}, "'linear', 'log' or 'mel'"),
        ({"floor": 5.0}, "from -160 to -10"),
    ):
        with pytest.raises(UsageError, match=words):
            view_of(**options)


def test_labels_are_text(tmp_path, view_of):
    """What was logged as a label travels as it is, and keeps its room on the card."""
    from tests.logdir.conftest import Logs

    label = '<img src=x onerror="alert(1)">\u202e'
    clips = np.array([[wav(tone(300)), label.encode()], [wav(tone(400)), b""]], object)
    Logs(tmp_path).tensor("a", "x", "audio", clips)
    view = view_of(sample=None)

    content = view.payload()

    (entry,) = content["items"]
    assert [item["label"] for item in entry["items"]] == [label, ""]
    assert content["series"]["last"][str(entry["id"])]["labelled"]
    assert view.data.label.tolist() == [label, ""]
    report = view.save(tmp_path / "r.html").read_text("utf-8")
    assert "<img src=x" not in report
