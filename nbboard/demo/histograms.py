"""What the demo logs of its layers beside their weights: gradients and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbboard.demo.network import Array, Network

__all__ = ["layers"]


def layers(network: Network, gradients: dict[str, Array], pixels: Array) -> dict[str, Array]:
    """Return what shows whether the layers of a network are well, by tag.

    Parameters
    ----------
    network
        As it is now.
    gradients
        Those of the last batch, by parameter.
    pixels
        The digits whose activations are taken, (n, 64).

    Returns
    -------
    dict of numpy.ndarray
        ``hidden1/gradients`` and so on, those of the weights; ``hidden1/activations`` of the
        hidden layers, many of them zeros behind the ReLU.
    """
    found = {
        name.replace("/weights", "/gradients"): values
        for name, values in gradients.items()
        if name.endswith("/weights")
    }
    for layer, values in network.activations(pixels).items():
        found[f"{layer}/activations"] = values
    return found
