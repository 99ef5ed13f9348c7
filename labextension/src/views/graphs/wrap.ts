// A layered drawing from left to right, broken into rows as words are on a page.

/** A drawing of one level, in CSS pixels from its top left. */
export interface Drawing {
  /** Left, top, width and height of each piece. */
  places: Float64Array;
  /** The points of all edges, x and y; those of edge i end at ends[i]. */
  points: Float64Array;
  ends: Uint32Array;
  width: number;
  height: number;
}

/** What the layout gave: boxes around their middles, and in which column each stands. */
export interface Layered {
  boxes: readonly { x: number; y: number; width: number; height: number; rank: number }[];
  edges: readonly { from: number; to: number; points: readonly { x: number; y: number }[] }[];
}

/** Between two rows, and beside the rows for edges that go further than to the next. */
const ROW_GAP = 22;
const LANE = 3;
const MOST_LANES = 8;

interface Row {
  left: number;
  /** What is added to y in it. */
  down: number;
  top: number;
  bottom: number;
}

/** Breaks a drawing whose columns do not fit beside each other. */
export function wrapped(layered: Layered, width: number): Drawing {
  const { boxes, edges } = layered;
  const columns = columnsOf(layered);
  const rows: Row[] = [];
  const rowOf = new Map<number, number>();
  const lanes = columns.length && spanOf(columns) > width ? LANE * MOST_LANES : 0;
  let members: (typeof boxes)[number][] = [];
  let top = 0;
  const close = (): void => {
    if (!members.length) return;
    const first = Math.min(...members.map(({ y, height }) => y - height / 2));
    const last = Math.max(...members.map(({ y, height }) => y + height / 2));
    const left = Math.min(...members.map((box) => box.x - box.width / 2)) - lanes;
    rows.push({ left, down: top - first, top, bottom: top + last - first });
    top += last - first + ROW_GAP;
    members = [];
  };
  let start = columns[0]?.left ?? 0;
  for (const { rank, left, right, inside } of columns) {
    if (members.length && right - start + lanes > width) {
      close();
      start = left;
    }
    rowOf.set(rank, rows.length);
    members.push(...inside);
  }
  close();
  const places = new Float64Array(4 * boxes.length);
  boxes.forEach((box, index) => {
    const row = rows[rowOf.get(box.rank)!]!;
    places.set(
      [box.x - box.width / 2 - row.left, box.y - box.height / 2 + row.down, box.width, box.height],
      4 * index,
    );
  });
  const ends = new Uint32Array(edges.length);
  const points: number[] = [];
  edges.forEach(({ from, to, points: given }, index) => {
    const source = rowOf.get(boxes[from]!.rank)!;
    const target = rowOf.get(boxes[to]!.rank)!;
    if (source === target) {
      const row = rows[source]!;
      for (const { x, y } of given) {
        points.push(x - row.left, Math.min(row.bottom + 4, Math.max(row.top - 4, y + row.down)));
      }
    } else {
      const right = columns.find(({ rank }) => rank === boxes[from]!.rank)!.right;
      const place = [from, to].map((box) => [...places.subarray(4 * box, 4 * box + 4)]);
      const out = right - rows[source]!.left;
      points.push(...around(place as never, out, rows, source, target, index));
    }
    ends[index] = points.length / 2;
  });
  let [wide, high] = [0, 0];
  boxes.forEach((_, index) => {
    wide = Math.max(wide, places[4 * index]! + places[4 * index + 2]!);
    high = Math.max(high, places[4 * index + 1]! + places[4 * index + 3]!);
  });
  for (let at = 0; at < points.length; at += 2) {
    wide = Math.max(wide, points[at]!);
    high = Math.max(high, points[at + 1]!);
  }
  return { places, points: new Float64Array(points), ends, width: wide, height: high };
}

type Box = [left: number, top: number, width: number, height: number];

/** The way of an edge into another row: below its own, and by the left margin if it is far. */
function around(
  [a, b]: [Box, Box],
  right: number,
  rows: readonly Row[],
  source: number,
  target: number,
  index: number,
): number[] {
  const lane = LANE * (index % MOST_LANES);
  const out = right + 4 + lane / 2;
  const y = a[1] + a[3] / 2;
  const below = rows[source]!.bottom + 4 + lane * 0.6;
  const into = b[0] - 6 - lane / 2;
  const end = [into, b[1] + b[3] / 2, b[0], b[1] + b[3] / 2];
  const start = [a[0] + a[2], y, out, y, out, below];
  if (target === source + 1) return [...start, into, below, ...end];
  const above = rows[target]!.top - ROW_GAP + 6 + lane * 0.6;
  return [...start, lane, below, lane, above, into, above, ...end];
}

interface Column {
  rank: number;
  left: number;
  right: number;
  inside: Layered["boxes"][number][];
}

function columnsOf({ boxes }: Layered): Column[] {
  const found = new Map<number, Column>();
  for (const box of boxes) {
    const [left, right] = [box.x - box.width / 2, box.x + box.width / 2];
    const known = found.get(box.rank);
    if (!known) found.set(box.rank, { rank: box.rank, left, right, inside: [box] });
    else {
      known.left = Math.min(known.left, left);
      known.right = Math.max(known.right, right);
      known.inside.push(box);
    }
  }
  return [...found.values()].sort((a, b) => a.left - b.left || a.rank - b.rank);
}

function spanOf(columns: readonly Column[]): number {
  return columns[columns.length - 1]!.right - columns[0]!.left;
}
