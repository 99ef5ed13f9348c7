// Runs that differ only in their seed, as one line with a band.
import type { Line, Mark } from "./lines.ts";

export type Center = "mean" | "median";
export type Band = "minmax" | "std" | "se" | "ci95" | "none";

export const BANDS: readonly (readonly [Band, string])[] = [
  ["std", "standard deviation"],
  ["minmax", "min to max"],
  ["se", "standard error"],
  ["ci95", "95 % interval"],
  ["none", "none"],
];

/** How opaque each of so many bands is: many over each other must not hide the lines. */
export function bandOpacity(bands: number): number {
  return bands ? Math.max(0.05, Math.min(0.2, 0.8 / bands)) : 0.2;
}

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
function places(members: readonly Line[]): Float64Array {
  const all = new Set<number>();
  for (const { x } of members) for (const at of x) if (Number.isFinite(at)) all.add(at);
  const sorted = Float64Array.from(all).sort();
  if (sorted.length <= MOST_PLACES) return sorted;
  const some = new Set<number>();
  for (let i = 0; i < MOST_PLACES; i++) {
    some.add(sorted[Math.round((i * (sorted.length - 1)) / (MOST_PLACES - 1))]!);
  }
  // Where a member was lost, and where one ends, must be seen.
  for (const member of members) {
    for (const mark of member.marks) some.add(mark.x);
    if (member.x.length) some.add(member.x[member.x.length - 1]!);
  }
  some.delete(Number.NaN);
  return Float64Array.from(some).sort();
}

/** A member's points by ascending x; of several at one place the one written last. */
function sortedByX(x: Float64Array, y: Float64Array): [xs: Float64Array, ys: Float64Array] {
  const rows: number[] = [];
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i]!)) rows.push(i);
  rows.sort((a, b) => x[a]! - x[b]! || a - b);
  const last = rows.filter((row, i) => i + 1 === rows.length || x[rows[i + 1]!] !== x[row]);
  return [Float64Array.from(last, (i) => x[i]!), Float64Array.from(last, (i) => y[i]!)];
}

/**
 * A member's values at places in ascending order: its own points, and between two of them what
 * lies between. NaN beyond its ends, at points that are not finite, and next to them.
 */
function valuesAt(xs: Float64Array, ys: Float64Array, at: Float64Array): Float64Array {
  const out = new Float64Array(at.length).fill(Number.NaN);
  let k = 0;
  for (let i = 0; i < at.length; i++) {
    while (k < xs.length && xs[k]! < at[i]!) k++;
    if (k === xs.length) break;
    if (xs[k] === at[i]) out[i] = ys[k]!;
    else if (k > 0) {
      const share = (at[i]! - xs[k - 1]!) / (xs[k]! - xs[k - 1]!);
      out[i] = ys[k - 1]! + share * (ys[k]! - ys[k - 1]!);
    }
    if (!Number.isFinite(out[i]!)) out[i] = Number.NaN;
  }
  return out;
}

/** Where members were lost: one mark for those that were lost at the same place. */
function lostMarks(members: readonly Line[]): Mark[] {
  const found = new Map<string, { x: number; up: boolean; runs: string[] }>();
  for (const { marks } of members) {
    for (const { x, up, runs } of marks) {
      const key = `${x} ${up}`;
      const known = found.get(key);
      if (known) known.runs.push(...runs);
      else found.set(key, { x, up, runs: [...runs] });
    }
  }
  return [...found.values()].sort((a, b) => a.x - b.x);
}

function combine(
  name: string,
  members: readonly Line[],
  options: { center: Center; band: Band },
): Line {
  const x = places(members);
  const n = x.length;
  const table = members.map((line) => valuesAt(...sortedByX(line.x, line.smooth), x));
  const [y, low, high, count] = [0, 0, 0, 0].map(() => new Float64Array(n)) as Float64Array[];
  const values: number[] = [];
  for (let i = 0; i < n; i++) {
    values.length = 0;
    for (const row of table) if (Number.isFinite(row[i]!)) values.push(row[i]!);
    count![i] = values.length;
    const summary = values.length
      ? summarize(values, options.center, options.band)
      : { center: Number.NaN, low: Number.NaN, high: Number.NaN };
    y![i] = summary.center;
    low![i] = summary.low;
    high![i] = summary.high;
  }
  const longest = members.reduce((a, b) => (b.x.length > a.x.length ? b : a));
  return {
    ...members[0]!,
    name,
    label: name,
    runs: members.flatMap((line) => line.runs),
    x,
    raw: y!,
    smooth: y!,
    mean: y!,
    count: new Float64Array(n).fill(1),
    step: valuesAt(...sortedByX(longest.x, longest.step), x),
    wall: valuesAt(...sortedByX(longest.x, longest.wall), x),
    index: x,
    total: n,
    finite: count!.filter((some) => some > 0).length,
    breaks: [],
    ascending: true,
    marks: lostMarks(members),
    low: low!,
    high: high!,
    members: count!,
    faded: members.every((line) => line.faded),
  };
}
