"""t-SNE and UMAP in a thread of the kernel, where openTSNE or umap-learn are installed.

They are faster than what the page has, and take more points. The page has its own for where
they are not, and for while the kernel is gone.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import NbboardError
from nbboard.views.projector.clouds import perplexity_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Arrangement", "engines", "start"]

#: By method the package, as it is imported and as it is installed.
_PACKAGES = {"tsne": ("openTSNE", "openTSNE"), "umap": ("umap", "umap-learn")}
#: Seconds between two frames that are pushed.
_EVERY = 0.25
_EXAGGERATED, _ITERATIONS = 250, 750
_SEED = 0


class Arrangement(NamedTuple):
    """What is to be arranged.

    Attributes
    ----------
    method
        ``"tsne"`` or ``"umap"``.
    vectors
        float32, (points, dimensions), all finite.
    start
        float32, (points, 2 or 3): where points begin.
    metric
        ``"cosine"`` or ``"euclidean"``.
    """

    method: str
    vectors: NDArray[np.float32]
    start: NDArray[np.float32]
    metric: str


def engines() -> dict[str, str]:
    """Return the installed package by method."""
    return {
        method: package
        for method, (module, package) in _PACKAGES.items()
        if importlib.util.find_spec(module) is not None
    }


def start(
    what: Arrangement,
    show: Callable[[int, int, NDArray[np.float32]], None],
    failed: Callable[[str], None],
    stop: threading.Event,
) -> threading.Thread:
    """Arrange points in a thread of its own, which ends early once `stop` is set.

    Parameters
    ----------
    what
        The points.
    show
        Called now and then, and at the end.
    failed
        Called with the reason if it cannot be done.
    stop
        Ends it; of UMAP only what would be shown of it.

    Raises
    ------
    NbboardError
        If the package is not installed.
    """
    if what.method not in engines():
        package = _PACKAGES[what.method][1]
        raise NbboardError(f"{package} is not installed: pip install {package}")

    def work() -> None:
        try:
            (_tsne if what.method == "tsne" else _umap)(what, show, stop)
        except Exception as error:  # noqa: BLE001 - told in the page
            failed(str(error) or type(error).__name__)

    thread = threading.Thread(target=work, name="nbboard-projector", daemon=True)
    thread.start()
    return thread


def _tsne(what: Arrangement, show: Any, stop: threading.Event) -> None:
    tsne: Any = import_module("openTSNE")
    neighbors = tsne.affinity.PerplexityBasedNN(
        what.vectors,
        perplexity=perplexity_of(len(what.vectors)),
        metric=what.metric,
        random_state=_SEED,
        verbose=False,
    )
    begin = tsne.initialization.rescale(what.start.astype(np.float64))
    flat = what.start.shape[1] == 2
    embedding = tsne.TSNEEmbedding(
        begin, neighbors, negative_gradient_method="auto" if flat else "bh", random_state=_SEED
    )
    said = time.monotonic()

    def callback(done: int) -> Callable[[int, float, Any], bool]:
        def told(iteration: int, _error: float, places: Any) -> bool:
            nonlocal said
            if time.monotonic() - said > _EVERY:
                said = time.monotonic()
                show(done + iteration, _ITERATIONS, np.asarray(places, np.float32))
            return stop.is_set()

        return told

    for done, count, exaggeration, momentum in (
        (0, _EXAGGERATED, 12, 0.5),
        (_EXAGGERATED, _ITERATIONS - _EXAGGERATED, None, 0.8),
    ):
        embedding = embedding.optimize(
            n_iter=count,
            exaggeration=exaggeration,
            momentum=momentum,
            callbacks=callback(done),
            callbacks_every_iters=5,
        )
        if stop.is_set():
            break
    show(_ITERATIONS, _ITERATIONS, np.asarray(embedding, np.float32))


def _umap(what: Arrangement, show: Any, stop: threading.Event) -> None:
    umap: Any = import_module("umap")
    spread = float(np.abs(what.start).max()) or 1.0
    reducer = umap.UMAP(
        n_components=what.start.shape[1],
        n_neighbors=min(15, len(what.vectors) - 1),
        min_dist=0.1,
        metric=what.metric,
        init=(10 * what.start / spread).astype(np.float32),
        random_state=_SEED,
        n_jobs=1,
    )
    places = reducer.fit_transform(what.vectors)
    if not stop.is_set():
        show(1, 1, np.asarray(places, np.float32))
