// The custom scalars view: the scalars view with the cards of a layout; nbboard/views/custom_scalars.py.
import { ScalarsPanel } from "../../scalars/panel.tsx";
import css from "../../scalars/scalars.css";
import { defineView } from "../../shell/mount.tsx";
import { LayoutStore } from "./store.ts";

export default defineView({
  kind: "custom_scalars",
  css,
  createStore: (ctx) => new LayoutStore(ctx),
  Panel: ScalarsPanel,
});
