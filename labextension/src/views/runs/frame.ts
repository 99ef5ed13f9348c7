// The runs held in the page: who they are, and their columns.
import { type PackedColumn, RunColumn } from "./column.ts";

export interface RunsFrame {
  /** The run of each row, by its number in the run list. */
  rows: Uint32Array;
  /** How many runs fulfil the condition; the table may hold the first of them only. */
  fitting: number;
  /** How many runs the log has. */
  total: number;
  columns: ReadonlyMap<string, RunColumn>;
  /** The columns that are shown unasked: only what differs, and whatever there is. */
  unasked: readonly (readonly string[])[];
}

/** What nbboard/views/runs/news.py sends: everything, or what changed of the same rows. */
export interface RunsNews {
  rows?: Uint32Array;
  fitting?: number;
  total?: number;
  /** All columns in order, where that changed. */
  order?: string[];
  columns?: PackedColumn[];
  unasked?: string[][];
  patches?: Record<string, { rows: Uint32Array; to: Float64Array }>;
}

export const NO_RUNS: RunsFrame = {
  rows: new Uint32Array(),
  fitting: 0,
  total: 0,
  columns: new Map(),
  unasked: [],
};

export function received(frame: RunsFrame, news: RunsNews): RunsFrame {
  const fresh = (news.columns ?? []).map((packed) => new RunColumn(packed));
  const counts = { fitting: news.fitting ?? frame.fitting, total: news.total ?? frame.total };
  const unasked = news.unasked ?? frame.unasked;
  if (news.rows) {
    const all = new Map(fresh.map((one) => [one.key, one]));
    return { rows: news.rows, ...counts, columns: all, unasked };
  }
  if (!news.columns && !news.patches && !news.order) return { ...frame, ...counts, unasked };
  const columns = new Map(frame.columns);
  for (const one of fresh) columns.set(one.key, one);
  for (const [key, { rows, to }] of Object.entries(news.patches ?? {})) {
    const held = columns.get(key);
    if (held) columns.set(key, held.patched(rows, to));
  }
  const order = news.order ?? [...columns.keys()];
  const kept = order.flatMap((key): [string, RunColumn][] => {
    const column = columns.get(key);
    return column ? [[key, column]] : [];
  });
  return { rows: frame.rows, ...counts, columns: new Map(kept), unasked };
}
