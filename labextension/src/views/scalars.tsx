// Entry of the scalars view.
import css from "../scalars/scalars.css";
import { ScalarsPanel } from "../scalars/panel.tsx";
import { ScalarStore } from "../scalars/store.ts";
import { defineView } from "../shell/mount.tsx";

export default defineView({
  kind: "scalars",
  css,
  createStore: (ctx) => new ScalarStore(ctx),
  Panel: ScalarsPanel,
});
