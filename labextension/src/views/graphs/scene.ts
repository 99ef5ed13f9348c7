// What is drawn: the boxes and lines of all open levels, from the outermost in.
import type { Graph } from "./graph.ts";
import { HEAD, type LayoutInput, type LevelInput, PAD } from "./layout.ts";
import { type Level, type LevelEdge, levelOf, type Piece, TOP } from "./level.ts";
import type { Drawing } from "./wrap.ts";

/** Levels in each other, and boxes, that a picture has at most. */
const DEEPEST = 1000;
const MOST_BOXES = 4000;

export const BOX_HEIGHT = 38;
/** Letters of a title that are shown. */
export const MOST_LETTERS = 30;

export interface Box {
  piece: Piece;
  left: number;
  top: number;
  width: number;
  height: number;
  open: boolean;
  /** How many open boxes it is in. */
  depth: number;
  /** Whether something comes from, or goes, outside of the level. */
  entered: boolean;
  given: boolean;
}

export interface Line {
  from: Box;
  to: Box;
  points: number[];
  count: number;
  label: number;
  control: boolean;
}

export interface Scene {
  graph: Graph;
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

/** What is open of a graph. */
export interface Plan {
  graph: Graph;
  levels: { level: Level; inner: Int32Array; depth: number }[];
  input: LayoutInput;
}

interface Opened {
  opened: ReadonlySet<string>;
  closed: ReadonlySet<string>;
}

/** Whether a piece is open: by hand, or because it holds everything there is. */
export function isOpen(piece: Piece, alone: boolean, { opened, closed }: Opened): boolean {
  if (piece.kind === "op") return false;
  return opened.has(piece.key) || (alone && !closed.has(piece.key));
}

/** Which levels are drawn, those in others before them, and what their layout needs. */
export function planOf(
  graph: Graph,
  state: Opened & { foldRepeats: boolean; up: boolean; edgeLabels: boolean },
  width: number,
  measure: { piece(piece: Piece): number; line(line: LevelEdge): number },
): Plan {
  const levels: Plan["levels"] = [];
  const inputs: LevelInput[] = [];
  let boxes = 0;
  const visit = (piece: Piece, depth: number): number => {
    const level = levelOf(graph, piece, state.foldRepeats);
    boxes += level.pieces.length;
    const inner = new Int32Array(level.pieces.length).fill(-1);
    const alone = level.pieces.length === 1;
    level.pieces.forEach((each, index) => {
      if (depth < DEEPEST && boxes < MOST_BOXES && isOpen(each, alone, state))
        inner[index] = visit(each, depth + 1);
    });
    const sizes = new Float64Array(2 * level.pieces.length);
    level.pieces.forEach((each, index) => {
      sizes[2 * index] = measure.piece(each);
      sizes[2 * index + 1] = BOX_HEIGHT;
    });
    const edges = new Int32Array(level.edges.flatMap(({ from, to }) => [from, to]));
    levels.push({ level, inner, depth });
    const labels = Float64Array.from(level.edges, (edge) =>
      state.edgeLabels ? measure.line(edge) : 0,
    );
    inputs.push({ sizes, inner, edges, labels, room: Math.max(160, width - 2 * PAD * depth) });
    return levels.length - 1;
  };
  visit(TOP, 0);
  return { graph, levels, input: { levels: inputs, up: state.up } };
}

/** The picture of a plan whose levels have been laid out. */
export function sceneOf({ graph, levels }: Plan, drawings: readonly Drawing[]): Scene {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const draw = (number: number, x: number, y: number): void => {
    const { level, inner, depth } = levels[number]!;
    const { places, points, ends } = drawings[number]!;
    const own = level.pieces.map((piece, index): Box => {
      const [left, top, width, height] = [0, 1, 2, 3].map((at) => places[4 * index + at]!) as [
        number,
        number,
        number,
        number,
      ];
      return {
        piece,
        left: left + x,
        top: top + y,
        width,
        height,
        open: inner[index]! >= 0,
        depth,
        entered: level.entered[index] === 1,
        given: level.left[index] === 1,
      };
    });
    boxes.push(...own);
    level.edges.forEach((edge, index) => {
      const start = index ? ends[index - 1]! : 0;
      const way: number[] = [];
      for (let at = 2 * start; at < 2 * ends[index]!; at += 2)
        way.push(points[at]! + x, points[at + 1]! + y);
      const { from, to, count, label, control } = edge;
      lines.push({ from: own[from]!, to: own[to]!, points: way, count, label, control });
    });
    own.forEach((box, index) => {
      if (inner[index]! >= 0) draw(inner[index]!, box.left + PAD, box.top + HEAD);
    });
  };
  const last = drawings[drawings.length - 1]!;
  draw(levels.length - 1, 0, 0);
  return { graph, boxes, lines, width: last.width, height: last.height };
}

/**
 * The pieces around a row, from the outermost in, the last being the one that shows it: opening
 * all before it brings it into sight.
 */
export function wayTo(graph: Graph, row: number, foldRepeats: boolean): Piece[] {
  const around = new Set<number>();
  for (let at = row; at >= 0; at = graph.parent[at]!) around.add(at);
  const way: Piece[] = [];
  let piece: Piece | undefined = TOP;
  while (piece) {
    const level: Level = levelOf(graph, piece, foldRepeats);
    piece = level.pieces.find(({ rows, kind }) =>
      kind === "scope"
        ? around.has(rows[0]!) || inChain(graph, rows[0]!, row)
        : rows.some((each) => around.has(each)),
    );
    if (!piece) break;
    way.push(piece);
    const single = piece.kind === "op" || piece.kind === "scope";
    if (single && (piece.rows[0] === row || inChain(graph, piece.rows[0]!, row))) break;
  }
  return way;
}

/** Whether a row is one of the scopes that a box of several in each other stands for. */
function inChain(graph: Graph, deepest: number, row: number): boolean {
  if (graph.leaf[row]! >= 0) return deepest === row;
  for (let at = deepest; at >= row; at = graph.parent[at]!) {
    if (at === row) return true;
    const parent = graph.parent[at]!;
    if (parent < 0 || graph.children(parent).length !== 1) return false;
  }
  return false;
}
