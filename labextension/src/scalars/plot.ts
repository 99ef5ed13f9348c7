// A card's picture: domains, axes and lines, on a canvas or in an SVG file.
import {
  type AxisKind,
  axisTicks,
  type Box,
  drawXAxis,
  drawYAxis,
  labelWidth,
} from "../draw/axes.ts";
import { formatNumber } from "../draw/format.ts";
import { tracePath } from "../draw/path.ts";
import { makeScale, type Scale } from "../draw/scale.ts";
import { strokeTrace } from "../draw/stroke.ts";
import type { Surface } from "../draw/surface.ts";
import type { Ticks } from "../draw/time-ticks.ts";
import { type Extent, niceDomain, type ScaleName, visibleExtent } from "./extent.ts";
import { bandOpacity } from "./groups.ts";
import type { Line } from "./lines.ts";
import { paintDot, paintEnds, paintMarks } from "./marks.ts";
import { lowerBound } from "./series.ts";

export interface Colors {
  text: string;
  faint: string;
  grid: string;
  background: string;
  accent: string;
  font: string;
}

export interface Scene {
  lines: readonly Line[];
  /** Whether the raw lines stand faintly behind the smoothed ones. */
  smoothed: boolean;
  xKind: AxisKind;
  xScale: ScaleName;
  yScale: ScaleName;
  ignoreOutliers: boolean;
  /** What is zoomed into; null for all. */
  zoomX: Extent | null;
  zoomY: Extent | null;
  /** Selected steps, in units of x. */
  selection: readonly number[];
  colors: Colors;
  width: number;
  height: number;
}

export interface Layout {
  box: Box;
  x: Scale;
  y: Scale;
  right: Scale | null;
  xTicks: Ticks;
  yTicks: Ticks;
  rightTicks: Ticks | null;
  /** Whether there is any finite point to draw. */
  empty: boolean;
}

const MOST_END_LABELS = 5;
/** With more lines than this the raw ones would be a carpet. */
const MOST_RAW = 40;
/** Of more lines than this two columns of pixels are drawn as one. */
const MOST_FINE = 60;
/** More lines than this are stroked the fast way. */
const MOST_STROKED = 4;

/** The extent of all x, tightly: there is nothing to see beyond the first and last point. */
function xDomain({ lines, xScale, zoomX }: Scene): Extent | null {
  if (zoomX) return zoomX;
  let low = Infinity;
  let high = -Infinity;
  for (const { x } of lines) {
    const [first, last] = extentOf(x, xScale === "log");
    if (first < low) low = first;
    if (last > high) high = last;
  }
  if (low > high) return null;
  if (low === high) {
    const half = xScale === "log" ? low / 2 : Math.max(0.5, Math.abs(low) * 1e-9);
    return [low - half, high + half];
  }
  return [low, high];
}

const extents = new WeakMap<Float64Array, { log: boolean; extent: Extent }>();

/** The least and the greatest of numbers that never change; above 0 where the axis needs that. */
function extentOf(x: Float64Array, log: boolean): Extent {
  const known = extents.get(x);
  if (known?.log === log) return known.extent;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < x.length; i++) {
    const at = x[i]!;
    if (at - at !== 0 || (log && at <= 0)) continue;
    if (at < low) low = at;
    if (at > high) high = at;
  }
  extents.set(x, { log, extent: [low, high] });
  return [low, high];
}

/** Which of a line's points lie within a range of x, with a neighbour on each side. */
export function inRange(line: Line, [low, high]: readonly [number, number]): [number, number] {
  if (!line.ascending) return [0, line.x.length];
  return [
    Math.max(0, lowerBound(line.x, low) - 1),
    Math.min(line.x.length, lowerBound(line.x, high) + 1),
  ];
}

/** Values that the y axis must show: of the smoothed lines, within the shown x. */
function yValues(lines: readonly Line[], [low, high]: Extent, scale: ScaleName): Float64Array {
  let room = 0;
  for (const line of lines) room += line.x.length * (line.low ? 3 : 1);
  const values = new Float64Array(room);
  let n = 0;
  const least = scale === "linear" ? -Infinity : 0;
  for (const line of lines) {
    const [from, to] = inRange(line, [low, high]);
    const { x } = line;
    for (const y of line.low ? [line.smooth, line.low, line.high!] : [line.smooth]) {
      for (let i = from; i < to; i++) {
        const value = y[i]!;
        // Finite, and within the range.
        if (value - value === 0 && value > least && x[i]! >= low && x[i]! <= high) {
          values[n++] = value;
        }
      }
    }
  }
  return values.subarray(0, n);
}

export function yDomain(scene: Scene, shownX: Extent, right: boolean): Extent | null {
  const lines = scene.lines.filter((line) => line.right === right);
  const all = scene.zoomX ? shownX : ([-Infinity, Infinity] as Extent);
  let values = yValues(lines, all, scene.yScale);
  if (values.length === 0) values = yValues(lines, [-Infinity, Infinity], scene.yScale);
  const extent = visibleExtent(values, scene.ignoreOutliers);
  return extent && niceDomain(extent, scene.yScale);
}

export function layoutScene(scene: Scene): Layout {
  const { width, height } = scene;
  const domainX = xDomain(scene);
  const shownX = domainX ?? [0, 1];
  const left = yDomain(scene, shownX, false);
  const right = scene.lines.some((line) => line.right) ? yDomain(scene, shownX, true) : null;
  const domainY = scene.zoomY ?? left ?? (scene.yScale === "log" ? [0.1, 10] : [0, 1]);
  const box: Box = { left: 0, top: 8, right: 0, bottom: height - 20 };
  const yCount = Math.max(2, Math.floor((box.bottom - box.top) / 34));
  const y = makeScale(domainY, [box.bottom, box.top], scene.yScale === "log");
  const yTicks = axisTicks(y, "number", yCount);
  box.left = Math.max(36, Math.ceil(labelWidth(yTicks.labels)) + 10);
  const rightScale = right && makeScale(right, [box.bottom, box.top], scene.yScale === "log");
  const rightTicks = rightScale && axisTicks(rightScale, "number", yCount);
  const ends = rightTicks ? 0 : endLabelWidth(scene);
  box.right = width - (rightTicks ? Math.ceil(labelWidth(rightTicks.labels)) + 12 : ends || 10);
  const x = makeScale(shownX, [box.left, box.right], scene.xScale === "log");
  const xTicks = axisTicks(x, scene.xKind, Math.max(2, Math.floor((box.right - box.left) / 58)));
  return { box, x, y, right: rightScale, xTicks, yTicks, rightTicks, empty: !domainX || !left };
}

/** Room for the last values at the right, where lines are few and the card is wide. */
function endLabelWidth({ lines, width, zoomX }: Scene): number {
  if (lines.length === 0 || lines.length > MOST_END_LABELS || width < 300 || zoomX) return 0;
  return Math.ceil(labelWidth(lines.map((line) => endLabel(line)))) + 12;
}

function endLabel(line: Line): string {
  for (let i = line.smooth.length - 1; i >= 0; i--) {
    if (Number.isFinite(line.smooth[i]!)) return formatNumber(line.smooth[i]!);
  }
  return "";
}

export function paintScene(s: Surface, scene: Scene, layout: Layout): void {
  const { box } = layout;
  const { colors } = scene;
  const axis = { text: colors.faint, grid: colors.grid, font: colors.font };
  drawXAxis(s, layout.x, layout.xTicks, box, axis);
  drawYAxis(s, layout.y, layout.yTicks, box, axis);
  if (layout.right) drawYAxis(s, layout.right, layout.rightTicks!, box, axis, "right");
  s.save();
  s.beginPath();
  s.rect(box.left, box.top - 4, box.right - box.left + 1, box.bottom - box.top + 6);
  s.clip();
  paintSelection(s, scene, layout);
  paintLines(s, scene, layout);
  s.restore();
  paintEndLabels(s, scene, layout);
}

function paintSelection(s: Surface, { selection, colors }: Scene, { box, x }: Layout): void {
  if (selection.length === 0) return;
  s.save();
  s.fillStyle = colors.accent;
  s.strokeStyle = colors.accent;
  s.lineWidth = 1;
  const [from, to] = [x(selection[0]!), x(selection[1] ?? selection[0]!)];
  if (selection.length > 1) {
    s.globalAlpha = 0.1;
    s.fillRect(from, box.top - 4, to - from, box.bottom - box.top + 4);
  }
  s.globalAlpha = 0.8;
  s.beginPath();
  for (const at of selection.length > 1 ? [from, to] : [from]) {
    s.moveTo(Math.round(at) + 0.5, box.top - 4);
    s.lineTo(Math.round(at) + 0.5, box.bottom);
  }
  s.stroke();
  s.restore();
}

/** How opaque the bands are that are not in the brush. */
const FADED_BAND = 0.05;

/** Hundreds of lines are thinner, so that one can be told from another. */
function strokeWidth(lines: number): number {
  return lines > 200 ? 0.8 : lines > 40 ? 1 : lines > 12 ? 1.3 : 1.6;
}

function paintLines(s: Surface, scene: Scene, layout: Layout): void {
  const { lines, colors } = scene;
  const wide = strokeWidth(lines.length);
  s.lineJoin = "round";
  // What is not in the brush lies below.
  const ordered = [...lines].sort((a, b) => Number(b.faded) - Number(a.faded));
  const yOf = (line: Line): Scale => (line.right ? (layout.right ?? layout.y) : layout.y);
  const opacity = bandOpacity(lines.filter((line) => line.low && !line.faded).length);
  for (const line of ordered) {
    s.globalAlpha = line.faded ? FADED_BAND : opacity;
    if (line.low) paintBand(s, line, layout.x, yOf(line), layout);
  }
  s.globalAlpha = 1;
  if (scene.smoothed) {
    // As TensorBoard where lines are few; many would bury the smoothed ones.
    s.globalAlpha = lines.length > 8 ? 0.13 : 0.25;
    const thin = Math.min(1, wide);
    for (const line of lines.length > MOST_RAW ? [] : ordered) {
      if (line.raw === line.smooth || line.faded) continue;
      s.strokeStyle = line.color;
      strokeLine(s, line, line.raw, layout.x, yOf(line), thin);
    }
  }
  const many = lines.length > MOST_STROKED;
  const column = lines.length > MOST_FINE ? 2 : 1;
  for (const line of ordered) {
    s.globalAlpha = line.faded ? 0.25 : 1;
    s.strokeStyle = line.faded ? colors.faint : line.color;
    s.setLineDash(line.right ? [5, 3] : [...(line.dash ?? [])]);
    strokeLine(s, line, line.smooth, layout.x, yOf(line), wide, many, column);
  }
  s.setLineDash([]);
  s.globalAlpha = 1;
  for (const line of ordered) paintMarks(s, line, layout);
  for (const line of ordered) {
    if (!line.faded && line.finite === 1) paintDot(s, line, layout, yOf(line));
    if (!line.faded && line.members) paintEnds(s, line, layout, yOf(line), colors.background);
  }
}

function strokeLine(
  s: Surface,
  line: Line,
  y: Float64Array,
  xs: Scale,
  ys: Scale,
  width: number,
  many = false,
  column = 1,
): void {
  const [from, to] = inRange(line, [xs.domain[0], xs.domain[1]]);
  const path = { x: line.x, y, breaks: line.breaks };
  strokeTrace(s, width, many, (pen) => tracePath(pen, path, xs, ys, from, to, column));
}

function paintBand(s: Surface, line: Line, xs: Scale, ys: Scale, { box }: Layout): void {
  const [from, to] = inRange(line, [xs.domain[0], xs.domain[1]]);
  s.save();
  s.fillStyle = line.color;
  let start = from;
  // Pieces, between places where no member has a value.
  for (let i = from; i <= to; i++) {
    if (i < to && Number.isFinite(line.low![i]!)) continue;
    if (i - start > 1) {
      s.beginPath();
      for (let j = start; j < i; j++) s.lineTo(xs(line.x[j]!), ys(line.high![j]!));
      for (let j = i - 1; j >= start; j--) {
        const y = ys(line.low![j]!);
        s.lineTo(xs(line.x[j]!), Number.isFinite(y) ? y : box.bottom + 10);
      }
      s.closePath();
      s.fill();
    }
    start = i + 1;
  }
  s.restore();
}

function paintEndLabels(s: Surface, scene: Scene, layout: Layout): void {
  if (layout.rightTicks || endLabelWidth(scene) === 0 || layout.empty) return;
  const labels = scene.lines
    .map((line) => {
      let i = line.smooth.length - 1;
      while (i >= 0 && !Number.isFinite(line.smooth[i]!)) i--;
      const color = line.faded ? scene.colors.faint : line.color;
      return { text: endLabel(line), color, y: i < 0 ? -1 : layout.y(line.smooth[i]!) };
    })
    .filter(({ y }) => y >= layout.box.top - 4 && y <= layout.box.bottom + 4)
    .sort((a, b) => a.y - b.y);
  s.save();
  s.font = `11px ${scene.colors.font}`;
  s.textAlign = "left";
  s.textBaseline = "middle";
  // Labels push each other down, and then up again from the bottom.
  for (let i = 1; i < labels.length; i++) {
    labels[i]!.y = Math.max(labels[i]!.y, labels[i - 1]!.y + 12);
  }
  for (let i = labels.length - 1, limit = layout.box.bottom; i >= 0; i--, limit -= 12) {
    labels[i]!.y = Math.min(labels[i]!.y, limit);
  }
  for (const { text, color, y } of labels) {
    s.fillStyle = color;
    s.fillText(text, layout.box.right + 6, y);
  }
  s.restore();
}
