// How what changed is merged into the trials that are held.
import type { Cell } from "../../table/cells.ts";
import {
  CELL_TYPES,
  type CellColumn,
  type Curves,
  type MetricInfo,
  NO_TRIALS,
  type RowChange,
  type SentSteps,
  STATUSES,
  type Statistics,
  STEPS,
  type Step,
  type Steps,
  type TrialSet,
  type TrialsContent,
  VALUES,
} from "./trials.ts";

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
    hparams: content.hparams.map(({ numbers, texts, types, codes, ...column }) => ({
      ...column,
      cells: merged(
        held.hparams.find(({ name }) => name === column.name)?.cells ?? [],
        trialFrom,
        content.trials.sent,
        cellsOf({ numbers, texts, types, codes }),
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
export function cellsOf({ numbers, texts, types, codes }: CellColumn): Cell[] {
  const values: Cell[] = Array.from(numbers, (number, i) => {
    switch (types && CELL_TYPES[types[i]!]) {
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
  return codes ? Array.from(codes, (code) => values[code]) : values;
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
function roomForSteps(length: number, ...parts: SentSteps[]): Steps {
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
  for (const name of VALUES) {
    const next = new Float64Array(size).fill(Number.NaN);
    found[name] = block(next, held, content, from, held.statistics[name], content.value[name]);
  }
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

function copySteps(to: Steps, at: number, from: SentSteps, start: number, size: number): void {
  const part = from.subarray(start, start + size);
  if (to instanceof Float64Array) to.set(part as Float64Array | Int32Array, at);
  else if (part instanceof BigInt64Array) to.set(part, at);
  else to.set(BigInt64Array.from(part, bigStep), at);
}
