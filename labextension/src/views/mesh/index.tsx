// The mesh view: the anywidget module of nbboard/views/mesh.py.
import { defineStepped } from "../../stepped/define.tsx";
import { MeshBar, MeshMenu } from "./bar.tsx";
import { MeshCell } from "./cell.tsx";
import { MeshFacts } from "./facts.tsx";
import { plyFile } from "./file.ts";
import { nameOf } from "./hooks.ts";
import { KEYS, keyAction } from "./keys.ts";
import css from "./mesh.css";
import { describe, type Shape, shapeBytes, shapeOf } from "./shape.ts";
import { MeshState } from "./state.ts";

export default defineStepped<Shape, MeshState>({
  kind: "mesh",
  noun: ["mesh", "meshes"],
  from: "They come from add_mesh(…) in PyTorch and tensorboard.plugins.mesh in TensorFlow.",
  css,
  decode: shapeOf,
  weight: shapeBytes,
  State: MeshState,
  Cell: MeshCell,
  Bar: MeshBar,
  Menu: MeshMenu,
  Facts: MeshFacts,
  file: (item, { ctx, at, now }) => ({
    ending: "ply",
    make: () => plyFile(item, nameOf({ at, now }), ctx),
  }),
  describe,
  onKey: (key, shift, { state }) => keyAction(key, shift, state),
  keys: KEYS,
});
