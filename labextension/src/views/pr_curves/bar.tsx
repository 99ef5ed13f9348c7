// What the PR curves add to the bar and the menu.
import { checked, chosen, typed } from "../../shell/bound.ts";
import { Check, NumberBox, Range, Select } from "../../shell/controls.tsx";
import type { Face } from "./curve.ts";
import type { Curves } from "./lines.ts";
import type { ScoreName } from "./scores.ts";
import { SCORE_NAMES } from "./words.ts";

const FACES: readonly (readonly [Face, string])[] = [
  ["pr", "precision, recall"],
  ["roc", "ROC"],
  ["f1", "F1 over threshold"],
  ["steps", "score over steps"],
];
const SCORES = Object.entries(SCORE_NAMES) as [ScoreName, string][];

export function CurvesBar({ state }: Curves) {
  return (
    <>
      <Select label="Face" options={FACES} {...chosen(state.face)} />
      {state.face.value === "steps" && (
        <Select label="Score" options={SCORES} {...chosen(state.score)} />
      )}
      <Range
        label="Threshold"
        text="threshold"
        min={0}
        max={1}
        step={0.005}
        box
        {...typed(state.threshold)}
      />
    </>
  );
}

export function CurvesMenu({ ctx, state }: Curves) {
  return (
    <>
      <Check label="Lines of equal F1" {...checked(state.isoF1)} />
      <Check label="Lines of chance" {...checked(state.prevalence)} />
      <div class="nbb-menu-row">
        Earlier steps behind
        <NumberBox
          label="Earlier steps behind"
          min={0}
          max={ctx.about("ghosts").max ?? 50}
          step={1}
          {...typed(state.ghosts)}
        />
      </div>
    </>
  );
}
