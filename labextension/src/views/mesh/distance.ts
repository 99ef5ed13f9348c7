// How far each point is from the nearest of others: found in the page, in a grid of cells.
//
// Cells are as large as holds two points on average; rings of cells around a point are looked
// through until the nearest one found is nearer than any cell further out can be.

export type Points = (point: number) => readonly [number, number, number];

/** More points than this are not measured: it would hold up the page for seconds. */
export const MOST_MEASURED = 200_000;

export function nearestDistances(
  count: number,
  place: Points,
  others: number,
  otherPlace: Points,
): Float32Array {
  const distances = new Float32Array(count).fill(Number.NaN);
  if (!others) return distances;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const known = new Float64Array(3 * others);
  for (let i = 0; i < others; i++) {
    const at = otherPlace(i);
    for (let axis = 0; axis < 3; axis++) {
      const value = at[axis]!;
      known[3 * i + axis] = value;
      if (value < low[axis]!) low[axis] = value;
      if (value > high[axis]!) high[axis] = value;
    }
  }
  const spans = [0, 1, 2].map((axis) => high[axis]! - low[axis]!);
  const longest = Math.max(...spans);
  // Flat ones count as thin ones, so that their cells are no smaller for it.
  const volume = spans.reduce((all, span) => all * Math.max(span / longest || 0, 1e-3), 1);
  const relative = Math.cbrt((2 * volume) / others);
  const cell = Math.max(relative, 1 / 128) * longest || 1;
  const cells = spans.map((span) => Math.min(256, Math.floor(span / cell) + 1));
  const [nx, ny, nz] = cells as [number, number, number];
  const cellOn = (value: number, axis: number): number =>
    Math.min(cells[axis]! - 1, Math.max(0, Math.floor((value - low[axis]!) / cell)));
  // Points in the order of their cells, and where each cell begins.
  const start = new Uint32Array(nx * ny * nz + 1);
  const code = new Uint32Array(others);
  for (let i = 0; i < others; i++) {
    const [x, y, z] = [0, 1, 2].map((axis) => cellOn(known[3 * i + axis]!, axis));
    code[i] = (x! * ny + y!) * nz + z!;
    start[code[i]! + 1]!++;
  }
  for (let i = 1; i < start.length; i++) start[i]! += start[i - 1]!;
  const order = new Uint32Array(others);
  const next = start.slice();
  for (let i = 0; i < others; i++) order[next[code[i]!]!++] = i;

  const furthest = Math.max(nx, ny, nz);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = place(i);
    const [cx, cy, cz] = [cellOn(x, 0), cellOn(y, 1), cellOn(z, 2)];
    // What lies outside of the grid is so far from its nearest cell at least.
    const gap = Math.hypot(
      outside(x, low[0]!, high[0]!),
      outside(y, low[1]!, high[1]!),
      outside(z, low[2]!, high[2]!),
    );
    let best = Infinity;
    for (let ring = 0; ring <= furthest; ring++) {
      if (best <= Math.max((ring - 1) * cell, gap)) break;
      for (let gx = Math.max(0, cx - ring); gx <= Math.min(nx - 1, cx + ring); gx++) {
        for (let gy = Math.max(0, cy - ring); gy <= Math.min(ny - 1, cy + ring); gy++) {
          const side = Math.abs(gx - cx) === ring || Math.abs(gy - cy) === ring;
          // Within the ring only its two ends are new.
          const step = side || ring === 0 ? 1 : 2 * ring;
          for (let gz = cz - ring; gz <= cz + ring; gz += step) {
            if (gz < 0 || gz >= nz) continue;
            const here = (gx * ny + gy) * nz + gz;
            for (let j = start[here]!; j < start[here + 1]!; j++) {
              const at = 3 * order[j]!;
              const away = Math.hypot(known[at]! - x, known[at + 1]! - y, known[at + 2]! - z);
              if (away < best) best = away;
            }
          }
        }
      }
    }
    distances[i] = best;
  }
  return distances;
}

function outside(value: number, low: number, high: number): number {
  return value < low ? low - value : value > high ? value - high : 0;
}
