"""How embeddings travel: what is known of points once, however many steps share it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.projector.embedding import EmbeddedPoints
    from nbboard.kinds.projector.metadata import Column
    from nbboard.views.projector.clouds import Cloud

__all__ = ["facts_id", "pack_cloud", "pack_column", "pack_facts"]

#: Bytes of columns that travel unasked, and of pictures.
COLUMN_BYTES = 4 << 20
SPRITE_BYTES = 4 << 20
#: A longer text is cut in the page.
_LONGEST = 4096


def pack_cloud(cloud: Cloud, facts: str, rows: NDArray[np.intp] | None) -> dict[str, Any]:
    """Return a cloud as it travels: 12 bytes a point, 20 where steps are turned apart."""
    same = np.array_equal(cloud.space[:, :2], cloud.plane, equal_nan=True)
    key = cloud.key
    return {
        "run": key.run,
        "tag": key.tag,
        "step": str(cloud.step),
        "sphereize": key.sphereize,
        "align": key.align,
        "version": cloud.version,
        "facts": facts,
        "space": cloud.space.reshape(-1),
        "plane": None if same else cloud.plane.reshape(-1),
        "variance": cloud.variance,
        "rows": None if rows is None else rows.astype(np.uint32),
        "neighbors": {
            metric: {"count": rows.shape[1], "rows": rows.reshape(-1), "far": far.reshape(-1)}
            for metric, (rows, far) in cloud.neighbors.items()
        },
        "sample": {
            "points": cloud.sample.astype(np.uint32),
            **{
                metric: {"count": near.shape[1], "rows": near.reshape(-1)}
                for metric, near in cloud.sample_neighbors.items()
            },
        },
        "notes": list(cloud.notes),
    }


def facts_id(points: EmbeddedPoints) -> str:
    """Return a name for what is known of points, the same for the same content."""
    digest = hashlib.blake2b(digest_size=8)
    for column in points.columns:
        digest.update(column.name.encode("utf-8", "replace") + b"\0")
        digest.update("\0".join(column.texts.tolist()).encode("utf-8", "replace") + b"\1")
    if points.sprite is not None:
        digest.update(repr(points.sprite[1:]).encode())
        digest.update(points.sprite.data)
    digest.update(str(len(points)).encode())
    return digest.hexdigest()


def pack_facts(points: EmbeddedPoints, name: str) -> dict[str, Any]:
    """Return what is known of points; columns beyond a few megabytes follow when asked for."""
    left = COLUMN_BYTES
    columns = []
    for column in points.columns:
        packed, size = pack_column(column)
        if size > left:
            packed = {"name": column.name, "distinct": packed["distinct"]}
        else:
            left -= size
        columns.append(packed)
    sprite = points.sprite
    return {
        "id": name,
        "count": len(points),
        "dimensions": points.vectors.shape[1],
        "total": points.total,
        "columns": columns,
        "sprite": None
        if sprite is None or len(sprite.data) > SPRITE_BYTES
        else {
            "data": sprite.data,
            "format": sprite.format,
            "width": sprite.width,
            "height": sprite.height,
            "columns": sprite.columns,
        },
    }


def pack_column(column: Column) -> tuple[dict[str, Any], int]:
    """Return a column as it travels, its words once each, and its size in bytes.

    The words are one text, with a line break between: there is none in a line of a file.
    """
    texts = column.texts.tolist()
    words = list(dict.fromkeys(texts))
    if len(words) == len(texts):
        codes = np.arange(len(texts), dtype=np.uint32)
    else:
        places = dict(zip(words, range(len(words)), strict=True))
        codes = np.fromiter(map(places.__getitem__, texts), np.uint32, len(texts))
    packed: dict[str, Any] = {"name": column.name, "distinct": len(words)}
    if column.numbers is not None:
        # Exact: float32 only where that loses nothing.
        with np.errstate(over="ignore"):
            short = column.numbers.astype(np.float32)
        exact = np.array_equal(short.astype(np.float64), column.numbers, equal_nan=True)
        packed["numbers"] = short if exact else column.numbers
    if column.numbers is None or len(words) <= 256:
        packed["words"] = "\n".join([word[:_LONGEST] for word in words])
        kind = np.uint8 if len(words) <= 1 << 8 else np.uint16 if len(words) <= 1 << 16 else None
        packed["codes"] = codes.astype(kind) if kind else codes
    size = len(packed.get("words", "").encode("utf-8", "replace"))
    size += sum(packed[name].nbytes for name in ("numbers", "codes") if name in packed)
    return packed, size
