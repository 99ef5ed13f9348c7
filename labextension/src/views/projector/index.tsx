// The projector view: the anywidget module of nbboard/views/projector.
import { defineView } from "../../shell/mount.tsx";
import { ProjectorPanel } from "./panel.tsx";
import css from "./projector.css";
import { ProjectorStore } from "./store.ts";

export default defineView({
  kind: "projector",
  css,
  createStore: (ctx) => new ProjectorStore(ctx),
  Panel: ProjectorPanel,
});
