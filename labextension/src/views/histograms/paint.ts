// Draws a card: below, what is the same at every step of the slider; above, what follows it.
import { type Box, drawXAxis, drawYAxis } from "../../draw/axes.ts";
import { type HeatColumn, heatRamp, paintHeat } from "../../draw/heat.ts";
import type { Histogram } from "./histogram.ts";
import { MEDIAN } from "./percentiles.ts";
import {
  type Bar,
  barsFrom,
  barsOf,
  cellsOf,
  type EachCell,
  type Layout,
  type Scene,
  tallest,
  usualDensity,
} from "./scene.ts";

type Context = CanvasRenderingContext2D;

/** How much of the height one of the outlines behind each other takes. */
const RIDGE = 0.34;

/** All steps: the heat map, the percentiles, or the outlines. */
export function paintSteps(s: Context, scene: Scene, layout: Layout): void {
  const { theme } = scene;
  const axis = { text: theme.faint, grid: theme.grid, font: theme.font };
  const { over, values } = layout;
  drawXAxis(s, values.x, values.xTicks, values.box, axis);
  if (!over) {
    if (scene.columns.length > 1) paintRidges(s, scene, layout);
    return;
  }
  drawXAxis(s, over.x, over.xTicks, over.box, axis);
  drawYAxis(s, over.y, over.yTicks, over.box, axis);
  clipped(s, over.box, () => {
    if (scene.show === "heat") paintColumns(s, scene, layout);
    else paintBands(s, scene, layout);
  });
}

function clipped(s: Context, { left, right, top, bottom }: Box, draw: () => void): void {
  s.save();
  s.beginPath();
  s.rect(left, top, right - left, bottom - top);
  s.clip();
  draw();
  s.restore();
}

function paintColumns(s: Context, scene: Scene, { over, edges }: Layout): void {
  const { y, box } = over!;
  // Upside down: pixels grow downwards, values upwards.
  const cells = scene.drawn.map((histogram) => cellsOf(histogram, (value) => -y(value)));
  const columns: HeatColumn[] = cells.map((each, i) => ({
    left: edges[i]!,
    right: edges[i + 1]!,
    each(put) {
      each((low, high, count) => put(-low, -high, count));
    },
  }));
  paintHeat(s, box, columns, heatRamp(scene.theme.dark), densest(cells));
}

/** The greatest count a pixel, but for lone spikes: one of zeros would leave all else pale. */
function densest(cells: readonly EachCell[]): number {
  let most = 0;
  for (const each of cells) most = Math.max(most, usualDensity(barsFrom(each)));
  return most || 1;
}

/** TensorBoard's bands around the median, which it does not draw. */
function paintBands(s: Context, { bands, color, theme }: Scene, { over }: Layout): void {
  const { x, y } = over!;
  const places = bands.map(({ place }) => place);
  const curves = bands.map(({ values }) => values);
  s.fillStyle = color;
  for (let inner = 0; inner < MEDIAN; inner++) {
    s.globalAlpha = 0.17;
    s.beginPath();
    curves.forEach((values, i) => {
      s.lineTo(x(places[i]!), y(values[values.length - 1 - inner]!));
    });
    for (let i = curves.length - 1; i >= 0; i--) s.lineTo(x(places[i]!), y(curves[i]![inner]!));
    s.closePath();
    s.fill();
  }
  // A single step far out is narrower than a pixel: a line shows it all the same.
  s.globalAlpha = 0.55;
  s.strokeStyle = color;
  s.lineWidth = 1;
  for (const outer of [0, 2 * MEDIAN]) {
    s.beginPath();
    curves.forEach((values, i) => {
      s.lineTo(x(places[i]!), y(values[outer]!));
    });
    s.stroke();
  }
  s.globalAlpha = 1;
  s.strokeStyle = theme.text;
  s.lineWidth = 1.4;
  s.lineJoin = "round";
  s.beginPath();
  curves.forEach((values, i) => {
    s.lineTo(x(places[i]!), y(values[MEDIAN]!));
  });
  s.stroke();
}

/** The outline of one histogram: pixels from left to right, and heights from 0 on. */
export interface Outline {
  x: number[];
  height: number[];
}

export function outlineOf(bars: readonly Bar[], smooth: boolean): Outline {
  const x: number[] = [];
  const height: number[] = [];
  if (smooth) {
    // Bins are joined from middle to middle, as TensorBoard does.
    for (const { left, right, count } of bars) {
      x.push((left + right) / 2);
      height.push(count);
    }
    return { x, height };
  }
  let end = Number.NaN;
  for (const { left, right, density } of bars) {
    if (!(Math.abs(left - end) < 0.01)) {
      if (x.length) {
        x.push(end);
        height.push(0);
      }
      x.push(left);
      height.push(0);
    }
    x.push(left, right);
    height.push(density, density);
    end = right;
  }
  if (x.length) {
    x.push(end);
    height.push(0);
  }
  return { x, height };
}

/** Where the outlines of all steps lie: the first behind, the last in front. */
export interface Ridge extends Outline {
  base: number;
  /** Pixels a unit of height. */
  rise: number;
}

const known = new WeakMap<Layout, Ridge[]>();

export function ridgesOf(scene: Scene, layout: Layout): Ridge[] {
  let ridges = known.get(layout);
  if (!ridges) {
    ridges = placedRidges(scene, layout);
    known.set(layout, ridges);
  }
  return ridges;
}

function placedRidges(scene: Scene, { values }: Layout): Ridge[] {
  const { box, x } = values;
  const smooth = scene.span !== null;
  let most = 0;
  const outlines = scene.drawn.map((one) => {
    // Bins are drawn whether or not anything fell into them.
    const bars = smooth ? binsOf(one, x) : barsOf(one, x);
    const outline = outlineOf(bars, smooth);
    most = Math.max(most, smooth ? Math.max(...outline.height) : tallest(bars));
    return outline;
  });
  const room = box.bottom - box.top;
  const offset = scene.show === "offset" && outlines.length > 1;
  const rise = (offset ? RIDGE * room : room) / (most || 1);
  const step = offset ? ((1 - RIDGE) * room) / (outlines.length - 1) : 0;
  return outlines.map((outline, i) => {
    return { ...outline, base: box.bottom - step * (outlines.length - 1 - i), rise };
  });
}

function binsOf({ left, right, count }: Histogram, scale: (value: number) => number): Bar[] {
  return Array.from(count, (held, index) => {
    const [from, to] = [scale(left[index]!), scale(right[index]!)];
    return {
      left: from,
      right: to,
      density: held / (to - from || 1),
      count: held,
      index,
      wide: true,
    };
  });
}

function paintRidges(s: Context, scene: Scene, layout: Layout): void {
  const ridges = ridgesOf(scene, layout);
  const filled = scene.show === "offset";
  clipped(s, layout.values.box, () => {
    ridges.forEach((ridge, i) => {
      const share = ridges.length > 1 ? i / (ridges.length - 1) : 1;
      const shade = 0.3 + 0.7 * share;
      tracedRidge(s, ridge);
      if (filled) {
        // Opaque, so that it hides what lies behind it.
        for (const [color, alpha] of [
          [scene.theme.background, 1],
          [scene.color, shade],
        ] as const) {
          s.globalAlpha = alpha;
          s.fillStyle = color;
          s.fill();
        }
      }
      s.globalAlpha = filled ? 1 : shade;
      s.strokeStyle = filled ? scene.theme.background : scene.color;
      s.lineWidth = filled ? 0.6 : 1;
      s.stroke();
    });
  });
}

export function tracedRidge(s: Context, { x, height, base, rise }: Ridge): void {
  s.beginPath();
  x.forEach((at, i) => {
    s.lineTo(at, base - height[i]! * rise);
  });
}

/** The bars of one histogram, in a box. */
export function paintBars(
  s: Context,
  bars: readonly Bar[],
  box: Box,
  color: string,
  marked: number | null = null,
): void {
  const most = tallest(bars);
  const room = box.bottom - box.top;
  s.save();
  s.beginPath();
  s.rect(box.left - 1, box.top, box.right - box.left + 2, room);
  s.clip();
  s.fillStyle = color;
  for (const { left, right, density, index } of bars) {
    // A spike that is cut off is drawn to the very top.
    const height = density > most ? room : Math.max(1, (density / (most || 1)) * (room - 6));
    s.globalAlpha = marked === null ? 0.75 : marked === index ? 1 : 0.5;
    // A hairline between bars that are wide enough for one.
    const gap = right - left > 4 ? 0.5 : 0;
    s.fillRect(left, box.bottom - height, right - left - gap, height);
  }
  s.restore();
}

/** A line across the picture at a step. */
export function paintMarker(s: Context, x: number, { top, bottom }: Box, color: string): void {
  s.save();
  s.strokeStyle = color;
  s.lineWidth = 1.5;
  s.beginPath();
  s.moveTo(Math.round(x) + 0.5, top);
  s.lineTo(Math.round(x) + 0.5, bottom);
  s.stroke();
  s.restore();
}
