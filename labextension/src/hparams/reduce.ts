// From the many values of a metric to one a trial: first within a session (last, best,
// mean, at a step), then over the sessions of a trial (TensorBoard's aggregation).

import { type Cell, curveOf, sessionsOf, type TrialSet } from "./model.ts";

export type Reduction = "last" | "best" | "mean" | "step";
export type Aggregation = "avg" | "median" | "min" | "max";

export interface ReduceOptions {
  reduce: Reduction;
  /** For "step": the value last logged at or before this step. */
  step: number;
  aggregation: Aggregation;
  /** The metric (its index) by which median, min and max choose a session. */
  metric: number;
  /** By metric: true if lower is better. */
  lower: boolean[];
  /** Values the kernel computed for "step" from every point; absent while it is busy. */
  exact?: { step: number; value: Float64Array; at: Float64Array } | null;
}

export interface Reduced {
  cells: Cell[];
  /** The step at which each value stands; null with "mean" and where it is missing. */
  steps: (number | null)[];
}

interface SessionValue {
  value: number;
  step: number | null;
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
  switch (options.reduce) {
    case "last":
      return { value: all.last[pair]!, step: all.lastStep[pair]! };
    case "best":
      return options.lower[metric]
        ? { value: all.min[pair]!, step: all.minStep[pair]! }
        : { value: all.max[pair]!, step: all.maxStep[pair]! };
    case "mean":
      return { value: all.mean[pair]!, step: null };
    case "step": {
      const exact = options.exact;
      if (exact && exact.step === options.step) {
        const at = exact.at[pair]!;
        return Number.isNaN(at) ? null : { value: exact.value[pair]!, step: at };
      }
      return valueAt(curveOf(set, metric, session), options.step);
    }
  }
}

/** The value last written at or before a step. Steps may go back after a restart. */
export function valueAt(
  curve: { step: Float64Array; value: Float64Array },
  step: number,
): SessionValue | null {
  let best = -1;
  for (let i = 0; i < curve.step.length; i++) {
    if (curve.step[i]! <= step && (best < 0 || curve.step[i]! >= curve.step[best]!)) best = i;
  }
  return best < 0 ? null : { value: curve.value[best]!, step: curve.step[best]! };
}

/** Every metric, reduced to one cell a trial. */
export function reduceMetrics(set: TrialSet, options: ReduceOptions): Reduced[] {
  const groups = sessionsOf(set);
  const chosen =
    options.aggregation === "avg"
      ? null
      : groups.map((group) => chooseSession(set, group, options, options.aggregation));
  return set.metrics.map((_, metric) => {
    const cells: Cell[] = new Array(groups.length).fill(null);
    const steps: (number | null)[] = new Array(groups.length).fill(null);
    groups.forEach((group, trial) => {
      if (chosen) {
        const session = chosen[trial]!;
        const found = session < 0 ? null : sessionValue(set, metric, session, options);
        if (found) {
          cells[trial] = found.value;
          steps[trial] = found.step;
        }
        return;
      }
      let count = 0;
      let sum = 0;
      let stepSum: number | null = 0;
      for (const session of group) {
        const found = sessionValue(set, metric, session, options);
        if (!found) continue;
        count += 1;
        sum += found.value;
        stepSum = found.step === null || stepSum === null ? null : stepSum + found.step;
      }
      if (count) {
        cells[trial] = sum / count;
        steps[trial] = stepSum === null ? null : Math.floor(stepSum / count);
      }
    });
    return { cells, steps };
  });
}

/** The session whose chosen metric is the (lower) median, the least or the greatest; -1 if none. */
function chooseSession(
  set: TrialSet,
  group: number[],
  options: ReduceOptions,
  aggregation: Aggregation,
): number {
  const measured: { session: number; value: number }[] = [];
  for (const session of group) {
    const found = sessionValue(set, options.metric, session, options);
    if (found) measured.push({ session, value: found.value });
  }
  if (!measured.length) return -1;
  // NaN compares with nothing: it stands behind every number, whichever end is asked for.
  const numbers = measured.filter(({ value }) => !Number.isNaN(value));
  const ordered = (numbers.length ? numbers : measured).sort((a, b) => a.value - b.value);
  if (aggregation === "median") return ordered[(ordered.length - 1) >> 1]!.session;
  if (aggregation === "min") return ordered[0]!.session;
  const greatest = ordered[ordered.length - 1]!.value;
  return ordered.find(({ value }) => value === greatest || Number.isNaN(greatest))!.session;
}

/**
 * The first trial with the best value of a metric among those that pass; -1 if none has a
 * number, or several all have the same one.
 */
export function bestTrial(cells: readonly Cell[], lower: boolean, mask?: Uint8Array): number {
  let best = -1;
  let count = 0;
  let same = true;
  cells.forEach((cell, trial) => {
    if (typeof cell !== "number" || Number.isNaN(cell) || (mask && !mask[trial])) return;
    const held = best < 0 ? cell : (cells[best] as number);
    count += 1;
    if (cell !== held) same = false;
    if (best < 0 || (lower ? cell < held : cell > held)) best = trial;
  });
  return count > 1 && same ? -1 : best;
}
