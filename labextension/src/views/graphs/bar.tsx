// What the graphs view adds to the bar: the search, colours, the flow, the comparison.
import { checked, chosen, typed } from "../../shell/bound.ts";
import { Button, Check, MenuItem, MenuSelect, SearchBox, Select } from "../../shell/controls.tsx";
import { DiffControls } from "../../stepped/diff-controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import type { ColorBy } from "./colors.ts";
import type { Graph } from "./graph.ts";
import type { GraphsState } from "./state.ts";

type Graphs = Shared<Graph, GraphsState>;

const COLORS: readonly (readonly [ColorBy, string])[] = [
  ["op", "operation"],
  ["structure", "structure"],
  ["device", "device"],
  ["time", "time"],
  ["memory", "memory"],
];
const FLOWS = [
  ["right", "to the right →"],
  ["up", "upward ↑"],
] as const;
export function GraphsBar(shared: Graphs) {
  const { state } = shared;
  const comparable =
    state.diff.value !== "off" ||
    state.runs.value.length > 1 ||
    state.shown.value.some(({ step }) => step.length > 1);
  return (
    <>
      <span
        onKeyDownCapture={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          state.jump.value = event.shiftKey ? "previous" : "next";
        }}
      >
        <SearchBox label="Search nodes" plain={!state.searchRegex.value} {...typed(state.search)} />
      </span>
      <Button
        label="Search by a regular expression"
        text=".*"
        pressed={state.searchRegex.value}
        onClick={() => {
          state.searchRegex.value = !state.searchRegex.peek();
        }}
      />
      <Select label="Colour by" text="colour" options={COLORS} {...chosen(state.color)} />
      {comparable && <DiffControls {...shared} />}
      <Button
        label="Table of layers (T)"
        icon="table"
        pressed={state.layerTable.value}
        onClick={() => state.toggleTable()}
      />
    </>
  );
}

export function GraphsMenu({ state }: Graphs) {
  return (
    <>
      <MenuSelect label="Flow" options={FLOWS} {...chosen(state.flow)} />
      <Check label="Fold blocks that repeat" {...checked(state.foldRepeats)} />
      <Check label="Type and shape on every edge" {...checked(state.edgeLabels)} />
      <MenuItem text="Close all boxes" onClick={() => state.closeAll()} />
    </>
  );
}
