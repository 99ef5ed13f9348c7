// A PR curve as the kernel sends it, and what follows from its counts at each threshold;
// the same formulas as nbboard/kinds/pr_scores.py, tied by tests/vectors/pr_rates.json.
import type { Item } from "../../stepped/kind.ts";
import type { Content, Grid } from "../../shell/wire.ts";

type Row = Float32Array | Float64Array;

/** One number for a whole curve; NaN where the curve does not say it. */
export interface Scores {
  average_precision: number;
  roc_auc: number;
  best_f1: number;
  best_threshold: number;
  prevalence: number;
}

export interface Curve extends Item {
  tp: Row;
  fp: Row;
  tn: Row;
  fn: Row;
  /** As logged. */
  precision: Row;
  recall: Row;
  /** How many thresholds were logged, and which of them are here; null for all. */
  thresholds: number;
  places: Uint32Array | null;
  scores: Scores;
}

/** What a threshold decides. */
export interface Decision {
  threshold: number;
  tp: number;
  fp: number;
  tn: number;
  fn: number;
  precision: number;
  recall: number;
  /** False positives among all negatives. */
  fallOut: number;
  f1: number;
}

export type Face = "pr" | "roc" | "f1" | "steps";

/** In the order of SCORES in nbboard/kinds/pr_curves.py. */
export const SCORES = [
  "average_precision",
  "roc_auc",
  "best_f1",
  "best_threshold",
  "prevalence",
] as const;

export function curveOf(encoded: Content): Curve {
  const rows = (encoded.rows as Grid<Row>).data;
  const count = rows.length / 6;
  const row = (index: number): Row => rows.subarray(index * count, (index + 1) * count);
  const numbers = encoded.scores as Float64Array;
  const scores = Object.fromEntries(SCORES.map((name, i) => [name, numbers[i]!]));
  return {
    tp: row(0),
    fp: row(1),
    tn: row(2),
    fn: row(3),
    precision: row(4),
    recall: row(5),
    thresholds: encoded.thresholds,
    places: encoded.places ?? null,
    scores: scores as unknown as Scores,
  };
}

/** The threshold of a column that is here. */
export function thresholdAt({ places, thresholds }: Curve, index: number): number {
  return thresholds > 1 ? (places?.[index] ?? index) / (thresholds - 1) : 0;
}

/** Which column that is here has the nearest threshold; of two the higher. */
export function placeOf(curve: Curve, threshold: number): number {
  const within = Math.min(1, Math.max(0, threshold));
  const wanted = Math.floor(within * (curve.thresholds - 1) + 0.5);
  const { places } = curve;
  if (!places) return wanted;
  let above = places.findIndex((place) => place >= wanted);
  if (above < 0) above = places.length - 1;
  const below = Math.max(0, above - 1);
  return wanted - places[below]! < places[above]! - wanted ? below : above;
}

/** Counts and rates at a column that is here; NaN where there is nothing to divide by. */
export function decisionAt(curve: Curve, index: number): Decision {
  const [tp, fp, tn, fn] = [curve.tp[index]!, curve.fp[index]!, curve.tn[index]!, curve.fn[index]!];
  return {
    threshold: thresholdAt(curve, index),
    ...{ tp, fp, tn, fn },
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    fallOut: ratio(fp, fp + tn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}

export interface Trace {
  x: Float64Array;
  y: Float64Array;
}

const traces = new WeakMap<Curve, Partial<Record<Face, Trace>>>();

/** The points of a curve in a face, by column: recall and precision as logged, the rest from counts. */
export function traceOf(curve: Curve, face: Face): Trace {
  const known = traces.get(curve) ?? {};
  traces.set(curve, known);
  known[face] ??= newTrace(curve, face);
  return known[face];
}

function newTrace(curve: Curve, face: Face): Trace {
  if (face === "pr") {
    const end = endOf(curve);
    return {
      x: Float64Array.from(curve.recall.subarray(0, end)),
      y: Float64Array.from(curve.precision.subarray(0, end)),
    };
  }
  const decisions = Array.from(curve.tp, (_, index) => decisionAt(curve, index));
  return {
    x: Float64Array.from(decisions, (one) => (face === "roc" ? one.fallOut : one.threshold)),
    y: Float64Array.from(decisions, (one) => (face === "roc" ? one.recall : one.f1)),
  };
}

/**
 * How many columns have a precision: those at the end at which nothing is called positive have
 * none, and are cut as TensorBoard cuts them, but by exact counts. Without any counts all stay.
 */
function endOf({ tp, fp }: Curve): number {
  let end = tp.length;
  while (end > 0 && tp[end - 1]! + fp[end - 1]! === 0) end--;
  return end || tp.length;
}
