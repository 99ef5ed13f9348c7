// Draws the trace: what is wider than a pixel as it is, what is narrower once a pixel.
import { formatCount } from "../draw/format.ts";
import type { Theme } from "../shell/theme.ts";
import { SHADES, spanColors } from "./roles.ts";
import type { Spans, Steps, Trace } from "./model.ts";
import {
  AXIS,
  COUNTER,
  firstFrom,
  firstInside,
  GAP,
  LANE,
  type Placed,
  timeTicks,
  type Window,
} from "./timeline.ts";
import { formatTime } from "./units.ts";

export interface Picture {
  trace: Trace;
  spans: Spans;
  placed: readonly Placed[];
  window: Window;
  /** Where time zero of tick labels is. */
  origin: number;
  width: number;
  height: number;
  /** Width of the names at the left. */
  gutter: number;
  /** How far it is scrolled down. */
  scroll: number;
  steps: Steps | null;
  wanted: Uint8Array | null;
  picked: number;
  hovered: number;
  range: Window | null;
  theme: Theme;
}

const FONT_SIZE = 11;
/** Letters are about so wide at that size. */
const LETTER = 6.4;

/** A canvas of ours: its methods only, so that tests can pass a recorder. */
export type Canvas = Pick<
  CanvasRenderingContext2D,
  | "fillRect"
  | "strokeRect"
  | "fillText"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "bezierCurveTo"
  | "stroke"
  | "fill"
  | "closePath"
  | "save"
  | "restore"
  | "rect"
  | "clip"
  | "clearRect"
  | "setLineDash"
> & {
  fillStyle: unknown;
  strokeStyle: unknown;
  font: string;
  globalAlpha: number;
  lineWidth: number;
  textBaseline: CanvasTextBaseline;
  textAlign: CanvasTextAlign;
};

/** Draws everything; returns how many rectangles that took. */
export function paint(canvas: Canvas, picture: Picture): number {
  const { width, height, gutter, theme } = picture;
  canvas.clearRect(0, 0, width, height);
  canvas.font = `${FONT_SIZE}px ${theme.font}`;
  canvas.textBaseline = "middle";
  canvas.textAlign = "left";
  canvas.save();
  canvas.beginPath();
  canvas.rect(gutter, AXIS, width - gutter, height - AXIS);
  canvas.clip();
  drawSteps(canvas, picture);
  let drawn = 0;
  for (const place of picture.placed) {
    const top = AXIS + place.top - picture.scroll;
    if (top > height || top + place.height < AXIS) continue;
    if (place.counter >= 0) drawCounter(canvas, picture, place, top);
    else drawn += drawTrack(canvas, picture, place, top);
  }
  drawArrows(canvas, picture);
  drawRange(canvas, picture);
  canvas.restore();
  drawNames(canvas, picture);
  drawAxis(canvas, picture);
  return drawn;
}

const scaleOf = ({ window, width, gutter }: Picture): number =>
  (width - gutter) / Math.max(window.end - window.begin, 1e-9);

/** The pixel of a moment. */
export const pixelOf = (picture: Picture, time: number): number =>
  picture.gutter + (time - picture.window.begin) * scaleOf(picture);

function drawTrack(canvas: Canvas, picture: Picture, place: Placed, top: number): number {
  const { spans, window, trace, theme, wanted } = picture;
  const scale = scaleOf(picture);
  const colors = spanColors(trace.roles, theme.dark);
  let drawn = 0;
  let style = "";
  let opaque = true;
  canvas.globalAlpha = 1;
  for (const lane of place.lanes) {
    if (place.folded && lane.depth > 0) break;
    const y = top + lane.depth * LANE;
    if (y > picture.height || y + LANE < AXIS) continue;
    let at = firstInside(spans, lane, window.begin);
    while (at < lane.to) {
      const begin = spans.start[at]!;
      if (begin >= window.end) break;
      const left = picture.gutter + (begin - window.begin) * scale;
      const across = spans.duration[at]! * scale;
      const isWanted = !wanted || wanted[spans.name[at]!] === 1;
      const color = colors[colorOf(spans, at)]!;
      if (color !== style || isWanted !== opaque) {
        canvas.fillStyle = style = color;
        canvas.globalAlpha = isWanted ? 1 : 0.2;
        opaque = isWanted;
      }
      drawn++;
      if (across < 1) {
        // What else begins in this pixel would only be drawn over it.
        canvas.fillRect(Math.floor(left), y, 1, LANE - 1);
        const next = window.begin + (Math.floor(left) + 1 - picture.gutter) / scale;
        at = Math.max(at + 1, firstFrom(spans, lane, next, at + 1));
        continue;
      }
      const from = Math.max(left, picture.gutter - 2);
      const room = Math.min(left + across, picture.width + 2) - from;
      canvas.fillRect(from, y, Math.max(room - 0.5, 0.5), LANE - 1);
      if (room > 26) {
        canvas.fillStyle = style = "#ffffff";
        const name = labelOf(picture, at);
        const letters = Math.floor((room - 6) / LETTER);
        const text = name.length > letters ? `${name.slice(0, Math.max(letters - 1, 1))}…` : name;
        canvas.fillText(text, from + 3, y + LANE / 2);
      }
      at++;
    }
    if (wanted) {
      drawn += drawHits(canvas, picture, lane.from, lane.to, y, colors);
      style = "";
      opaque = true;
    }
  }
  canvas.globalAlpha = 1;
  drawMarks(canvas, picture, place, top);
  return drawn;
}

const colorOf = ({ role, name }: Spans, at: number): number =>
  role[at]! * SHADES + (name[at]! % SHADES);

/** What is looked for stands out even where it is narrower than a pixel. */
function drawHits(
  canvas: Canvas,
  { spans, window, wanted, gutter, width }: Picture,
  from: number,
  to: number,
  y: number,
  colors: readonly string[],
): number {
  const scale = (width - gutter) / Math.max(window.end - window.begin, 1e-9);
  let last = -1;
  let drawn = 0;
  canvas.globalAlpha = 1;
  const lane = { track: 0, depth: 0, from, to };
  for (let at = firstInside(spans, lane, window.begin); at < to; at++) {
    if (spans.start[at]! >= window.end) break;
    if (wanted![spans.name[at]!] !== 1) continue;
    const across = spans.duration[at]! * scale;
    if (across >= 1) continue;
    const left = Math.floor(gutter + (spans.start[at]! - window.begin) * scale);
    if (left === last) continue;
    last = left;
    canvas.fillStyle = colors[colorOf(spans, at)]!;
    canvas.fillRect(left, y, 1.5, LANE - 1);
    drawn++;
  }
  return drawn;
}

export function labelOf({ spans, trace }: Pick<Picture, "spans" | "trace">, at: number): string {
  const name = trace.names[spans.name[at]!] ?? "";
  return spans.merged[at]! > 1 ? `${name} and ${spans.merged[at]! - 1} more` : name;
}

/** Outlines of the span that is picked out and of the one under the pointer. */
function drawMarks(canvas: Canvas, picture: Picture, place: Placed, top: number): void {
  const { spans, theme } = picture;
  for (const [at, weight] of [
    [picture.hovered, 1],
    [picture.picked, 2],
  ] as const) {
    if (at < 0) continue;
    const lane = place.lanes.find(({ from, to }) => from <= at && at < to);
    if (!lane || (place.folded && lane.depth > 0)) continue;
    const left = pixelOf(picture, spans.start[at]!);
    const across = Math.max(spans.duration[at]! * scaleOf(picture), 2);
    canvas.strokeStyle = theme.text;
    canvas.lineWidth = weight;
    canvas.strokeRect(left - 0.5, top + lane.depth * LANE - 0.5, across, LANE);
  }
}

function drawSteps(canvas: Canvas, picture: Picture): void {
  const { steps, theme, height } = picture;
  if (!steps?.start || !steps.recorded) return;
  canvas.fillStyle = theme.grid;
  for (let i = 0; i < steps.names.length; i++) {
    const left = pixelOf(picture, steps.start[i]!);
    const right = pixelOf(picture, steps.start[i]! + steps.duration[i]!);
    if (right < picture.gutter || left > picture.width) continue;
    canvas.globalAlpha = i % 2 ? 0.28 : 0.12;
    canvas.fillRect(left, AXIS, right - left, height - AXIS);
  }
  canvas.globalAlpha = 1;
}

function drawCounter(canvas: Canvas, picture: Picture, place: Placed, top: number): void {
  const { trace, theme, window } = picture;
  const { time, value } = trace.counters[place.counter]!;
  let highest = 0;
  for (const one of value) highest = Math.max(highest, one);
  if (!time.length || highest <= 0) return;
  const base = top + COUNTER - GAP;
  const y = (one: number): number => base - (Math.max(one, 0) / highest) * (COUNTER - GAP - 3);
  canvas.beginPath();
  canvas.moveTo(pixelOf(picture, Math.max(time[0]!, window.begin)), base);
  for (let i = 0; i < time.length; i++) {
    const x = pixelOf(picture, time[i]!);
    if (i > 0) canvas.lineTo(x, y(value[i - 1]!));
    canvas.lineTo(x, y(value[i]!));
  }
  canvas.lineTo(pixelOf(picture, window.end), y(value.at(-1)!));
  canvas.lineTo(pixelOf(picture, window.end), base);
  canvas.closePath();
  canvas.fillStyle = theme.accent;
  canvas.globalAlpha = 0.35;
  canvas.fill();
  canvas.globalAlpha = 1;
}

/** Arrows from and to the span that is picked out. */
function drawArrows(canvas: Canvas, picture: Picture): void {
  const { trace, spans, picked, theme } = picture;
  if (picked < 0 || !spans.complete) return;
  const id = spans.id[picked]!;
  const { flows } = trace;
  const places = placesById(spans);
  canvas.strokeStyle = theme.text;
  canvas.fillStyle = theme.text;
  canvas.lineWidth = 1.2;
  let drawn = 0;
  for (let i = 0; i < flows.length && drawn < 400; i += 2) {
    if (flows[i] !== id && flows[i + 1] !== id) continue;
    const from = corner(picture, places[flows[i]!]!, "end");
    const to = corner(picture, places[flows[i + 1]!]!, "start");
    if (!from || !to) continue;
    drawn++;
    const bend = Math.max(20, Math.min(Math.abs(to.x - from.x) / 2, 80));
    canvas.beginPath();
    canvas.moveTo(from.x, from.y);
    canvas.bezierCurveTo(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
    canvas.stroke();
    canvas.beginPath();
    canvas.moveTo(to.x, to.y);
    canvas.lineTo(to.x - 6, to.y - 3);
    canvas.lineTo(to.x - 6, to.y + 3);
    canvas.closePath();
    canvas.fill();
  }
}

const placesOf = new WeakMap<Spans, Uint32Array>();

/** For the id of each span its place. */
export function placesById(spans: Spans): Uint32Array {
  let places = placesOf.get(spans);
  if (!places) {
    places = new Uint32Array(spans.total);
    for (let i = 0; i < spans.id.length; i++) places[spans.id[i]!] = i;
    placesOf.set(spans, places);
  }
  return places;
}

function corner(
  picture: Picture,
  at: number,
  side: "start" | "end",
): { x: number; y: number } | null {
  const { spans, placed, scroll } = picture;
  for (const place of placed) {
    const lane = place.lanes.find(({ from, to }) => from <= at && at < to);
    if (!lane) continue;
    const depth = place.folded ? 0 : lane.depth;
    const time = spans.start[at]! + (side === "end" ? spans.duration[at]! : 0);
    return {
      x: pixelOf(picture, time),
      y: AXIS + place.top - scroll + depth * LANE + LANE / 2,
    };
  }
  return null;
}

function drawRange(canvas: Canvas, picture: Picture): void {
  const { range, theme, height } = picture;
  if (!range) return;
  const left = pixelOf(picture, range.begin);
  const right = pixelOf(picture, range.end);
  canvas.fillStyle = theme.accent;
  canvas.globalAlpha = 0.14;
  canvas.fillRect(left, AXIS, right - left, height - AXIS);
  canvas.globalAlpha = 1;
  canvas.strokeStyle = theme.accent;
  canvas.lineWidth = 1;
  canvas.beginPath();
  for (const x of [left, right]) {
    canvas.moveTo(x, AXIS);
    canvas.lineTo(x, height);
  }
  canvas.stroke();
}

function drawNames(canvas: Canvas, picture: Picture): void {
  const { placed, trace, theme, gutter, height, scroll } = picture;
  canvas.fillStyle = theme.background;
  canvas.fillRect(0, 0, gutter, height);
  canvas.save();
  canvas.beginPath();
  canvas.rect(0, AXIS, gutter - 4, height - AXIS);
  canvas.clip();
  for (const place of placed) {
    const top = AXIS + place.top - scroll;
    if (top > height || top + place.height < AXIS) continue;
    const [name, whose] = namesOf(trace, place);
    canvas.fillStyle = theme.text;
    const fold = place.track >= 0 && place.lanes.length > 1 ? (place.folded ? "▸ " : "▾ ") : "";
    canvas.fillText(clip(`${fold}${name}`, gutter - 8), 4, top + LANE / 2);
    if (whose && place.height > 2 * LANE) {
      canvas.fillStyle = theme.faint;
      canvas.fillText(clip(whose, gutter - 18), 14, top + 1.5 * LANE);
    }
  }
  canvas.restore();
  canvas.strokeStyle = theme.grid;
  canvas.lineWidth = 1;
  canvas.beginPath();
  for (const place of placed) {
    const y = Math.round(AXIS + place.top - scroll - GAP / 2) + 0.5;
    if (y < AXIS || y > height) continue;
    canvas.moveTo(0, y);
    canvas.lineTo(picture.width, y);
  }
  canvas.moveTo(gutter - 0.5, AXIS);
  canvas.lineTo(gutter - 0.5, height);
  canvas.stroke();
}

/** What a track is called, and whose it is. */
export function namesOf(trace: Trace, place: Placed): [string, string] {
  if (place.counter >= 0) {
    const counter = trace.counters[place.counter]!;
    return [counter.name, counter.process];
  }
  const { thread, process, device } = trace.tracks[place.track]!;
  // A row of a device has no room for a second line, and the device matters more.
  return device ? [`${process.replace("/device:", "")} ${thread}`, ""] : [thread, process];
}

function clip(text: string, room: number): string {
  const letters = Math.max(Math.floor(room / LETTER), 2);
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

function drawAxis(canvas: Canvas, picture: Picture): void {
  const { width, gutter, theme, window, origin, steps } = picture;
  canvas.fillStyle = theme.background;
  canvas.fillRect(0, 0, width, AXIS);
  canvas.fillStyle = theme.faint;
  canvas.strokeStyle = theme.grid;
  canvas.lineWidth = 1;
  canvas.textAlign = "center";
  canvas.beginPath();
  const count = Math.max(Math.floor((width - gutter) / 84), 2);
  const relative = { begin: window.begin - origin, end: window.end - origin };
  for (const tick of timeTicks(relative, count)) {
    const x = Math.round(pixelOf(picture, tick + origin)) + 0.5;
    canvas.moveTo(x, AXIS - 4);
    canvas.lineTo(x, AXIS);
    if (x > gutter + 12 && x < width - 20)
      canvas.fillText(tick === 0 ? "0" : formatTime(tick), x, AXIS / 2 - 1);
  }
  canvas.moveTo(0, AXIS - 0.5);
  canvas.lineTo(width, AXIS - 0.5);
  canvas.stroke();
  canvas.textAlign = "left";
  if (steps?.start && steps.recorded) {
    canvas.fillText(clip(formatCount(steps.names.length, "step"), gutter - 8), 4, AXIS / 2 - 1);
  }
}
