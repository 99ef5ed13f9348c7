// A profile as the kernel packed it (nbboard/views/profile/wire.py), as typed arrays.
import type { Content } from "../shell/protocol.ts";

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
  devices: { device: number; utilisation: number | null; occupancy: number | null }[];
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

type Numbers = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** The bytes of a column as numbers; copied, since typed arrays want aligned places. */
function read<T extends Numbers>(
  view: DataView | undefined | null,
  make: new (buffer: ArrayBuffer) => T,
): T {
  if (!view) return new make(new ArrayBuffer(0));
  const { buffer, byteOffset, byteLength } = view;
  return new make(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

export function readTable(packed: Content): Table {
  const columns: Table["columns"] = Object.create(null);
  for (const [name, column] of Object.entries(packed?.columns ?? {})) {
    columns[name] = Array.isArray(column)
      ? (column as string[])
      : read(column as DataView, Float64Array);
  }
  return { columns, rows: packed?.rows ?? 0, total: packed?.total ?? 0 };
}

export function readSpans(packed: Content): Spans {
  const row = read(packed.row, Uint32Array);
  const lanes: Lane[] = [];
  for (let from = 0; from < row.length; ) {
    let to = from + 1;
    while (to < row.length && row[to] === row[from]) to++;
    lanes.push({ track: row[from]! >>> 8, depth: row[from]! & 255, from, to });
    from = to;
  }
  return {
    start: read(packed.start, Float64Array),
    duration: read(packed.duration, Float32Array),
    name: read(packed.name, Uint32Array),
    role: read(packed.role, Uint8Array),
    id: read(packed.id, Uint32Array),
    merged: read(packed.merged, Uint32Array),
    complete: packed.complete,
    total: packed.total,
    begin: packed.begin,
    end: packed.end,
    lanes,
  };
}

export function readProfile(packed: Content): Profile {
  const { steps, trace } = packed;
  return {
    ...packed,
    steps: steps && {
      ...steps,
      duration: read(steps.duration, Float64Array),
      start: steps.start ? read(steps.start, Float64Array) : null,
      byRole: read(steps.by_role, Float64Array),
    },
    operators: readTable(packed.operators),
    modules: readTable(packed.modules),
    kernels: readTable(packed.kernels),
    ranks: packed.ranks ? readTable(packed.ranks) : null,
    memory: packed.memory.map((curve: Content) => ({
      device: curve.device,
      events: curve.events,
      time: read(curve.time, Float64Array),
      allocated: read(curve.allocated, Float64Array),
      reserved: read(curve.reserved, Float64Array),
      peakTime: curve.peak_time,
      peakBytes: curve.peak_bytes,
      capacity: curve.capacity,
      owners: readTable(curve.owners),
      ownerCount: curve.n_owners,
    })),
    trace: trace && {
      ...trace,
      spans: readSpans(trace.spans),
      flows: read(trace.flows, Uint32Array),
      counters: trace.counters.map((counter: Content) => ({
        ...counter,
        time: read(counter.time, Float64Array),
        value: read(counter.value, Float64Array),
      })),
    },
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
