// Trials as the kernel sends them, column by column, and how what changed is merged in.
//
// A trial is a set of sessions (runs) with the same hyperparameters; metrics belong to
// sessions. Everything a person can ask of a metric (last, best, mean, at a step) is
// answered from the statistics and the bounded curves held here, without the kernel.
import type { Cell } from "./cells.ts";

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
const VALUES = ["last", "min", "max", "mean"] as const;
const STEPS = ["lastStep", "minStep", "maxStep"] as const;

/** What became of rows: places in the old order, then in the new one. */
export interface RowChange {
  gone: Int32Array;
  came: Int32Array;
  /** Those that are new or changed: what follows is said of these. */
  sent: Int32Array;
}

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
    runs: string[];
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
  count: Float64Array;
  step: Steps;
  value: Float64Array;
  curves: PackedCurves;
}

export interface CellColumn {
  numbers: Float64Array;
  texts: string[];
  /** Places in CELL_TYPES; absent if all are numbers. */
  types?: Uint8Array;
}

export interface PackedCurves {
  lengths: Uint32Array;
  step: Steps;
  value: Float64Array;
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

/** Whether news can be merged into what is held; if not, everything must be asked for. */
export function follows(held: TrialSet, content: TrialsContent): boolean {
  return content.base === 0 || content.base === held.version;
}

/** Merges what the kernel sent into what is held. */
export function mergeTrials(before: TrialSet, content: TrialsContent): TrialSet {
  const held = content.base === 0 ? NO_TRIALS : before;
  const trialFrom = origins(held.trials.length, content.trials);
  const sessionFrom = origins(held.runs.length, content.sessions);
  const { sessions: said } = content;
  const { sent } = said;
  const runs = merged(held.runs, sessionFrom, sent, said.runs);
  const trialOf = mergedTrialOf(held, content, sessionFrom, trialFrom);
  const sessions = sessionsOf(trialFrom.length, trialOf);
  const names = Array.from(
    content.trials.sent,
    (trial, i) => content.trials.named[i] ?? runs[sessions[trial]![0]!]!,
  );
  return {
    version: content.version,
    trials: merged(held.trials, trialFrom, content.trials.sent, names),
    hparams: content.hparams.map(({ numbers, texts, types, ...column }) => ({
      ...column,
      cells: merged(
        held.hparams.find(({ name }) => name === column.name)?.cells ?? [],
        trialFrom,
        content.trials.sent,
        cellsOf({ numbers, texts, types }),
      ),
    })),
    metrics: content.metrics,
    judge: content.judge,
    runs,
    trialOf,
    sessions,
    status: merged(
      held.status,
      sessionFrom,
      sent,
      Array.from(said.status, (code) => STATUSES[code]!),
    ),
    start: Float64Array.from(merged(Array.from(held.start), sessionFrom, sent, said.start)),
    end: Float64Array.from(merged(Array.from(held.end), sessionFrom, sent, said.end)),
    curveRuns: merged(
      held.curveRuns,
      sessionFrom,
      sent,
      said.runs.map((run, i) => said.curveRuns[i] ?? [run]),
    ),
    statistics: mergedStatistics(held, content, sessionFrom),
    curves: mergedCurves(held, content, sessionFrom),
  };
}

/** The cells of a hyperparameter. */
export function cellsOf({ numbers, texts, types }: CellColumn): Cell[] {
  if (!types) return Array.from(numbers);
  return Array.from(numbers, (number, i) => {
    switch (CELL_TYPES[types[i]!]) {
      case "text":
        return texts[number]!;
      case "bool":
        return number !== 0;
      case "none":
        return null;
      case "missing":
        return undefined;
      default:
        return number;
    }
  });
}

/** For each row, where it stood before; -1 if it is new. */
function origins(before: number, { gone, came }: RowChange): Int32Array {
  const from = new Int32Array(before - gone.length + came.length).fill(-1);
  const fresh = new Set(came);
  const left = new Set(gone);
  let old = 0;
  for (let row = 0; row < from.length; row++) {
    if (fresh.has(row)) continue;
    while (left.has(old)) old++;
    from[row] = old++;
  }
  return from;
}

function merged<T>(
  before: readonly T[],
  from: Int32Array,
  sent: Int32Array,
  values: ArrayLike<T>,
): T[] {
  const next = Array.from(from, (old) => before[old] as T);
  sent.forEach((row, i) => {
    next[row] = values[i] as T;
  });
  return next;
}

function mergedTrialOf(
  held: TrialSet,
  { sessions }: TrialsContent,
  sessionFrom: Int32Array,
  trialFrom: Int32Array,
): Int32Array {
  const now = new Int32Array(held.trials.length).fill(-1);
  trialFrom.forEach((old, trial) => {
    if (old >= 0) now[old] = trial;
  });
  const trialOf = sessionFrom.map((old) => (old < 0 ? -1 : now[held.trialOf[old]!]!));
  sessions.sent.forEach((session, i) => {
    trialOf[session] = sessions.trial[i]!;
  });
  return trialOf;
}

function sessionsOf(trials: number, trialOf: Int32Array): number[][] {
  const lists: number[][] = Array.from({ length: trials }, () => []);
  trialOf.forEach((trial, session) => {
    lists[trial]?.push(session);
  });
  return lists;
}

/** For each metric, which of those held it is; -1 if it is new. */
function metricOrigins(held: TrialSet, metrics: readonly MetricInfo[]): number[] {
  return metrics.map(({ name }) => held.metrics.findIndex((other) => other.name === name));
}

/** A block of [metric, session] with what is held and what was sent in its place. */
function block<T extends Float64Array | BigInt64Array>(
  next: T,
  held: TrialSet,
  content: TrialsContent,
  from: Int32Array,
  old: ArrayLike<Step>,
  values: ArrayLike<Step>,
): T {
  const write = next as { [at: number]: Step };
  const exact = next instanceof BigInt64Array;
  const convert = (step: Step): Step => (exact ? bigStep(step) : step);
  const { sent } = content.sessions;
  metricOrigins(held, content.metrics).forEach((row, metric) => {
    const to = metric * from.length;
    if (row >= 0) {
      const start = row * held.runs.length;
      for (let session = 0; session < from.length; session++) {
        if (from[session]! >= 0) write[to + session] = convert(old[start + from[session]!]!);
      }
    }
    for (let i = 0; i < sent.length; i++) {
      write[to + sent[i]!] = convert(values[metric * sent.length + i]!);
    }
  });
  return next;
}

/** Where there is no point, a step may be anything. */
function bigStep(step: Step): bigint {
  return typeof step === "number" && Number.isNaN(step) ? 0n : BigInt(step);
}

/** The next array of steps: exact if either has any that needs it. */
function roomForSteps(length: number, ...parts: Steps[]): Steps {
  const exact = parts.some((part) => part instanceof BigInt64Array);
  return exact ? new BigInt64Array(length) : new Float64Array(length);
}

function mergedStatistics(held: TrialSet, content: TrialsContent, from: Int32Array): Statistics {
  const size = content.metrics.length * from.length;
  const part = content.metrics.length * content.sessions.sent.length;
  const count = block(
    new Float64Array(size),
    held,
    content,
    from,
    held.statistics.count,
    content.count,
  );
  const found = { count } as Statistics;
  VALUES.forEach((name, i) => {
    const sent = content.value.subarray(i * part, (i + 1) * part);
    const next = new Float64Array(size).fill(Number.NaN);
    found[name] = block(next, held, content, from, held.statistics[name], sent);
  });
  STEPS.forEach((name, i) => {
    const sent = content.step.subarray(i * part, (i + 1) * part);
    const old = held.statistics[name];
    found[name] = block(roomForSteps(size, old, sent), held, content, from, old, sent);
  });
  return found;
}

function mergedCurves(held: TrialSet, content: TrialsContent, from: Int32Array): Curves {
  const { lengths, step } = content.curves;
  const { sent } = content.sessions;
  const sessions = from.length;
  const pairs = content.metrics.length * sessions;
  // Where the points of each pair are: in what is held, or in what was sent.
  const start = new Float64Array(pairs);
  const size = new Uint32Array(pairs);
  const fresh = new Uint8Array(pairs);
  let at = 0;
  metricOrigins(held, content.metrics).forEach((row, metric) => {
    for (let session = 0; row >= 0 && session < sessions; session++) {
      if (from[session]! < 0) continue;
      const old = row * held.runs.length + from[session]!;
      start[metric * sessions + session] = held.curves.offset[old]!;
      size[metric * sessions + session] = held.curves.offset[old + 1]! - held.curves.offset[old]!;
    }
    sent.forEach((session, i) => {
      const pair = metric * sessions + session;
      start[pair] = at;
      size[pair] = lengths[metric * sent.length + i]!;
      fresh[pair] = 1;
      at += size[pair]!;
    });
  });
  const offset = new Uint32Array(pairs + 1);
  for (let pair = 0; pair < pairs; pair++) offset[pair + 1] = offset[pair]! + size[pair]!;
  const steps = roomForSteps(offset[pairs]!, held.curves.step, step);
  const values = new Float64Array(offset[pairs]!);
  for (let pair = 0; pair < pairs; pair++) {
    const source = fresh[pair] ? content.curves : held.curves;
    copySteps(steps, offset[pair]!, source.step, start[pair]!, size[pair]!);
    values.set(source.value.subarray(start[pair]!, start[pair]! + size[pair]!), offset[pair]!);
  }
  return { offset, step: steps, value: values };
}

function copySteps(to: Steps, at: number, from: Steps, start: number, size: number): void {
  const part = from.subarray(start, start + size);
  if (to instanceof Float64Array) to.set(part as Float64Array, at);
  else if (part instanceof BigInt64Array) to.set(part, at);
  else to.set(BigInt64Array.from(part, bigStep), at);
}

/** Curves that came by themselves, one a metric, all steps then all values. */
export function unpackCurves({ lengths, step, value }: PackedCurves): Curve[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    const from = at;
    at += length;
    return { step: step.subarray(from, at), value: value.subarray(from, at) };
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
