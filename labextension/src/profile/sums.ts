// What a search or a selection comes to: how many spans, how much time.
import type { Spans, Trace } from "./model.ts";
import { firstInside, type Window } from "./timeline.ts";

export interface Sum {
  count: number;
  /** Microseconds. */
  time: number;
}

export interface NamedSum extends Sum {
  name: number;
}

/** For each name of a trace whether it is one that is looked for. */
export function matchNames(trace: Trace, test: (name: string) => boolean): Uint8Array {
  return Uint8Array.from(trace.names, (name) => (test(name) ? 1 : 0));
}

/**
 * Names of spans that a row of a table stands for. TensorFlow calls spans `name:Type`, and
 * where no span is called like the row, by the last part of its name.
 */
export function namesOfRow(trace: Trace, row: string): Uint8Array {
  const tests = [
    (name: string) => name === row || name === `nn.Module: ${row}`,
    (name: string) => name.startsWith(`${row}:`),
    (name: string) => name === row.slice(row.lastIndexOf("/") + 1),
  ];
  for (const test of tests) {
    const found = matchNames(trace, test);
    if (found.includes(1)) return found;
  }
  return new Uint8Array(trace.names.length);
}

/** Places of the spans of wanted names, sorted by time. */
export function findSpans(spans: Spans, wanted: Uint8Array): Uint32Array {
  const found: number[] = [];
  for (let place = 0; place < spans.name.length; place++) {
    if (wanted[spans.name[place]!]) found.push(place);
  }
  return Uint32Array.from(found).sort((a, b) => spans.start[a]! - spans.start[b]!);
}

export function sumOf(spans: Spans, places: Uint32Array): Sum {
  let time = 0;
  let count = 0;
  for (const place of places) {
    time += spans.duration[place]!;
    count += spans.merged[place]!;
  }
  return { count, time };
}

export interface RangeSums {
  total: Sum;
  /** By name, those with the most time first. */
  names: NamedSum[];
}

/** Sums what lies in a range, cut where it reaches out; only of the tracks that are wanted. */
export function sumRange(
  spans: Spans,
  range: Window,
  wanted: (track: number) => boolean = () => true,
): RangeSums {
  const byName = new Map<number, NamedSum>();
  const total: Sum = { count: 0, time: 0 };
  for (const lane of spans.lanes) {
    if (!wanted(lane.track)) continue;
    for (let place = firstInside(spans, lane, range.begin); place < lane.to; place++) {
      const begin = spans.start[place]!;
      if (begin >= range.end) break;
      const inside =
        Math.min(begin + spans.duration[place]!, range.end) - Math.max(begin, range.begin);
      const name = spans.name[place]!;
      const sum = byName.get(name) ?? { name, count: 0, time: 0 };
      sum.count += spans.merged[place]!;
      sum.time += inside;
      byName.set(name, sum);
      total.count += spans.merged[place]!;
      total.time += inside;
    }
  }
  return { total, names: [...byName.values()].sort((a, b) => b.time - a.time) };
}
