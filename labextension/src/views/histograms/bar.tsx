// What the histograms view adds to the bar and the menu.
import { checked, chosen } from "../../shell/bound.ts";
import { Check, MenuSelect, Select } from "../../shell/controls.tsx";
import type { Histograms } from "./card-scene.ts";
import type { XKind } from "./columns.ts";
import type { Compare, Show } from "./state.ts";

const SHOW: readonly (readonly [Show, string])[] = [
  ["heat", "heat map"],
  ["percentiles", "percentiles"],
  ["offset", "offset"],
  ["overlay", "overlay"],
];
const COMPARE: readonly (readonly [Compare, string])[] = [
  ["off", "each alone"],
  ["density", "over each other"],
  ["cumulative", "cumulative"],
];
const X: readonly (readonly [XKind, string])[] = [
  ["step", "step"],
  ["relative", "relative"],
  ["wall", "wall time"],
];

export function HistogramsBar({ state }: Histograms) {
  return (
    <>
      {!state.grouped() && <Select label="Picture" options={SHOW} {...chosen(state.show)} />}
      {(state.runs.value.length > 1 || state.grouped()) && (
        <Select label="Runs" text="runs" options={COMPARE} {...chosen(state.compare)} />
      )}
      <Check label="TensorBoard's bins" {...checked(state.bins, "tensorboard", "logged")} />
    </>
  );
}

export function HistogramsMenu({ state }: Histograms) {
  return (
    <>
      <MenuSelect
        label="Values"
        options={[
          ["symlog", "symlog"],
          ["linear", "linear"],
        ]}
        {...chosen(state.values)}
      />
      <MenuSelect label="Steps at" options={X} {...chosen(state.x)} />
      <Check label="Show the health of layers" {...checked(state.layers)} />
    </>
  );
}
