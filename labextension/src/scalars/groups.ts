// Runs that differ only in their seed, as one line with a band.
import type { Line } from "./lines.ts";
import { interpolate } from "./lines.ts";

export type Center = "mean" | "median";
export type Band = "minmax" | "std" | "se" | "ci95" | "none";

export const BANDS: readonly (readonly [Band, string])[] = [
  ["minmax", "min to max"],
  ["std", "standard deviation"],
  ["se", "standard error"],
  ["ci95", "95 % interval"],
  ["none", "none"],
];

const MOST_PLACES = 2000;

/** Two-sided 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

export function student(degrees: number): number {
  return degrees < 1 ? Number.NaN : (STUDENT[degrees - 1] ?? 1.96 + 2.5 / degrees);
}

export interface Summary {
  center: number;
  low: number;
  high: number;
}

/** The line and the band at one place, of the finite values there. */
export function summarize(values: number[], center: Center, band: Band): Summary {
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const half = n >> 1;
  const median = n % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  const middle = center === "mean" ? mean : median;
  if (band === "minmax") return { center: middle, low: sorted[0]!, high: sorted[n - 1]! };
  if (band === "none" || n < 2) return { center: middle, low: middle, high: middle };
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const std = Math.sqrt(squares / (n - 1));
  const reach = { std, se: std / Math.sqrt(n), ci95: (student(n - 1) * std) / Math.sqrt(n) }[band];
  return { center: middle, low: middle - reach, high: middle + reach };
}

/** One line a group; runs that are alone stay as they are. */
export function aggregate(
  lines: Line[],
  groupOf: (run: string) => string,
  options: { center: Center; band: Band },
): Line[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const name = groupOf(line.name);
    const members = groups.get(name);
    if (members) members.push(line);
    else groups.set(name, [line]);
  }
  return [...groups].map(([name, members]) =>
    members.length === 1 && members[0]!.name === name
      ? members[0]!
      : combine(name, members, options),
  );
}

/** The places where members have points: exactly those, unless they are too many. */
function places(members: Line[]): Float64Array {
  const all = new Set<number>();
  for (const { x } of members) for (const at of x) if (Number.isFinite(at)) all.add(at);
  const sorted = Float64Array.from(all).sort();
  if (sorted.length <= MOST_PLACES) return sorted;
  return Float64Array.from({ length: MOST_PLACES }, (_, i) => {
    return sorted[Math.round((i * (sorted.length - 1)) / (MOST_PLACES - 1))]!;
  });
}

/** Points by ascending x, finite ones only. */
function sortedFinite(x: Float64Array, y: Float64Array): [Float64Array, Float64Array] {
  const rows: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (Number.isFinite(x[i]!) && Number.isFinite(y[i]!)) rows.push(i);
  }
  rows.sort((a, b) => x[a]! - x[b]!);
  return [Float64Array.from(rows, (i) => x[i]!), Float64Array.from(rows, (i) => y[i]!)];
}

function combine(name: string, members: Line[], options: { center: Center; band: Band }): Line {
  const x = places(members);
  const curves = members.map((line) => sortedFinite(line.x, line.smooth));
  const n = x.length;
  const [y, low, high] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const values: number[] = [];
    for (const [xs, ys] of curves) {
      const value = interpolate(xs, ys, x[i]!);
      if (Number.isFinite(value)) values.push(value);
    }
    const summary = values.length
      ? summarize(values, options.center, options.band)
      : { center: Number.NaN, low: Number.NaN, high: Number.NaN };
    y[i] = summary.center;
    low[i] = summary.low;
    high[i] = summary.high;
  }
  const first = members[0]!;
  const [stepX, steps] = sortedFinite(first.x, first.step);
  const [wallX, walls] = sortedFinite(first.x, first.wall);
  return {
    ...first,
    name,
    runs: members.flatMap((line) => line.runs),
    x,
    raw: y,
    smooth: y,
    mean: y,
    count: new Float64Array(n).fill(1),
    step: x.map((at) => interpolate(stepX, steps, at)),
    wall: x.map((at) => interpolate(wallX, walls, at)),
    breaks: [],
    ascending: true,
    odd: [],
    low,
    high,
    faded: members.every((line) => line.faded),
  };
}
