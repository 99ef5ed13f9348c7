// Where the pieces of all open levels stand, from the innermost out.
import dagre from "@dagrejs/dagre";
import { type Drawing, type Layered, wrapped } from "./wrap.ts";

/** One level: those in it come before it. */
export interface LevelInput {
  /** Width and height of each piece that is not open. */
  sizes: Float64Array;
  /** The level that stands in each piece; -1 where it is not open. */
  inner: Int32Array;
  /** Pairs of pieces. */
  edges: Int32Array;
  /** How wide what stands on each edge is; 0 for nothing. */
  labels: Float64Array;
  /** How wide it should be at most. */
  room: number;
}

export interface LayoutInput {
  levels: LevelInput[];
  up: boolean;
}

/** Around what stands in an open piece; its title above. */
export const PAD = 10;
export const HEAD = 22;
/** Between boxes in a column, and between columns. */
const ACROSS = 10;
const ALONG = 26;
/** Height of what stands on an edge. */
const LABEL = 14;
/** Layouts that are remembered: opening one level leaves the others as they are. */
const MOST_KNOWN = 400;

const known = new Map<string, Drawing>();

/** Draws all levels; interrupted between two. */
export function* layout({ levels, up }: LayoutInput): Generator<number, Drawing[]> {
  const drawings: Drawing[] = [];
  for (const level of levels) {
    const sizes = level.sizes.slice();
    level.inner.forEach((inner, piece) => {
      const drawn = drawings[inner];
      if (!drawn) return;
      // Its title wants room, too.
      sizes[2 * piece] = Math.max(sizes[2 * piece]!, drawn.width + 2 * PAD);
      sizes[2 * piece + 1] = drawn.height + HEAD + PAD;
    });
    const key = `${up} ${level.room} ${sizes} ${level.edges} ${level.labels}`;
    let drawing = known.get(key);
    if (!drawing) {
      drawing = drawLevel({ ...level, sizes }, up);
      known.set(key, drawing);
      if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
    }
    // What is sent is given away.
    drawings.push({
      ...drawing,
      places: drawing.places.slice(),
      points: drawing.points.slice(),
      ends: drawing.ends.slice(),
    });
    yield drawings.length;
  }
  return drawings;
}

/** Draws one level. */
export function drawLevel(level: Omit<LevelInput, "inner">, up: boolean): Drawing {
  const { sizes, edges, room } = level;
  const count = sizes.length / 2;
  const connected = new Set<number>(edges);
  const layered = layeredBy(level, connected, up);
  const first = up ? asIs(layered) : wrapped(layered, room);
  const places = new Float64Array(4 * count);
  const order = [...connected].sort((a, b) => a - b);
  order.forEach((piece, index) => {
    places.set(first.places.subarray(4 * index, 4 * index + 4), 4 * piece);
  });
  // What nothing connects stands below, as words do.
  let x = 0;
  let y = order.length ? first.height + ALONG : 0;
  let [wide, row] = [first.width, 0];
  for (let piece = 0; piece < count; piece++) {
    if (connected.has(piece)) continue;
    const [width, height] = [sizes[2 * piece]!, sizes[2 * piece + 1]!];
    if (x && x + width > Math.max(room, first.width)) {
      x = 0;
      y += row + ACROSS;
      row = 0;
    }
    places.set([x, y, width, height], 4 * piece);
    x += width + ACROSS;
    row = Math.max(row, height);
    wide = Math.max(wide, x - ACROSS);
  }
  return { ...first, places, width: wide, height: row ? y + row : first.height };
}

function layeredBy(
  { sizes, edges, labels }: Omit<LevelInput, "inner">,
  connected: ReadonlySet<number>,
  up: boolean,
): Layered {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: up ? "BT" : "LR", nodesep: ACROSS, ranksep: ALONG, edgesep: 6 });
  const order = [...connected].sort((a, b) => a - b);
  const index = new Map(order.map((piece, at) => [piece, at]));
  for (const piece of order) {
    graph.setNode(String(piece), { width: sizes[2 * piece]!, height: sizes[2 * piece + 1]! });
  }
  for (let at = 0; at < edges.length; at += 2) {
    const width = labels[at / 2]!;
    const label = width ? { width, height: LABEL, labelpos: "c" } : {};
    graph.setEdge(String(edges[at]), String(edges[at + 1]), label);
  }
  if (order.length) dagre.layout(graph);
  const boxes = order.map((piece) => {
    const { x, y, width, height, rank } = graph.node(String(piece));
    return { x: x!, y: y!, width, height, rank: rank ?? 0 };
  });
  const drawn = [];
  for (let at = 0; at < edges.length; at += 2) {
    const [from, to] = [edges[at]!, edges[at + 1]!];
    const { points } = graph.edge(String(from), String(to));
    drawn.push({ from: index.get(from)!, to: index.get(to)!, points: points ?? [] });
  }
  return { boxes, edges: drawn };
}

/** A drawing without rows. */
function asIs({ boxes, edges }: Layered): Drawing {
  const left = Math.min(0, ...boxes.map(({ x, width }) => x - width / 2));
  const places = new Float64Array(
    boxes.flatMap(({ x, y, width, height }) => [
      x - width / 2 - left,
      y - height / 2,
      width,
      height,
    ]),
  );
  let count = 0;
  const ends = new Uint32Array(
    edges.map(({ points }) => {
      count += points.length;
      return count;
    }),
  );
  const points = new Float64Array(
    edges.flatMap(({ points: given }) => given.flatMap(({ x, y }) => [x - left, y])),
  );
  let [width, height] = [0, 0];
  for (const box of boxes) {
    width = Math.max(width, box.x + box.width / 2 - left);
    height = Math.max(height, box.y + box.height / 2);
  }
  return { places, points, ends, width, height };
}
