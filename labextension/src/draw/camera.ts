// Where the eye stands before points in two or three dimensions, and what it sees of them.
//
// A camera is a plain value of numbers: it can be shared by many canvases, kept in a signal, sent
// to Python. Gestures return a new one. With `fov` 0 it is orthographic; a camera before a plane
// is one that is never turned.

export type Vector = readonly [x: number, y: number, z: number];

/** The smallest and the greatest value along each axis. */
export interface Box {
  low: Vector;
  high: Vector;
}

export interface Camera {
  /** What is looked at, and turned about, in the data's units. */
  target: Vector;
  /** Turn about the upright axis in radians; 0 looks along -z with x to the right. */
  azimuth: number;
  /** Height of the eye over the ground in radians, within a right angle. */
  elevation: number;
  /** How much is seen from top to bottom at the target, in the data's units; above 0. */
  extent: number;
  /** Vertical field of view in radians; 0 for an orthographic picture. */
  fov: number;
  /** Which axis of the data is upright. */
  up: "y" | "z";
}

/** What a camera does to coordinates, on a canvas of a size in its own pixels. */
export interface Projection {
  width: number;
  height: number;
  perspective: boolean;
  /**
   * Three rows of four, for (x, y, z, 1) in the data's units: pixels right of the middle and below
   * it (in perspective, times the distance), and the distance from the eye, in extents.
   */
  rows: Float64Array;
}

/** Nearer to the eye than this many extents nothing is drawn. */
export const NEAREST = 1e-3;
const QUARTER = Math.PI / 2;

/** The axes of the picture in the data's space, each of length 1: right, up, and away. */
export function axesOf({
  azimuth,
  elevation,
  up,
}: Pick<Camera, "azimuth" | "elevation" | "up">): readonly [Vector, Vector, Vector] {
  const [sa, ca, se, ce] = [
    Math.sin(azimuth),
    Math.cos(azimuth),
    Math.sin(elevation),
    Math.cos(elevation),
  ];
  const right: Vector = [ca, 0, -sa];
  const above: Vector = [-se * sa, ce, -se * ca];
  const away: Vector = [-ce * sa, -se, -ce * ca];
  if (up === "y") return [right, above, away];
  const stood = ([x, y, z]: Vector): Vector => [x, -z, y];
  return [stood(right), stood(above), stood(away)];
}

/** How far the eye is from the target, in extents. */
export function distanceOf(camera: Camera): number {
  return camera.fov > 0 ? 0.5 / Math.tan(camera.fov / 2) : 1;
}

/** Where the eye stands, in the data's units. */
export function eyeOf(camera: Camera): Vector {
  const [, , away] = axesOf(camera);
  const far = distanceOf(camera) * camera.extent;
  return along(camera.target, away, -far);
}

export function projectionOf(camera: Camera, width: number, height: number): Projection {
  const perspective = camera.fov > 0;
  const far = distanceOf(camera);
  const [right, above, away] = axesOf(camera);
  const rows = new Float64Array(12);
  const pixels = perspective ? far * height : height;
  row(rows, 0, right, camera, pixels, 0);
  row(rows, 4, above, camera, -pixels, 0);
  row(rows, 8, away, camera, 1, far);
  return { width, height, perspective, rows };
}

/** A row of a projection: along an axis, from the target on, in extents, times `scale`. */
function row(
  rows: Float64Array,
  at: number,
  axis: Vector,
  { target, extent }: Camera,
  scale: number,
  start: number,
): void {
  // Divided first: the product of great coordinates may be more than a number can be.
  let shift = start;
  for (let i = 0; i < 3; i++) {
    rows[at + i] = (axis[i]! / extent) * scale;
    shift -= axis[i]! * (target[i]! / extent) * scale;
  }
  rows[at + 3] = shift;
}

/**
 * The same projection for coordinates `q` that stand for `low + q * step` along each axis: whole
 * numbers need not be turned into the data's units one by one.
 */
export function quantised(projection: Projection, low: Vector, step: Vector): Projection {
  const rows = projection.rows.slice();
  for (let r = 0; r < 12; r += 4) {
    for (let i = 0; i < 3; i++) {
      rows[r + 3]! += rows[r + i]! * low[i]!;
      rows[r + i]! *= step[i]!;
    }
  }
  return { ...projection, rows };
}

/** Where a place is on the canvas, and how far away in extents; null behind the eye. */
export function project(p: Projection, [x, y, z]: Vector): Vector | null {
  const m = p.rows;
  const depth = m[8]! * x + m[9]! * y + m[10]! * z + m[11]!;
  if (p.perspective && !(depth > NEAREST)) return null;
  const w = p.perspective ? 1 / depth : 1;
  return [
    p.width / 2 + (m[0]! * x + m[1]! * y + m[2]! * z + m[3]!) * w,
    p.height / 2 + (m[4]! * x + m[5]! * y + m[6]! * z + m[7]!) * w,
    depth,
  ];
}

// ------------------------------------------------------------------- gestures

/** Turned by a drag of so many pixels, on a canvas of a height: from edge to edge half a turn. */
export function orbited(camera: Camera, dx: number, dy: number, height: number): Camera {
  const turn = Math.PI / Math.max(height, 1);
  const elevation = camera.elevation + dy * turn;
  return {
    ...camera,
    azimuth: wrapped(camera.azimuth - dx * turn),
    elevation: Math.min(QUARTER, Math.max(-QUARTER, elevation)),
  };
}

/** Moved so that what is at the target follows a drag of so many pixels. */
export function panned(camera: Camera, dx: number, dy: number, height: number): Camera {
  const [right, above] = axesOf(camera);
  const unit = camera.extent / Math.max(height, 1);
  return { ...camera, target: along(along(camera.target, right, -dx * unit), above, dy * unit) };
}

/**
 * Brought nearer by a factor (above 1), or away; what is at the target's distance under the
 * pointer, given in pixels from the middle of the canvas, stays there.
 */
export function zoomed(
  camera: Camera,
  factor: number,
  height: number,
  at: { x: number; y: number } = { x: 0, y: 0 },
): Camera {
  const extent = camera.extent / factor;
  if (!(extent > 0 && extent < Number.MAX_VALUE)) return camera;
  const kept = 1 - 1 / factor;
  return { ...panned(camera, -at.x * kept, -at.y * kept, height), extent };
}

/** The camera moved and drawn back so that all of a box is seen on a canvas, as it is turned. */
export function fitted(camera: Camera, box: Box, width: number, height: number): Camera {
  const target = middle(box);
  // Half of each, since the whole of an axis may be more than a number can be.
  const [x, y, z] = [0, 1, 2].map((i) => box.high[i]! / 2 - box.low[i]! / 2) as [
    number,
    number,
    number,
  ];
  const greatest = Math.max(x, y, z);
  if (!(greatest > 0)) return { ...camera, target, extent: Math.max(Math.abs(target[0]), 1) };
  const radius = greatest * Math.hypot(x / greatest, y / greatest, z / greatest);
  // A ball of radius r fills the view of an eye at r / sin(half of the angle).
  const half = camera.fov / 2;
  const seen = camera.fov > 0 ? (2 * radius * Math.tan(half)) / Math.sin(half) : 2 * radius;
  const extent = (seen * Math.max(1, height / Math.max(width, 1))) / 0.98;
  return { ...camera, target, extent: Math.min(extent, Number.MAX_VALUE / 4) };
}

export function middle({ low, high }: Box): Vector {
  return [low[0] / 2 + high[0] / 2, low[1] / 2 + high[1] / 2, low[2] / 2 + high[2] / 2];
}

function along([x, y, z]: Vector, [a, b, c]: Vector, by: number): Vector {
  return [x + a * by, y + b * by, z + c * by];
}

/** An angle within half a turn either way. */
function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
