"""What TensorBoard's plugins need to know of a series: its data class and its metadata.

The rules are those of ``tensorboard.dataclass_compat`` (which plugin's old logs are of
which class) and ``tensorboard.data_compat`` (the metadata that values older than
metadata are given).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = ["BLOBS", "SCALAR", "TENSOR", "Description", "describe"]

# Numbers of tensorboard's DataClass.
SCALAR, TENSOR, BLOBS = 1, 2, 3

_CLASSES = {
    "scalars": SCALAR,
    "custom_scalars": TENSOR,
    "histograms": TENSOR,
    "hparams": TENSOR,
    "mesh": TENSOR,
    "pr_curves": TENSOR,
    "text": TENSOR,
    "audio": BLOBS,
    "graph_keras_model": BLOBS,
    "graph_run_metadata": BLOBS,
    "graph_run_metadata_graph": BLOBS,
    "graph_tagged_run_metadata": BLOBS,
    "graphs": BLOBS,
    "images": BLOBS,
}
#: Plugins whose values had fields of their own before there was metadata.
_OLD = frozenset({"scalars", "histograms", "images", "audio"})


@dataclass(frozen=True, slots=True)
class Description:
    """What a series is to TensorBoard.

    Attributes
    ----------
    data_class
        :data:`SCALAR`, :data:`TENSOR`, :data:`BLOBS`, or 0: not known, and shown by none.
    display_name, description
        For people.
    content
        What the plugin keeps in the metadata.
    """

    data_class: int
    display_name: str
    description: str
    content: bytes


def describe(tag: str, plugin: str, metadata: Any) -> Description:
    """Describe a series by its first metadata.

    Parameters
    ----------
    tag
        As it is shown.
    plugin
        The plugin's name.
    metadata
        A ``SummaryMetadata``, None where none was logged.
    """
    known = _CLASSES.get(plugin, 0)
    if metadata is not None and metadata.plugin_data.plugin_name:
        return Description(
            metadata.data_class or known,
            metadata.display_name,
            metadata.summary_description,
            metadata.plugin_data.content,
        )
    if plugin not in _OLD:
        return Description(known, "", "", b"")
    name = "" if metadata is None else metadata.display_name
    about = "" if metadata is None else metadata.summary_description
    return Description(known, name or tag, about, _old_content(plugin))


@cache
def _old_content(plugin: str) -> bytes:
    """Return what TensorBoard writes as the plugin's own metadata of old values."""
    if plugin == "images":
        from tensorboard.plugins.image import metadata as images

        made = images.create_summary_metadata("", "", converted_to_tensor=True)
    elif plugin == "audio":
        from tensorboard.plugins.audio import metadata as audio

        wav = audio.Encoding.Value("WAV")
        made = audio.create_summary_metadata("", "", encoding=wav, converted_to_tensor=True)
    else:
        return b""
    content: bytes = made.plugin_data.content
    return content
