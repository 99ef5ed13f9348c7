// The part of the bar that says what is compared with what.
import { formatStep } from "../draw/format.ts";
import { chosen } from "../shell/bound.ts";
import { Button, Select } from "../shell/controls.tsx";
import type { Diff, DifferingState } from "./differing.ts";
import type { Item, Shared } from "./kind.ts";
import { parseStep } from "./steps.ts";

const DIFFS: readonly (readonly [Diff, string])[] = [
  ["off", "off"],
  ["previous", "step before"],
  ["step", "pinned step"],
  ["run", "another run"],
];

export function DiffControls<T extends Item, S extends DifferingState<T>>({
  ctx,
  state,
}: Shared<T, S>) {
  return (
    <>
      <Select label="Compare with" text="changes from" options={DIFFS} {...chosen(state.diff)} />
      {state.diff.value === "step" && <Pin state={state} />}
      {state.diff.value === "run" && (
        <Select
          label="Run to compare with"
          value={state.otherRun()}
          options={state.runs.value.map((run) => [run, ctx.runs.label(run)] as const)}
          onChange={(run) => {
            state.diffRun.value = run;
          }}
        />
      )}
    </>
  );
}

type Pinned = Pick<DifferingState<Item>, "union" | "index" | "diffStep">;

/** The pinned step: that of the slider when it is pressed. */
function Pin({ state }: { state: Pinned }) {
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
