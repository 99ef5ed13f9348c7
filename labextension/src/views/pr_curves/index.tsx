// The PR curves view: the anywidget module of nbboard/views/pr_curves.py.
import { defineStepped } from "../../stepped/define.tsx";
import { CurvesBar, CurvesMenu } from "./bar.tsx";
import { type Curve, curveOf, decisionAt } from "./curve.ts";
import { WIDER } from "./chart.tsx";
import { CurveCell, CurveFacts, CurveGroup, SAID } from "./group.tsx";
import css from "./pr_curves.css";
import { CurvesState } from "./state.ts";
import { describe } from "./words.ts";

/** The side of a chart that stands beside a table, and of the one shown large. */
const SIDE = 330;
const LARGE = 460;

export default defineStepped<Curve, CurvesState>({
  kind: "pr_curves",
  noun: ["PR curve", "PR curves"],
  from: "They come from add_pr_curve(…) in PyTorch and tensorboardX, and pr_curve.op(…) in TensorFlow.",
  css,
  decode: curveOf,
  weight: ({ tp }) => 6 * tp.byteLength,
  State: CurvesState,
  Cell: CurveCell,
  Group: CurveGroup,
  Bar: CurvesBar,
  Menu: CurvesMenu,
  Facts: CurveFacts,
  box({ state }, _series, width, large) {
    if (large) return { width: LARGE + WIDER, height: LARGE + SAID };
    if (state.grouped()) return { width, height: Math.min(SIDE, width - WIDER) };
    return { width, height: width - WIDER + SAID };
  },
  file: (item) => ({ ending: "csv", content: new Blob([csvOf(item)], { type: "text/csv" }) }),
  describe,
});

/** The thresholds that are here, a row each. */
function csvOf(curve: Curve): string {
  const names = ["threshold", "tp", "fp", "tn", "fn", "precision", "recall", "f1"] as const;
  const rows = Array.from(curve.tp, (_, index) => {
    const decision = decisionAt(curve, index);
    return names.map((name) => String(decision[name])).join(",");
  });
  return [names.join(","), ...rows, ""].join("\n");
}
