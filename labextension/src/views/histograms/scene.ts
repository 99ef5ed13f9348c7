// What stands on a card, and where: the picture of all steps, and under it one histogram.
import { type AxisKind, axisTicks, type Box, labelWidth } from "../../draw/axes.ts";
import { makeScale, type Scale } from "../../draw/scale.ts";
import type { Ticks } from "../../draw/time-ticks.ts";
import type { Theme } from "../../shell/theme.ts";
import type { Size } from "../../stepped/layout.ts";
import { type ValueAxis, type ValueScale, valueAxis, valueScale, valueTicks } from "./axis.ts";
import { intoBins, type Span, spanOf } from "./bins.ts";
import { boundaries, type Column, type Moment, placesOf, type XKind } from "./columns.ts";
import type { Band } from "./curves.ts";
import { eachBucket, type Histogram } from "./histogram.ts";
import { momentsOf } from "./moments.ts";
import { percentilesOf } from "./percentiles.ts";
import type { Show } from "./state.ts";

/** What a card shows of a series. */
export interface Scene {
  show: Show;
  x: XKind;
  /** In the order of their places. */
  columns: readonly Column[];
  places: readonly number[];
  /** The columns' histograms as they are drawn: as logged, or over TensorBoard's bins. */
  drawn: readonly Histogram[];
  /** Percentiles, in the order of their places: of the columns, or of all steps. */
  bands: readonly (Band & { place: number })[];
  /** TensorBoard's bins; null for buckets as logged. */
  span: Span | null;
  axis: ValueAxis;
  theme: Theme;
  color: string;
  size: Size;
}

export interface SceneOptions {
  show: Show;
  x: XKind;
  symlog: boolean;
  tensorboard: boolean;
  theme: Theme;
  color: string;
  size: Size;
}

export function sceneOf(
  found: readonly Column[],
  all: readonly Band[] | null,
  options: SceneOptions,
): Scene {
  const { show, x, theme, color, size } = options;
  const placed = inPlace(found, x);
  const columns = placed.map(({ of }) => of);
  const items = columns.map(({ item }) => item);
  const span = options.tensorboard ? spanOf(items) : null;
  let drawn = options.tensorboard ? null : items;
  const axis = valueAxis(items.map(momentsOf), options.symlog);
  // Steps between those of the columns may lie farther out.
  for (const { values } of all ?? []) {
    axis.low = Math.min(axis.low, values[0]!);
    axis.high = Math.max(axis.high, values[values.length - 1]!);
  }
  const places = placed.map(({ place }) => place);
  const bands = show === "percentiles" ? bandsOf(all ?? bandsOfColumns(columns), x) : [];
  return {
    ...{ show, x, columns, places, bands, span, axis, theme, color, size },
    // When it is drawn: that is one card after the other.
    get drawn() {
      drawn ??= items.map((one) => intoBins(one, span));
      return drawn;
    },
  };
}

/** What stands at some moments, in the order of its place; what has none is left out. */
function inPlace<T extends Moment>(found: readonly T[], x: XKind): { of: T; place: number }[] {
  return placesOf(found, x)
    .map((place, index) => ({ place, of: found[index]! }))
    .filter(({ place }) => Number.isFinite(place))
    .sort((a, b) => a.place - b.place);
}

function bandsOf(bands: readonly Band[], x: XKind): Scene["bands"] {
  return inPlace(bands, x).map(({ of, place }) => ({
    ...{ step: of.step, wall: of.wall, place },
    get values() {
      return of.values;
    },
  }));
}

/** Percentiles of what is here, computed when they are drawn: one card after the other. */
function bandsOfColumns(columns: readonly Column[]): Band[] {
  return columns
    .filter(({ item }) => momentsOf(item).count > 0)
    .map(({ step, wall, item }) => ({
      ...{ step, wall },
      get values() {
        return percentilesOf(item);
      },
    }));
}

/** A histogram of the series as it is drawn. */
export function shownOf({ span }: Scene, item: Histogram): Histogram {
  return span ? intoBins(item, span) : item;
}

export interface Layout {
  /** The picture over steps: a heat map or percentiles. Null where there is none. */
  over: { box: Box; x: Scale; y: ValueScale; xTicks: Ticks; yTicks: Ticks } | null;
  /** Values from left to right: one histogram, or all as outlines. */
  values: { box: Box; x: ValueScale; xTicks: Ticks };
  /** Pixels where the columns meet. */
  edges: readonly number[];
}

const AXIS = 18;
const BELOW = 70;
const KINDS: Record<XKind, AxisKind> = { step: "step", relative: "duration", wall: "moment" };

export function layoutOf(scene: Scene): Layout {
  const { show, x: kind, bands, columns, axis, size } = scene;
  const places = show === "percentiles" ? bands.map(({ place }) => place) : scene.places;
  const { width, height } = size;
  const flat = show === "heat" || show === "percentiles";
  // Half a label of the last tick stands beyond it.
  const right = width - 14;
  // Of a single step there is nothing to see but its histogram.
  if (!flat || columns.length < 2) {
    const box = { left: 8, right, top: 6, bottom: height - AXIS };
    return { over: null, values: valuesIn(box, axis), edges: [] };
  }
  const box = { left: 0, right, top: 6, bottom: height - BELOW - 2 * AXIS };
  const yTicks = valueTicks(axis, Math.max(3, Math.floor((box.bottom - box.top) / 26)));
  box.left = Math.max(34, Math.ceil(labelWidth(yTicks.labels)) + 10);
  const meet = boundaries(places);
  // Curves go from the first to the last step, columns have a width.
  const reach = show === "percentiles" ? places : meet;
  const ends = [reach[0] ?? 0, reach[reach.length - 1] ?? 1] as const;
  const x = makeScale(ends[0] === ends[1] ? [ends[0] - 0.5, ends[1] + 0.5] : ends, [
    box.left,
    box.right,
  ]);
  const xTicks = axisTicks(x, KINDS[kind], Math.max(2, Math.floor((right - box.left) / 64)));
  const y = valueScale(axis, [box.bottom, box.top]);
  const below = { left: box.left, right, top: height - AXIS - BELOW + 8, bottom: height - AXIS };
  return {
    over: { box, x, y, xTicks, yTicks },
    values: valuesIn(below, axis),
    edges: meet.map(x),
  };
}

export function valuesIn(box: Box, axis: ValueAxis): Layout["values"] {
  const room = Math.max(2, Math.floor((box.right - box.left) / 52));
  return { box, x: valueScale(axis, [box.left, box.right]), xTicks: valueTicks(axis, room) };
}

/** A bar of a histogram: its area on the axis is its count. */
export interface Bar {
  left: number;
  right: number;
  /** Count a pixel. */
  density: number;
  count: number;
  /** Which bucket it is; the first of those that stand in one pixel. */
  index: number;
}

/** Less than this between two buckets is none, in pixels. */
const TOUCHING = 0.5;

/** A bar of less than this, in pixels, says nothing about density. */
const LEAST = 0.5;

/** Calls `use` for each cell: from where to where it goes, in pixels, and what it holds. */
export type EachCell = (
  use: (left: number, right: number, count: number, index: number) => void,
) => void;

/** The buckets of a histogram on a scale; each edge is placed once. */
export function cellsOf(histogram: Histogram, scale: (value: number) => number): EachCell {
  const { length } = histogram.count;
  const [from, to, held] = [new Float64Array(length), new Float64Array(length), [] as number[]];
  let [edge, place] = [Number.NaN, Number.NaN];
  eachBucket(histogram, (low, high, _, index) => {
    from[index] = low === edge ? place : scale(low);
    [edge, place] = [high, scale(high)];
    to[index] = place;
    held.push(index);
  });
  return (use) => {
    for (const index of held) use(from[index]!, to[index]!, histogram.count[index]!, index);
  };
}

/** The bars of a histogram on a scale; buckets narrower than a pixel share one. */
export function barsOf(histogram: Histogram, scale: (value: number) => number): Bar[] {
  return barsFrom(cellsOf(histogram, scale));
}

export function barsFrom(each: EachCell): Bar[] {
  const bars: Bar[] = [];
  let narrow: Bar | null = null;
  const close = (): void => {
    if (!narrow) return;
    const { left, right, count, index } = narrow;
    const [middle, half] = [(left + right) / 2, Math.max(1, right - left) / 2];
    const density = count / Math.max(LEAST, right - left);
    bars.push({ left: middle - half, right: middle + half, density, count, index });
    narrow = null;
  };
  each((left, right, count, index) => {
    const thin = right - left < 1;
    if (narrow && thin && left - narrow.right < TOUCHING) {
      narrow.right = Math.max(narrow.right, right);
      narrow.count += count;
    } else {
      close();
      if (thin) narrow = { left, right, density: 0, count, index };
      else bars.push({ left, right, density: count / (right - left), count, index });
    }
    if (narrow && narrow.right - narrow.left >= 1) close();
  });
  close();
  return bars;
}

/** A spike is narrower than so many pixels, and so many times as high as what stands beside it. */
const NARROW = 4;
const SPIKE = 3;

/** The density that fills the height: that of the highest bar, unless it is a lone spike. */
export function tallest(bars: readonly Bar[]): number {
  const usual = SPIKE * usualDensity(bars);
  let most = 0;
  for (const { density } of bars) if (density > most) most = density;
  return Math.min(most, usual || most);
}

/** The greatest density that a few pixels beside each other have, or could have. */
export function usualDensity(bars: readonly Bar[]): number {
  const counted = new Set<number>();
  let width = 0;
  let density = 0;
  // A bar is a pixel wide at least, so few of them are looked for.
  while (width < NARROW && counted.size < bars.length) {
    let at = -1;
    bars.forEach((bar, i) => {
      if (!counted.has(i) && (at < 0 || bar.density > bars[at]!.density)) at = i;
    });
    counted.add(at);
    width += bars[at]!.right - bars[at]!.left;
    density = bars[at]!.density;
  }
  return density;
}
