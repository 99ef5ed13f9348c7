// A profile as the kernel packed it (nbboard/views/profile/wire.py), with typed arrays.
import type { Content } from "../shell/wire.ts";

export interface Table {
  columns: Record<string, Float64Array | string[]>;
  rows: number;
  total: number;
}

export interface Finding {
  what: string;
  sentence: string;
  advice: string;
  source: string;
  high: boolean;
}

export interface Steps {
  names: string[];
  duration: Float64Array;
  /** When they began on the time line; null where that is not known. */
  start: Float64Array | null;
  roles: string[];
  /** Microseconds, steps times roles. */
  byRole: Float64Array;
  recorded: boolean;
}

export interface MemoryCurve {
  device: string;
  events: number;
  time: Float64Array;
  allocated: Float64Array;
  reserved: Float64Array;
  peakTime: number;
  peakBytes: number;
  capacity: number | null;
  owners: Table;
  ownerCount: number;
}

export interface Track {
  process: string;
  thread: string;
  device: boolean;
  derived: boolean;
}

/** Spans of one track and depth: neighbours in the columns, sorted, none in another. */
export interface Lane {
  track: number;
  depth: number;
  from: number;
  to: number;
}

export interface Spans {
  start: Float64Array;
  duration: Float32Array;
  name: Uint32Array;
  role: Uint8Array;
  /** The span, or the first of merged ones. */
  id: Uint32Array;
  /** How many are merged in it; 1 for a span as it is. */
  merged: Uint32Array;
  complete: boolean;
  total: number;
  begin: number;
  end: number;
  lanes: Lane[];
}

export interface CounterCurve {
  name: string;
  process: string;
  time: Float64Array;
  value: Float64Array;
}

export interface Trace {
  tracks: Track[];
  names: string[];
  roles: string[];
  spans: Spans;
  /** Pairs of span ids: from, to. */
  flows: Uint32Array;
  counters: CounterCurve[];
}

export interface Profile {
  verdict: { sentence: string; advice: string; findings: Finding[] };
  notes: string[];
  device: string;
  said: string[];
  steps: Steps | null;
  operators: Table;
  modules: Table;
  kernels: Table;
  devices: { device: number; utilisation: number; occupancy: number }[];
  memory: MemoryCurve[];
  ranks: Table | null;
  trace: Trace | null;
}

export interface Comparison {
  before: [string, string];
  sentence: string;
  mean: number | null;
  shares: number[] | null;
  operators: Table;
  kernels: Table;
}

export function readTable(packed: Content): Table {
  // Without a prototype, so that a column is only what was sent.
  const columns = Object.assign(Object.create(null), packed?.columns) as Table["columns"];
  return { columns, rows: packed?.rows ?? 0, total: packed?.total ?? 0 };
}

export function readSpans(packed: Content): Spans {
  const row: Uint32Array = packed.row;
  const lanes: Lane[] = [];
  for (let from = 0; from < row.length; ) {
    let to = from + 1;
    while (to < row.length && row[to] === row[from]) to++;
    lanes.push({ track: row[from]! >>> 8, depth: row[from]! & 255, from, to });
    from = to;
  }
  return { ...packed, lanes };
}

export function readProfile(packed: Content): Profile {
  const { steps, trace } = packed;
  return {
    ...packed,
    steps: steps && { ...steps, byRole: steps.by_role },
    operators: readTable(packed.operators),
    modules: readTable(packed.modules),
    kernels: readTable(packed.kernels),
    ranks: packed.ranks ? readTable(packed.ranks) : null,
    memory: packed.memory.map((curve: Content) => ({
      ...curve,
      peakTime: curve.peak_time,
      peakBytes: curve.peak_bytes,
      owners: readTable(curve.owners),
      ownerCount: curve.n_owners,
    })),
    trace: trace && { ...trace, spans: readSpans(trace.spans) },
  };
}

export function readComparison(packed: Content): Comparison | null {
  if (!packed) return null;
  return {
    before: packed.before,
    sentence: packed.sentence,
    mean: packed.mean_us,
    shares: packed.shares,
    operators: readTable(packed.operators),
    kernels: readTable(packed.kernels),
  };
}

/** A column of numbers; empty where the table has none of that name. */
export function numbers(table: Table, name: string): Float64Array {
  const column = table.columns[name];
  return column instanceof Float64Array ? column : new Float64Array(table.rows);
}

/** A column of texts. */
export function texts(table: Table, name: string): string[] {
  const column = table.columns[name];
  return Array.isArray(column) ? column : [];
}
