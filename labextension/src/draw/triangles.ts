// Triangles and their edges on a raster, each pixel showing what is nearest.
import type { Grid } from "./cloud.ts";
import { NEAREST, type Projection, quantised } from "./camera.ts";
import { pixel, type Raster } from "./raster.ts";

export interface Triangles {
  /** x, y, z of each vertex in turn; all finite. */
  positions: Float32Array | Uint16Array | Int16Array;
  grid?: Grid | null;
  /** Three vertices each; every one is there. */
  corners: Uint32Array;
  /** How many triangles to draw, from the first on; all if not said. */
  count?: number;
  /** A pixel for each vertex; between them colours run into each other. */
  color: Uint32Array;
  /** A factor of each vertex' colour where the outside of a triangle is seen, and its inside. */
  outside?: Float32Array | null;
  inside?: Float32Array | null;
}

/** Vertices on the screen: from the left, from the top, and how near; NaN behind the eye. */
interface Seen {
  x: Float32Array;
  y: Float32Array;
  near: Float32Array;
}

/** An edge that lies in a face is drawn over it. */
const LIFT = 0.002;

export function paintTriangles(raster: Raster, mesh: Triangles, projection: Projection): void {
  const seen = seenFrom(mesh, projection);
  const { x, y, near } = seen;
  const { corners, color, outside, inside } = mesh;
  const total = Math.floor(corners.length / 3);
  const count = 3 * Math.min(mesh.count ?? total, total);
  for (let at = 0; at < count; at += 3) {
    const a = corners[at]!;
    let b = corners[at + 1]!;
    let c = corners[at + 2]!;
    let area = (x[b]! - x[a]!) * (y[c]! - y[a]!) - (y[b]! - y[a]!) * (x[c]! - x[a]!);
    // Also what has a corner behind the eye, whose area is no number.
    if (!(area > 0 || area < 0)) continue;
    // y grows downwards: corners that go round against the clock have a negative area.
    const light = area < 0 ? outside : inside;
    if (area < 0) {
      [b, c] = [c, b];
      area = -area;
    }
    fill(raster, x, y, near, color, light ?? null, a, b, c, area);
  }
}

/** One triangle, its corners so ordered that its area is above 0. */
function fill(
  { width, height, pixels, nearness, parts }: Raster,
  x: Float32Array,
  y: Float32Array,
  near: Float32Array,
  color: Uint32Array,
  light: Float32Array | null,
  a: number,
  b: number,
  c: number,
  area: number,
): void {
  const [ax, ay, bx, by, cx, cy] = [x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!];
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  if (left > right || top > bottom) return;
  const [la, lb, lc] = light ? [light[a]!, light[b]!, light[c]!] : [1, 1, 1];
  const [ca, cb, cc] = [color[a]!, color[b]!, color[c]!];
  const [ra, rb, rc] = [((ca >>> R) & 255) * la, ((cb >>> R) & 255) * lb, ((cc >>> R) & 255) * lc];
  const [ga, gb, gc] = [((ca >>> G) & 255) * la, ((cb >>> G) & 255) * lb, ((cc >>> G) & 255) * lc];
  const [ba, bb, bc] = [((ca >>> B) & 255) * la, ((cb >>> B) & 255) * lb, ((cc >>> B) & 255) * lc];
  const [na, nb, nc] = [near[a]!, near[b]!, near[c]!];
  const over = 1 / area;
  // How much of each corner there is in a pixel changes evenly along a row.
  const [stepA, stepB] = [(by - cy) * over, (cy - ay) * over];
  for (let line = top; line <= bottom; line++) {
    const py = line + 0.5;
    const px = left + 0.5;
    let wa = ((cx - bx) * (py - by) - (cy - by) * (px - bx)) * over;
    let wb = ((ax - cx) * (py - cy) - (ay - cy) * (px - cx)) * over;
    const start = line * width;
    for (let here = start + left; here <= start + right; here++, wa += stepA, wb += stepB) {
      const wc = 1 - wa - wb;
      if (wa < -EDGE || wb < -EDGE || wc < -EDGE) continue;
      const nearer = wa * na + wb * nb + wc * nc;
      if (!(nearer > nearness[here]!)) continue;
      nearness[here] = nearer;
      parts[here] = 1 + (wa > wb ? (wa > wc ? a : c) : wb > wc ? b : c);
      const red = wa * ra + wb * rb + wc * rc;
      const green = wa * ga + wb * gb + wc * gc;
      const blue = wa * ba + wb * bb + wc * bc;
      pixels[here] =
        OPAQUE |
        ((red > 255 ? 255 : red) << R) |
        ((green > 255 ? 255 : green) << G) |
        ((blue > 255 ? 255 : blue) << B);
    }
  }
}

/** So that no gap opens between triangles that share an edge. */
const EDGE = 1e-5;
const OPAQUE = pixel(0, 0, 0, 255);
const shift = (one: number): number => 31 - Math.clz32(one);
/** Where red, green and blue stand in a pixel. */
const R = shift(pixel(1, 0, 0, 0));
const G = shift(pixel(0, 1, 0, 0));
const B = shift(pixel(0, 0, 1, 0));

/** The edges of triangles as lines of one pixel, in their vertices' colours or in one. */
export function paintEdges(
  raster: Raster,
  mesh: Triangles,
  projection: Projection,
  one?: number,
): void {
  const { x, y, near } = seenFrom(mesh, projection);
  const { corners, color } = mesh;
  const total = Math.floor(corners.length / 3);
  const count = 3 * Math.min(mesh.count ?? total, total);
  for (let at = 0; at < count; at += 3) {
    for (let side = 0; side < 3; side++) {
      const a = corners[at + side]!;
      const b = corners[at + ((side + 1) % 3)]!;
      line(raster, x[a]!, y[a]!, near[a]!, x[b]!, y[b]!, near[b]!, one ?? color[a]!, a);
    }
  }
}

function line(
  { width, height, pixels, nearness, parts }: Raster,
  ax: number,
  ay: number,
  an: number,
  bx: number,
  by: number,
  bn: number,
  color: number,
  part: number,
): void {
  const [dx, dy] = [bx - ax, by - ay];
  // The part of it that is on the raster: from one fraction of its length to another.
  const clip = { from: 0, to: 1 };
  if (!within(clip, -dx, ax) || !within(clip, dx, width - 1e-3 - ax)) return;
  if (!within(clip, -dy, ay) || !within(clip, dy, height - 1e-3 - ay)) return;
  const length = (clip.to - clip.from) * Math.max(Math.abs(dx), Math.abs(dy));
  const steps = Math.max(1, Math.ceil(length));
  for (let step = 0; step <= steps; step++) {
    const t = clip.from + ((clip.to - clip.from) * step) / steps;
    const here = ((ay + t * dy) | 0) * width + ((ax + t * dx) | 0);
    const nearer = an + t * (bn - an) + LIFT;
    if (!(nearer > nearness[here]!)) continue;
    nearness[here] = nearer;
    parts[here] = part + 1;
    pixels[here] = color;
  }
}

/** Cuts off what is beyond a border (Liang and Barsky, 1984); false if nothing is left. */
function within(clip: { from: number; to: number }, toward: number, room: number): boolean {
  // Not a number is on no side.
  if (!(room >= 0 || room < 0)) return false;
  if (toward === 0) return room >= 0;
  const at = room / toward;
  if (toward < 0) clip.from = Math.max(clip.from, at);
  else clip.to = Math.min(clip.to, at);
  return clip.from <= clip.to;
}

const scratch: Seen = {
  x: new Float32Array(0),
  y: new Float32Array(0),
  near: new Float32Array(0),
};

function seenFrom({ positions, grid }: Triangles, projection: Projection): Seen {
  const count = positions.length / 3;
  if (scratch.x.length < count) {
    scratch.x = new Float32Array(count);
    scratch.y = new Float32Array(count);
    scratch.near = new Float32Array(count);
  }
  const { x, y, near } = scratch;
  const seen = grid ? quantised(projection, grid.low, grid.step) : projection;
  const m = seen.rows;
  const { perspective, width, height } = seen;
  for (let i = 0, at = 0; i < count; i++, at += 3) {
    const px = positions[at]!;
    const py = positions[at + 1]!;
    const pz = positions[at + 2]!;
    const depth = m[8]! * px + m[9]! * py + m[10]! * pz + m[11]!;
    const behind = perspective && !(depth > NEAREST);
    const w = behind ? Number.NaN : perspective ? 1 / depth : 1;
    x[i] = width / 2 + (m[0]! * px + m[1]! * py + m[2]! * pz + m[3]!) * w;
    y[i] = height / 2 + (m[4]! * px + m[5]! * py + m[6]! * pz + m[7]!) * w;
    near[i] = perspective ? w : -depth;
  }
  return scratch;
}
