from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.images.headers import read_image_header
from nbboard.kinds.images.image import MAX_FRAMES, Image
from nbboard.kinds.images.kind import KIND


def png_header(width, height, extra=b""):
    """Make a PNG that claims a size and has next to no pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(chunk))
    pixels = zlib.compress(b"\0" * 64)
    data = struct.pack(">I", len(pixels)) + b"IDAT" + pixels
    data += struct.pack(">I", zlib.crc32(b"IDAT" + pixels))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + extra + data


def gif_of(frames, width=2, height=2, left=0):
    """Make a GIF of tiny frames on a screen of some size."""
    frame = b"\x2c" + struct.pack("<HHHHB", left, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    table = b"\x00\x00\x00\xff\xff\xff"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + table
    return head + frame * frames + b"\x3b"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_format_and_size_come_from_the_header(encoded, pixels, form):
    """Each format is recognised by its bytes, whatever was declared."""
    image = Image(encoded(pixels, form), declared_width=1, declared_height=1)

    assert (image.format, image.width, image.height) == (form.lower(), 17, 12)
    assert image.mime == f"image/{form.lower()}"
    assert image.frames == 1
    assert image.safe
    assert image.to_numpy().shape[:2] == (12, 17)


def test_pixels_come_back_in_every_mode(encoded, pixels):
    """RGB, grey, alpha, 16 bits and palettes decode to the values that were encoded."""
    alpha = np.dstack([pixels, pixels[..., :1]])
    wide = pixels[..., 0].astype(np.uint16) * 257

    assert np.array_equal(Image(encoded(pixels)).to_numpy(), pixels)
    assert np.array_equal(Image(encoded(alpha)).to_numpy(), alpha)
    assert np.array_equal(Image(encoded(pixels[..., 0])).to_numpy(), pixels[..., :1])
    assert np.array_equal(Image(encoded(wide)).to_numpy()[..., 0], wide)
    assert (
        Image(encoded(pixels[..., 0] > 128)).to_numpy()[..., 0].tolist()
        == ((pixels[..., 0] > 128) * 255).tolist()
    )


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_an_animation_has_all_its_frames(encoded, form):
    """A GIF or WebP with several frames becomes one array of them."""
    frames = [np.full((6, 8), grey, np.uint8) for grey in (0, 90, 255)]
    options = {"lossless": True} if form == "WEBP" else {}

    image = Image(encoded(frames, form, duration=50, **options))

    assert (image.width, image.height, image.frames) == (8, 6, 3)
    assert image.to_numpy().shape[:3] == (3, 6, 8)
    assert [frame.mean() // 1 for frame in image.to_numpy()[..., 0]] == [0, 90, 255]


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}, {"alpha": True}])
def test_every_kind_of_webp_says_its_size(encoded, pixels, options):
    """Lossy, lossless and with an alpha channel: each has its size at another place."""
    alpha = options.pop("alpha", False)
    picture = np.dstack([pixels, pixels[..., :1]]) if alpha else pixels

    image = Image(encoded(picture, "WEBP", **options))

    assert (image.format, image.width, image.height) == ("webp", 17, 12)
    assert image.to_numpy().shape == (12, 17, 4 if alpha else 3)


def chunk(kind, body):
    """Make a part of a WebP file."""
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


@pytest.mark.parametrize(
    "parts",
    [
        [chunk(b"VP8X", b"\0" * 4 + b"\xff" * 6)],
        [chunk(b"VP8X", b"\0" * 10), chunk(b"VP8L", b"\x2f" + b"\xff" * 9)],
        [chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + b"\xff" * 9)],
        [chunk(b"VP8X", b"\2" + b"\0" * 9), *[chunk(b"ANMF", b"\0" * 16)] * 10_001],
        [chunk(b"VP8X", b"\2" + b"\0" * 9), chunk(b"ANMF", b"\xff" * 12 + b"\0" * 4)],
        [chunk(b"ANMF", b"\0" * 16 + chunk(b"VP8L", b"\x2f" + b"\xff" * 9))],
        [chunk(b"JUNK", b"\0" * 99)],
    ],
)
def test_a_webp_over_the_limits_is_refused(parts):
    """Whichever chunk claims too much, or where none says a size."""
    body = b"WEBP" + b"".join(parts)
    image = Image(b"RIFF" + struct.pack("<I", len(body)) + body)

    assert image.format == "webp"
    assert image.refusal
    with pytest.raises(UndecodableError):
        image.to_numpy()


def test_frames_of_an_animated_png_are_counted(encoded, pixels):
    """The chunk that announces the animation is read; an image without it has one frame."""
    assert Image(encoded([pixels, pixels[::-1], pixels[:, ::-1]], "PNG")).frames == 3
    assert Image(encoded(pixels)).frames == 1


BOMBS = [
    *(png_header(side, side) for side in (5_001, 65_535, 2**31 - 1)),
    png_header(2**32 - 1, 1),
    png_header(0, 10),
    png_header(10, 0),
    png_header(2, 2, b"\0\0\0\x08acTL" + struct.pack(">II", 10**6, 0) + b"\0\0\0\0"),
    png_header(2, 2) + b"\0" * (16 << 20),
    *(gif_of(1, side, side) for side in (5_001, 65_535)),
    gif_of(1, 2, 65_535, left=65_000),
    gif_of(MAX_FRAMES + 1),
    gif_of(100_000),
    b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 2**31 - 1, 2**31 - 1) + b"\0" * 40,
    b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 100_000, -100_000) + b"\0" * 40,
    b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_535, 65_535) + b"\x03" * 12,
    b"\xff\xd8\xff\xe0\x00\x00" * 1000,
    b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\xff" * 20,
    b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
    b"",
]


def test_bombs_are_neither_decoded_nor_shown():
    """Images over a limit, or of no known format, are refused from their header alone."""
    assert len(BOMBS) == 20
    tracemalloc.start()
    for data in BOMBS:
        image = Image(data)
        assert image.refusal
        assert not image.safe
        assert set(image._repr_mimebundle_()) == {"text/plain"}
        with pytest.raises(UndecodableError):
            image.to_numpy()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16 << 20


def test_all_frames_together_have_a_limit():
    """An animation whose frames are small but many is not decoded into one array."""
    image = Image(gif_of(900, 1000, 1000))

    assert image.safe
    with pytest.raises(UndecodableError, match="900 frames"):
        image.to_numpy()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_cut_image_is_an_error_or_a_header_never_a_crash(encoded, pixels, form):
    """Whatever is left of an image, reading its header works and decoding fails cleanly."""
    whole = encoded(pixels, form)
    for length in range(len(whole)):
        header = read_image_header(whole[:length])
        assert header.format in {form.lower(), "unknown"}
        if length % 7 == 0:
            try:
                Image(whole[:length]).to_numpy()
            except UndecodableError:
                continue


def test_several_images_of_a_step(value_of, encoded, pixels):
    """A summary holds width, height and then one or several images."""
    data = [encoded(pixels), encoded(pixels[::-1])]
    value = value_of(np.array([b"17", b"12", *data], object))

    first, second = KIND.decode(value, None)

    assert (first.declared_width, first.declared_height) == (17, 12)
    assert (first.data, second.data) == (data[0], data[1])
    assert KIND.columns(first) == {"format": "png", "width": 17, "height": 12, "data": data[0]}


def test_what_is_no_image_summary_is_refused(value_of):
    """Numbers, or fewer strings than a size, are not images; a strange size is no size."""
    with pytest.raises(UndecodableError):
        KIND.decode(value_of(np.zeros(3)), None)
    with pytest.raises(UndecodableError):
        KIND.decode(value_of(np.array([b"1"], object)), None)
    (image,) = KIND.decode(value_of(np.array([b"-5", b"9" * 40, b"data"], object)), None)
    assert (image.width, image.height, image.format) == (0, 0, "unknown")


def test_a_notebook_is_given_the_picture(encoded, pixels):
    """The display of a safe image is its own bytes, with a line of text beside."""
    image = Image(encoded(pixels))

    assert image._repr_mimebundle_() == {"image/png": image.data, "text/plain": repr(image)}
    assert repr(image).startswith("Image(png, 17x12, ")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png16(pixels, filters):
    """Encode uint16 pixels as the specification says, each row with the next of the filters."""
    height, width, channels = pixels.shape
    rows = pixels.astype(">u2").view(np.uint8).reshape(height, width, 2 * channels).astype(int)
    before = np.pad(rows, ((1, 0), (1, 0), (0, 0)))
    left, above, corner = before[1:, :-1], before[:-1, 1:], before[:-1, :-1]
    guess = left + above - corner
    near = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)]).argmin(axis=0)
    paeth = np.choose(near, [left, above, corner])
    predicted = [0 * left, left, above, (left + above) // 2, paeth]
    raw = b"".join(
        bytes([kind]) + ((rows[y] - predicted[kind][y]) % 256).astype(np.uint8).tobytes()
        for y, kind in enumerate(np.resize(filters, height).tolist())
    )
    color = {2: 4, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)
    parts = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("channels", [2, 3, 4])
@pytest.mark.parametrize("filters", [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0]])
def test_colours_of_16_bits_stay_16_bits(channels, filters):
    """Grey with alpha, RGB and RGBA, by every filter that a row may have."""
    pixels = np.random.default_rng(5).integers(0, 2**16, (7, 11, channels)).astype(np.uint16)

    found = Image(_png16(pixels, filters)).to_numpy()

    assert found.dtype == np.uint16
    assert np.array_equal(found, pixels)


def test_damaged_pictures_of_16_bits_are_refused():
    """Cut off, with a wrong checksum, or with a filter that there is not."""
    whole = _png16(np.full((40, 40, 3), 7, np.uint16), [4])
    flipped = bytearray(whole)
    flipped[60] ^= 1
    for broken in (whole[:-40], bytes(flipped)):
        with pytest.raises(UndecodableError, match="PNG image cannot be decoded"):
            Image(broken).to_numpy()
