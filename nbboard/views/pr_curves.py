"""PR curves: runs or classes overlaid, scores over steps, and what a threshold would decide."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nbboard.kinds.pr_curves.kind import SCORES
from nbboard.views.base import module
from nbboard.views.pr_curves_paper import draw_curves, line_of
from nbboard.views.pr_curves_scores import ScoreStream
from nbboard.views.pr_curves_screen import AT_THRESHOLD, CurveScreen
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.stepped import PIECE_PAUSE, SteppedView

if TYPE_CHECKING:
    from nbboard.kinds.pr_curves.curve import PRCurve
    from nbboard.views.shared.grid import Place

__all__ = ["VIEW", "PRCurvesView"]

#: Thresholds of one curve that travel to the page; of more, evenly spaced ones do.
MOST_THRESHOLDS = 2_001
#: Seconds in which a report computes the scores of all steps.
REPORT_SECONDS = 20.0


class PRCurvesView(SteppedView):
    """PR curves over steps: ``log.pr_curves.view(...)``."""

    kind: ClassVar[str] = "pr_curves"
    _esm = module("pr_curves")

    noun = ("PR curve", "PR curves")
    cell_names = (*SCORES, *AT_THRESHOLD)
    figure_side = 2.6
    screen = CurveScreen
    later = True

    step = step_option(
        "Step of the slider: each run shows its first step at or above, as TensorBoard, or its"
        " last; None follows the last."
    )
    card_size = option(traitlets.Int(300, min=48, max=2000), "Least width of a card in CSS pixels.")
    arrange = option(
        traitlets.Enum(["tags", "runs", "grid"], default_value="tags"),
        "A chart a tag with all runs in it, a chart a run with all tags (classes) in it, or a"
        " chart for each.",
    )
    face = option(
        traitlets.Enum(["pr", "roc", "f1", "steps"], default_value="pr"),
        "Precision over recall, the ROC curve, F1 over the threshold, or a score over the steps.",
    )
    score = option(
        traitlets.Enum(
            ["average_precision", "roc_auc", "best_f1"], default_value="average_precision"
        ),
        "Which score face='steps' draws.",
    )
    threshold = option(
        traitlets.Float(0.5, min=0.0, max=1.0),
        "From which score on something is called positive; the nearest logged threshold is taken.",
    )
    iso_f1 = option(
        traitlets.Bool(default_value=True), "Whether lines of equal F1 stand behind PR curves."
    )
    prevalence = option(
        traitlets.Bool(default_value=True),
        "Whether lines show what chance would reach: the share of positives, the ROC's diagonal.",
    )
    ghosts = option(
        traitlets.Int(0, min=0, max=50),
        "How many earlier steps of each curve stand faintly behind.",
    )

    def __init__(self, source: Any, **options: Any) -> None:
        super().__init__(source, **options)
        self._scores = ScoreStream(self._feed.catalogue)

    @classmethod
    def encode(cls, item: PRCurve) -> Mapping[str, Any]:
        """Return a curve as the page draws it.

        Returns
        -------
        dict
            ``rows``, float32 or float64 of shape (6, n), as logged; ``places``, uint32, which
            thresholds these are if not all travel, else None; ``thresholds``, how many were
            logged; ``scores``, float64, those of :data:`~nbboard.kinds.pr_curves.kind.SCORES` from
            all of them.
        """
        rows = item.data
        count = rows.shape[1]
        if not count:
            return {"refusal": "it has no thresholds"}
        if rows.dtype != np.float32:
            rows = rows.astype(np.float64)
        places = None
        if count > MOST_THRESHOLDS:
            evenly = np.linspace(0, count - 1, MOST_THRESHOLDS).round().astype(np.uint32)
            best = item.place(np.nan_to_num(item.scores.best_threshold))
            places = np.union1d(evenly, [best]).astype(np.uint32)
            rows = rows[:, places]
        scores = np.array([getattr(item.scores, name) for name in SCORES])
        return {"rows": rows, "places": places, "thresholds": count, "scores": scores}

    @classmethod
    def aspect(cls, _item: PRCurve) -> float:
        """Return the height of a chart in widths: its axes are square."""
        return 0.95

    @classmethod
    def draw_cell(cls, place: Place, item: PRCurve, options: Mapping[str, Any]) -> None:
        """Draw one curve."""
        draw_curves(place.axes(), [line_of("", "#425066", item)], options)

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return curves, and the scores of as many steps as there is time for."""
        content = dict(super().fuller_payload())
        content["scores"] = ScoreStream(self._feed.catalogue).within(REPORT_SECONDS)
        return content

    def _send_ahead(self) -> None:
        """Send curves ahead, then the scores of all steps."""
        super()._send_ahead()
        try:
            while self.comm is not None:
                with self._push_lock:
                    piece = self._scores.piece()
                    if piece is None:
                        return
                    self._send_content("news", {"scores": piece})
                time.sleep(PIECE_PAUSE)
        except Exception as error:  # noqa: BLE001 - the page says what it lacks
            self.log_failure("could not send scores ahead", error)


VIEW = PRCurvesView
