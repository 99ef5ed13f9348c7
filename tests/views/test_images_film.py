"""Films: of steps and of frames, saved as files, and animations on paper."""

from __future__ import annotations

import base64
import os
import stat

import numpy as np
import pytest
from PIL import Image as Pillow

import nbboard
from nbboard.errors import NbboardError, UsageError
from nbboard.kinds.images.image import Image
from nbboard.views.image_pixels import film, load
from nbboard.views.shared.film import evenly
from tests.vectors import load as vectors
from tests.views.image_logs import flat, gif, write_images

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.fixture
def view(tmp_path):
    """A view of two runs with other steps, whose colours tell the step."""
    logs = tmp_path / "logs"
    write_images(logs, "a", "x", {step: [flat((step, 0, 0))] for step in (0, 100, 200)})
    write_images(logs, "b", "x", {50: [flat((0, 0, 200))]})
    view = nbboard.open(logs, progress=False).images.view()
    yield view
    view.close()


def frames_of(path):
    """Return the frames of a saved GIF, RGB, and how long each stays in ms."""
    frames, holds = [], []
    with Pillow.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            holds.append(picture.info["duration"])
            frames.append(np.asarray(picture.convert("RGB")))
    return frames, holds


@pytest.mark.parametrize("case", vectors("gif"), ids=lambda case: case["name"])
def test_frames_are_those_of_the_page(case):
    """Every frame of a GIF is the one that the page shows, whatever is disposed of."""
    image = Image(base64.b64decode(case["gif"]))
    assert image.frames == case["frames"]

    for number, expected in enumerate(case["pixels"]):
        pixels = load(image, number)
        pixels[pixels[:, :, 3] == 0] = 0
        assert base64.b64encode(pixels.tobytes()).decode() == expected


def test_a_film_has_a_frame_for_each_step_of_any_run(view, tmp_path):
    """Runs of other steps stand beside each other; the last frame stays longer."""
    path = view.save_film(tmp_path / "film.gif", speed=10)

    frames, holds = frames_of(path)
    assert holds == [100, 100, 100, 600]
    assert {frame.shape for frame in frames} == {frames[0].shape}
    reds = [any(np.all(f == (red, 0, 0), axis=2).sum() > 100 for red in (r - 1, r, r + 1))
            for f, r in zip(frames, (0, 0, 100, 200), strict=True)]  # fmt: skip
    assert all(reds)


def test_a_film_of_frames_runs_all_animations_together(tmp_path):
    """Each figure is the next frame of all; a shorter animation stays at its last."""
    write_images(tmp_path, "a", "x", {0: [gif([RED, GREEN, BLUE])]})
    write_images(tmp_path, "b", "x", {0: [gif([BLUE, RED])]})
    view = nbboard.open(tmp_path, progress=False).images.view()

    frames, _ = frames_of(view.save_film(tmp_path / "film.gif", over="frames"))

    def has(frame, color):
        return bool((np.abs(frame.astype(int) - color).max(axis=2) <= 3).sum() > 500)

    seen = [
        {name for name, c in (("r", RED), ("g", GREEN), ("b", BLUE)) if has(f, c)} for f in frames
    ]
    assert seen == [{"r", "b"}, {"g", "r"}, {"b", "r"}]
    view.close()


def test_a_film_of_another_name_is_refused(view, tmp_path):
    """The ending decides; what is wrong is said before anything is drawn."""
    with pytest.raises(UsageError, match=r"as \.gif or \.mp4, not as 'film\.avi'"):
        view.save_film(tmp_path / "film.avi")
    with pytest.raises(UsageError, match="over='words'"):
        view.save_film(tmp_path / "film.gif", over="words")
    with pytest.raises(UsageError, match="no option 'spede'"):
        view.save_film(tmp_path / "film.gif", spede=3)
    assert not list(tmp_path.glob("film*"))


def test_an_empty_log_has_no_film(tmp_path):
    """A film of nothing is refused, and no file is left."""
    (tmp_path / "logs").mkdir()
    view = nbboard.open(tmp_path / "logs", progress=False).images.view()

    with pytest.raises(UsageError, match="no step to make a film of"):
        view.save_film(tmp_path / "film.gif")
    assert not (tmp_path / "film.gif").exists()


def test_an_mp4_without_ffmpeg_says_what_to_do(view, tmp_path, monkeypatch):
    """Where there is no ffmpeg, a GIF is offered."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NbboardError, match=r"no ffmpeg .* or save the film as \.gif"):
        view.save_film(tmp_path / "film.mp4")


@pytest.fixture
def imitated_ffmpeg(tmp_path, monkeypatch):
    """Put a script in the place of ffmpeg: it keeps its arguments and what it is fed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "ffmpeg"
    script.write_text(
        '#!/bin/sh\nfor last; do :; done\nprintf "%s " "$@" > "$KEPT/words"\n'
        'cat > "$last"\n[ -z "$FAIL" ] || { echo "no such codec" >&2; exit 3; }\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KEPT", str(tmp_path))
    return tmp_path


def test_an_imitated_ffmpeg_is_fed_every_frame(view, imitated_ffmpeg):
    """Raw frames of even sides, one for each step, at the speed that was asked for."""
    path = view.save_film(imitated_ffmpeg / "film.mp4", speed=4)

    words = (imitated_ffmpeg / "words").read_text().split()
    wide, high = map(int, words[words.index("-s") + 1].split("x"))
    assert (wide % 2, high % 2) == (0, 0)
    assert words[words.index("-r") + 1] == "4"
    assert path.stat().st_size == 4 * wide * high * 3


def test_what_an_imitated_ffmpeg_says_is_said(view, imitated_ffmpeg, monkeypatch):
    """If it fails, its last line is the message, and no half of a file is left."""
    monkeypatch.setenv("FAIL", "1")

    with pytest.raises(NbboardError, match="no such codec"):
        view.save_film(imitated_ffmpeg / "film.mp4")
    assert not (imitated_ffmpeg / "film.mp4").exists()
    assert not list(imitated_ffmpeg.glob(".nbboard*"))


def test_a_thousand_steps_are_the_most():
    """Of more, evenly spaced ones are taken, both ends among them."""
    assert evenly(3) == [0, 1, 2]
    many = evenly(100_000)
    assert (len(many), many[0], many[-1]) == (1000, 0, 99_999)


def test_an_animation_on_paper_is_a_frame_its_changes_or_a_sheet():
    """What the options say is drawn: a frame, what changed in it, all frames together."""
    image = Image(gif([RED, GREEN, BLUE]))

    assert film(image, "frame", 1)[0, 0].tolist() == [*GREEN, 255]
    assert film(image, "frame", 99)[0, 0].tolist() == [*BLUE, 255]
    assert film(image, "changes", 1)[0, 0].tolist() == [255, 255, 0, 255]
    assert film(image, "changes", 0).max(axis=(0, 1)).tolist() == [0, 0, 0, 255]
    sheet = film(image, "sheet", 0)
    assert sheet.shape == (33, 49, 4)
    assert [sheet[y, x].tolist() for y, x in ((0, 0), (0, 25), (17, 0), (17, 25), (16, 0))] == [
        [*RED, 255], [*GREEN, 255], [*BLUE, 255], [0] * 4, [0] * 4,
    ]  # fmt: skip
    assert film(Image(flat(RED)), "sheet", 5)[0, 0].tolist() == [*RED, 255]


def test_ten_thousand_frames_are_counted_and_drawn_as_a_sheet(tmp_path):
    """A long film of small frames is shown like others."""
    frame = b"\x2c" + bytes([0, 0, 0, 0, 2, 0, 2, 0, 0]) + b"\x02\x03\x84\x51\x00\x00"
    head = b"GIF89a" + bytes([2, 0, 2, 0, 0x80, 0, 0, 9, 9, 9, 250, 250, 250])
    data = head + frame * 10_000 + b"\x3b"
    image = Image(data)
    assert (image.frames, image.safe) == (10_000, True)

    write_images(tmp_path, "a", "x", {0: [data]})
    view = nbboard.open(tmp_path, progress=False).images.view(film="sheet")
    view.figure().canvas.draw()
    assert view.data.width.tolist() == [2]
    view.close()
