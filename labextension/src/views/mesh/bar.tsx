// What the mesh view adds to the bar and to its menu.
import { formatStep } from "../../draw/format.ts";
import { checked, chosen, typed } from "../../shell/bound.ts";
import { Button, Check, MenuSelect, Range, Select } from "../../shell/controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { Coloring } from "./colors.ts";
import type { Shape } from "./shape.ts";
import type { MeshState, ProjectionName, ShowAs } from "./state.ts";

type Meshes = Shared<Shape, MeshState>;

const SHOW_AS: readonly (readonly [ShowAs, string])[] = [
  ["surface", "surface"],
  ["wireframe", "wireframe"],
  ["both", "surface and edges"],
  ["points", "points"],
];
const COLORING: readonly (readonly [Coloring, string])[] = [
  ["logged", "as logged"],
  ["plain", "one a run"],
  ["x", "x"],
  ["y", "y"],
  ["z", "z"],
  ["normal", "normal"],
  ["distance", "distance to a step"],
];
const PROJECTIONS: readonly (readonly [ProjectionName, string])[] = [
  ["scene", "as logged"],
  ["perspective", "perspective"],
  ["orthographic", "orthographic"],
];
const UP = [
  ["y", "y"],
  ["z", "z"],
] as const;

export function MeshBar(shared: Meshes) {
  const { state, ctx } = shared;
  const size = ctx.about("point_size");
  return (
    <>
      <Select label="Show as" text="show" options={SHOW_AS} {...chosen(state.showAs)} />
      <Select label="Colour by" text="colour" options={COLORING} {...chosen(state.coloring)} />
      {state.coloring.value === "distance" && <Pin {...shared} />}
      <Range
        label="Size of points"
        text="point"
        min={size.min ?? 1}
        max={12}
        step={0.5}
        {...typed(state.pointSize)}
      />
      <Button
        label="Camera as at first (0)"
        icon="reset"
        disabled={!state.turned()}
        onClick={() => state.reset()}
      />
    </>
  );
}

/** The step that distances are measured from. */
function Pin({ state }: Meshes) {
  const pin = parseStep(state.pin.value) ?? state.union.value[0];
  return (
    <Button
      label="Measure from the step that is shown"
      icon="pin"
      text={pin === undefined ? "" : `step ${formatStep(pin)}`}
      onClick={() => {
        const now = state.union.peek()[state.index.peek()];
        if (now !== undefined) state.pin.value = String(now);
      }}
    />
  );
}

export function MeshMenu({ state }: Meshes) {
  return (
    <>
      <Check label="Box and axes" {...checked(state.axes)} />
      <MenuSelect label="Projection" options={PROJECTIONS} {...chosen(state.projection)} />
      <MenuSelect label="Upright axis" options={UP} {...chosen(state.up)} />
    </>
  );
}
