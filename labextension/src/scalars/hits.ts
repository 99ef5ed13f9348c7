// What lies under the cursor, and the table of a selected step or range.
import type { Line } from "./lines.ts";
import { lowerBound } from "./series.ts";
import type { TooltipSort } from "./state.ts";

export interface Hit {
  line: Line;
  /** Which of its points. */
  at: number;
}

/** The point of a line that is nearest in x; -1 if it has none. */
export function nearest(line: Line, x: number): number {
  const n = line.x.length;
  if (n === 0) return -1;
  if (line.ascending) {
    const i = lowerBound(line.x, x);
    if (i === 0) return 0;
    if (i === n) return n - 1;
    return x - line.x[i - 1]! <= line.x[i]! - x ? i - 1 : i;
  }
  let best = -1;
  let distance = Infinity;
  // Of equally near ones the last: after a restart that is the one that counts.
  for (let i = 0; i < n; i++) {
    const d = Math.abs(line.x[i]! - x);
    if (d <= distance) {
      distance = d;
      best = i;
    }
  }
  return best;
}

/** One hit a line. Lines that end far from the cursor stay in: it says where they end. */
export function hitsAt(lines: readonly Line[], x: number): Hit[] {
  return lines.map((line) => ({ line, at: nearest(line, x) })).filter(({ at }) => at >= 0);
}

/** In the order that TensorBoard offers; distances are in pixels. */
export function sortHits(
  hits: Hit[],
  sort: TooltipSort,
  distance: (hit: Hit) => { x: number; y: number },
): Hit[] {
  const value = ({ line, at }: Hit): number => line.smooth[at]!;
  const number = (v: number, other: number): number => (Number.isNaN(v) ? other : v);
  const sorted = [...hits];
  switch (sort) {
    case "alphabetical":
      return sorted.sort((a, b) => (a.line.name < b.line.name ? -1 : 1));
    case "ascending":
      return sorted.sort((a, b) => number(value(a), Infinity) - number(value(b), Infinity));
    case "descending":
      return sorted.sort((a, b) => number(value(b), -Infinity) - number(value(a), -Infinity));
    case "nearest": {
      const square = (hit: Hit): number => {
        const d = distance(hit);
        return number(d.x * d.x + d.y * d.y, Infinity);
      };
      return sorted.sort((a, b) => square(a) - square(b));
    }
    case "nearest_y": {
      const away = (hit: Hit): number => number(Math.abs(distance(hit).y), Infinity);
      return sorted.sort((a, b) => away(a) - away(b));
    }
    default:
      return sorted;
  }
}

export interface TableRow {
  line: Line;
  start: number;
  startValue: number;
  smoothedStart: number;
  end: number;
  endValue: number;
  smoothedEnd: number;
  min: number;
  max: number;
  /** Of the raw values. */
  mean: number;
  /** Of the smoothed values, as TensorBoard's "value change". */
  change: number;
  /** Of the raw values. */
  rawChange: number;
  /** Change over start, in percent. */
  percent: number;
}

/**
 * The data table of a selection (`scalar_card_data_table.ts`): the points closest to its ends;
 * least, greatest and change of the smoothed values, mean and raw change of the raw ones.
 */
export function tableRow(line: Line, selection: readonly number[]): TableRow | null {
  const from = nearest(line, selection[0]!);
  const to = nearest(line, selection[selection.length - 1]!);
  if (from < 0 || to < 0) return null;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let n = 0;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  for (let i = low; i <= high; i++) {
    const smoothed = line.smooth[i]!;
    if (smoothed < min) min = smoothed;
    if (smoothed > max) max = smoothed;
    // The first point stands for itself only: what lies before it is not in the range.
    const [mean, count] = i === low ? [line.raw[i]!, 1] : [line.mean[i]!, line.count[i]!];
    if (Number.isFinite(mean)) {
      sum += mean * count;
      n += count;
    }
  }
  const [smoothedStart, smoothedEnd] = [line.smooth[from]!, line.smooth[to]!];
  return {
    line,
    start: line.x[from]!,
    startValue: line.raw[from]!,
    smoothedStart,
    end: line.x[to]!,
    endValue: line.raw[to]!,
    smoothedEnd,
    min: n ? min : Number.NaN,
    max: n ? max : Number.NaN,
    mean: n ? sum / n : Number.NaN,
    change: smoothedEnd - smoothedStart,
    rawChange: line.raw[to]! - line.raw[from]!,
    percent: (100 * (smoothedEnd - smoothedStart)) / smoothedStart,
  };
}
