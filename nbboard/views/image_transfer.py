"""Images on their way to the browser: headers as plain values, pixels as bytes, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbboard.errors import NbboardError

if TYPE_CHECKING:
    from nbboard.kinds.images import Image
    from nbboard.views.image_catalogue import Entry

__all__ = ["MESSAGE_BYTES", "describe", "pack"]

#: One message to the browser carries about so many bytes of images at most (one image
#: may be larger): a long message would hold up the ones behind it.
MESSAGE_BYTES = 4 << 20

#: A point may be a thousand images; so many are described, the rest only counted.
MAX_SAMPLES = 256


def describe(image: Image) -> dict[str, Any]:
    """Return what the browser needs to know of an image before, or instead of, its bytes.

    Returns
    -------
    dict
        ``format``, ``width``, ``height`` (pixels), ``frames``, ``bytes`` and
        ``refusal``: why it is not shown, or None.
    """
    refusal = image.refusal
    if refusal is None and not image.safe:
        refusal = f"{image.format} images are not shown"
    return {
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "frames": image.frames,
        "bytes": len(image.data),
        "refusal": refusal,
    }


def pack(entry: Entry, point: int, first: int = 0) -> tuple[dict[str, Any], int]:
    """Read one point of a series, verify it, and make it ready to send.

    Parameters
    ----------
    entry
        The series.
    point
        The number of the point.
    first
        From which sample on: the point is sent in parts if it is large.

    Returns
    -------
    header : dict
        ``run``, ``tag``, ``point``, ``count`` (samples of the point), ``first``,
        ``images`` (what :func:`describe` says of each, and ``data``, the encoded
        bytes exactly as logged, never of an image that is refused; fewer than
        ``count`` if the message would get too long: the rest is asked for with
        another `first`) and ``error`` (a sentence, or None).
    total : int
        How many bytes of images that is.
    """
    run, tag = entry.key
    header: dict[str, Any] = {
        "run": run,
        "tag": tag,
        "point": point,
        "first": first,
        "count": 0,
        "images": [],
        "error": None,
    }
    position = entry.position(point)
    if position is None:
        return {**header, "error": "This image is in the log no more."}, 0
    try:
        images: Sequence[Image] = entry.series.samples(position)
    except (NbboardError, OSError) as error:
        return {**header, "error": str(error)}, 0
    header["count"] = len(images)
    total = 0
    for image in images[first : first + MAX_SAMPLES]:
        state = describe(image)
        if state["refusal"] is None:
            if total and total + len(image.data) > MESSAGE_BYTES:
                break
            state["data"] = image.data
            total += len(image.data)
        header["images"].append(state)
    return header, total
