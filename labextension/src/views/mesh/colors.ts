// What points and faces are coloured by, and how light a face is on either side.
import type { Box, Vector } from "../../draw/camera.ts";
import { ramped } from "../../draw/ramp.ts";
import { pixel, pixelsOf } from "../../draw/raster.ts";
import { type Scene, type Shape, placeOf, pointCount } from "./shape.ts";

export type Coloring = "logged" | "plain" | "x" | "y" | "z" | "normal" | "distance";

export interface Colors {
  /** A pixel for each point. */
  pixels: Uint32Array;
  /** What the ends of the scale stand for; null where there is no scale. */
  scale: { name: string; low: number; high: number } | null;
}

/** What colours may need beside the shape itself. */
export interface Beside {
  /** "#rrggbb" of what has no colour of its own. */
  plain: string;
  /** What the scale of an axis spans. */
  box: Box | null;
  /** How far each point is from the nearest of the pinned step; null if that is not known. */
  distances: Float32Array | null;
}

export function colorsOf(shape: Shape, coloring: Coloring, beside: Beside): Colors {
  if (coloring === "logged" && shape.colors) {
    return { pixels: pixelsOf(shape.colors), scale: null };
  }
  if (coloring === "x" || coloring === "y" || coloring === "z") {
    const axis = "xyz".indexOf(coloring);
    const box = beside.box ?? shape.box;
    const [low, high] = [box?.low[axis] ?? 0, box?.high[axis] ?? 0];
    return scaled(coloring, coordinates(shape, axis), low, high);
  }
  if (coloring === "normal" && shape.triangles.length) {
    return { pixels: normalColors(normalsOf(shape)), scale: null };
  }
  if (coloring === "distance" && beside.distances) {
    let most = 0;
    for (const distance of beside.distances) if (distance > most) most = distance;
    return scaled("distance", beside.distances, 0, most);
  }
  const plain = shape.scene.color ?? beside.plain;
  return { pixels: new Uint32Array(pointCount(shape)).fill(pixelOf(plain)), scale: null };
}

function scaled(name: string, values: ArrayLike<number>, low: number, high: number): Colors {
  const { table, index } = ramped(values, low, high);
  return { pixels: Uint32Array.from(index, (level) => table[level]!), scale: { name, low, high } };
}

function coordinates(shape: Shape, axis: number): Float64Array {
  const { positions, grid } = shape;
  const values = new Float64Array(pointCount(shape));
  for (let i = 0; i < values.length; i++) {
    const value = positions[3 * i + axis]!;
    values[i] = grid ? grid.low[axis]! + value * grid.step[axis]! : value;
  }
  return values;
}

/** "#rrggbb" as a pixel. */
export function pixelOf(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return pixel(red || 0, green || 0, blue || 0);
}

function normalColors(normals: Float32Array): Uint32Array {
  const pixels = new Uint32Array(normals.length / 3);
  for (let i = 0; i < pixels.length; i++) {
    const level = (axis: number): number => Math.round(127.5 + 127.5 * normals[3 * i + axis]!);
    pixels[i] = pixel(level(0), level(1), level(2));
  }
  return pixels;
}

const known = new WeakMap<Shape, Float32Array>();

/**
 * The normal of each vertex: the sum of those of its faces, weighted by their area, of length 1;
 * zeros where there is no face. The same as `vertex_normals` in nbboard/views/mesh_paper.py.
 */
export function normalsOf(shape: Shape): Float32Array {
  const before = known.get(shape);
  if (before) return before;
  const { triangles } = shape;
  const count = pointCount(shape);
  const sums = new Float64Array(3 * count);
  const span = spanOf(shape);
  const [p, q, r]: number[][] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const read = (point: number, into: number[]): void => {
    const place = placeOf(shape, point);
    for (let i = 0; i < 3; i++) into[i] = place[i]! / span;
  };
  for (let at = 0; at < triangles.length; at += 3) {
    read(triangles[at]!, p!);
    read(triangles[at + 1]!, q!);
    read(triangles[at + 2]!, r!);
    const normal = cross(minus(q!, p!), minus(r!, p!));
    for (let corner = 0; corner < 3; corner++) {
      const to = 3 * triangles[at + corner]!;
      for (let i = 0; i < 3; i++) sums[to + i]! += normal[i]!;
    }
  }
  const normals = new Float32Array(3 * count);
  for (let at = 0; at < sums.length; at += 3) {
    const length = Math.hypot(sums[at]!, sums[at + 1]!, sums[at + 2]!);
    if (length > 0) for (let i = 0; i < 3; i++) normals[at + i] = sums[at + i]! / length;
  }
  known.set(shape, normals);
  return normals;
}

/** The longest side of its box: areas of great meshes are beyond what a number can be. */
function spanOf({ box }: Shape): number {
  if (!box) return 1;
  return Math.max(...[0, 1, 2].map((i) => box.high[i]! - box.low[i]!)) || 1;
}

function minus(a: readonly number[], b: readonly number[]): Vector {
  return [a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** How light each vertex is where the outside of a face is seen, and where its inside is. */
export function lightOf(
  normals: Float32Array,
  { ambient, lights }: Scene,
): { outside: Float32Array; inside: Float32Array } {
  const count = normals.length / 3;
  const outside = new Float32Array(count).fill(ambient);
  const inside = new Float32Array(count).fill(ambient);
  for (const { intensity, position } of lights) {
    const length = Math.hypot(...position) || 1;
    const [x, y, z] = position.map((one) => one / length) as [number, number, number];
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      const lit = intensity * (normals[at]! * x + normals[at + 1]! * y + normals[at + 2]! * z);
      if (lit > 0) outside[i]! += lit;
      else inside[i]! -= lit;
    }
  }
  return { outside, inside };
}
