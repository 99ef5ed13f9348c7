// Trials as the kernel sends them, column by column, and how what changed is merged in.
//
// A trial is a set of sessions (runs) with the same hyperparameters; metrics belong to
// sessions. Everything a person can ask of a metric (last, best, mean, at a step) is
// answered from the statistics and the bounded curves held here, without the kernel.
import type { Cell } from "../../table/cells.ts";

/** Steps are int64: where float64 does not have one exactly, all are big integers. */
export type Steps = Float64Array | BigInt64Array;
export type Step = number | bigint;

export interface HparamInfo {
  /** As it was logged; `key` is what its column is called. */
  name: string;
  key: string;
  label: string;
  title: string;
  /** Whether trials that differ in it alone repeat each other. */
  seed: boolean;
  /** One a trial. */
  cells: Cell[];
}

export interface MetricInfo {
  name: string;
  key: string;
  label: string;
  title: string;
  /** True if a smaller value is better, as its name suggests. */
  lower: boolean;
  /** Whether it tells of the training itself, not what came of it: epoch, lr, time. */
  ofTraining: boolean;
}

/** Numbers of each session and metric, at [metric * sessions + session]. */
export interface Statistics {
  /** How many points; 0 where there is no series: then the others mean nothing. */
  count: Float64Array;
  last: Float64Array;
  min: Float64Array;
  max: Float64Array;
  mean: Float64Array;
  lastStep: Steps;
  minStep: Steps;
  maxStep: Steps;
}

export interface TrialSet {
  version: number;
  /** Names of trials. */
  trials: string[];
  hparams: HparamInfo[];
  metrics: MetricInfo[];
  /** The key of the metric that trials are judged by unless another is chosen; or "". */
  judge: string;
  /** The run of each session, and its trial. */
  runs: string[];
  trialOf: Int32Array;
  /** The sessions of each trial. */
  sessions: number[][];
  status: string[];
  start: Float64Array;
  end: Float64Array;
  /** Runs whose curves belong to each session. */
  curveRuns: string[][];
  statistics: Statistics;
  curves: Curves;
}

/** Points held of each metric of each session: [offset[i], offset[i + 1]). */
export interface Curves {
  offset: Uint32Array;
  step: Steps;
  value: Float64Array;
}

export const STATUSES = ["unknown", "success", "failure", "running"] as const;
export const CELL_TYPES = ["number", "text", "bool", "none", "missing"] as const;
/** The order in which statistics travel. */
export const VALUES = ["last", "min", "max", "mean"] as const;
export const STEPS = ["lastStep", "minStep", "maxStep"] as const;

/** What became of rows: places in the old order, then in the new one. */
export interface RowChange {
  gone: Int32Array;
  came: Int32Array;
  /** Those that are new or changed: what follows is said of these. */
  sent: Int32Array;
}

/** Numbers in the smallest type that has all of them exactly. */
export type Numbers = Int32Array | Float32Array | Float64Array;
export type SentSteps = Int32Array | Steps;

/** As `pack_trials` in nbboard/views/hparams/columns.py. */
export interface TrialsContent {
  version: number;
  /** The version that this is to be merged into; 0 for everything. */
  base: number;
  trials: RowChange & {
    /** By place in `sent`: names that are not that of the trial's run. */
    named: Record<string, string>;
  };
  sessions: RowChange & {
    /** Numbers of the run list; names are put in their place before anything is merged. */
    runs: readonly string[];
    trial: Int32Array;
    status: Uint8Array;
    start: Float64Array;
    end: Float64Array;
    /** By place in `sent`, where it is not the session's own run alone. */
    curveRuns: Record<string, string[]>;
  };
  hparams: (Omit<HparamInfo, "cells"> & CellColumn)[];
  metrics: MetricInfo[];
  judge: string;
  count: Numbers;
  step: SentSteps;
  value: Record<(typeof VALUES)[number], Numbers>;
  curves: PackedCurves;
}

/** The same as it travels: runs are numbers. */
export type NumberedContent = Omit<TrialsContent, "sessions"> & {
  sessions: Omit<TrialsContent["sessions"], "runs" | "curveRuns"> & {
    runs: Uint32Array;
    curveRuns: Record<string, number[]>;
  };
};

/** Puts names in the place of numbers; null if one is not known yet. */
export function withNames(
  content: NumberedContent,
  nameOf: (number: number) => string | undefined,
): TrialsContent | null {
  const { sessions } = content;
  let complete = true;
  const named = (number: number): string => {
    const name = nameOf(number);
    complete &&= name !== undefined;
    return name ?? "";
  };
  const runs = Array.from(sessions.runs, named);
  const curveRuns = Object.fromEntries(
    Object.entries(sessions.curveRuns).map(([place, numbers]) => [place, numbers.map(named)]),
  );
  return complete ? { ...content, sessions: { ...sessions, runs, curveRuns } } : null;
}

export interface CellColumn {
  numbers: Float64Array;
  texts: string[];
  /** Places in CELL_TYPES; absent if all are numbers. */
  types?: Uint8Array;
  /** Which of these each cell has; absent if each has its own. */
  codes?: Uint8Array | Uint16Array | Uint32Array;
}

export interface PackedCurves {
  lengths: Uint32Array;
  step: SentSteps;
  value: Numbers;
}

const NO_NUMBERS = new Float64Array(0);

export const NO_TRIALS: TrialSet = {
  version: 0,
  trials: [],
  hparams: [],
  metrics: [],
  judge: "",
  runs: [],
  trialOf: new Int32Array(0),
  sessions: [],
  status: [],
  start: NO_NUMBERS,
  end: NO_NUMBERS,
  curveRuns: [],
  statistics: Object.fromEntries(
    ["count", ...VALUES, ...STEPS].map((name) => [name, NO_NUMBERS]),
  ) as unknown as Statistics,
  curves: { offset: new Uint32Array(1), step: NO_NUMBERS, value: NO_NUMBERS },
};

/** Curves that came by themselves, one a metric, all steps then all values. */
export function unpackCurves({ lengths, step, value }: PackedCurves): Curve[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    const from = at;
    at += length;
    const steps = step.subarray(from, at);
    return {
      step: steps instanceof BigInt64Array ? steps : Float64Array.from(steps),
      value: Float64Array.from(value.subarray(from, at)),
    };
  });
}

export interface Curve {
  step: Steps;
  value: Float64Array;
}

/** The points held of one metric of one session, and how many were logged. */
export function curveOf(set: TrialSet, metric: number, session: number): Curve & { total: number } {
  const pair = metric * set.runs.length + session;
  const from = set.curves.offset[pair] ?? 0;
  const to = set.curves.offset[pair + 1] ?? 0;
  return {
    step: set.curves.step.subarray(from, to),
    value: set.curves.value.subarray(from, to),
    total: set.statistics.count[pair] ?? 0,
  };
}

/** Whether every logged point of some sessions is held, of every metric. */
export function holdsAll(set: TrialSet, sessions?: readonly number[]): boolean {
  const whole = (pair: number): boolean =>
    set.statistics.count[pair] === set.curves.offset[pair + 1]! - set.curves.offset[pair]!;
  if (!sessions) return set.statistics.count.every((_, pair) => whole(pair));
  return set.metrics.every((_, metric) =>
    sessions.every((session) => whole(metric * set.runs.length + session)),
  );
}
