// Points in two or three dimensions, a million of them in a frame, on a raster for a 2-D canvas.
//
// A frame:
//   raster.clear(width, height);
//   paintCloud(raster, cloud, projectionOf(camera, width, height), { size: 3 });
//   raster.show(context);
// and afterwards `raster.partAt(x, y, radius)` is the point under the pointer, since the raster
// remembers which point each pixel shows. For a quick picture while something moves, keep the points
// in a shuffled order and draw the first `count` of them.
import { NEAREST, type Projection, quantised, type Vector } from "./camera.ts";
import { pixel, type Raster } from "./raster.ts";

/** Coordinates that are whole numbers: `q` stands for `low + q * step` along each axis. */
export interface Grid {
  low: Vector;
  step: Vector;
}

/** Colours by a small table: that of point i is `table[index[i]]`. */
export interface Palette {
  table: Uint32Array;
  index: Uint8Array | Uint16Array;
}

/** What `Cloud.emphasis` says of a point. */
export const EMPHASIS = { none: 0, dim: 1, strong: 2, hidden: 3 } as const;

export interface Cloud {
  /** x, y (and z) of each point in turn; what is not finite is not drawn. */
  positions: Float32Array | Int16Array | Uint16Array;
  /** 3, or 2 for points in a plane: later ones then cover earlier ones. */
  dimensions: 2 | 3;
  /** What whole numbers stand for; none for positions in the data's own units. */
  grid?: Grid;
  /** The number of its first point among the parts of a raster with several clouds; 0. */
  first?: number;
  /** How many points to draw, from the first on; all if not said. */
  count?: number;
  /** A pixel (of `pixel` or `pixelsOf`) for each point, or a palette, or one pixel for all. */
  color: Uint32Array | Palette | number;
  /** One of EMPHASIS for each point: strong ones cover all others, and those cover dim ones. */
  emphasis?: Uint8Array | null;
}

export interface CloudLook {
  /** Width of a point in the raster's pixels, 1 to 64. */
  size: number;
  /** Width of a strong point; that of all others and a half more if not said. */
  strongSize?: number;
  /** Opacity of dim points, 0 to 1. */
  dimmed?: number;
}

/** Rows and columns that a point covers, beside its own. */
interface Dab {
  /** First and last row, relative to the point's. */
  top: number;
  bottom: number;
  /** First and last column in each of the rows. */
  left: Int32Array;
  right: Int32Array;
}

const dabs = new Map<number, Dab>();

/** A square of up to three pixels, a disc above. */
function dabOf(size: number): Dab {
  const width = Math.min(64, Math.max(1, Math.round(size)));
  const known = dabs.get(width);
  if (known) return known;
  const top = -((width - 1) >> 1);
  const left = new Int32Array(width).fill(top);
  const right = new Int32Array(width).fill(top + width - 1);
  if (width > 3) {
    for (let j = 0; j < width; j++) {
      const y = j - (width - 1) / 2;
      const half = Math.sqrt(Math.max(0, (width / 2) ** 2 - y * y));
      const cut = Math.round(width / 2 - half);
      left[j]! += cut;
      right[j]! -= cut;
    }
  }
  const dab = { top, bottom: top + width - 1, left, right };
  dabs.set(width, dab);
  return dab;
}

/** Draw the points of a cloud over what a raster shows, where they are nearer. */
export function paintCloud(
  raster: Raster,
  cloud: Cloud,
  projection: Projection,
  look: CloudLook,
): void {
  const { grid, emphasis } = cloud;
  const seen = grid ? quantised(projection, grid.low, grid.step) : projection;
  const dab = dabOf(look.size);
  if (!emphasis) {
    paint(raster, cloud, seen, dab, OPAQUE, -1);
    return;
  }
  const dimmed = pixel(0, 0, 0, Math.round(255 * (look.dimmed ?? 0.2)));
  const strong = dabOf(look.strongSize ?? look.size * 1.5 + 1);
  if (emphasis.includes(EMPHASIS.dim)) {
    paint(raster, cloud, seen, dab, dimmed, EMPHASIS.dim);
    raster.forgetDepth();
  }
  paint(raster, cloud, seen, dab, OPAQUE, EMPHASIS.none);
  if (emphasis.includes(EMPHASIS.strong)) {
    raster.forgetDepth();
    paint(raster, cloud, seen, strong, OPAQUE, EMPHASIS.strong);
  }
}

const OPAQUE = pixel(0, 0, 0, 255);

/** Draw points that have one emphasis, or all (-1), at an opacity: a pixel that has only that. */
function paint(
  raster: Raster,
  cloud: Cloud,
  projection: Projection,
  dab: Dab,
  opacity: number,
  only: number,
): void {
  findCentres(raster, cloud, projection, only);
  spread(raster, cloud, dab, opacity);
}

/**
 * Find the nearest point whose centre is in each pixel. Those behind it could not be seen beside
 * it, either: all are of one size. So only pixels, not points, are drawn larger afterwards.
 */
function findCentres(raster: Raster, cloud: Cloud, projection: Projection, only: number): void {
  const { positions, dimensions, emphasis } = cloud;
  const { width, height } = raster;
  const { nearness, parts } = raster.centres();
  const { perspective } = projection;
  // Names instead of places: this loop runs a million times a frame.
  const [xx, xy, xz, x1, yx, yy, yz, y1, dx, dy, dz, d1] = projection.rows as unknown as Twelve;
  const flat = dimensions === 2;
  const total = Math.floor(positions.length / dimensions);
  const count = Math.min(cloud.count ?? total, total);
  const [middleX, middleY] = [width / 2, height / 2];
  for (let i = 0, at = 0; i < count; i++, at += dimensions) {
    if (only >= 0 && emphasis![i] !== only) continue;
    const x = positions[at]!;
    const y = positions[at + 1]!;
    const z = flat ? 0 : positions[at + 2]!;
    const depth = dx * x + dy * y + dz * z + d1;
    let w = 1;
    let near = -depth;
    if (perspective) {
      if (!(depth > NEAREST)) continue;
      w = 1 / depth;
      near = w;
    }
    const sx = middleX + (xx * x + xy * y + xz * z + x1) * w;
    const sy = middleY + (yx * x + yy * y + yz * z + y1) * w;
    // What is not a number is in no range, so it is not drawn, either.
    if (!(sx >= 0 && sx < width && sy >= 0 && sy < height)) continue;
    const here = (sy | 0) * width + (sx | 0);
    if (near >= nearness[here]!) {
      nearness[here] = near;
      parts[here] = i + 1;
    }
  }
}

/** Draw the points that were found in their size and colour, where nothing is nearer. */
function spread(raster: Raster, cloud: Cloud, dab: Dab, opacity: number): void {
  const { width, height, nearness, parts, pixels } = raster;
  const centres = raster.found;
  const { color } = cloud;
  const first = cloud.first ?? 0;
  const inked = ~OPAQUE;
  const one = typeof color === "number" ? color : 0;
  const each = color instanceof Uint32Array ? color : null;
  const { table, index } = typeof color === "object" && "table" in color ? color : NO_PALETTE;
  for (let line = 0, centre = 0; line < height; line++) {
    const top = Math.max(-line, dab.top);
    const bottom = Math.min(height - 1 - line, dab.bottom);
    for (let column = 0; column < width; column++, centre++) {
      const part = centres.parts[centre]!;
      if (part === 0) continue;
      const near = centres.nearness[centre]!;
      const full = each ? each[part - 1]! : table ? table[index[part - 1]!]! : one;
      const shown = (full & inked) | opacity;
      for (let j = top; j <= bottom; j++) {
        const start = (line + j) * width;
        const end = start + Math.min(width - 1, column + dab.right[j - dab.top]!);
        for (let here = start + Math.max(0, column + dab.left[j - dab.top]!); here <= end; here++) {
          if (near >= nearness[here]!) {
            nearness[here] = near;
            parts[here] = part + first;
            pixels[here] = shown;
          }
        }
      }
    }
  }
}

type Twelve = [
  ...[number, number, number, number],
  ...[number, number, number, number],
  ...[number, number, number, number],
];

const NO_PALETTE = { table: null, index: new Uint8Array(0) };
