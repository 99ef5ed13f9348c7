// What lies under the cursor, and the table of a selected step or range.
import type { Line } from "./lines.ts";
import { lastAtOrBelow } from "./series.ts";
import type { TooltipSort } from "./state.ts";

export interface Hit {
  line: Line;
  /** Which of its points: the nearest at or below the cursor. */
  at: number;
  /** Whether the line goes on there; else this is where it ended. */
  alive: boolean;
}

/** The point of a line that counts at a place: the nearest at or below it; -1 if there is none. */
export function pointAt(line: Line, x: number): number {
  if (line.ascending) return lastAtOrBelow(line.x, x);
  let best = -1;
  // Of several at one place the one written last: after a restart that is the one that counts.
  for (let i = 0; i < line.x.length; i++) {
    const at = line.x[i]!;
    if (at <= x && (best < 0 || at >= line.x[best]!)) best = i;
  }
  return best;
}

/** Whether a line has points up to a place, or beyond. */
function reaches(line: Line, x: number): boolean {
  const last = line.x[line.x.length - 1]!;
  if (line.ascending) return last >= x;
  return line.x.some((at) => at >= x);
}

/** One hit a line that has begun by then; where lines ended, they say so. */
export function hitsAt(lines: readonly Line[], x: number): Hit[] {
  const hits: Hit[] = [];
  for (const line of lines) {
    const at = pointAt(line, x);
    if (at >= 0) hits.push({ line, at, alive: reaches(line, x) });
  }
  return hits;
}

/**
 * Whether a point is the one that was logged last at or below a place, although not all points
 * are here: the next one that is here was also logged next.
 */
export function isExact({ line, at }: Pick<Hit, "line" | "at">): boolean {
  if (line.members) return true;
  const { index, total } = line;
  const next = at + 1 < index.length ? index[at + 1]! : total;
  return next === index[at]! + 1;
}

/** In the order that TensorBoard offers, lines that go on first; distances are in pixels. */
export function sortHits(
  hits: readonly Hit[],
  sort: TooltipSort,
  distance: (hit: Hit) => { x: number; y: number },
): Hit[] {
  const sorted = ordered(hits, sort, distance);
  return [...sorted.filter((hit) => hit.alive), ...sorted.filter((hit) => !hit.alive)];
}

function ordered(
  hits: readonly Hit[],
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

/** Runs whose value is not finite near a place, with that place; the nearest marks only. */
export function marksNear(lines: readonly Line[], x: number, reach: number): [number, string[]] {
  let nearest = Number.NaN;
  for (const { marks } of lines) {
    for (const mark of marks) {
      const away = Math.abs(mark.x - x);
      if (away <= reach && !(Math.abs(nearest - x) <= away)) nearest = mark.x;
    }
  }
  const runs = new Set<string>();
  for (const { marks } of lines) {
    for (const mark of marks) if (mark.x === nearest) for (const run of mark.runs) runs.add(run);
  }
  return [nearest, [...runs]];
}

export interface TableRow {
  line: Line;
  /** Whether the line goes on at the end of the selection. */
  alive: boolean;
  /** Whether this is of all points, or of those that are here. */
  exact: boolean;
  start: number;
  startValue: number;
  smoothedStart: number;
  end: number;
  endValue: number;
  smoothedEnd: number;
  /** Members of a group with a finite value at the start; 1 for a run. */
  members: number;
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
 * The data table of a selection (`scalar_card_data_table.ts`): the points at or below its ends;
 * least, greatest and change of the smoothed values, mean and raw change of the raw ones.
 */
export function tableRow(line: Line, selection: readonly number[]): TableRow | null {
  const stop = selection[selection.length - 1]!;
  const to = pointAt(line, stop);
  if (to < 0) return null;
  // A line may begin within the range.
  const from = Math.max(pointAt(line, selection[0]!), 0);
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
  const ends = {
    start: line.x[from]!,
    startValue: line.raw[from]!,
    smoothedStart: line.smooth[from]!,
    end: line.x[to]!,
    endValue: line.raw[to]!,
    smoothedEnd: line.smooth[to]!,
  };
  return {
    line,
    alive: reaches(line, stop),
    exact: isExact({ line, at: from }) && isExact({ line, at: to }),
    ...ends,
    members: line.members?.[from] ?? 1,
    min: n ? min : Number.NaN,
    max: n ? max : Number.NaN,
    mean: n ? sum / n : Number.NaN,
    ...changesOf(ends),
  };
}

/** What follows from the two ends of a range. */
export function changesOf(
  ends: Pick<TableRow, "startValue" | "smoothedStart" | "endValue" | "smoothedEnd">,
): Pick<TableRow, "change" | "rawChange" | "percent"> {
  const change = ends.smoothedEnd - ends.smoothedStart;
  return {
    change,
    rawChange: ends.endValue - ends.startValue,
    percent: (100 * change) / ends.smoothedStart,
  };
}
