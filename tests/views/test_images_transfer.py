"""How images travel to the page: exactly as logged, within limits, errors as words."""

from __future__ import annotations

import nbboard
from nbboard.views.images import ImagesView
from nbboard.views.shared import items
from nbboard.views.shared.items import MESSAGE_BYTES
from nbboard.views.shared.points import Catalogue, read_points
from tests.views.image_logs import bombs, flat, gif, write_images

RED = flat((255, 0, 0))


def entry_of(root, tag="x"):
    """Return the entry of run a."""
    return Catalogue(nbboard.open(root).images).entries["a", tag]


def pack(entry, first=0):
    """Return the first point of a series as it travels, and its size."""
    (point,) = read_points([(entry, 0)])
    return items.pack(*point, ImagesView.encode, first)


def test_bytes_are_those_logged(tmp_path):
    """Nothing is decoded or encoded anew on the way."""
    moving = gif([(255, 0, 0), (0, 255, 0)])
    write_images(tmp_path, "a", "x", {3: [RED, moving]})
    entry = entry_of(tmp_path)

    header, total = pack(entry)

    assert [image["data"] for image in header["items"]] == [RED, moving]
    assert total >= len(RED) + len(moving)
    assert (header["count"], header["error"]) == (2, None)
    assert [image["frames"] for image in header["items"]] == [1, 2]
    assert [image["format"] for image in header["items"]] == ["png", "gif"]


def test_no_bomb_is_sent_or_decoded(tmp_path, monkeypatch):
    """Of twenty bombs the page gets a description and a reason; Pillow sees none of them."""
    import PIL.Image

    def refuse(*_args, **_kwargs):
        raise AssertionError("a bomb reached the decoder")

    monkeypatch.setattr(PIL.Image, "open", refuse)
    for number, data in enumerate(bombs()):
        write_images(tmp_path, "a", f"bomb{number}", {0: [data]})
    entries = Catalogue(nbboard.open(tmp_path).images).entries

    assert len(entries) == 20
    for entry in entries.values():
        header, total = pack(entry)
        (image,) = header["items"]
        assert total < 1000
        assert "data" not in image
        assert image["refusal"]
        assert header["error"] is None


def test_a_step_of_many_images_comes_in_parts(tmp_path):
    """A message ends when it is large enough; another one goes on from there."""
    large = RED + b"\0" * (MESSAGE_BYTES // 2 - 500)
    write_images(tmp_path, "a", "x", {0: [large] * 5})
    entry = entry_of(tmp_path)

    got = 0
    parts = []
    while got < 5:
        header, _ = pack(entry, got)
        assert (header["count"], header["first"]) == (5, got)
        parts.append(len(header["items"]))
        got += parts[-1]

    assert parts == [2, 2, 1]


def test_an_image_larger_than_a_message_still_comes(tmp_path):
    """The bound on a message is no bound on an image."""
    large = RED + b"\0" * (MESSAGE_BYTES + 1)
    write_images(tmp_path, "a", "x", {0: [large]})
    entry = entry_of(tmp_path)

    header, total = pack(entry)

    assert total >= len(large)
    assert header["items"][0]["data"] == large


def test_damage_is_told_in_words(tmp_path):
    """A record whose bytes changed since it was indexed is an error on its card, no picture."""
    write_images(tmp_path, "a", "x", {0: [RED]})
    entry = entry_of(tmp_path)
    (file,) = (tmp_path / "a").iterdir()
    data = bytearray(file.read_bytes())
    data[-40] ^= 1
    file.write_bytes(data)

    header, _ = pack(entry)

    assert header["items"] == []
    assert header["error"]
