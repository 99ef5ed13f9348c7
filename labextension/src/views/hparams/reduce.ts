// From the many values of a metric to one a trial: first within a session (last, best,
// mean, at a step), then over the sessions of a trial (TensorBoard's aggregation).
import type { Cell } from "../../table/cells.ts";
import { type Curve, curveOf, type Step, type Steps, type TrialSet } from "./trials.ts";

export type Reduction = "last" | "best" | "mean" | "step";
export type Aggregation = "avg" | "median" | "min" | "max";

/** The values at a step that the kernel computed from every point. */
export interface ExactValues {
  step: string;
  there: Uint8Array;
  at: Int32Array | Steps;
  value: Float64Array;
}

export interface ReduceOptions {
  reduce: Reduction;
  /** For "step": the value last logged at or before this step; null for the last. */
  step: string | null;
  aggregation: Aggregation;
  /** The metric (its index) by which median, min and max choose a session. */
  metric: number;
  /** By metric: true if lower is better. */
  lower: boolean[];
  /** Null while the kernel is busy, or need not be asked. */
  exact?: ExactValues | null;
}

export interface Reduced {
  cells: Cell[];
  /** The step at which each value stands; null with "mean" and where it is missing. */
  steps: (Step | null)[];
}

interface SessionValue {
  value: number;
  step: Step | null;
}

/** One value of a metric of a session, or null if the session has none. */
export function sessionValue(
  set: TrialSet,
  metric: number,
  session: number,
  options: Pick<ReduceOptions, "reduce" | "step" | "lower" | "exact">,
): SessionValue | null {
  const pair = metric * set.runs.length + session;
  const all = set.statistics;
  if (!(all.count[pair]! > 0)) return null;
  if (options.reduce === "mean") return { value: all.mean[pair]!, step: null };
  if (options.reduce === "best") {
    return options.lower[metric]
      ? { value: all.min[pair]!, step: all.minStep[pair]! }
      : { value: all.max[pair]!, step: all.maxStep[pair]! };
  }
  if (options.reduce === "last" || options.step === null) {
    return { value: all.last[pair]!, step: all.lastStep[pair]! };
  }
  const { exact } = options;
  if (exact && exact.step === options.step) {
    return exact.there[pair] ? { value: exact.value[pair]!, step: exact.at[pair]! } : null;
  }
  return valueAt(curveOf(set, metric, session), BigInt(options.step));
}

/** The value last written at or before a step. Steps may go back after a restart. */
export function valueAt(curve: Curve, step: bigint): SessionValue | null {
  let best = -1;
  for (let i = 0; i < curve.step.length; i++) {
    if (curve.step[i]! <= step && (best < 0 || curve.step[i]! >= curve.step[best]!)) best = i;
  }
  return best < 0 ? null : { value: curve.value[best]!, step: curve.step[best]! };
}

/** Every metric, reduced to one cell a trial. */
export function reduceMetrics(set: TrialSet, options: ReduceOptions): Reduced[] {
  const { aggregation } = options;
  const groups =
    aggregation === "avg"
      ? set.sessions
      : set.sessions.map((group) => chooseSession(set, group, options, aggregation));
  return set.metrics.map((_, metric) => {
    const cells: Cell[] = new Array(groups.length).fill(undefined);
    const steps: (Step | null)[] = new Array(groups.length).fill(null);
    groups.forEach((group, trial) => {
      if (group.length === 1) {
        const found = sessionValue(set, metric, group[0]!, options);
        if (found) {
          cells[trial] = found.value;
          steps[trial] = found.step;
        }
        return;
      }
      const found = group
        .map((session) => sessionValue(set, metric, session, options))
        .filter((value) => value !== null);
      if (!found.length) return;
      cells[trial] = found.reduce((sum, { value }) => sum + value, 0) / found.length;
      steps[trial] = meanStep(found.map(({ step }) => step));
    });
    return { cells, steps };
  });
}

/** The mean of steps, rounded down; null unless all are known. */
function meanStep(steps: readonly (Step | null)[]): Step | null {
  const known = steps.filter((step) => step !== null);
  if (known.length < steps.length) return null;
  if (known.every((step) => typeof step === "number")) {
    return Math.floor(known.reduce((sum, step) => sum + step, 0) / known.length);
  }
  return known.reduce<bigint>((sum, step) => sum + BigInt(step), 0n) / BigInt(known.length);
}

/** The session whose chosen metric is the (lower) median, the least or the greatest. */
function chooseSession(
  set: TrialSet,
  group: readonly number[],
  options: ReduceOptions,
  aggregation: Aggregation,
): number[] {
  const measured: { session: number; value: number }[] = [];
  for (const session of group) {
    const found = sessionValue(set, options.metric, session, options);
    if (found) measured.push({ session, value: found.value });
  }
  if (!measured.length) return [];
  // NaN compares with nothing: it stands behind every number, whichever end is asked for.
  const numbers = measured.filter(({ value }) => !Number.isNaN(value));
  const ordered = (numbers.length ? numbers : measured).sort((a, b) => a.value - b.value);
  if (aggregation === "median") return [ordered[(ordered.length - 1) >> 1]!.session];
  if (aggregation === "min") return [ordered[0]!.session];
  const greatest = ordered[ordered.length - 1]!.value;
  const first = ordered.find(({ value }) => value === greatest || Number.isNaN(greatest))!;
  return [first.session];
}

/**
 * The first row with the best value of a metric among those that pass; -1 if none has a
 * number, or several all have the same one.
 */
export function bestRow(cells: readonly Cell[], lower: boolean, mask?: Uint8Array): number {
  let best = -1;
  let count = 0;
  let same = true;
  cells.forEach((cell, row) => {
    if (typeof cell !== "number" || Number.isNaN(cell) || (mask && !mask[row])) return;
    const held = best < 0 ? cell : (cells[best] as number);
    count += 1;
    if (cell !== held) same = false;
    if (best < 0 || (lower ? cell < held : cell > held)) best = row;
  });
  return count > 1 && same ? -1 : best;
}
