"""What a run writes into its folder, all of it through tensorboardX."""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.demo import curves, hparams, media, pictures
from nbboard.demo.embedding import log_embedding
from nbboard.demo.graph import network_graph
from nbboard.demo.shapes import HiddenCloud, filter_surface
from nbboard.errors import MissingExtraError

if TYPE_CHECKING:
    from typing_extensions import Self

    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array
    from nbboard.demo.settings import Settings

__all__ = ["Journal"]


class Journal:
    """The log of one run; a context manager that closes it, also after an error.

    Parameters
    ----------
    folder
        The run's folder, made if need be.
    settings
        What the run is trained with.
    validation
        The digits that pictures, precision and recall are drawn from.

    Raises
    ------
    MissingExtraError
        tensorboardX is not installed.
    """

    def __init__(self, folder: Path, settings: Settings, validation: Digits) -> None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError as missing:
            raise MissingExtraError("tensorboardX", "demo") from missing
        self._folder = folder
        self._settings = settings
        self._validation = validation
        self._confusion = pictures.ConfusionMatrix()
        self._hardest = pictures.HardestDigits()
        self._confusions: list[pictures.Picture] = []
        self._cloud = HiddenCloud()
        # Flushed after every epoch, so that whoever looks on sees the run grow.
        self._writer: Any = SummaryWriter(str(folder), flush_secs=3600)
        self._events: Any = self._writer.file_writer

    def __enter__(self) -> Self:
        """Write what is known before the training."""
        from tensorboardX.proto.event_pb2 import Event

        settings = self._settings
        for summary in hparams.session_start(settings):
            self._events.add_summary(summary)
        graph = network_graph(settings.units, settings.dropout, settings.optimizer)
        self._events.add_event(Event(graph_def=graph))
        self._writer.add_custom_scalars(curves.LAYOUT)
        self._writer.add_text("settings", _settings_table(settings), 0)
        self._events.add_summary(_several_images("inputs", pictures.inputs(self._validation)), 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write how it ended, and close the file."""
        self._events.add_summary(hparams.session_end(finished=kind is None))
        self._writer.close()

    def batch(self, step: int, loss: float, rate: float, gradients: dict[str, Array]) -> None:
        """Log what is known after every batch: loss, learning rate, length of the gradient."""
        length = float(np.sqrt(sum(float((g * g).sum()) for g in gradients.values())))
        self._writer.add_scalar("loss/train", loss, step)
        self._writer.add_scalar("optimizer/learning_rate", rate, step)
        self._writer.add_scalar("optimizer/gradient_norm", length, step)

    def epoch(
        self,
        step: int,
        scalars: dict[str, float],
        parameters: dict[str, Array],
        probabilities: Array,
    ) -> None:
        """Log what is known after every epoch: metrics, weights, and pictures of both."""
        writer, digits = self._writer, self._validation
        for tag, value in scalars.items():
            writer.add_scalar(tag, value, step)
        self.layers(step, parameters)
        curves.log_curves(writer, digits, probabilities, step)
        predicted = probabilities.argmax(axis=1)
        confusion = self._confusion.draw(digits.labels, predicted)
        # Half as large: a film of all epochs is one image more.
        self._confusions.append(np.ascontiguousarray(confusion[::2, ::2]))
        for tag, picture in (
            ("confusion_matrix", confusion),
            ("hardest_digits", self._hardest.draw(digits, probabilities)),
            ("filters/hidden1", pictures.filters(parameters["hidden1/weights"])),
        ):
            writer.add_image(tag, picture, step, dataformats="HWC")
        heard, taken_for, caption = media.hardest(digits, probabilities)
        for tag, digit_heard in (("sound/hardest", heard), ("sound/taken_for", taken_for)):
            summary = media.audio_summary(tag, media.sonified(digit_heard), caption)
            self._events.add_summary(summary, step)
        writer.add_text("report", _report(digits, predicted), step)
        writer.flush()

    def layers(self, step: int, values: dict[str, Array]) -> None:
        """Log a histogram of each of some values."""
        for tag, numbers in values.items():
            self._writer.add_histogram(tag, numbers, step)

    def shapes(self, step: int, hidden: Array, parameters: dict[str, Array]) -> None:
        """Log where the last hidden layer puts the digits, and what the first neuron looks for."""
        for tag, (vertices, colors, faces) in (
            ("hidden2", self._cloud.points(hidden, self._validation.labels)),
            ("hidden1/filter", filter_surface(parameters["hidden1/weights"])),
        ):
            parts = [None if part is None else part[None] for part in (vertices, colors, faces)]
            self._writer.add_mesh(tag, *parts, global_step=step)

    def embedding(self, step: int, hidden: Array, probabilities: Array) -> None:
        """Log where the last hidden layer puts each validation digit."""
        log_embedding(self._writer, self._validation, hidden, probabilities, step)

    def end(self, step: int) -> None:
        """Log, once, the confusion as a film."""
        self._events.add_summary(media.film_summary("progress/confusion", self._confusions), step)


def _several_images(tag: str, several: list[pictures.Picture]) -> Any:
    """Return a summary of several pictures of one step, as ``tf.summary.image`` makes it.

    tensorboardX's own ``add_images`` pastes them into one.
    """
    from PIL import Image
    from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboardX.proto.tensor_pb2 import TensorProto
    from tensorboardX.proto.types_pb2 import DT_STRING

    height, width = several[0].shape[:2]
    tensor = TensorProto(dtype=DT_STRING, string_val=[b"%d" % width, b"%d" % height])
    for picture in several:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "png")
        tensor.string_val.append(buffer.getvalue())
    tensor.tensor_shape.dim.add(size=len(tensor.string_val))
    plugin = SummaryMetadata.PluginData(plugin_name="images")
    metadata = SummaryMetadata(plugin_data=plugin)
    return Summary(value=[Summary.Value(tag=tag, tensor=tensor, metadata=metadata)])


def _settings_table(settings: Settings) -> str:
    """Return the settings as a markdown table."""
    rows = {
        "units": settings.units,
        "dropout": f"{settings.dropout:g}",
        "optimizer": settings.optimizer,
        "learning_rate": f"{settings.peak:g}",
        "epochs": settings.epochs,
        "seed": settings.seed,
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(["| setting | value |", "|---|---|", *lines])


def _report(digits: Digits, predicted: Any) -> str:
    """Return precision and recall of each digit as a markdown table."""
    lines = ["| digit | precision | recall | of |", "|---|---|---|---|"]
    for digit in range(10):
        true, said = digits.labels == digit, predicted == digit
        hits = int((true & said).sum())
        precision = f"{hits / said.sum():.3f}" if said.any() else "-"
        lines.append(f"| {digit} | {precision} | {hits / true.sum():.3f} | {int(true.sum())} |")
    return "\n".join(lines)
