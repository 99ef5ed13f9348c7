// The histograms of a series that are shown at once: those of them that are here.
import { secondsOf } from "../../draw/dates.ts";
import type { Series } from "../../stepped/series.ts";
import { spreadOver } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Histogram } from "./histogram.ts";

/** Steps in a heat map and among percentiles, and in an offset or overlay chart. */
export const HEAT_STEPS = 200;
export const RIDGE_STEPS = 51;

export type XKind = "step" | "relative" | "wall";

export interface Moment {
  step: bigint;
  /** Seconds since the epoch. */
  wall: number;
}

export interface Column extends Moment {
  item: Histogram;
}

/** The positions of a series' points that stand for all of them, in order of step. */
export function overviewOf(series: Series, most: number): number[] {
  return spreadOver(series.order.length, most).map((place) => series.order[place]!);
}

/** Those of them that are here and can be shown. */
export function columnsOf(store: SteppedStore<Histogram>, series: Series, most: number): Column[] {
  const columns: Column[] = [];
  for (const position of overviewOf(series, most)) {
    const item = store.loaded(series, position)?.items[0];
    if (!item || item.refusal) continue;
    columns.push(columnAtStep(series, position, item));
  }
  return columns;
}

/** One of a series' histograms. */
export function columnAtStep(series: Series, position: number, item: Histogram): Column {
  const wall = secondsOf(series.wall[position]!);
  return { step: series.step[position]!, wall, item };
}

/** Where each column stands. */
export function placesOf(columns: readonly Moment[], kind: XKind): number[] {
  if (kind === "step") return columns.map(({ step }) => Number(step));
  const start = kind === "wall" ? 0 : (columns[0]?.wall ?? 0);
  return columns.map(({ wall }) => wall - start);
}

/**
 * Where columns that stand at ascending places meet: one more than there are. The outermost are
 * no wider than usual, however far away their neighbours are.
 */
export function boundaries(x: readonly number[]): number[] {
  if (x.length < 2) return x.length ? [x[0]! - 0.5, x[0]! + 0.5] : [];
  const gaps = x.slice(1).map((at, i) => at - x[i]!);
  const inner = gaps.map((gap, i) => x[i]! + gap / 2);
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  const [first, last] = [gaps[0]!, gaps[gaps.length - 1]!];
  return [
    x[0]! - Math.min(first, usual) / 2,
    ...inner,
    x[x.length - 1]! + Math.min(last, usual) / 2,
  ];
}
