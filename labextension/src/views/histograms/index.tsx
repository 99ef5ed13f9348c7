// The histograms view: the anywidget module of nbboard/views/histograms.
import { defineStepped } from "../../stepped/define.tsx";
import { HistogramsBar, HistogramsMenu } from "./bar.tsx";
import { HistogramCell } from "./cell.tsx";
import { HistogramFacts } from "./facts.tsx";
import { Runs } from "./group.tsx";
import { Health } from "./health.tsx";
import { bytesOf, type Histogram, toHistogram } from "./histogram.ts";
import css from "./histograms.css";
import { HistogramsState } from "./state.ts";
import { HistogramTools } from "./tools.tsx";
import { describe } from "./words.ts";

const LARGE = 460;

export default defineStepped<Histogram, HistogramsState>({
  kind: "histograms",
  noun: ["histogram", "histograms"],
  from: "They come from tf.summary.histogram(…) in TensorFlow and add_histogram(…) in PyTorch.",
  css,
  decode: toHistogram,
  weight: bytesOf,
  State: HistogramsState,
  Cell: HistogramCell,
  Group: Runs,
  columns: () => 1,
  Bar: HistogramsBar,
  Menu: HistogramsMenu,
  Head: Health,
  Tools: HistogramTools,
  Facts: HistogramFacts,
  box({ state }, _series, width, large) {
    if (state.grouped()) return { width, height: 200 };
    const height = Math.round(Math.min(340, Math.max(220, 0.4 * width + 120)));
    return { width, height: large ? LARGE : height };
  },
  describe,
  onKey(key, _shift, { state }) {
    switch (key) {
      case "v":
        return () => state.cycle(state.values, ["symlog", "linear"]);
      case "b":
        return () => state.cycle(state.bins, ["logged", "tensorboard"]);
      case "p":
        return () => state.cycle(state.show, ["heat", "percentiles", "offset", "overlay"]);
      default:
        return null;
    }
  },
  keys: "p: picture. v: axis of values. b: TensorBoard's bins. Enter: pick. On a step, click: go there.",
});
