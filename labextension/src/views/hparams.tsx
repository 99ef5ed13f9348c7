// Entry of the hparams view.
import { HparamsPanel } from "../hparams/panel.tsx";
import { HparamsStore } from "../hparams/store.ts";
import css from "../hparams/style.css";
import { defineView } from "../shell/mount.tsx";

export default defineView({
  kind: "hparams",
  css,
  createStore: (ctx) => new HparamsStore(ctx),
  Panel: HparamsPanel,
});
