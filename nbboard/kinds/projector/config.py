"""Projector configurations: which embeddings, labels and sprites belong together.

They are files (``projector_config.pbtxt``) beside the event files, not values in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbboard.errors import UndecodableError

__all__ = ["Embedding", "ProjectorConfig", "parse_projector_config"]

# A configuration is a few lines; a longer file is something else.
_MAX_BYTES = 16 << 20


@dataclass(frozen=True)
class Embedding:
    """One embedding of a configuration.

    Attributes
    ----------
    name
        The name of the tensor.
    shape
        ``(points, dimensions)`` as declared; empty if not stated.
    tensor_path, metadata_path, bookmarks_path, sprite_path
        Files, relative to the configuration; empty where there is none.
    sprite_size
        ``(width, height)`` of one sprite in pixels; None if not stated.
    """

    name: str
    shape: tuple[int, ...] = ()
    tensor_path: str = ""
    metadata_path: str = ""
    bookmarks_path: str = ""
    sprite_path: str = ""
    sprite_size: tuple[int, int] | None = None


@dataclass(frozen=True)
class ProjectorConfig:
    """The configuration of one run.

    Attributes
    ----------
    embeddings
        In the order of the file.
    checkpoint
        The checkpoint that holds the tensors; empty where files do.
    """

    embeddings: tuple[Embedding, ...]
    checkpoint: str = ""


def parse_projector_config(text: bytes) -> ProjectorConfig:
    """Parse a ``projector_config.pbtxt``.

    Raises
    ------
    UndecodableError
        If the text is not such a configuration.
    """
    from google.protobuf import text_format
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig as Message

    if len(text) > _MAX_BYTES:
        raise UndecodableError(f"a projector configuration of {len(text):,} bytes")
    try:
        # Newer fields than this version knows are not an error.
        message = text_format.Parse(text.decode("utf-8"), Message(), allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableError(
            f"a projector configuration that cannot be parsed: {error}"
        ) from error
    return ProjectorConfig(
        embeddings=tuple(
            Embedding(
                name=info.tensor_name,
                shape=tuple(info.tensor_shape),
                tensor_path=info.tensor_path,
                metadata_path=info.metadata_path,
                bookmarks_path=info.bookmarks_path,
                sprite_path=info.sprite.image_path,
                sprite_size=_pair(info.sprite.single_image_dim),
            )
            for info in message.embeddings
        ),
        checkpoint=message.model_checkpoint_path,
    )


def _pair(sizes: Sequence[int]) -> tuple[int, int] | None:
    return (sizes[0], sizes[1]) if len(sizes) == 2 else None
