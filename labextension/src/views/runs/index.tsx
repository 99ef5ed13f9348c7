// The runs view.
import { defineView } from "../../shell/mount.tsx";
import tableCss from "../../table/table.css";
import { RunsPanel } from "./panel.tsx";
import css from "./runs.css";
import { RunsStore } from "./store.ts";

export default defineView({
  // The class of its element: that of the list of runs, which all views have, is nbb-runs.
  kind: "run-table",
  css: `${tableCss}\n${css}`,
  createStore: (ctx) => new RunsStore(ctx),
  Panel: RunsPanel,
});
