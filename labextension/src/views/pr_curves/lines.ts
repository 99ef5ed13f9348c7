// The lines of a chart: which curve of which series, in which colour, at which step.
import { colorAt } from "../../draw/palette.ts";
import type { Shared } from "../../stepped/kind.ts";
import type { Series } from "../../stepped/series.ts";
import { showing } from "../../stepped/showing.ts";
import { type Curve, type Decision, decisionAt, placeOf, type Trace, traceOf } from "./curve.ts";
import type { CurvesState } from "./state.ts";

export type Curves = Shared<Curve, CurvesState>;

export interface CurveLine {
  series: Series;
  /** How it is called: its run, or its tag. */
  name: string;
  color: string;
  /** Whether a brush picks other runs. */
  dim: boolean;
  /** The step that is shown, and whether it is another than the slider's. */
  step: bigint | null;
  other: boolean;
  curve: Curve | null;
  /** Why there is no curve. */
  why: string;
  trace: Trace;
  /** The column of the threshold; -1 where there is none. */
  place: number;
  decision: Decision | null;
  /** Earlier steps, the nearest first. */
  ghosts: Trace[];
}

const NOTHING: Trace = { x: new Float64Array(), y: new Float64Array() };

/** The lines of these series; called by their tags where the chart is of a run. */
export function linesOf(shared: Curves, series: readonly Series[], byTag: boolean): CurveLine[] {
  return series.map((one) => lineOf(shared, one, byTag));
}

function lineOf({ ctx, store, state }: Curves, series: Series, byTag: boolean): CurveLine {
  const face = state.face.value;
  const at = state.at(series);
  const now = showing(store, at, 0);
  const step = now.position < 0 ? null : series.step[now.position]!;
  const curve = now.item && !now.item.refusal ? now.item : null;
  const place = curve ? placeOf(curve, state.threshold.value) : -1;
  const slot = Math.max(0, state.tags.value.indexOf(series.tag));
  const brushed = ctx.runs.brushed.value;
  const trace = curve && face !== "steps" ? traceOf(curve, face) : NOTHING;
  return {
    series,
    name: byTag ? series.title || series.tag : series.run,
    color: byTag ? colorAt("tensorboard", slot, ctx.theme.value.dark) : ctx.runs.color(series.run),
    dim: brushed !== null && !brushed.includes(series.run),
    step,
    other: at.asked !== null && step !== null && step !== at.asked,
    curve,
    why: now.loaded?.error ?? now.item?.refusal ?? (ctx.busy.value ? "kernel busy" : "loading"),
    trace: face === "steps" ? state.scores.over(series, state.score.value) : trace,
    place,
    decision: curve ? decisionAt(curve, place) : null,
    ghosts:
      face === "steps"
        ? []
        : state.earlier(at).flatMap((before) => {
            const item = store.loaded(series, before.position)?.items[0];
            return item && !item.refusal ? [traceOf(item, face)] : [];
          }),
  };
}
