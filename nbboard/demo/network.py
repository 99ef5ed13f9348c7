"""A multilayer perceptron with dropout, and its two optimizers, in NumPy."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Adam", "Array", "Network", "Optimizer", "Sgd", "cross_entropy", "learning_rate"]

Array = npt.NDArray[np.float32]
LAYERS = ("hidden1", "hidden2", "output")


class Network:
    """64 pixels, two hidden layers with ReLU and dropout, 10 digits.

    Parameters
    ----------
    units
        Neurons in each hidden layer.
    dropout
        The share of hidden neurons that is silenced while training.
    random
        Draws the initial weights (He et al. 2015) and the dropout.

    Attributes
    ----------
    parameters : dict of numpy.ndarray
        ``"hidden1/weights"``, ``"hidden1/biases"`` and so on, changed in place by an optimizer.
    """

    def __init__(self, units: int, dropout: float, random: np.random.Generator) -> None:
        self.dropout = dropout
        self._random = random
        self.parameters: dict[str, Array] = {}
        sizes = (64, units, units, 10)
        for layer, n_in, n_out in zip(LAYERS, sizes, sizes[1:], strict=False):
            weights = random.normal(0, math.sqrt(2 / n_in), (n_in, n_out))
            self.parameters[f"{layer}/weights"] = weights.astype(np.float32)
            self.parameters[f"{layer}/biases"] = np.zeros(n_out, np.float32)

    def predict(self, pixels: Array) -> tuple[Array, Array]:
        """Return the probability of each digit, (n, 10), and the last hidden layer, (n, units)."""
        *_, hidden = self.activations(pixels).values()
        return _softmax(self._affine("output", hidden)), hidden

    def activations(self, pixels: Array) -> dict[str, Array]:
        """Return what each hidden layer gives on, (n, units), by its name."""
        found: dict[str, Array] = {}
        hidden = pixels
        for layer in LAYERS[:-1]:
            hidden = found[layer] = np.maximum(self._affine(layer, hidden), 0)
        return found

    def gradients(
        self, pixels: Array, labels: npt.NDArray[np.int64]
    ) -> tuple[Array, dict[str, Array]]:
        """Return the probabilities with dropout, and the gradient of the mean cross-entropy."""
        inputs, masks = [pixels], []
        for layer in LAYERS[:-1]:
            active = self._affine(layer, inputs[-1])
            kept = self._random.random(active.shape, np.float32) >= self.dropout
            # Inverted dropout: scaled while training, so that nothing is to do when predicting.
            mask = (active > 0) * kept / np.float32(1 - self.dropout)
            masks.append(mask)
            inputs.append(active * mask)
        probabilities = _softmax(self._affine("output", inputs[-1]))

        gradients: dict[str, Array] = {}
        error = probabilities.copy()
        error[np.arange(len(labels)), labels] -= 1
        error /= np.float32(len(labels))
        for depth in (2, 1, 0):
            gradients[f"{LAYERS[depth]}/weights"] = inputs[depth].T @ error
            gradients[f"{LAYERS[depth]}/biases"] = error.sum(axis=0)
            if depth:
                error = (error @ self.parameters[f"{LAYERS[depth]}/weights"].T) * masks[depth - 1]
        return probabilities, gradients

    def _affine(self, layer: str, inputs: Array) -> Array:
        result: Array = inputs @ self.parameters[f"{layer}/weights"]
        return result + self.parameters[f"{layer}/biases"]


class Optimizer(Protocol):
    """Moves parameters along their gradients."""

    def step(self, parameters: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
        """Move *parameters* in place."""


class Sgd:
    """Stochastic gradient descent with momentum (Polyak 1964)."""

    momentum = 0.9

    def __init__(self, parameters: dict[str, Array]) -> None:
        self._speed = {name: np.zeros_like(value) for name, value in parameters.items()}

    def step(self, parameters: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
        """Move *parameters* in place."""
        for name, gradient in gradients.items():
            speed = self._speed[name]
            speed *= self.momentum
            speed -= rate * gradient
            parameters[name] += speed


class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1)."""

    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def __init__(self, parameters: dict[str, Array]) -> None:
        self._mean = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._square = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._time = 0

    def step(self, parameters: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
        """Move *parameters* in place."""
        self._time += 1
        correction = math.sqrt(1 - self.beta2**self._time) / (1 - self.beta1**self._time)
        for name, gradient in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient**2 - square)
            parameters[name] -= rate * correction * mean / (np.sqrt(square) + self.epsilon)


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Rise in a line over the first twentieth, then fall along a cosine to a hundredth of *peak*."""
    warmup = max(1, steps // 20)
    if step < warmup:
        return peak * (step + 1) / warmup
    along = (step - warmup) / max(1, steps - warmup)
    return peak * (0.01 + 0.99 * (1 + math.cos(math.pi * along)) / 2)


def cross_entropy(probabilities: Array, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the loss of each digit, in nats."""
    right = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return -np.log(np.maximum(right, 1e-12))


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Array = powers / powers.sum(axis=1, keepdims=True)
    return result
