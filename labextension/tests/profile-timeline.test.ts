import assert from "node:assert/strict";
import { test } from "node:test";
import { readSpans, type Spans, type Trace } from "../src/profile/model.ts";
import { paint, type Picture } from "../src/profile/paint.ts";
import { findSpans, matchNames, namesOfRow, sumOf, sumRange } from "../src/profile/sums.ts";
import {
  clampWindow,
  firstInside,
  firstWindow,
  foldedAtFirst,
  panned,
  placeTracks,
  spanAt,
  timeTicks,
  zoomed,
} from "../src/profile/timeline.ts";

const WHOLE = { begin: 100, end: 1100 };

/** Spans as [track, depth, start, duration, name], sorted as the kernel sorts them. */
function spansOf(rows: readonly (readonly [number, number, number, number, number])[]): Spans {
  return readSpans({
    start: Float64Array.from(rows, (row) => row[2]),
    duration: Float32Array.from(rows, (row) => row[3]),
    name: Uint32Array.from(rows, (row) => row[4]),
    row: Uint32Array.from(rows, (row) => (row[0] << 8) | row[1]),
    role: new Uint8Array(rows.length),
    id: Uint32Array.from(rows, (_, i) => i),
    merged: new Uint32Array(rows.length).fill(1),
    complete: true,
    total: rows.length,
    begin: 100,
    end: 1100,
  });
}

const SPANS = spansOf([
  [0, 0, 100, 400, 0],
  [0, 0, 600, 300, 0],
  [0, 1, 120, 50, 1],
  [0, 1, 200, 100, 2],
  [2, 0, 300, 500, 1],
]);
const TRACE: Trace = {
  tracks: ["main", "idle", "stream"].map((thread) => ({
    process: "p",
    thread,
    device: false,
    derived: false,
  })),
  names: ["step", "aten::conv", "sequential/dense/MatMul:MatMul"],
  roles: ["kernel"],
  spans: SPANS,
  flows: new Uint32Array([2, 4]),
  counters: [],
};

test("zooming leaves the moment under the pointer where it is", () => {
  const { begin, end } = zoomed({ begin: 200, end: 400 }, 2, 250, WHOLE);
  assert.deepEqual([begin, end], [225, 325]);
  assert.equal((250 - begin) / (end - begin), (250 - 200) / 200);
});

test("a window never leaves the trace, and is never empty", () => {
  assert.deepEqual(panned({ begin: 100, end: 300 }, -50, WHOLE), { begin: 100, end: 300 });
  assert.deepEqual(panned({ begin: 900, end: 1100 }, 500, WHOLE), { begin: 900, end: 1100 });
  assert.deepEqual(clampWindow({ begin: 0, end: 9000 }, WHOLE), WHOLE);
  const narrow = clampWindow({ begin: 500, end: 500 }, WHOLE);
  assert.ok(narrow.end > narrow.begin);
});

test("lanes are found in the columns, and tracks without spans take no room", () => {
  assert.deepEqual(
    SPANS.lanes.map(({ track, depth, from, to }) => [track, depth, from, to]),
    [
      [0, 0, 0, 2],
      [0, 1, 2, 4],
      [2, 0, 4, 5],
    ],
  );
  const { placed } = placeTracks(TRACE, SPANS, new Set());
  assert.deepEqual(
    placed.map(({ track }) => track),
    [0, 2],
  );
  const folded = placeTracks(TRACE, SPANS, new Set([0]));
  assert.ok(folded.height < placeTracks(TRACE, SPANS, new Set()).height);
});

test("where not all tracks have room, those of the host with few spans are folded", () => {
  assert.deepEqual([...foldedAtFirst(TRACE, 1000)], []);
  const derived = { ...TRACE, tracks: TRACE.tracks.map((track) => ({ ...track, derived: true })) };
  assert.deepEqual([...foldedAtFirst(derived, 1000)], [0, 1, 2]);
  const crowded = spansOf(
    [0, 1, 2, 3].flatMap((track) =>
      Array.from({ length: 5 - track }, (_, i) => [track, i, 100, 50, 0] as const),
    ),
  );
  const tracks = Array.from({ length: 4 }, () => TRACE.tracks[0]!);
  assert.deepEqual([...foldedAtFirst({ ...TRACE, tracks, spans: crowded }, 50)], [2, 3]);
});

test("the first window is that of the steps where they are a small part", () => {
  const steps = {
    names: ["1"],
    duration: Float64Array.of(100),
    start: Float64Array.of(400),
    roles: [],
    byRole: new Float64Array(),
    recorded: true,
  };
  assert.deepEqual(firstWindow(steps, WHOLE), { begin: 397, end: 503 });
  assert.deepEqual(firstWindow({ ...steps, recorded: false }, WHOLE), WHOLE);
  assert.deepEqual(firstWindow({ ...steps, duration: Float64Array.of(600) }, WHOLE), WHOLE);
});

test("a span is found at a moment, or a little beside it", () => {
  const lane = SPANS.lanes[0]!;
  assert.equal(spanAt(SPANS, lane, 450, 0), 0);
  assert.equal(spanAt(SPANS, lane, 510, 5), -1);
  assert.equal(spanAt(SPANS, lane, 503, 5), 0);
  assert.equal(spanAt(SPANS, lane, 598, 5), 1);
  assert.equal(firstInside(SPANS, lane, 450), 0);
  assert.equal(firstInside(SPANS, lane, 550), 1);
});

test("what is looked for is counted and summed", () => {
  const wanted = matchNames(TRACE, (name) => name.includes("conv"));
  const hits = findSpans(SPANS, wanted);
  assert.deepEqual([...hits], [2, 4]);
  assert.deepEqual(sumOf(SPANS, hits), { count: 2, time: 550 });
});

test("a row of TensorFlow's table finds the spans of its operation", () => {
  assert.deepEqual([...namesOfRow(TRACE, "sequential/dense/MatMul")], [0, 0, 1]);
  assert.deepEqual([...namesOfRow(TRACE, "aten::conv")], [0, 1, 0]);
  assert.deepEqual([...namesOfRow(TRACE, "nothing")], [0, 0, 0]);
});

test("a range sums what lies in it, cut where it reaches out", () => {
  const { total, names } = sumRange(SPANS, { begin: 150, end: 250 });
  assert.deepEqual(total, { count: 3, time: 100 + 20 + 50 });
  assert.deepEqual(
    names.map(({ name, time }) => [name, time]),
    [
      [0, 100],
      [2, 50],
      [1, 20],
    ],
  );
});

test("ticks stand at round moments within the window", () => {
  assert.deepEqual(timeTicks({ begin: 3, end: 41 }, 4), [10, 20, 30, 40]);
  assert.equal(timeTicks({ begin: 0, end: 0.0005 }, 5).length, 6);
});

test("what is narrower than a pixel is drawn once a pixel", () => {
  const dense = spansOf(Array.from({ length: 50_000 }, (_, i) => [0, 0, 100 + i / 50, 0.01, 0]));
  const ignore = (): void => undefined;
  const canvas = new Proxy({} as Record<string, unknown>, {
    get: (target, key) => target[key as string] ?? ignore,
    set: (target, key, value) => {
      target[key as string] = value;
      return true;
    },
  });
  const picture: Picture = {
    trace: { ...TRACE, spans: dense, flows: new Uint32Array() },
    spans: dense,
    placed: placeTracks(TRACE, dense, new Set()).placed,
    window: WHOLE,
    origin: 100,
    width: 900,
    height: 100,
    gutter: 100,
    scroll: 0,
    steps: null,
    wanted: null,
    picked: -1,
    hovered: -1,
    range: null,
    theme: {
      dark: false,
      text: "#000",
      faint: "#666",
      grid: "#eee",
      background: "#fff",
      accent: "#00f",
      font: "sans-serif",
    },
  };
  const drawn = paint(canvas as never, picture);
  assert.ok(drawn <= 801, `${drawn} rectangles`);
  assert.ok(drawn > 700, `${drawn} rectangles`);
});
