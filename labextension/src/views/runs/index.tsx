// The runs view.
import { defineView } from "../../shell/mount.tsx";
import tableCss from "../../table/table.css";
import { RunsPanel } from "./panel.tsx";
import css from "./runs.css";
import { RunsStore } from "./store.ts";

export default defineView({
  kind: "runs",
  css: `${tableCss}\n${css}`,
  createStore: (ctx) => new RunsStore(ctx),
  Panel: RunsPanel,
});
