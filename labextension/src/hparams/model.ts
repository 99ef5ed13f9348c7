// What the kernel sends about trials, column by column, and how a delta is merged in.
//
// A trial is a set of sessions (runs) with the same hyperparameters; metrics belong to
// sessions. Everything a person can ask of a metric (last, best, mean, at a step) is
// answered from the statistics and the bounded curves held here, without the kernel.

export type Plain = number | string | boolean;
/** null: this trial has no such value. NaN is a value: it was logged. */
export type Cell = Plain | null;

export interface HParamInfo {
  key: string;
  label: string;
  title: string;
  /** One a trial. */
  cells: Cell[];
}

export interface MetricInfo {
  key: string;
  label: string;
  title: string;
  /** True if a smaller value is better, as guessed from the name. */
  lower: boolean;
}

/** Eight numbers for each session and metric, at [metric * sessions + session]. */
export interface Statistics {
  count: Float64Array;
  last: Float64Array;
  lastStep: Float64Array;
  min: Float64Array;
  minStep: Float64Array;
  max: Float64Array;
  maxStep: Float64Array;
  mean: Float64Array;
}

export interface TrialSet {
  /** Names of trials, and of the sessions in each. */
  trials: string[];
  hparams: HParamInfo[];
  metrics: MetricInfo[];
  runs: string[];
  /** The trial of each session. */
  trialOf: Int32Array;
  status: string[];
  start: Float64Array;
  end: Float64Array;
  /** Runs whose curves belong to each session. */
  curveRuns: string[][];
  statistics: Statistics;
  /** Points held of each metric of each session: [offset[i], offset[i + 1]). */
  offset: Int32Array;
  step: Float64Array;
  value: Float64Array;
}

export const STATISTICS = [
  "count",
  "last",
  "lastStep",
  "min",
  "minStep",
  "max",
  "maxStep",
  "mean",
] as const;

/** The JSON half of a payload; the numbers travel beside it as one block of float64. */
export interface PayloadHeader {
  /** How many trials the sender takes us to know; those that follow are new. */
  firstTrial: number;
  trials: string[];
  hparams: {
    key: string;
    label: string;
    title: string;
    /** Distinct values; -1 in `codes`, one a new trial, says missing. */
    values: Plain[];
    codes: number[];
  }[];
  metrics: MetricInfo[];
  /** Places of the sessions that are new or changed, and what is said of each. */
  seats: number[];
  runs: string[];
  trialOf: number[];
  status: string[];
  /** By index in `seats`, where it is not the session's own run alone. */
  curveRuns: Record<string, string[]>;
  points: number;
}

export const NO_TRIALS: TrialSet = {
  trials: [],
  hparams: [],
  metrics: [],
  runs: [],
  trialOf: new Int32Array(0),
  status: [],
  curveRuns: [],
  start: new Float64Array(0),
  end: new Float64Array(0),
  statistics: Object.fromEntries(
    STATISTICS.map((name) => [name, new Float64Array(0)]),
  ) as unknown as Statistics,
  offset: new Int32Array(1),
  step: new Float64Array(0),
  value: new Float64Array(0),
};

/** Whether news can be merged into what is held; if not, everything must be asked for. */
export function follows(held: TrialSet, header: PayloadHeader): boolean {
  if (header.firstTrial === 0) return true;
  const fresh = header.seats.filter((seat) => seat >= held.runs.length);
  return (
    header.firstTrial === held.trials.length &&
    header.metrics.length === held.metrics.length &&
    fresh.every((seat, i) => seat === held.runs.length + i)
  );
}

/**
 * Merges a payload into what is held; the first one into `NO_TRIALS`.
 *
 * Layout of the numbers, each for the sessions of `seats`: start, end, the statistics by
 * kind, metric and session, the lengths of the curves by metric and session, then the
 * steps and the values of all curves.
 */
export function mergeTrials(
  before: TrialSet,
  header: PayloadHeader,
  numbers: Float64Array,
): TrialSet {
  const held = header.firstTrial === 0 ? NO_TRIALS : before;
  const { seats } = header;
  const metrics = header.metrics.length;
  let at = 0;
  const take = (length: number): Float64Array => {
    const part = numbers.subarray(at, at + length);
    if (part.length !== length) throw new RangeError("The trials arrived incomplete.");
    at += length;
    return part;
  };
  const sessions = Math.max(held.runs.length, ...seats.slice(-1).map((seat) => seat + 1));
  const put = <T>(list: readonly T[], values: ArrayLike<T>): T[] => {
    const next = list.slice();
    seats.forEach((seat, i) => {
      next[seat] = values[i]!;
    });
    return next;
  };
  const widened = (old: Float64Array, values: Float64Array, rows: number): Float64Array => {
    const next = new Float64Array(rows * sessions).fill(Number.NaN);
    for (let row = 0; row < rows; row++) {
      const from = row * held.runs.length;
      next.set(old.subarray(from, from + held.runs.length), row * sessions);
      for (let i = 0; i < seats.length; i++) {
        next[row * sessions + seats[i]!] = values[row * seats.length + i]!;
      }
    }
    return next;
  };
  const start = widened(held.start, take(seats.length), 1);
  const end = widened(held.end, take(seats.length), 1);
  const statistics = {} as Statistics;
  for (const name of STATISTICS) {
    statistics[name] = widened(held.statistics[name], take(metrics * seats.length), metrics);
  }
  const lengths = take(metrics * seats.length);
  const steps = take(header.points);
  const curves = mergeCurves(
    held,
    { seats, metrics, sessions, lengths },
    steps,
    take(header.points),
  );
  return {
    trials: [...held.trials, ...header.trials],
    hparams: header.hparams.map((column, i) => ({
      key: column.key,
      label: column.label,
      title: column.title,
      cells: [
        ...(held.hparams[i]?.cells ?? []),
        ...column.codes.map((code) => (code < 0 ? null : column.values[code]!)),
      ],
    })),
    metrics: header.metrics,
    runs: put(held.runs, header.runs),
    trialOf: Int32Array.from(put(Array.from(held.trialOf), header.trialOf)),
    status: put(held.status, header.status),
    curveRuns: put(
      held.curveRuns,
      header.runs.map((run, i) => header.curveRuns[i] ?? [run]),
    ),
    start,
    end,
    statistics,
    ...curves,
  };
}

interface Shape {
  seats: number[];
  metrics: number;
  sessions: number;
  lengths: Float64Array;
}

function mergeCurves(
  held: TrialSet,
  { seats, metrics, sessions, lengths }: Shape,
  steps: Float64Array,
  values: Float64Array,
): Pick<TrialSet, "offset" | "step" | "value"> {
  // Where the news of each pair begin; -1 where there are none.
  const fresh = new Int32Array(metrics * sessions).fill(-1);
  const sizes = new Int32Array(metrics * sessions);
  let at = 0;
  for (let row = 0; row < metrics; row++) {
    for (let seat = 0; seat < held.runs.length; seat++) {
      const old = row * held.runs.length + seat;
      sizes[row * sessions + seat] = held.offset[old + 1]! - held.offset[old]!;
    }
    for (let i = 0; i < seats.length; i++) {
      const pair = row * sessions + seats[i]!;
      fresh[pair] = at;
      sizes[pair] = lengths[row * seats.length + i]!;
      at += sizes[pair]!;
    }
  }
  const offset = new Int32Array(metrics * sessions + 1);
  sizes.forEach((size, pair) => {
    offset[pair + 1] = offset[pair]! + size;
  });
  const step = new Float64Array(offset[sizes.length]!);
  const value = new Float64Array(step.length);
  for (let row = 0; row < metrics; row++) {
    for (let seat = 0; seat < sessions; seat++) {
      const pair = row * sessions + seat;
      const size = sizes[pair]!;
      if (!size) continue;
      const from = fresh[pair]! >= 0 ? fresh[pair]! : held.offset[row * held.runs.length + seat]!;
      step.set((fresh[pair]! >= 0 ? steps : held.step).subarray(from, from + size), offset[pair]!);
      value.set(
        (fresh[pair]! >= 0 ? values : held.value).subarray(from, from + size),
        offset[pair]!,
      );
    }
  }
  return { offset, step, value };
}

/** The points held of one metric of one session. */
export function curveOf(
  set: TrialSet,
  metric: number,
  session: number,
): { step: Float64Array; value: Float64Array; total: number } {
  const pair = metric * set.runs.length + session;
  const from = set.offset[pair] ?? 0;
  const to = set.offset[pair + 1] ?? 0;
  return {
    step: set.step.subarray(from, to),
    value: set.value.subarray(from, to),
    total: set.statistics.count[pair] ?? 0,
  };
}

/** The sessions of every trial, in order. */
export function sessionsOf(set: TrialSet): number[][] {
  const lists: number[][] = set.trials.map(() => []);
  set.trialOf.forEach((trial, session) => {
    lists[trial]?.push(session);
  });
  return lists;
}

/** True if every logged point of every metric is held, so that "at a step" is exact. */
export function holdsAll(set: TrialSet): boolean {
  return set.statistics.count.every(
    (count, pair) => count === set.offset[pair + 1]! - set.offset[pair]!,
  );
}

/** The numbers of a buffer of the kernel. */
export function numbersOf(view: DataView): Float64Array {
  // A copy: the view may start anywhere, float64 only at multiples of 8.
  return new Float64Array(
    view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer,
  );
}
