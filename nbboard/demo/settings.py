"""What a training run is given, and the grid of runs that the demo trains."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GRID", "OPTIMIZERS", "Settings"]

OPTIMIZERS = ("adam", "sgd")


@dataclass(frozen=True)
class Settings:
    """The hyperparameters of one run.

    Parameters
    ----------
    units
        Neurons in each of the two hidden layers.
    dropout
        The share of them that is silenced at random while training, from 0 to below 1.
    optimizer
        ``"adam"`` or ``"sgd"`` (with momentum).
    seed
        Seeds initial weights, batches and dropout.
    epochs
        How often all training digits are seen.
    learning_rate
        The highest; None takes what suits the optimizer.
    repeated
        Whether the run is one of several that differ in nothing but the seed, which then stands
        in its name.
    """

    units: int = 64
    dropout: float = 0.1
    optimizer: str = "adam"
    seed: int = 1
    epochs: int = 15
    learning_rate: float | None = None
    repeated: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        if self.units < 1 or self.epochs < 1:
            raise ValueError("units and epochs must be at least 1.")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be from 0 to below 1, not {self.dropout}.")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer must be 'adam' or 'sgd', not {self.optimizer!r}.")

    @property
    def trial(self) -> str:
        """The name of the hyperparameters, which runs with other seeds share."""
        return f"units={self.units},dropout={self.dropout:g},{self.optimizer}"

    @property
    def run(self) -> str:
        """The name of the run, which is the name of its folder."""
        return f"{self.trial},seed={self.seed}" if self.repeated else self.trial

    @property
    def peak(self) -> float:
        """The highest learning rate."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 0.003 if self.optimizer == "adam" else 0.05


def _grid() -> tuple[Settings, ...]:
    """Eight trials; the most promising one with five seeds."""
    grid = []
    for units in (16, 64):
        for dropout in (0.1, 0.4):
            for optimizer in OPTIMIZERS:
                promising = (units, dropout, optimizer) == (64, 0.1, "adam")
                grid += [
                    Settings(units, dropout, optimizer, seed, repeated=promising)
                    for seed in (range(1, 6) if promising else (1,))
                ]
    return tuple(grid)


GRID: tuple[Settings, ...] = _grid()
