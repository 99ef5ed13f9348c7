// A small set of trials for the tests of the hparams view.
import type { Cell } from "../src/table/cells.ts";
import { mergeTrials } from "../src/views/hparams/merge.ts";
import {
  type CellColumn,
  CELL_TYPES,
  type HparamInfo,
  type MetricInfo,
  NO_TRIALS,
  type RowChange,
  type TrialsContent,
  type TrialSet,
} from "../src/views/hparams/trials.ts";

export interface Logged {
  run: string;
  trial: number;
  /** By metric: [step, value] as written. */
  points: [number, number][][];
}

export type Hparam = Omit<HparamInfo, "cells"> & { cells: Cell[] };

export const places = (gone: number[], came: number[], sent: number[]): RowChange => ({
  gone: Int32Array.from(gone),
  came: Int32Array.from(came),
  sent: Int32Array.from(sent),
});

/** Cells as the kernel sends them. */
export function coded(cells: readonly Cell[]): CellColumn {
  const texts = [...new Set(cells.filter((cell) => typeof cell === "string"))];
  const types = cells.map((cell) => {
    if (cell === undefined) return "missing";
    if (cell === null) return "none";
    return typeof cell === "string" ? "text" : typeof cell === "boolean" ? "bool" : "number";
  });
  const numbers = cells.map((cell) =>
    typeof cell === "string" ? texts.indexOf(cell) : Number(cell ?? 0),
  );
  const all = Uint8Array.from(types, (type) => CELL_TYPES.indexOf(type as "number"));
  return {
    numbers: Float64Array.from(numbers),
    texts,
    ...(all.some((type) => type > 0) ? { types: all } : {}),
  };
}

/** What the kernel sends of some sessions, computing the statistics from the points. */
export function contentOf(
  named: readonly string[],
  hparams: readonly Hparam[],
  metrics: MetricInfo[],
  sessions: readonly Logged[],
  change: { trials: RowChange; sessions: RowChange; version: number; base: number },
): TrialsContent {
  const numbers: Record<string, number[]> = {};
  const note = (name: string, value: number): void => {
    numbers[name] ??= [];
    numbers[name].push(value);
  };
  metrics.forEach((_, metric) => {
    for (const session of sessions) {
      const points = session.points[metric] ?? [];
      const finite = points.filter(([, value]) => Number.isFinite(value));
      const least = finite.reduce((a, b) => (b[1] < a[1] ? b : a), finite[0] ?? [NaN, NaN]);
      const most = finite.reduce((a, b) => (b[1] > a[1] ? b : a), finite[0] ?? [NaN, NaN]);
      const last = points[points.length - 1] ?? [NaN, NaN];
      note("count", points.length);
      note("last", last[1]);
      note("lastStep", last[0]);
      note("min", least[1]);
      note("minStep", least[0]);
      note("max", most[1]);
      note("maxStep", most[0]);
      note("mean", finite.reduce((sum, [, value]) => sum + value, 0) / finite.length);
      note("lengths", points.length);
      for (const [step, value] of points) {
        note("step", step);
        note("value", value);
      }
    }
  });
  const all = (...names: string[]): Float64Array =>
    Float64Array.from(names.flatMap((name) => numbers[name] ?? []));
  return {
    version: change.version,
    base: change.base,
    trials: { ...change.trials, named: Object.fromEntries(named.entries()) },
    sessions: {
      ...change.sessions,
      runs: sessions.map(({ run }) => run),
      trial: Int32Array.from(sessions, ({ trial }) => trial),
      status: Uint8Array.from(sessions, () => 1),
      start: Float64Array.from(sessions, (_, i) => i),
      end: Float64Array.from(sessions, (_, i) => i + 10),
      curveRuns: { 1: ["elsewhere"] },
    },
    hparams: hparams.map(({ cells, ...column }) => ({ ...column, ...coded(cells) })),
    metrics,
    judge: metrics[0]?.key ?? "",
    count: all("count"),
    step: all("lastStep", "minStep", "maxStep"),
    value: { last: all("last"), min: all("min"), max: all("max"), mean: all("mean") },
    curves: {
      lengths: Uint32Array.from(numbers.lengths ?? []),
      step: all("step"),
      value: all("value"),
    },
  };
}

/** Builds a set by way of what the kernel sends. */
export function makeSet(
  trials: string[],
  hparams: Hparam[],
  metrics: MetricInfo[],
  sessions: Logged[],
): TrialSet {
  const every = (length: number): RowChange => {
    const all = Array.from({ length }, (_, i) => i);
    return places([], all, all);
  };
  const change = { trials: every(trials.length), sessions: every(sessions.length) };
  const content = contentOf(trials, hparams, metrics, sessions, { ...change, version: 1, base: 0 });
  return mergeTrials(NO_TRIALS, content);
}
