// Grid, ticks and labels around a plot.
import { formatTick } from "./format.ts";
import type { Scale } from "./scale.ts";
import type { Surface } from "./surface.ts";
import { durationTicks, momentTicks, type Ticks } from "./time-ticks.ts";

/** The grid helps to read; it must not be seen first. */
const GRID_ALPHA = 0.6;

export type AxisKind = "number" | "step" | "duration" | "moment";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface AxisColors {
  text: string;
  grid: string;
  font: string;
}

/** Ticks with their labels, as many as have room. */
export function axisTicks(scale: Scale, kind: AxisKind, count: number): Ticks {
  const [low, high] = scale.domain;
  if (!scale.log && kind === "duration") return durationTicks(low, high, count);
  if (!scale.log && kind === "moment") return momentTicks(low, high, count);
  const { values, distance } = scale.ticks(count);
  if (kind === "step" && distance < 1) {
    // There is nothing between two steps.
    const whole = values.filter(Number.isInteger);
    return { values: whole, labels: whole.map((value) => formatTick(value, 1)) };
  }
  const labels = values.map((value) => formatTick(value, scale.log ? value : distance));
  return { values, labels };
}

/** About the width of a label at 11 px, where nothing can be measured. */
export function labelWidth(labels: readonly string[]): number {
  return Math.max(0, ...labels.map((label) => label.length)) * 6.2;
}

/** From data to pixels. */
type ToPixels = (value: number) => number;

export function drawXAxis(
  s: Surface,
  scale: ToPixels,
  ticks: Ticks,
  box: Box,
  colors: AxisColors,
): void {
  s.save();
  s.font = `11px ${colors.font}`;
  s.textAlign = "center";
  s.textBaseline = "top";
  s.fillStyle = colors.text;
  s.strokeStyle = colors.grid;
  s.globalAlpha = GRID_ALPHA;
  s.lineWidth = 1;
  s.beginPath();
  for (const value of ticks.values) {
    const x = Math.round(scale(value)) + 0.5;
    s.moveTo(x, box.top);
    s.lineTo(x, box.bottom);
  }
  s.stroke();
  s.globalAlpha = 1;
  let free = box.left - 30;
  ticks.values.forEach((value, i) => {
    const x = scale(value);
    const half = (ticks.labels[i]!.length * 6.2) / 2;
    if (x - half < free || x < box.left - 2 || x > box.right + 2) return;
    s.fillText(ticks.labels[i]!, x, box.bottom + 5);
    free = x + half + 6;
  });
  s.restore();
}

export function drawYAxis(
  s: Surface,
  scale: ToPixels,
  ticks: Ticks,
  box: Box,
  colors: AxisColors,
  side: "left" | "right" = "left",
): void {
  s.save();
  s.font = `11px ${colors.font}`;
  s.textAlign = side === "left" ? "right" : "left";
  s.textBaseline = "middle";
  s.fillStyle = colors.text;
  s.strokeStyle = colors.grid;
  s.lineWidth = 1;
  if (side === "left") {
    s.globalAlpha = GRID_ALPHA;
    s.beginPath();
    for (const value of ticks.values) {
      const y = Math.round(scale(value)) + 0.5;
      s.moveTo(box.left, y);
      s.lineTo(box.right, y);
    }
    s.stroke();
    s.globalAlpha = 1;
  }
  ticks.values.forEach((value, i) => {
    const y = scale(value);
    if (y < box.top - 1 || y > box.bottom + 1) return;
    s.fillText(ticks.labels[i]!, side === "left" ? box.left - 6 : box.right + 6, y);
  });
  s.restore();
}
