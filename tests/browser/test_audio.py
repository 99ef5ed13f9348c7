"""The audio view in JupyterLab: every control, what reaches the sound card, and odd clips."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import NotebookPage, wait_until
from tests.logdir.conftest import Logs
from tests.views.audio_logs import add_clip, riff, tone, wav
from tests.views.image_logs import HOSTILE

#: Notes what is given to the sound card: when, from where, which samples, how loud.
LISTEN = """
window.started = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, offset) {
  const { buffer, loop, loopStart, loopEnd } = this;
  window.started.push({ when, offset, loop, loopStart, loopEnd, rate: buffer.sampleRate,
    channels: Array.from({ length: buffer.numberOfChannels },
      (_, number) => Array.from(buffer.getChannelData(number))) });
  start.call(this, when, offset);
};
window.ramps = 0;
const ramp = AudioParam.prototype.linearRampToValueAtTime;
AudioParam.prototype.linearRampToValueAtTime = function (...all) {
  window.ramps++;
  return ramp.apply(this, all);
};
"""
STEREO = np.stack([tone(300, 0.5), tone(700, 0.5)], axis=1)


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook in which one view of clips is shown for all tests of this file."""
    write(lab.root / "clips")
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, timezone_id="UTC")
    new = context.new_page()
    new.add_init_script(LISTEN)
    page = NotebookPage(new, lab, lab.write("audio.ipynb", ["import nbboard"]))
    page.hide_sidebars()
    page.run_all()
    yield page
    page.close()


@pytest.fixture(scope="module")
def output(page):
    """The view's output."""
    code = "log = nbboard.open('clips', progress=False)\nv = log.audio.view(height=0)\nv"
    output = page.output(page.add_cell(code))
    assert page.error_outputs() == []
    output.locator("canvas[data-drawn]").first.wait_for(timeout=30_000)
    return output


@pytest.fixture(autouse=True)
def silence(page, output):
    """Begin and end each test without sound, comparison, loop and filter."""
    page.page.evaluate("window.started = []; window.ramps = 0")
    yield
    page.execute(
        "v.loop = []; v.a = []; v.b = []; v.channel = None; v.tag_filter = ''; v.step = None"
    )
    # Until the page has heard of it: the next test must not be the one that is disturbed.
    expect(output.get_by_role("button", name="Loop", exact=True)).to_be_visible()
    pause = output.get_by_role("button", name="Pause the sound")
    if pause.count():
        pause.click()
    assert page.errors == []


def write(root):
    """Log tones of two runs at three steps, a target, and clips that are none."""
    for run, shift in (("a", 0), ("b", 50)):
        writer = SummaryWriter(str(root / run))
        for step in (0, 10, 20):
            add_clip(writer, "voice", wav(tone(200 + 10 * step + shift, 2.0)), step)
        if run == "a":
            add_clip(writer, "stereo", wav(STEREO), 0)
            add_clip(writer, "odd/ogg", b"OggS" + bytes(60), 0)
            add_clip(writer, "odd/law", riff(bytes(800), 7, 8), 0)
            add_clip(writer, "odd/empty", riff(b"", 1, 16), 0)
            add_clip(writer, "odd/slow", wav(np.array([0, 9000, -9000], np.int16), rate=1), 0)
            broken = np.array([0.5, np.nan, 2.0, -0.25] * 500, np.float32)
            add_clip(writer, "odd/broken", wav(broken), 0)
            many = np.arange(320, dtype=np.int16).reshape(10, 32)
            add_clip(writer, "odd/many", wav(many), 0)
            label = np.array([[wav(tone(300)), HOSTILE[0].encode()]], object)
            Logs(root).tensor(run, "odd/label", "audio", label)
        writer.close()


def card(output, name):
    """Return a card by run and tag, in sight: others draw nothing."""
    found = output.get_by_role("figure", name=f"{name}, step")
    found.scroll_into_view_if_needed()
    found.locator(".nbb-clip").wait_for()
    return found


def expect_trait(page, name, value):
    """Wait until Python sees a value."""
    wait_until(
        lambda: ast.literal_eval(page.execute(f"print(repr(v.{name}))")) == value,
        f"v.{name} = {value!r}",
    )


def started(page, count):
    """Return what the sound card was given, once it was so often."""
    found = []

    def reached():
        found[:] = page.page.evaluate("window.started")
        return len(found) == count

    try:
        wait_until(reached, "")
    except AssertionError:
        raise AssertionError(f"{len(found)} sounds, not {count}") from None
    return found


def test_what_is_heard_are_the_samples_that_were_logged(page, output):
    """The sound card gets every sample as logged, at its rate; nothing is decoded by the browser."""
    voice = card(output, "a, voice")

    voice.get_by_role("button", name="Play a, voice, step 20").click()
    (sound,) = started(page, 1)

    assert (sound["rate"], sound["offset"], len(sound["channels"])) == (8000, 0, 1)
    assert sound["channels"][0] == (tone(400, 2.0) / 32768).tolist()
    expect(voice.get_by_role("button", name="Pause a, voice")).to_be_visible()
    voice.get_by_role("button", name="Pause a, voice").click()
    expect(voice.get_by_role("button", name="Play a, voice")).to_be_visible()
    page.screenshot("audio", of=output)


def test_a_and_b_sound_at_one_instant(page, output):
    """They start together, a switch only changes which is loud, and X does it, too."""
    for name, letter in (("a, voice", "A"), ("b, voice", "B")):
        button = card(output, name).get_by_role("button", name=f"{letter} of a comparison")
        button.click()
    expect_trait(page, "a", ["a", "voice", "20", "0"])
    expect_trait(page, "b", ["b", "voice", "20", "0"])
    page.execute("v.loop = [0.0, 2.0]")  # or it might end before the machine comes to a switch
    expect(output.get_by_role("button", name="End the loop")).to_be_visible()

    output.get_by_role("button", name="Hear A").click()
    one, other = started(page, 2)
    assert (one["when"], one["offset"]) == (other["when"], other["offset"])
    assert one["channels"] != other["channels"]
    before = page.page.evaluate("window.ramps")
    output.get_by_role("button", name="Switch between A and B").click()
    expect(output.get_by_role("button", name="Hear B")).to_have_attribute("aria-pressed", "true")
    card(output, "a, voice").focus()
    page.page.keyboard.press("x")
    expect(output.get_by_role("button", name="Hear A")).to_have_attribute("aria-pressed", "true")

    assert len(page.page.evaluate("window.started")) == 2
    assert page.page.evaluate("window.ramps") >= before + 4
    page.screenshot("audio-a-b", of=output)
    output.get_by_role("button", name="Forget A and B").click()
    expect_trait(page, "a", [])


def test_another_step_and_another_run_go_on_where_the_sound_is(page, output):
    """The slider and a click on another card leave no gap: the new clip begins at that place."""
    page.execute("v.loop = [0.0, 2.0]")  # or it might end before the machine comes to a switch
    expect(output.get_by_role("button", name="End the loop")).to_be_visible()
    card(output, "a, voice").get_by_role("button", name="Play a, voice").click()
    started(page, 1)
    output.get_by_role("button", name="Previous step").click()
    first, second = started(page, 2)
    passed = second["when"] - first["when"]
    assert second["offset"] == pytest.approx((first["offset"] + passed) % 2, abs=1e-6)
    assert second["channels"][0] == (tone(300, 2.0) / 32768).tolist()

    card(output, "b, voice").get_by_role("button", name="Play b, voice").click()
    *_, third = started(page, 3)
    passed = third["when"] - first["when"]
    assert third["offset"] == pytest.approx((first["offset"] + passed) % 2, abs=1e-6)


def test_a_drag_loops_and_a_click_seeks(page, output):
    """A stretch of the strip is heard again and again; Escape ends that."""
    output.get_by_label("Filter tags").fill("voice")
    strip = card(output, "a, voice").locator(".nbb-strip")
    box = strip.bounding_box()
    at = lambda share: box["x"] + share * box["width"]  # noqa: E731
    middle = box["y"] + 20
    page.page.mouse.click(at(0.5), middle)
    expect(output.get_by_label("Position in seconds")).to_have_text("1.00 s")

    page.page.mouse.move(at(0.25), middle)
    page.page.mouse.down()
    page.page.mouse.move(at(0.75), middle, steps=4)
    page.page.mouse.up()
    wait_until(lambda: "1.5" in page.execute("print(v.loop)"), "the loop")
    from_, to = ast.literal_eval(page.execute("print(v.loop)"))
    assert (from_, to) == (pytest.approx(0.5, abs=0.02), pytest.approx(1.5, abs=0.02))
    card(output, "a, voice").get_by_role("button", name="Play a, voice").click()
    (sound,) = started(page, 1)
    assert (sound["loop"], sound["loopStart"], sound["loopEnd"]) == (True, from_, to)

    card(output, "a, voice").focus()
    page.page.keyboard.press("Escape")
    expect_trait(page, "loop", [])
    *_, again = started(page, 2)
    assert not again["loop"]
    page.page.keyboard.press("l")
    expect_trait(page, "loop", [0.0, 2.0])
    output.get_by_role("button", name="End the loop").click()
    expect_trait(page, "loop", [])


def test_keys_play_and_seek(page, output):
    """P plays the card with the focus and pauses it; Shift and the arrows go back and forth."""
    page.execute("v.loop = [0.0, 2.0]")  # or it might end before the machine comes to a key
    expect(output.get_by_role("button", name="End the loop")).to_be_visible()
    output.get_by_label("Filter tags").fill("voice")
    expect(output.locator(".nbb-card")).to_have_count(2)
    where = output.get_by_label("Position in seconds")
    strip = card(output, "b, voice").locator(".nbb-strip")
    # Into the middle: what was heard before may have stopped near the end.
    strip.click(position={"x": strip.bounding_box()["width"] / 2, "y": 20})
    expect(where).to_have_text("1.00 s")
    card(output, "b, voice").focus()
    page.page.keyboard.press("Shift+ArrowRight")
    expect(where).to_have_text("1.10 s")
    page.page.keyboard.press("Shift+ArrowLeft")
    page.page.keyboard.press("p")
    (sound,) = started(page, 1)
    assert sound["channels"][0] == (tone(450, 2.0) / 32768).tolist()
    page.page.keyboard.press("p")
    expect(output.get_by_role("button", name="Play the sound")).to_be_visible()
    output.get_by_role("button", name="Play the sound").click()
    started(page, 2)


def test_what_is_drawn_is_chosen(page, output):
    """Waveform, spectrogram or both; the frequency axis; the floor; the channel."""
    output.get_by_label("Filter tags").fill("stereo")
    canvas = card(output, "a, stereo").locator("canvas").first
    picture = lambda: canvas.evaluate("c => c.toDataURL()")  # noqa: E731
    wait_until(lambda: canvas.get_attribute("data-drawn") is not None, "drawn")
    first = picture()
    for control, value, name in (
        ("Frequency axis", "log", "scale"),
        ("Show", "spectrogram", "show"),
        ("Channel", "1", "channel"),
    ):
        before = picture()
        output.get_by_label(control, exact=True).select_option(value)
        expect_trait(page, name, 1 if name == "channel" else value)
        wait_until(lambda before=before: picture() != before, f"drawn by {control}")
    before = picture()
    output.get_by_role("slider", name="Floor in decibels").fill("-40")
    expect_trait(page, "floor", -40.0)
    wait_until(lambda: picture() != before, "drawn by the floor")
    page.execute("v.show = 'both'; v.scale = 'mel'; v.floor = -80; v.channel = None")
    wait_until(lambda: picture() == first, "drawn as at first")

    card(output, "a, stereo").get_by_role("button", name="Play a, stereo").click()
    (sound,) = started(page, 1)
    assert np.array(sound["channels"]).T.tolist() == (STEREO / 32768).tolist()


def test_odd_clips_say_what_they_are(page, output):
    """What is no plain WAV has the browser's own player and a download; faults are counted."""
    output.get_by_label("Filter tags").fill("odd/")
    ogg = card(output, "a, odd/ogg")
    expect(ogg).to_contain_text("Not decoded here: a clip that is not a WAV file")
    expect(ogg.locator("audio")).to_have_count(1)
    expect(card(output, "a, odd/law")).to_contain_text("µ-law")
    ogg.hover()
    with page.page.expect_download() as download:
        ogg.get_by_role("link", name="Download clip").click()
    assert download.value.path().read_bytes() == b"OggS" + bytes(60)
    assert download.value.suggested_filename == "a_odd_ogg_0.bin"
    empty = card(output, "a, odd/empty")
    expect(empty.get_by_role("button", name="Play")).to_be_disabled()
    expect(empty).to_contain_text("no frames")
    broken = card(output, "a, odd/broken")
    expect(broken).to_contain_text("500 not finite")
    expect(broken).to_contain_text("500 clipped")
    expect(card(output, "a, odd/many")).to_contain_text("32 channels")
    # A label is text, whatever it says.
    expect(card(output, "a, odd/label").locator(".nbb-label")).to_have_text(HOSTILE[0])
    assert output.locator(".nbb-label *").count() == 0
    assert page.foreign == []

    for tag in ("slow", "broken", "many"):
        card(output, f"a, odd/{tag}").get_by_role("button", name="Play a").click()
    slow, broken, many = started(page, 3)
    assert (slow["rate"], len(slow["channels"][0])) == (8000, 24_000)
    assert broken["channels"][0][:4] == [0.5, 0, 2, -0.25]
    expected = np.arange(320).reshape(10, 32).mean(axis=1) / 32768
    assert many["channels"][0] == pytest.approx(expected, abs=1e-7)
    page.screenshot("audio-odd", of=output)


def test_a_browser_without_web_audio_has_its_own_player(page, output):
    """Clips are drawn as ever; the card says why they do not play in lockstep."""
    page.page.evaluate("window.kept = window.AudioContext; delete window.AudioContext")
    fresh = page.output(page.add_cell("w = log.audio.select(tags='voice').view()\nw"))
    voice = card(fresh, "a, voice")
    expect(voice.locator("audio")).to_have_count(1)
    expect(voice).to_contain_text("no Web Audio")
    expect(voice.locator("canvas[data-drawn]")).to_be_visible()
    page.screenshot("audio-no-web-audio", of=fresh)
    page.page.evaluate("() => { window.AudioContext = window.kept; }")
    page.execute("w.close()")
    expect(output.locator(".nbb-card").first).to_be_attached()
