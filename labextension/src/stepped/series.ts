// The series of a view: their points as columns, as the kernel sends them.
import type { Content } from "../shell/wire.ts";
import { orderOf, type Points } from "./steps.ts";

/** What is known of a series' last item before it is here; the kind's own facts beside. */
export interface Preview {
  /** How many items the last point has. */
  count: number;
  [fact: string]: unknown;
}

export interface Series extends Points {
  /** The kernel's number: a series that was read anew has another. */
  id: number;
  key: string;
  run: string;
  tag: string;
  title: string;
  caption: string;
  /** Points that a restart hid. */
  hidden: number;
  step: BigInt64Array;
  /** Seconds since the epoch. */
  wall: Float64Array;
  /** Where each point stands in the series as logged: with `id` its name. */
  place: Uint32Array;
  /** Positions in order of step. */
  order: readonly number[];
  last: Preview | null;
}

/** As `series_columns` in nbboard/views/shared/items.py: a row a series, points one after the other. */
export interface SeriesColumns {
  id: Uint32Array;
  run: string[];
  tag: string[];
  title: string[];
  caption: string[];
  hidden: Uint32Array;
  /** How many of the points that are here stay: those of the message stand behind them. */
  from: Uint32Array;
  length: Uint32Array;
  step: BigInt64Array;
  wall: Float64Array;
  place: Uint32Array;
  last: Record<string, Preview>;
}

/** No name has a NUL between run and tag by accident: "a/b" + "c" is not "a" + "b/c". */
export function seriesKey(run: string, tag: string): string {
  return `${run}\u0000${tag}`;
}

/** The series after a message; those that the kernel removed, or read anew, are gone. */
export function mergeSeries(
  before: ReadonlyMap<string, Series>,
  content: Content,
): Map<string, Series> {
  const columns: SeriesColumns | undefined = content.series;
  const gone = new Set<number>(content.removed ?? []);
  const listed = columns && content.complete ? new Set(columns.id) : null;
  const next = new Map<string, Series>();
  for (const [key, one] of before) {
    if (!gone.has(one.id) && (!listed || listed.has(one.id))) next.set(key, one);
  }
  let start = 0;
  for (let row = 0; columns && row < columns.id.length; row++) {
    const end = start + columns.length[row]!;
    const key = seriesKey(columns.run[row]!, columns.tag[row]!);
    next.set(key, rowOf(columns, row, start, end, next.get(key)));
    start = end;
  }
  return next;
}

function rowOf(
  columns: SeriesColumns,
  row: number,
  start: number,
  end: number,
  before: Series | undefined,
): Series {
  const id = columns.id[row]!;
  const known = before?.id === id ? before : undefined;
  const from = known ? columns.from[row]! : 0;
  const step = joined(BigInt64Array, known?.step, from, columns.step.subarray(start, end));
  return {
    id,
    key: seriesKey(columns.run[row]!, columns.tag[row]!),
    run: columns.run[row]!,
    tag: columns.tag[row]!,
    title: columns.title[row]!,
    caption: columns.caption[row]!,
    hidden: columns.hidden[row]!,
    step,
    wall: joined(Float64Array, known?.wall, from, columns.wall.subarray(start, end)),
    place: joined(Uint32Array, known?.place, from, columns.place.subarray(start, end)),
    order: orderOf({ step }),
    last: columns.last[String(id)] ?? known?.last ?? null,
  };
}

function joined<T extends BigInt64Array | Float64Array | Uint32Array>(
  Type: new (length: number) => T,
  known: T | undefined,
  from: number,
  more: T,
): T {
  const result = new Type(from + more.length);
  // Both are of one type, which the compiler does not see through the union.
  if (known && from) result.set(known.subarray(0, from) as never);
  result.set(more as never, from);
  return result;
}
