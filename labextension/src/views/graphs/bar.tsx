// What the graphs view adds to the bar: the search, colours, the flow, the comparison.
import { checked, chosen, typed } from "../../shell/bound.ts";
import { Button, Check, MenuItem, MenuSelect, SearchBox, Select } from "../../shell/controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import { parseStep } from "../../stepped/steps.ts";
import { formatStep } from "../../stepped/words.ts";
import type { ColorBy } from "./colors.ts";
import type { Graph } from "./graph.ts";
import type { Diff, GraphsState } from "./state.ts";

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
const DIFFS: readonly (readonly [Diff, string])[] = [
  ["off", "off"],
  ["previous", "step before"],
  ["step", "pinned step"],
  ["run", "another run"],
];

export function GraphsBar(shared: Graphs) {
  const { state } = shared;
  const several = state.shown.value.some(({ step }) => step.length > 1);
  const diffs = DIFFS.filter(
    ([diff]) =>
      diff === "off" ||
      diff === state.diff.value ||
      (diff === "run" ? state.runs.value.length > 1 : several),
  );
  return (
    <>
      <span
        onKeyDownCapture={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          state.jump.value = { series: null, to: event.shiftKey ? "previous" : "next" };
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
      {diffs.length > 1 && (
        <Select label="Compare with" text="changes from" options={diffs} {...chosen(state.diff)} />
      )}
      {state.diff.value === "step" && <Pin {...shared} />}
      {state.diff.value === "run" && (
        <Select
          label="Run to compare with"
          value={state.otherRun()}
          options={state.runs.value.map((run) => [run, shared.ctx.runs.label(run)] as const)}
          onChange={(run) => {
            state.diffRun.value = run;
          }}
        />
      )}
      <Button
        label="Table of layers (T)"
        icon="table"
        pressed={state.layerTable.value}
        onClick={() => state.toggleTable()}
      />
    </>
  );
}

/** The pinned step: that of the slider when it is pressed. */
function Pin({ state }: Graphs) {
  const step = state.union.value[state.index.value];
  const pinned = parseStep(state.diffStep.value);
  return (
    <Button
      label="Compare with the step that is shown now"
      icon="pin"
      text={pinned === null ? "first step" : `step ${formatStep(pinned)}`}
      onClick={() => {
        if (step !== undefined) state.diffStep.value = String(step);
      }}
    />
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
