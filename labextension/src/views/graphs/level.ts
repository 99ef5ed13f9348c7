// What is in an open scope: the pieces that are drawn, and the edges between them.
import type { Graph } from "./graph.ts";
import type { Repeat } from "./periods.ts";
import { repeatsIn, uncounted } from "./repeats.ts";

/** A level of more pieces than this is folded further, into so many ranges at most. */
const MOST_PIECES = 150;
const MOST_RANGES = 75;
/** So many pieces that nothing connects stand as one. */
const LEAST_APART = 9;
/** A title that is longer is not read anyway. */
const LONGEST = 200;

export type PieceKind = "top" | "op" | "scope" | "repeat" | "range" | "apart";

/** What is drawn as one box: an operation, a scope, or several rows of one scope. */
export interface Piece {
  /** Its name; for several rows those of the first and the last. */
  key: string;
  kind: PieceKind;
  title: string;
  /** The rows that it stands for; for "top" none. */
  rows: readonly number[];
}

export interface LevelEdge {
  from: number;
  to: number;
  /** How many inputs are drawn as this one. */
  count: number;
  /** What flows: a code of `graph.labels`; -1 for different things. */
  label: number;
  control: boolean;
}

export interface Level {
  pieces: Piece[];
  edges: LevelEdge[];
  /** Which pieces take something from outside of the level, and which give something. */
  entered: Uint8Array;
  left: Uint8Array;
}

/** Places of a level that become a piece; of a repeat so many are one block. */
interface Group {
  places: readonly number[];
  kind: PieceKind;
  period?: number;
}

/** The edges between rows of one level, by their places in it. */
export interface Flow {
  rows: readonly number[];
  after: readonly (readonly number[])[];
  /** The length of the longest way to each; what is on a cycle comes last. */
  rank: Int32Array;
  edges: LevelEdge[];
  entered: Uint8Array;
  left: Uint8Array;
}

export const TOP: Piece = { key: "", kind: "top", title: "", rows: [] };

/** The level in a piece. */
export function levelOf(graph: Graph, piece: Piece, foldRepeats: boolean): Level {
  return graph.once(`level ${foldRepeats} ${piece.kind} ${piece.key}`, () => {
    const whole = piece.kind === "top" || piece.kind === "scope";
    const rows = whole ? graph.children(piece.rows[0] ?? -1) : piece.rows;
    const flow = flowOf(graph, rows);
    // Within a fold nothing is folded again, but into ranges.
    const folds = foldRepeats && piece.kind !== "repeat" ? repeatsIn(graph, flow) : [];
    return pieced(graph, flow, folds);
  });
}

function pieced(graph: Graph, flow: Flow, folds: readonly Repeat[]): Level {
  const groups: Group[] = [];
  const folded = new Map<number, number>();
  folds.forEach(({ places }, index) => {
    for (const place of places) folded.set(place, index);
  });
  const connected = new Uint8Array(flow.rows.length);
  for (const { from, to } of flow.edges) connected[from] = connected[to] = 1;
  const apart = flow.rows.flatMap((_, place) =>
    connected[place] || folded.has(place) ? [] : [place],
  );
  const foldApart = apart.length >= LEAST_APART && apart.length < flow.rows.length;
  flow.rows.forEach((row, place) => {
    const fold = folded.get(place);
    if (fold !== undefined) {
      if (folds[fold]!.places[0] === place) groups.push({ ...folds[fold]!, kind: "repeat" });
    } else if (!foldApart || connected[place])
      groups.push({ places: [place], kind: graph.leaf[row]! >= 0 ? "op" : "scope" });
  });
  if (foldApart) groups.push({ places: apart, kind: "apart" });
  const pieces = groups.length > MOST_PIECES ? ranges(groups) : groups;
  const owner = new Int32Array(flow.rows.length);
  pieces.forEach(({ places }, index) => {
    for (const place of places) owner[place] = index;
  });
  const entered = new Uint8Array(pieces.length);
  const left = new Uint8Array(pieces.length);
  owner.forEach((index, place) => {
    entered[index]! |= flow.entered[place]!;
    left[index]! |= flow.left[place]!;
  });
  return {
    pieces: pieces.map(({ places, kind, period }) =>
      pieceOf(
        graph,
        places.map((place) => flow.rows[place]!),
        kind,
        period,
      ),
    ),
    edges: merged(flow.edges, owner),
    entered,
    left,
  };
}

/** Neighbours in logged order stand together. */
function ranges(groups: readonly Group[]): Group[] {
  const size = Math.ceil(groups.length / MOST_RANGES);
  const found = [];
  for (let start = 0; start < groups.length; start += size) {
    const several = groups.slice(start, start + size);
    if (several.length === 1) found.push(several[0]!);
    else found.push({ places: several.flatMap(({ places }) => places), kind: "range" as const });
  }
  return found;
}

function pieceOf(graph: Graph, rows: readonly number[], kind: PieceKind, period = 1): Piece {
  const first = rows[0]!;
  if (kind === "op") return { key: graph.name(first), kind, title: graph.title(first), rows };
  if (kind === "scope") {
    // Scopes that have nothing but another scope in them are one box.
    let [row, title] = [first, graph.title(first)];
    for (let inner = graph.children(row); inner.length === 1; inner = graph.children(row)) {
      if (graph.leaf[inner[0]!]! >= 0) break;
      row = inner[0]!;
      if (title.length < LONGEST) title = `${title}/${graph.title(row)}`;
    }
    return { key: graph.name(row), kind, title, rows: [row] };
  }
  const last = rows[rows.length - 1]!;
  const count = rows.length.toLocaleString("en");
  const key = `${graph.name(first)} … ${graph.name(last)}`;
  const [a, b] = [graph.title(first), graph.title(last)];
  const title =
    kind === "repeat"
      ? `${blockTitle(graph, rows, period)} ×${(rows.length / period).toLocaleString("en")}`
      : kind === "apart"
        ? `${count} apart`
        : `${a} … ${b}`;
  return { key, kind, title, rows };
}

/** What a block that repeats is called: by its pieces, the first and the last if there are many. */
function blockTitle(graph: Graph, rows: readonly number[], period: number): string {
  const last = rows.length - period;
  const title = (at: number): string =>
    common(graph.title(rows[at]!), graph.title(rows[last + at]!));
  if (period === 1) return title(0);
  return `${title(0)}${period === 2 ? ", " : " … "}${title(period - 1)}`;
}

/** What two names share that differ only in numbers: "s*_conv" of "s0_conv_1" and "s1_conv_2". */
function common(a: string, b: string): string {
  const numbers = b.match(/\d+/g) ?? [];
  let at = 0;
  const shared = uncounted(a).replace(/\d+/g, (number) =>
    numbers[at++] === number ? number : "*",
  );
  return shared.replace(/[\W_]*\*$/, "") || a;
}

/** Edges between places become edges between the pieces that they belong to. */
function merged(edges: readonly LevelEdge[], owner: Int32Array): LevelEdge[] {
  const found = new Map<string, LevelEdge>();
  for (const edge of edges) {
    const from = owner[edge.from]!;
    const to = owner[edge.to]!;
    if (from !== to) add(found, { ...edge, from, to });
  }
  return [...found.values()];
}

function add(found: Map<string | number, LevelEdge>, edge: LevelEdge, key?: number): void {
  const name = key ?? `${edge.from} ${edge.to}`;
  const known = found.get(name);
  if (!known) {
    found.set(name, edge);
    return;
  }
  // Where tensors flow, the order goes without saying.
  if (known.control && !edge.control) Object.assign(known, edge);
  else if (known.control === edge.control) {
    known.count += edge.count;
    if (known.label !== edge.label) known.label = -1;
  }
}

/** The edges between rows of one scope, with all that is in them. */
function flowOf(graph: Graph, rows: readonly number[]): Flow {
  // Of each row of the graph, the place in the level that it is in; -1 outside.
  const place = new Int32Array(graph.rows).fill(-1);
  rows.forEach((row, index) => {
    place[row] = index;
  });
  for (let row = 0; row < graph.rows; row++) {
    const parent = graph.parent[row]!;
    if (place[row]! < 0 && parent >= 0) place[row] = place[parent]!;
  }
  const entered = new Uint8Array(rows.length);
  const left = new Uint8Array(rows.length);
  const found = new Map<number, LevelEdge>();
  for (let leaf = 0; leaf < graph.length; leaf++) {
    const to = place[graph.row[leaf]!]!;
    for (let edge = graph.starts[leaf]!; edge < graph.starts[leaf + 1]!; edge++) {
      const source = graph.source[edge]!;
      if (source < 0) continue;
      const from = place[graph.row[source]!]!;
      if (from === to) continue;
      if (from < 0) entered[to] = 1;
      else if (to < 0) left[from] = 1;
      else {
        const control = graph.control[edge] === 1;
        const one = { from, to, count: 1, label: graph.label[edge]!, control };
        add(found as Map<string | number, LevelEdge>, one, from * rows.length + to);
      }
    }
  }
  const edges = [...found.values()];
  const after: number[][] = rows.map(() => []);
  for (const { from, to } of edges) after[from]!.push(to);
  return { rows, after, rank: ranksOf(after), edges, entered, left };
}

/** The length of the longest way to each place; a cycle is cut at the place that is first. */
export function ranksOf(after: readonly (readonly number[])[]): Int32Array {
  const waiting = new Int32Array(after.length);
  for (const targets of after) for (const target of targets) waiting[target]!++;
  const rank = new Int32Array(after.length);
  const done = new Uint8Array(after.length);
  const ready: number[] = [];
  waiting.forEach((count, place) => {
    if (!count) ready.push(place);
  });
  let first = 0;
  for (let count = 0; count < after.length; ) {
    if (!ready.length) {
      while (done[first]) first++;
      ready.push(first);
    }
    const place = ready.pop()!;
    if (done[place]) continue;
    done[place] = 1;
    count++;
    for (const target of after[place]!) {
      if (done[target]) continue;
      rank[target] = Math.max(rank[target]!, rank[place]! + 1);
      if (!--waiting[target]!) ready.push(target);
    }
  }
  return rank;
}
