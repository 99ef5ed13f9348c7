// The lines of a card: what is drawn of each series, under the options chosen.
import { secondsOf } from "../draw/dates.ts";
import type { Restarts } from "../shell/restarts.tsx";
import type { RunList } from "../shell/runs.ts";
import { aggregate, type Band, type Center } from "./groups.ts";
import { lowerBound, type Points, type Series } from "./series.ts";
import { type Method, smooth } from "./smoothing.ts";
import type { SeriesByRun } from "./store.ts";

export interface LineOptions {
  /** "step", "relative", "wall", "order" or a tag. */
  x: string;
  restarts: Restarts;
  method: Method;
  weight: number;
  center: Center;
  band: Band;
}

/** A series in the coordinates of the plot, before smoothing. */
export interface Trace {
  x: Float64Array;
  raw: Float64Array;
  mean: Float64Array;
  count: Float64Array;
  step: Float64Array;
  /** Wall times in seconds; NaN where they are no dates. */
  wall: Float64Array;
  /** Which points of the series these are. */
  index: Float64Array;
  /** Where x goes back, so that a new piece begins. */
  breaks: number[];
  ascending: boolean;
  total: number;
  /** Positions of points that are not finite. */
  odd: number[];
}

/** A place where values cease to be finite, and whose they are. */
export interface Mark {
  x: number;
  /** +infinity: it stands on top. */
  up: boolean;
  runs: readonly string[];
}

export interface Line {
  /** The tag that it is of. */
  tag: string;
  /** Name of the run, or of the group of runs. */
  name: string;
  /** What it is called on screen. */
  label: string;
  color: string;
  runs: string[];
  x: Float64Array;
  raw: Float64Array;
  /** Equal to `raw` where nothing is smoothed. */
  smooth: Float64Array;
  /** What each point stands for: mean and number of the points since the one before. */
  mean: Float64Array;
  count: Float64Array;
  step: Float64Array;
  wall: Float64Array;
  breaks: number[];
  ascending: boolean;
  /** Which points of the series these are, of how many; of a group none. */
  index: Float64Array;
  total: number;
  /** How many of them are finite. */
  finite: number;
  marks: readonly Mark[];
  /** The band of a group, and how many members have a finite value there. */
  low?: Float64Array;
  high?: Float64Array;
  members?: Float64Array;
  /** How it is dashed, in pixels; not at all if there is none. */
  dash?: readonly number[];
  /** What of its band is missing, where it has one of other tags. */
  gaps?: Gaps;
  /** Not in the brush: drawn grey. */
  faded: boolean;
  /** Drawn against the second y axis. */
  right: boolean;
}

/** Where the line of a band has no band. */
export interface Gaps {
  /** Steps without a lower or an upper bound. */
  missing: number;
  /** Steps with the lower bound above the upper one. */
  crossed: number;
  /** Whether that was counted among samples only. */
  sampled: boolean;
}

/** The name of a line among those of a card. */
export function lineKey({ tag, name }: Pick<Line, "tag" | "name">): string {
  return `${tag}\u0000${name}`;
}

export interface Counts {
  held: number;
  total: number;
  hidden: number;
  odd: number;
  /** Points without a date, where that matters, and runs that have some. */
  undated: number;
  undatedRuns: string[];
  /** Runs of which nothing can be drawn against the chosen x axis. */
  noX: string[];
  /** Runs whose points are not here yet. */
  awaited: number;
}

/** More lines than this in one card nobody can tell apart, and no browser draws. */
export const MOST_LINES = 2000;

interface Cached {
  key: string;
  trace: Trace | null;
  smoothKey: string;
  smooth: Float64Array;
}

const cache = new WeakMap<Series, Cached>();

/** Series to plot coordinates; kept until the series or an option changes. */
export function traceOf(series: Series, options: LineOptions, xSeries?: Series): Trace | null {
  const key = `${series.version} ${options.x} ${options.restarts} ${xSeries?.version ?? ""}`;
  let found = cache.get(series);
  if (found?.key !== key) {
    const points = series.points;
    const trace = points && makeTrace(points, series, options, xSeries);
    found = { key, trace, smoothKey: "", smooth: new Float64Array(0) };
    cache.set(series, found);
  }
  return found.trace;
}

function smoothOf(series: Series, trace: Trace, { method, weight }: LineOptions): Float64Array {
  const found = cache.get(series)!;
  const key = `${method} ${weight}`;
  if (found.smoothKey !== key) {
    found.smoothKey = key;
    found.smooth = smoothPieces(trace, method, weight);
  }
  return found.smooth;
}

/** Each piece between breaks is a series of its own, as in TensorBoard. */
function smoothPieces(trace: Trace, method: Method, weight: number): Float64Array {
  const { x, raw, mean, count, breaks, total } = trace;
  if (weight <= 0) return raw;
  if (breaks.length === 0) return smooth({ x, value: raw, mean, count, total }, method, weight);
  const out = new Float64Array(raw.length);
  const ends = [...breaks, raw.length];
  let from = 0;
  for (const to of ends) {
    const piece = count.subarray(from, to);
    const curve = {
      x: x.subarray(from, to),
      value: raw.subarray(from, to),
      mean: mean.subarray(from, to),
      count: piece,
      total: piece.reduce((sum, n) => sum + n, 0),
    };
    out.set(smooth(curve, method, weight), from);
    from = to;
  }
  return out;
}

function makeTrace(
  points: Points,
  series: Series,
  options: LineOptions,
  xSeries: Series | undefined,
): Trace {
  const latest = options.restarts === "latest";
  const { off } = points;
  const rows: number[] = [];
  for (let i = 0; i < points.index.length; i++) if (!latest || !off?.[i]) rows.push(i);
  const n = rows.length;
  const make = (): Float64Array => new Float64Array(n);
  const [raw, mean, count, step, wall, index] = [make(), make(), make(), make(), make(), make()];
  const odd: number[] = [];
  for (let k = 0; k < n; k++) {
    const i = rows[k]!;
    raw[k] = points.value[i]!;
    mean[k] = points.mean[i]!;
    count[k] = points.index[i]! - (i > 0 ? points.index[i - 1]! : -1);
    step[k] = points.step[i]!;
    wall[k] = secondsOf(points.wall[i]!);
    index[k] = points.index[i]!;
    if (!Number.isFinite(raw[k]!)) odd.push(k);
  }
  const x = options.x === "order" ? index : xOf(options.x, step, wall, xSeries);
  const breaks: number[] = [];
  // Against another tag x may go to and fro; that is one line all the same.
  if (!isTag(options.x)) for (let k = 1; k < n; k++) if (x[k]! < x[k - 1]!) breaks.push(k);
  let ascending = breaks.length === 0;
  if (isTag(options.x)) for (let k = 1; k < n && ascending; k++) ascending = x[k]! >= x[k - 1]!;
  const total = series.total - (latest ? series.hidden : 0);
  return { x, raw, mean, count, step, wall, index, breaks, ascending, total, odd };
}

const AXES: readonly string[] = ["step", "relative", "wall", "order"];

export function isTag(x: string): boolean {
  return !AXES.includes(x);
}

function xOf(x: string, step: Float64Array, wall: Float64Array, xSeries?: Series): Float64Array {
  if (x === "step") return step;
  if (x === "wall") return wall;
  if (x === "relative") {
    const start = wall.find((time) => Number.isFinite(time)) ?? Number.NaN;
    return wall.map((time) => time - start);
  }
  const other = xSeries?.points;
  if (!other) return new Float64Array(step.length).fill(Number.NaN);
  return step.map((at) => interpolate(other.step, other.value, at));
}

/** The value at a place between ascending ones; NaN outside of them. */
export function interpolate(xs: ArrayLike<number>, ys: ArrayLike<number>, at: number): number {
  const n = xs.length;
  if (n === 0 || at < xs[0]! || at > xs[n - 1]!) return Number.NaN;
  const i = lowerBound(xs, at);
  if (xs[i] === at) return ys[i]!;
  const share = (at - xs[i - 1]!) / (xs[i]! - xs[i - 1]!);
  return ys[i - 1]! + share * (ys[i]! - ys[i - 1]!);
}

/** All lines of a card, in the order of the runs. */
export function linesOf(
  seriesByRun: SeriesByRun,
  shown: readonly string[],
  runs: RunList,
  options: LineOptions,
  xSeriesByRun?: SeriesByRun,
  right = false,
): Line[] {
  const brushed = runs.brushed.value ? new Set(runs.brushed.value) : null;
  const lines: Line[] = [];
  for (const run of shown) {
    const series = seriesByRun.get(run);
    const trace = series && traceOf(series, options, xSeriesByRun?.get(run));
    if (!series || !trace || trace.x.length === 0) continue;
    if (lines.length === MOST_LINES) break;
    lines.push({
      tag: series.tag,
      name: run,
      label: runs.label(run),
      color: runs.color(run),
      runs: [run],
      x: trace.x,
      raw: trace.raw,
      smooth: smoothOf(series, trace, options),
      mean: trace.mean,
      count: trace.count,
      step: trace.step,
      wall: trace.wall,
      breaks: trace.breaks,
      ascending: trace.ascending,
      index: trace.index,
      total: series.total,
      finite: trace.x.length - trace.odd.length,
      marks: marksOf(trace, run),
      faded: brushed !== null && !brushed.has(run),
      right,
    });
  }
  const groupOf = runs.groupOf();
  return groupOf ? aggregate(lines, groupOf, options) : lines;
}

/** Where a run ceases to be finite: the first of the points in a row that are not. */
export function marksOf({ x, raw, odd }: Pick<Trace, "x" | "raw" | "odd">, run: string): Mark[] {
  const isUp = (i: number): boolean => raw[i] === Infinity;
  const follows = (i: number, before: number | undefined): boolean =>
    before === i - 1 && isUp(i) === isUp(before);
  const firsts = odd.filter((i, k) => !follows(i, odd[k - 1]));
  return firsts.map((i) => ({ x: x[i]!, up: isUp(i), runs: [run] }));
}

/** What a card of several tags says: the sums. */
export function sumOfCounts(counts: readonly Counts[]): Counts {
  const several = (lists: string[][]): string[] => [...new Set(lists.flat())];
  const sum = (name: "held" | "total" | "hidden" | "odd" | "undated" | "awaited"): number =>
    counts.reduce((before, one) => before + one[name], 0);
  return {
    ...{ held: sum("held"), total: sum("total"), hidden: sum("hidden"), odd: sum("odd") },
    ...{ undated: sum("undated"), awaited: sum("awaited") },
    undatedRuns: several(counts.map((one) => one.undatedRuns)),
    noX: several(counts.map((one) => one.noX)),
  };
}

/** What a card says of the points that it shows and that it does not. */
export function countsOf(
  seriesByRun: SeriesByRun,
  shown: readonly string[],
  options: LineOptions,
  xSeriesByRun?: SeriesByRun,
): Counts {
  const counts: Counts = {
    ...{ held: 0, total: 0, hidden: 0, odd: 0, undated: 0, awaited: 0 },
    ...{ undatedRuns: [], noX: [] },
  };
  const latest = options.restarts === "latest";
  const timed = options.x === "wall" || options.x === "relative";
  for (const run of shown) {
    const series = seriesByRun.get(run);
    if (!series) continue;
    if (!series.loaded) {
      counts.awaited++;
      continue;
    }
    const hides = latest ? series.hidden : 0;
    counts.total += series.total - hides;
    counts.hidden += series.hidden;
    const off = latest ? series.points?.off : null;
    let gone = 0;
    if (off) for (const flag of off) gone += flag;
    counts.held += Math.min(series.held - gone, series.total - hides);
    const values = series.points!.value;
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) counts.odd++;
    if (timed && series.undated > 0) {
      counts.undated += series.undated;
      counts.undatedRuns.push(run);
    }
    if (isTag(options.x)) {
      const trace = traceOf(series, options, xSeriesByRun?.get(run));
      if (trace?.x.every((x) => Number.isNaN(x))) counts.noX.push(run);
    }
  }
  return counts;
}
