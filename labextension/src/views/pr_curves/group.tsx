// All curves of a tag, or of a run, in one chart, with their numbers beside it; and one alone.
import type { CellProps, GroupProps } from "../../stepped/kind.ts";
import { CurveChart, WIDER } from "./chart.tsx";
import type { Curve } from "./curve.ts";
import { linesOf } from "./lines.ts";
import type { CurvesState } from "./state.ts";
import { CurveTable } from "./table.tsx";
import { share } from "./words.ts";

/** The height of the line that says what is under the pointer. */
export const SAID = 18;

export function CurveGroup(props: GroupProps<Curve, CurvesState>) {
  const { tag, run, series, box, ...shared } = props;
  const byTag = run !== undefined;
  const lines = linesOf(shared, series, byTag);
  const name = tag ?? run ?? "";
  return (
    <figure class="nbb-card nbb-pr-group" aria-label={name}>
      <div class="nbb-pr-side">
        <CurveChart
          {...shared}
          lines={lines}
          width={box.height + WIDER}
          height={box.height}
          name={name}
        />
        <output class="nbb-pr-said" />
        <StepsNote {...shared} lines={lines} />
      </div>
      <CurveTable {...shared} lines={lines} what={byTag ? "tag" : "run"} />
    </figure>
  );
}

/** How many of the steps a line of scores has so far. */
function StepsNote({ state, lines }: Pick<Parameters<typeof CurveTable>[0], "state" | "lines">) {
  if (state.face.value !== "steps") return null;
  const there = lines.reduce((sum, { trace }) => sum + trace.x.length, 0);
  const all = lines.reduce((sum, { series }) => sum + series.step.length, 0);
  if (there >= all) return null;
  return (
    <output class="nbb-note">
      {`${there.toLocaleString("en")} of ${all.toLocaleString("en")} steps computed`}
    </output>
  );
}

export function CurveCell(props: CellProps<Curve, CurvesState>) {
  const { at, box, spoken, onPick, ...shared } = props;
  const lines = linesOf(shared, [at.series], false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the card does the same
    <div class="nbb-cell" style={{ height: `${box.height}px` }} onDblClick={onPick}>
      <CurveChart
        {...shared}
        lines={lines}
        width={box.width}
        height={box.height - SAID}
        name={spoken}
      />
      <output class="nbb-pr-said" />
    </div>
  );
}

export function CurveFacts({ item, state }: CellProps<Curve, CurvesState>) {
  return (
    <span title={`threshold ${share(state.threshold.value)}`}>
      {`AP ${share(item.scores.average_precision)} · AUC ${share(item.scores.roc_auc)} · best F1 ${share(item.scores.best_f1)}`}
    </span>
  );
}
