// The histograms of all runs of a tag over each other: as densities, or cumulative.
import { axisTicks, type Box, drawXAxis, drawYAxis } from "../../draw/axes.ts";
import { makeScale } from "../../draw/scale.ts";
import { strokeTrace } from "../../draw/stroke.ts";
import type { Theme } from "../../shell/theme.ts";
import type { Size } from "../../stepped/layout.ts";
import { type ValueAxis, type ValueScale, valueScale, valueTicks } from "./axis.ts";
import { eachBucket, type Histogram } from "./histogram.ts";
import { momentsOf } from "./moments.ts";
import { outlineOf } from "./paint.ts";
import { barsOf, tallest } from "./scene.ts";

/** One run's histogram. */
export interface Member {
  run: string;
  color: string;
  step: bigint;
  item: Histogram;
  /** The same as it is drawn: as logged, or over TensorBoard's bins. */
  drawn: Histogram;
}

export interface Together {
  members: readonly Member[];
  cumulative: boolean;
  axis: ValueAxis;
  theme: Theme;
  size: Size;
}

interface Line {
  x: number[];
  y: number[];
}

export interface TogetherLayout {
  box: Box;
  x: ValueScale;
  lines: Line[];
}

export function layoutTogether({ members, cumulative, axis, size }: Together): TogetherLayout {
  const box = {
    left: cumulative ? 40 : 8,
    right: size.width - 14,
    top: 8,
    bottom: size.height - 18,
  };
  const x = valueScale(axis, [box.left, box.right]);
  const room = box.bottom - box.top;
  const shapes = members.map(({ item, drawn }) => {
    const total = momentsOf(item).count || 1;
    if (cumulative) return sums(drawn, x, total);
    const bars = barsOf(drawn, x);
    const { x: at, height } = outlineOf(bars, false);
    const most = tallest(bars) / total;
    return { at, height: height.map((density) => density / total), most };
  });
  const most = Math.max(...shapes.map((shape) => shape.most));
  const rise = room / (cumulative ? 1 : most || 1);
  const lines = shapes.map(({ at, height }) => {
    return { x: at, y: height.map((one) => Math.max(box.top, box.bottom - one * rise)) };
  });
  return { box, x, lines };
}

/** The share of values up to each edge, in the order of edges. */
function sums(histogram: Histogram, scale: ValueScale, total: number) {
  const at: number[] = [];
  const height: number[] = [];
  let sum = 0;
  eachBucket(histogram, (low, high, count) => {
    at.push(scale(low), scale(high));
    height.push(sum / total, (sum + count) / total);
    sum += count;
  });
  return { at, height, most: 1 };
}

export function paintTogether(
  s: CanvasRenderingContext2D,
  together: Together,
  { box, x, lines }: TogetherLayout,
): void {
  const { theme, members, cumulative, axis } = together;
  const colors = { text: theme.faint, grid: theme.grid, font: theme.font };
  const room = Math.max(2, Math.floor((box.right - box.left) / 52));
  drawXAxis(s, x, valueTicks(axis, room), box, colors);
  if (cumulative) {
    const y = makeScale([0, 1], [box.bottom, box.top]);
    const ticks = axisTicks(y, "number", 4);
    const labels = ticks.values.map((share) => `${Math.round(100 * share)} %`);
    drawYAxis(s, y, { ...ticks, labels }, box, colors);
  }
  s.lineJoin = "round";
  lines.forEach((line, i) => {
    s.strokeStyle = members[i]!.color;
    strokeTrace(s, 1.5, lines.length > 4, (pen) => {
      line.x.forEach((at, j) => {
        if (j) pen.lineTo(at, line.y[j]!);
        else pen.moveTo(at, line.y[j]!);
      });
    });
  });
}

/** The share of values at or below a value, from 0 to 1. */
export function shareBelow(histogram: Histogram, value: number): number {
  let below = 0;
  let total = 0;
  eachBucket(histogram, (low, high, count) => {
    total += count;
    if (value >= high) below += count;
    else if (value > low) below += (count * (value - low)) / (high - low);
  });
  return total ? below / total : Number.NaN;
}
