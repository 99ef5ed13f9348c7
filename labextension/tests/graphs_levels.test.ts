// What is drawn of a graph: levels, folds, layout, ways, searches and comparisons.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compared } from "../src/views/graphs/compare.ts";
import { dotText } from "../src/views/graphs/export.ts";
import { ADDED, CHANGED, type Graph, REMOVED } from "../src/views/graphs/graph.ts";
import { drawLevel, layout } from "../src/views/graphs/layout.ts";
import { levelOf, ranksOf, TOP } from "../src/views/graphs/level.ts";
import { pathBetween } from "../src/views/graphs/path.ts";
import { planOf, type Scene, sceneOf, wayTo } from "../src/views/graphs/scene.ts";
import { search } from "../src/views/graphs/search.ts";
import { timed } from "../src/views/graphs/timed.ts";
import { formatBytes, formatShort } from "../src/views/graphs/words.ts";
import { type GraphRow, graphOf } from "./graphs_samples.ts";
import { vectors } from "./vectors.ts";

/** Blocks in a row, each a multiplication and an addition with a way around. */
function blocks(count: number): GraphRow[] {
  const rows: GraphRow[] = [["in", "Placeholder", []]];
  for (let index = 0; index < count; index++) {
    const before = index ? `block_${index - 1}/add` : "in";
    rows.push([`block_${index}/mul`, "Mul", [before]]);
    rows.push([`block_${index}/add`, "Add", [`block_${index}/mul`, before]]);
  }
  rows.push(["out", "Identity", [`block_${count - 1}/add`]]);
  return rows;
}

function sceneFor(graph: Graph, opened: string[] = [], width = 600): Scene {
  const state = { opened: new Set(opened), closed: new Set<string>() };
  const choice = { ...state, foldRepeats: true, up: false, edgeLabels: false };
  const plan = planOf(graph, choice, width, { piece: () => 80, line: () => 60 });
  const run = layout(plan.input);
  let step = run.next();
  while (!step.done) step = run.next();
  return sceneOf(plan, step.value);
}

test("blocks that repeat are one piece, which opens into them", () => {
  const graph = graphOf(blocks(12));

  const { pieces, edges } = levelOf(graph, TOP, true);

  assert.deepEqual(
    pieces.map(({ title, kind }) => [title, kind]),
    [
      ["block ×12", "repeat"],
      ["in", "op"],
      ["out", "op"],
    ],
  );
  assert.deepEqual(
    edges.map(({ from, to, count }) => [from, to, count]),
    [
      [1, 0, 2],
      [0, 2, 1],
    ],
  );
  assert.equal(levelOf(graph, pieces[0]!, true).pieces.length, 12);
  assert.equal(levelOf(graph, TOP, false).pieces.length, 14);
});

test("what differs inside does not repeat", () => {
  const rows = blocks(4);
  rows[3] = ["block_1/mul", "Div", rows[3]![2]];

  const { pieces } = levelOf(graphOf(rows), TOP, true);

  assert.ok(pieces.every(({ kind }) => kind !== "repeat"));
});

const titles = (rows: GraphRow[]): string[] =>
  levelOf(graphOf(rows), TOP, true).pieces.map(({ title }) => title);

/** A chain of operations, each fed by the one before. */
const chain = (ops: readonly string[]): GraphRow[] =>
  ops.map((op, at) => [`${op}_${at}`, op, at ? [`${ops[at - 1]}_${at - 1}`] : []]);

test("blocks of several pieces repeat as well, the first fed by another", () => {
  const ops = ["In", ...Array(5).fill(["Conv", "Relu"]).flat(), "Out"];

  const { pieces, edges } = levelOf(graphOf(chain(ops)), TOP, true);

  assert.deepEqual(
    pieces.map(({ title, kind, rows }) => [title, kind, rows.length]),
    [
      ["In_0", "op", 1],
      ["Conv, Relu ×5", "repeat", 10],
      ["Out_11", "op", 1],
    ],
  );
  assert.deepEqual(
    edges.map(({ from, to }) => [from, to]),
    [
      [0, 1],
      [1, 2],
    ],
  );
  assert.equal(levelOf(graphOf(chain(ops)), pieces[1]!, true).pieces.length, 10);
});

test("the fold of most pieces wins: of stages, not of what repeats in each", () => {
  const stage = ["Conv", "Conv", "Conv", "Pool"];

  assert.deepEqual(titles(chain(["In", ...stage, ...stage, ...stage])), ["In_0", "Conv … Pool ×3"]);
  assert.deepEqual(titles(chain(["In", ...stage])), ["In_0", "Conv ×3", "Pool_4"]);
});

test("a repeat is called as its names but for their numbers; the first has none in TensorFlow", () => {
  const named = (names: readonly string[]): GraphRow[] =>
    names.map((name, at) => [
      name,
      name.includes("pool") ? "P" : "C",
      at ? [names[at - 1]!] : ["in"],
    ]);
  const input: GraphRow = ["in", "In", []];

  assert.deepEqual(titles([input, ...named(["conv2d", "conv2d_1", "conv2d_2"])]), [
    "in",
    "conv2d ×3",
  ]);
  assert.deepEqual(
    titles([input, ...named(["s0_a1", "s0_pool", "s1_a1", "s1_pool", "s2_a1", "s2_pool"])]),
    ["in", "s*_a1, s*_pool ×3"],
  );
});

test("a way around each block is no way of its own", () => {
  const rows: GraphRow[] = [["x", "In", []]];
  for (let at = 0; at < 4; at++) {
    const before = at ? `add_${at - 1}` : "x";
    rows.push([`conv_${at}`, "Conv", [before]], [`relu_${at}`, "Relu", [`conv_${at}`]]);
    rows.push([`add_${at}`, "Add", [`relu_${at}`, before]]);
  }

  assert.deepEqual(titles(rows), ["x", "conv … add ×4"]);
  const inside = rows.map(([name, op, inputs]): GraphRow => {
    const within = (each: string): string => (each === "x" ? each : `net/${each}`);
    return [within(name), op, inputs.map(within)];
  });
  const graph = graphOf(inside);
  const net = levelOf(graph, TOP, true).pieces.find(({ key }) => key === "net")!;
  assert.deepEqual(
    levelOf(graph, net, true).pieces.map(({ title }) => title),
    ["conv … add ×4"],
  );
});

test("what differs in what it takes beside the way does not repeat", () => {
  const ops = ["In", "Conv", "Relu", "Conv", "Relu", "Conv", "Relu"];
  const rows = chain(ops);
  rows.push(["seed", "Random", []]);
  rows[4] = ["Relu_4", "Relu", ["Conv_3", "seed"]];

  assert.ok(titles(rows).every((title) => !title.includes("×")));
});

test("fifty thousand siblings are at most 150 pieces, at every level", () => {
  const rows: GraphRow[] = Array.from({ length: 50_000 }, (_, index) => [`n${index}`, "Op", []]);
  const first = graphOf([["n0", "Op", []]]);
  const parent = new Int32Array(50_000).fill(-1);
  const leaf = Int32Array.from(rows, (_, index) => index);
  const zeros = new Uint8Array(50_000);
  const names = Array.from(rows, ([name]) => name);
  const graph = first.with({
    parts: { at: (index: number) => names[index]!, length: 50_000 },
    part: new Uint32Array(leaf),
    parent,
    leaf,
    op: zeros,
    device: zeros,
    output: zeros,
    check: new Uint32Array(50_000),
    source: leaf.map((index) => index - 1),
    label: zeros,
    control: zeros,
    input_ends: Uint32Array.from(leaf, (index) => index + 1),
  });

  const top = levelOf(graph, TOP, false);
  const below = levelOf(graph, top.pieces[0]!, false);

  assert.equal(top.pieces.length, 75);
  assert.equal(top.edges.length, 74);
  assert.ok(below.pieces.length <= 150);
  assert.equal(top.pieces[0]!.title, "n0 … n666");
});

test("scopes that hold nothing but a scope are one box, however deep", () => {
  const graph = graphOf([
    [`${"s/".repeat(50)}a`, "A", []],
    ["b", "B", []],
  ]);

  const [piece] = levelOf(graph, TOP, true).pieces;

  assert.equal(piece!.key, "s/".repeat(50).slice(0, -1));
  assert.equal(levelOf(graph, piece!, true).pieces[0]!.title, "a");
});

test("whatever is open is drawn, a hundred levels deep, too", () => {
  const scopes = Array.from({ length: 100 }, (_, depth) => "s/".repeat(depth + 1));
  const rows = scopes.flatMap((scope): GraphRow[] => [
    [`${scope}a`, "A", []],
    [`${scope}b`, "B", [`${scope}a`]],
  ]);
  const scene = sceneFor(
    graphOf(rows),
    scopes.map((scope) => scope.slice(0, -1)),
  );
  const [whole, ...within] = scene.boxes.filter(({ open }) => open);

  assert.equal(within.length, 99);
  assert.ok(scene.boxes.some(({ piece }) => piece.key === `${scopes[99]}b`));
  assert.ok(within.every((box) => box.top > whole!.top && box.width < whole!.width));
});

test("ranks are longest ways; a cycle is cut where it was logged first", () => {
  assert.deepEqual([...ranksOf([[1, 2], [2], []])], [0, 1, 2]);
  assert.deepEqual([...ranksOf([[1], [0, 2], []])], [0, 1, 2]);
});

test("columns that do not fit are wrapped, and no box overlaps another", () => {
  const count = 20;
  const sizes = new Float64Array(2 * count).fill(40);
  for (let index = 0; index < count; index++) sizes[2 * index] = 90;
  const edges = Int32Array.from({ length: 2 * (count - 1) }, (_, at) => (at + 1) >> 1);
  const labels = new Float64Array(count - 1);

  const drawing = drawLevel({ sizes, edges, labels, room: 500 }, false);

  assert.ok(drawing.width <= 540, String(drawing.width));
  const boxes = Array.from({ length: count }, (_, at) => [
    ...drawing.places.slice(4 * at, 4 * at + 4),
  ]);
  assert.ok(new Set(boxes.map(([, top]) => top)).size >= 5);
  for (const [index, [x, y, width, height]] of boxes.entries() as never as [number, number[]][])
    for (const [left, top, wide, high] of boxes.slice(index + 1) as number[][])
      assert.ok(
        x! + width! <= left! || left! + wide! <= x! || y! + height! <= top! || top! + high! <= y!,
      );
  const upward = drawLevel({ sizes, edges, labels, room: 500 }, true);
  assert.ok(upward.places[1]! > upward.places[4 * (count - 1) + 1]!);
});

test("what nothing connects stands in rows below", () => {
  const sizes = new Float64Array(20).fill(40);
  const drawing = drawLevel(
    { sizes, edges: new Int32Array(), labels: new Float64Array(), room: 200 },
    false,
  );

  assert.equal(drawing.width, 190);
  assert.equal(drawing.height, 140);
});

test("an open box has what is in it inside", () => {
  const scene = sceneFor(graphOf(blocks(2)), ["block_0"]);

  const outer = scene.boxes.find(({ piece }) => piece.key === "block_0")!;
  assert.ok(outer.open);
  for (const key of ["block_0/mul", "block_0/add"]) {
    const inner = scene.boxes.find(({ piece }) => piece.key === key)!;
    assert.ok(inner.left >= outer.left && inner.left + inner.width <= outer.left + outer.width);
    assert.ok(inner.top >= outer.top && inner.top + inner.height <= outer.top + outer.height);
    assert.equal(inner.depth, 1);
  }
  const dot = dotText(scene);
  assert.equal(dot.match(/subgraph/g)!.length, 1);
  assert.equal(dot.match(/->/g)!.length, scene.lines.length);
});

test("the only box of a graph is open at once", () => {
  const graph = graphOf([
    ["net/a", "A", []],
    ["net/b", "B", ["net/a"]],
  ]);

  assert.deepEqual(
    sceneFor(graph).boxes.map(({ piece, open }) => [piece.key, open]),
    [
      ["net", true],
      ["net/a", false],
      ["net/b", false],
    ],
  );
});

test("the way to a node leads through all that folds it", () => {
  const graph = graphOf(blocks(12));

  const way = wayTo(graph, graph.find("block_7/add"), true);

  assert.deepEqual(
    way.map(({ kind, title }) => [kind, title]),
    [
      ["repeat", "block ×12"],
      ["scope", "block_7"],
      ["op", "add"],
    ],
  );
});

test("the shortest path runs along the edges, from either end", () => {
  const graph = graphOf(blocks(3));
  const names = (path: number[]): string[] => path.map((leaf) => graph.name(graph.row[leaf]!));

  const path = names(pathBetween(graph, graph.find("in"), graph.find("out")));

  assert.deepEqual(path, ["in", "block_0/add", "block_1/add", "block_2/add", "out"]);
  const back = names(pathBetween(graph, graph.find("out"), graph.find("block_2")));
  assert.deepEqual(back, ["block_2/add", "out"]);
  assert.deepEqual(pathBetween(graph, -1, 0), []);
});

test("words are found in any case, patterns in names and operations", () => {
  const texts = ["Net/Attention\nMatMul", "net", "other\nAdd"];

  assert.deepEqual([...search({ texts, words: "ATT", regex: false })], [0]);
  assert.deepEqual([...search({ texts, words: ".", regex: false })], []);
  assert.deepEqual([...search({ texts, words: "^(matmul|add)$", regex: true })], [0, 2]);
});

test("two graphs are compared as in Python, and the picture has what is gone", () => {
  const { cases } = vectors<{ cases: ComparisonCase[] }>("graphs");
  for (const one of cases) {
    const graph = compared(graphOf(one.before), graphOf(one.after));
    const having = (status: number): string[] =>
      [...graph.row].flatMap((row, leaf) =>
        graph.status![leaf] === status ? [graph.name(row)] : [],
      );
    assert.deepEqual(having(ADDED), one.added, one.name);
    assert.deepEqual(having(REMOVED), one.removed, one.name);
    assert.deepEqual(having(CHANGED), one.changed, one.name);
    for (const name of one.removed) {
      const leaf = graph.leaf[graph.find(name)]!;
      assert.ok(graph.starts[leaf + 1]! > graph.starts[leaf]!, "its edges are there, too");
    }
  }
});

interface ComparisonCase {
  name: string;
  before: GraphRow[];
  after: GraphRow[];
  added: string[];
  removed: string[];
  changed: string[];
}

test("times of a run join its graph by name, and scopes have sums", () => {
  const graph = graphOf(blocks(1));
  const measured = graphOf(
    [
      ["block_0/add", "Add", []],
      ["block_0/mul", "Mul", []],
    ],
    { time: new Float64Array([2, 3]), memory: new Float64Array([10, Number.NaN]) },
  );

  const joined = timed(graph, measured);

  const row = joined.children(-1).find((each) => joined.name(each) === "block_0")!;
  assert.equal(joined.totals("time")[row], 5);
  assert.equal(joined.totals("memory")[row], 10);
});

test("sizes have three digits and a prefix", () => {
  assert.deepEqual([0, 999, 1234, 1_234_567].map(formatShort), ["0", "999", "1.23k", "1.23M"]);
  assert.equal(formatBytes(16_640), "16.6 kB");
});
