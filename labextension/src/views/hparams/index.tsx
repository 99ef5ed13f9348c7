// Entry of the hparams view.
import { HparamsPanel } from "./panel.tsx";
import { HparamsStore } from "./store.ts";
import tableCss from "../../table/table.css";
import css from "./style.css";
import { defineView } from "../../shell/mount.tsx";

export default defineView({
  kind: "hparams",
  css: `${tableCss}\n${css}`,
  createStore: (ctx) => new HparamsStore(ctx),
  Panel: HparamsPanel,
});
