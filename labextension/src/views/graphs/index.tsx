// The graphs view: the anywidget module of nbboard/views/graphs.
import { defineStepped } from "../../stepped/define.tsx";
import { GraphsBar, GraphsMenu } from "./bar.tsx";
import { GraphCell } from "./cell.tsx";
import { Graph } from "./graph.ts";
import css from "./graphs.css";
import { GraphsState } from "./state.ts";

/** The least height of a graph shown alone. */
const LARGE = 640;

export default defineStepped<Graph, GraphsState>({
  kind: "graphs",
  mostlyOne: true,
  noun: ["graph", "graphs"],
  from: "They come from tf.summary.graph(…) and Keras in TensorFlow, and add_graph(…) in PyTorch.",
  css,
  decode: (content) => new Graph(content),
  weight: ({ weight }) => weight,
  State: GraphsState,
  Cell: GraphCell,
  Bar: GraphsBar,
  Menu: GraphsMenu,
  box: ({ state }, _series, width, large) => {
    const height = state.graphHeight.value;
    return { width, height: large ? Math.max(LARGE, height) : height };
  },
  describe: (graph) =>
    `${graph.length.toLocaleString("en")} nodes, ${graph.edgeCount.toLocaleString("en")} edges`,
  onKey: (key, shift, { state }) => {
    if (shift) return null;
    if (key === "d") return () => state.toggleDiff();
    if (key === "t") return () => state.toggleTable();
    return null;
  },
  keys: "D: what changed. T: layers. In a graph: arrows, Enter opens, N and P: hits, + − 0: size.",
});
