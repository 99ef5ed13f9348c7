// Where points are on screen: which camera sees them all, and which lie in a shape.
import { axesOf, type Camera, distanceOf, fitted, type Projection } from "../../draw/camera.ts";
import type { Dimensions } from "./model.ts";

export interface Places {
  positions: Float32Array;
  dimensions: Dimensions;
}

export interface Bounds {
  low: [number, number, number];
  high: [number, number, number];
}

/** The box of all points that can be placed; of nothing at all a box around 0. */
export function boundsOf({ positions, dimensions }: Places): Bounds {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += dimensions) {
    for (let axis = 0; axis < dimensions; axis++) {
      const value = positions[i + axis]!;
      if (value < low[axis]!) low[axis] = value;
      if (value > high[axis]!) high[axis] = value;
    }
  }
  for (let axis = 0; axis < 3; axis++) {
    if (!Number.isFinite(low[axis]!) || !Number.isFinite(high[axis]!)) {
      low[axis] = high[axis] = 0;
    }
  }
  return { low, high };
}

const FLAT: Camera = {
  target: [0, 0, 0],
  azimuth: 0,
  elevation: 0,
  extent: 1,
  fov: 0,
  up: "y",
};
const ROUND: Camera = { ...FLAT, azimuth: -0.55, elevation: 0.4, fov: 0.7 };
/** Room around the points, as a share. */
const ROOM = 1.16;

interface Fit {
  width: number;
  height: number;
  dimensions: Dimensions;
  camera: Camera;
}
const fits = new WeakMap<Float32Array, Fit>();

/** The camera that sees all points. */
export function cameraFor(places: Places, width: number, height: number): Camera {
  const known = fits.get(places.positions);
  const { dimensions } = places;
  if (known?.width === width && known.height === height && known.dimensions === dimensions) {
    return known.camera;
  }
  const camera =
    places.dimensions === 3 ? round(places, width, height) : flat(places, width, height);
  fits.set(places.positions, { width, height, dimensions, camera });
  return camera;
}

function flat(places: Places, width: number, height: number): Camera {
  const { low, high } = boundsOf(places);
  const wide = high[0] - low[0];
  const tall = high[1] - low[1];
  const extent = Math.max(tall, (wide * height) / Math.max(width, 1)) * ROOM;
  return {
    ...FLAT,
    target: [low[0] / 2 + high[0] / 2, low[1] / 2 + high[1] / 2, 0],
    extent: extent > 0 && Number.isFinite(extent) ? extent : Math.max(1, Math.abs(high[0])),
  };
}

/** A cloud seldom fills the corners of its box, so the eye comes as near as the points let it. */
function round(places: Places, width: number, height: number): Camera {
  const { low, high } = boundsOf(places);
  const camera = fitted(ROUND, { low, high }, width, height);
  const [right, above, away] = axesOf(camera);
  const far = distanceOf(camera);
  const [tx, ty, tz] = camera.target;
  const wide = (2 * ROOM * far * height) / Math.max(width, 1);
  const tall = 2 * ROOM * far;
  const { positions } = places;
  let extent = 0;
  for (let at = 0; at < positions.length; at += 3) {
    const [x, y, z] = [positions[at]! - tx, positions[at + 1]! - ty, positions[at + 2]! - tz];
    const r = Math.abs(right[0] * x + right[1] * y + right[2] * z);
    const u = Math.abs(above[0] * x + above[1] * y + above[2] * z);
    const d = away[0] * x + away[1] * y + away[2] * z;
    // What is seen from top to bottom must be so much that this point is, too.
    const needed = (Math.max(wide * r, tall * u) - d) / far;
    if (needed > extent) extent = needed;
  }
  return extent > 0 && Number.isFinite(extent) ? { ...camera, extent } : camera;
}

/** Where all points are on the canvas: x and y of each in turn, NaN for those behind the eye. */
export function screenOf({ positions, dimensions }: Places, projection: Projection): Float32Array {
  const { rows, perspective, width, height } = projection;
  const count = positions.length / dimensions;
  const found = new Float32Array(2 * count);
  for (let i = 0, at = 0; i < count; i++, at += dimensions) {
    const x = positions[at]!;
    const y = positions[at + 1]!;
    const z = dimensions === 3 ? positions[at + 2]! : 0;
    const depth = rows[8]! * x + rows[9]! * y + rows[10]! * z + rows[11]!;
    const scale = perspective ? (depth > 0 ? 1 / depth : Number.NaN) : 1;
    found[2 * i] = width / 2 + (rows[0]! * x + rows[1]! * y + rows[2]! * z + rows[3]!) * scale;
    found[2 * i + 1] = height / 2 + (rows[4]! * x + rows[5]! * y + rows[6]! * z + rows[7]!) * scale;
  }
  return found;
}

/** A place on the canvas. */
export type Spot = readonly [x: number, y: number];

/** The points within a closed line, by the even-odd rule. */
export function within(screen: Float32Array, line: readonly Spot[]): Uint32Array {
  const xs = line.map(([x]) => x);
  const ys = line.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let i = 0; i < screen.length / 2; i++) {
    const x = screen[2 * i]!;
    const y = screen[2 * i + 1]!;
    if (!(x >= left && x <= right && y >= top && y <= bottom)) continue;
    let inside = false;
    for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
      if (
        ys[a]! > y !== ys[b]! > y &&
        x < ((xs[b]! - xs[a]!) * (y - ys[a]!)) / (ys[b]! - ys[a]!) + xs[a]!
      ) {
        inside = !inside;
      }
    }
    if (inside) found.push(i);
  }
  return Uint32Array.from(found);
}

/** The corners of a box that was dragged. */
export function boxLine([x0, y0]: Spot, [x1, y1]: Spot): Spot[] {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** Places between two, for a motion: `along` goes from 0 to 1. */
export function between(from: Float32Array, to: Float32Array, along: number): Float32Array {
  if (from.length !== to.length || along >= 1) return to;
  const found = new Float32Array(to.length);
  for (let i = 0; i < to.length; i++) {
    const [a, b] = [from[i]!, to[i]!];
    // A point that could not be placed before is where it is now.
    found[i] = Number.isNaN(a) ? b : a + (b - a) * along;
  }
  return found;
}

/**
 * Which share of points' neighbours among all dimensions are their neighbours on screen, too: as
 * `preserved` in nbboard/kinds/projector/neighbors.py. NaN where there is nothing to compare.
 */
export function preserved(
  { positions, dimensions }: Places,
  points: Uint32Array,
  near: { count: number; rows: Uint32Array },
): number {
  const { count, rows } = near;
  const total = positions.length / dimensions;
  if (!count || !points.length) return Number.NaN;
  let kept = 0;
  const nearest = new Float64Array(count);
  const who = new Uint32Array(count);
  points.forEach((point, place) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    who.fill(point);
    const at = point * dimensions;
    for (let i = 0; i < total; i++) {
      if (i === point) continue;
      let far = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        far += (positions[i * dimensions + axis]! - positions[at + axis]!) ** 2;
      }
      if (!(far < nearest[count - 1]!)) continue;
      let j = count - 1;
      for (; j > 0 && nearest[j - 1]! > far; j--) {
        nearest[j] = nearest[j - 1]!;
        who[j] = who[j - 1]!;
      }
      nearest[j] = far;
      who[j] = i;
    }
    const wanted = new Set(rows.subarray(place * count, (place + 1) * count));
    for (const row of who) if (wanted.has(row)) kept++;
  });
  return kept / (points.length * count);
}
