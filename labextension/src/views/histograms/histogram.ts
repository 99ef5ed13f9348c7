// One histogram, as `HistogramsView.encode` sent it: the buckets as they were logged.
import type { Content } from "../../shell/wire.ts";
import type { Item } from "../../stepped/kind.ts";

/** Numbers in the smallest type that has each of them exactly. */
export type Numbers = Float64Array | Float32Array | Uint8Array | Uint16Array | Uint32Array;

export interface Histogram extends Item {
  left: Numbers;
  right: Numbers;
  count: Numbers;
}

export function toHistogram({ edges, left, right, count }: Content): Histogram {
  // Where each bucket ends where the next begins, the edges travel once.
  return edges
    ? { left: edges.subarray(0, count.length), right: edges.subarray(1), count }
    : { left, right, count };
}

export function bytesOf({ left, right, count }: Histogram): number {
  const shared = left.buffer === right.buffer;
  return left.byteLength + (shared ? 0 : right.byteLength) + count.byteLength;
}

/** Calls `use` for each bucket that can be drawn: finite, with a count; edges in their order. */
export function eachBucket(
  { left, right, count }: Histogram,
  use: (low: number, high: number, count: number, index: number) => void,
): void {
  for (let i = 0; i < count.length; i++) {
    const [a, b, held] = [left[i]!, right[i]!, count[i]!];
    // A difference to itself is 0, unless it is not finite.
    if (a - a !== 0 || b - b !== 0 || held - held !== 0 || !(held > 0)) continue;
    use(Math.min(a, b), Math.max(a, b), held, i);
  }
}
