"""A real training to look at: small networks that learn scikit-learn's handwritten digits.

:func:`train` runs a grid of hyperparameters, as the usual TensorBoard tutorial does, and logs
through tensorboardX whatever TensorBoard can show. It is NumPy only, takes seconds, and gives the
same curves every time. The same as ``nbboard demo DIR``. Needs the extra ``demo``.
"""

from nbboard.demo.command import main
from nbboard.demo.settings import GRID, Settings
from nbboard.demo.training import Trained, train, train_one

__all__ = ["GRID", "Settings", "Trained", "main", "train", "train_one"]
