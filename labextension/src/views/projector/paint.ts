// Draws a cloud: points on a raster, and above them names, pictures and lines of equal density.
import { contourDensity } from "d3-contour";
import { type Camera, projectionOf } from "../../draw/camera.ts";
import { paintCloud } from "../../draw/cloud.ts";
import type { Raster } from "../../draw/raster.ts";
import type { Theme } from "../../shell/theme.ts";
import { shorten } from "../../shell/names.ts";
import type { Coloring } from "./colors.ts";
import { boundsOf, type Places, screenOf } from "./places.ts";

export interface Scene {
  places: Places;
  camera: Camera;
  coloring: Coloring;
  emphasis: Uint8Array | null;
  width: number;
  height: number;
  ratio: number;
}

/** The width of a point, in CSS pixels: many are small. */
export function sizeFor(count: number): number {
  if (count > 200_000) return 1;
  if (count > 20_000) return 2;
  return count > 3000 ? 3.5 : count > 400 ? 5 : 7;
}

export function paintPoints(raster: Raster, scene: Scene): void {
  const { places, camera, coloring, emphasis, width, height, ratio } = scene;
  raster.clear(width * ratio, height * ratio);
  const count = places.positions.length / places.dimensions;
  const cloud = { ...places, color: coloring.color, emphasis };
  const size = Math.max(1, Math.round(sizeFor(count) * ratio));
  const strongSize = Math.max(size + 2, Math.round(9 * ratio));
  const projection = projectionOf(camera, raster.width, raster.height);
  paintCloud(raster, cloud, projection, { size, strongSize, dimmed: 0.18 });
}

/** Where points are, in CSS pixels. */
export function screenFor({ places, camera, width, height }: Scene): Float32Array {
  return screenOf(places, projectionOf(camera, width, height));
}

// ------------------------------------------------------------ names

/** Boxes that are taken: names and pictures that would lie over one are left out. */
export class Room {
  private readonly boxes: [number, number, number, number][] = [];

  take(left: number, top: number, width: number, height: number): boolean {
    const [right, bottom] = [left + width, top + height];
    for (const [l, t, r, b] of this.boxes) {
      if (left < r && right > l && top < b && bottom > t) return false;
    }
    this.boxes.push([left, top, right, bottom]);
    return true;
  }
}

export interface Named {
  row: number;
  text: string;
  strong?: boolean;
}

/** Names beside points, the first ones first, as far as there is room. Returns how many. */
export function drawNames(
  context: CanvasRenderingContext2D,
  screen: Float32Array,
  names: Iterable<Named>,
  room: Room,
  theme: Theme,
  size: { width: number; height: number },
  most: number,
): number {
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  let drawn = 0;
  for (const { row, text, strong } of names) {
    if (drawn >= most) break;
    const [x, y] = [screen[2 * row]!, screen[2 * row + 1]!];
    if (!(x >= 0 && x <= size.width && y >= 0 && y <= size.height)) continue;
    context.font = `${strong ? 600 : 400} 11px ${theme.font}`;
    const shown = shorten(text, 28);
    const wide = context.measureText(shown).width + 8;
    const left = x + 6 + wide > size.width ? x - 6 - wide : x + 6;
    if (!room.take(left, y - 7, wide, 14)) continue;
    halo(context, shown, left + 3, y, strong ? theme.accent : theme.text, theme);
    drawn++;
  }
  return drawn;
}

function halo(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  color: string,
  theme: Theme,
): void {
  context.strokeStyle = theme.background;
  context.lineWidth = 3;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/** The name of each category in the middle of its points. */
export function drawCategories(
  context: CanvasRenderingContext2D,
  screen: Float32Array,
  { legend, slots }: Coloring,
  room: Room,
  theme: Theme,
): void {
  if (legend.kind !== "categories" || !slots) return;
  const xs = legend.categories.map((): number[] => []);
  const ys = legend.categories.map((): number[] => []);
  const every = Math.max(1, Math.floor(slots.length / 20_000));
  for (let row = 0; row < slots.length; row += every) {
    const x = screen[2 * row]!;
    if (Number.isNaN(x)) continue;
    xs[slots[row]!]?.push(x);
    ys[slots[row]!]?.push(screen[2 * row + 1]!);
  }
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  legend.categories.forEach(({ text, count }, slot) => {
    if (count < 4 || !xs[slot]!.length) return;
    const [x, y] = [median(xs[slot]!), median(ys[slot]!)];
    const shown = shorten(text || "(blank)", 22);
    context.font = `600 12px ${theme.font}`;
    const wide = context.measureText(shown).width + 6;
    if (room.take(x - wide / 2, y - 8, wide, 16)) halo(context, shown, x, y, theme.text, theme);
  });
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}

// ------------------------------------------------------------ pictures

export interface Sheet {
  image: ImageBitmap;
  width: number;
  height: number;
  columns: number;
}

/** Pictures of points, as far as there is room, each with a line in its point's colour. */
export function drawPictures(
  context: CanvasRenderingContext2D,
  screen: Float32Array,
  rows: Iterable<number>,
  sheet: Sheet,
  room: Room,
  colorOf: (row: number) => string,
  size: { width: number; height: number },
): void {
  const side = Math.min(40, Math.max(22, sheet.width));
  const tall = (side * sheet.height) / sheet.width;
  let drawn = 0;
  context.imageSmoothingEnabled = sheet.width > side;
  for (const row of rows) {
    if (drawn >= 600) break;
    const [x, y] = [screen[2 * row]!, screen[2 * row + 1]!];
    if (!(x >= 0 && x <= size.width && y >= 0 && y <= size.height)) continue;
    if (!room.take(x - side / 2 - 1, y - tall / 2 - 1, side + 2, tall + 2)) continue;
    drawPicture(context, sheet, row, x - side / 2, y - tall / 2, side, tall);
    context.strokeStyle = colorOf(row);
    context.lineWidth = 1.5;
    context.strokeRect(x - side / 2, y - tall / 2, side, tall);
    drawn++;
  }
}

export function drawPicture(
  context: CanvasRenderingContext2D,
  { image, width, height, columns }: Sheet,
  row: number,
  x: number,
  y: number,
  wide: number,
  tall: number,
): void {
  const left = (row % columns) * width;
  const top = Math.floor(row / columns) * height;
  context.drawImage(image, left, top, width, height, x, y, wide, tall);
}

// ------------------------------------------------------------ density

export interface Lines {
  /** Rings of x and y in the data's units. */
  rings: Float32Array[];
}

/** Cells across, in which points are counted. */
const ACROSS = 320;

/** Lines of equal density of points in a plane. */
export function densityOf(places: Places): Lines {
  const { low, high } = boundsOf(places);
  const [wide, tall] = [high[0] - low[0] || 1, high[1] - low[1] || 1];
  const unit = ACROSS / Math.max(wide, tall);
  const rows: number[] = [];
  for (let i = 0; i < places.positions.length; i += 2) {
    if (!Number.isNaN(places.positions[i]!)) rows.push(i);
  }
  const edge = 24;
  const contours = contourDensity<number>()
    .x((i) => edge + (places.positions[i]! - low[0]) * unit)
    .y((i) => edge + (places.positions[i + 1]! - low[1]) * unit)
    .size([wide * unit + 2 * edge, tall * unit + 2 * edge])
    .cellSize(2)
    .bandwidth(7)
    .thresholds(6)(rows);
  const rings: Float32Array[] = [];
  for (const { coordinates } of contours) {
    for (const ring of coordinates.flat()) {
      const line = new Float32Array(2 * ring.length);
      ring.forEach(([x, y], i) => {
        line[2 * i] = low[0] + (x! - edge) / unit;
        line[2 * i + 1] = low[1] + (y! - edge) / unit;
      });
      rings.push(line);
    }
  }
  return { rings };
}

export function drawDensity(
  context: CanvasRenderingContext2D,
  { rings }: Lines,
  camera: Camera,
  theme: Theme,
  size: { width: number; height: number },
): void {
  const projection = projectionOf(camera, size.width, size.height);
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  for (const ring of rings) {
    const line = screenOf({ positions: ring, dimensions: 2 }, projection);
    context.beginPath();
    for (let i = 0; i < line.length; i += 2) context.lineTo(line[i]!, line[i + 1]!);
    context.closePath();
    context.stroke();
  }
  context.globalAlpha = 1;
}
