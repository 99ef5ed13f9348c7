import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, toCsv, toJson } from "../src/scalars/export.ts";
import { csvCell } from "../src/shell/files.ts";
import { aggregate, type Band, type Center, student, summarize } from "../src/scalars/groups.ts";
import { hitsAt, isExact, marksNear, pointAt, sortHits, tableRow } from "../src/scalars/hits.ts";
import { type Line, marksOf } from "../src/scalars/lines.ts";
import { groupTags } from "../src/scalars/tag-groups.ts";
import { escapeXml } from "../src/draw/surface.ts";
import { unpack } from "../src/shell/wire.ts";
import { vectors } from "./vectors.ts";

function line(name: string, x: number[], raw: number[], smooth = raw): Line {
  const floats = (values: number[]): Float64Array => Float64Array.from(values);
  return {
    tag: "loss",
    name,
    label: name,
    color: "#000000",
    runs: [name],
    x: floats(x),
    raw: floats(raw),
    smooth: floats(smooth),
    mean: floats(raw),
    count: floats(raw.map(() => 1)),
    step: floats(x),
    wall: floats(x),
    breaks: [],
    ascending: x.every((v, i) => i === 0 || v >= x[i - 1]!),
    index: floats(x.map((_, i) => i)),
    total: x.length,
    finite: raw.filter(Number.isFinite).length,
    marks: marksOf(
      {
        x: floats(x),
        raw: floats(raw),
        odd: raw.flatMap((value, i) => (Number.isFinite(value) ? [] : [i])),
      },
      name,
    ),
    faded: false,
    right: false,
  };
}

test("the point at a place is the nearest at or below it, of several the one written last", () => {
  assert.equal(pointAt(line("a", [0, 10, 20], [1, 2, 3]), 14), 1);
  assert.equal(pointAt(line("a", [0, 10, 20], [1, 2, 3]), 19.9), 1);
  assert.equal(pointAt(line("a", [0, 10, 20], [1, 2, 3]), 20), 2);
  assert.equal(pointAt(line("a", [0, 10, 10, 20], [1, 2, 3, 4]), 10), 2);
  assert.equal(pointAt(line("a", [0, 10, 5, 10], [1, 2, 3, 4]), 10), 3);
  assert.equal(pointAt(line("a", [5], [1]), 4), -1);
  assert.equal(pointAt(line("a", [], []), 10), -1);
});

test("runs that go on at the cursor stand before those that ended, whatever the order", () => {
  const lines = [
    line("ended", [0, 95], [1, 2]),
    line("alive", [0, 830, 1200], [9, 8, 7]),
    line("later", [900], [1]),
  ];
  const hits = sortHits(hitsAt(lines, 832), "ascending", () => ({ x: 0, y: 0 }));
  assert.deepEqual(
    hits.map((hit) => [hit.line.name, hit.line.x[hit.at], hit.alive]),
    [
      ["alive", 830, true],
      ["ended", 95, false],
    ],
  );
});

test("of a sampled series a point is exact where the next one was also logged next", () => {
  const sampled = { ...line("a", [0, 1, 50], [1, 2, 3]), total: 100 };
  sampled.index = Float64Array.of(0, 1, 50);
  assert.deepEqual(
    [0, 1, 2].map((at) => isExact({ line: sampled, at })),
    [true, false, false],
  );
});

test("a mark names its runs", () => {
  const lines = [line("a", [0, 5], [1, Number.NaN]), line("b", [0, 5], [1, Number.NaN])];
  assert.deepEqual(marksNear(lines, 5.4, 1), [5, ["a", "b"]]);
  assert.deepEqual(marksNear(lines, 7, 1)[1], []);
});

test("the data table takes change from the smoothed and mean from the raw values", () => {
  const row = tableRow(line("a", [0, 1, 2, 3], [1, 5, 3, 2], [1, 4, 3.5, 3]), [0.2, 3.1])!;
  assert.deepEqual([row.start, row.end], [0, 3]);
  assert.deepEqual([row.min, row.max], [1, 4]);
  assert.equal(row.mean, (1 + 5 + 3 + 2) / 4);
  assert.equal(row.change, 2);
  assert.equal(row.rawChange, 1);
  assert.equal(row.percent, 200);
});

test("hits are sorted in every order that TensorBoard offers", () => {
  const hits = [line("b", [0], [1]), line("a10", [0], [3]), line("a2", [0], [2])].map((l) => ({
    line: l,
    at: 0,
    alive: true,
  }));
  const away = { b: 5, a10: 1, a2: 3 } as Record<string, number>;
  const names = (sort: Parameters<typeof sortHits>[1]): string =>
    sortHits(hits, sort, ({ line: l }) => ({ x: 0, y: away[l.name]! }))
      .map((hit) => hit.line.name)
      .join(" ");
  assert.equal(names("default"), "b a10 a2");
  assert.equal(names("alphabetical"), "a10 a2 b");
  assert.equal(names("ascending"), "b a2 a10");
  assert.equal(names("descending"), "a10 a2 b");
  assert.equal(names("nearest"), "a10 a2 b");
  assert.equal(names("nearest_y"), "a10 a2 b");
});

test("a group's band is what its name says", () => {
  const values = [1, 2, 4, 9];
  const std = Math.sqrt(values.reduce((s, v) => s + (v - 4) ** 2, 0) / 3);
  assert.deepEqual(summarize(values, "mean", "minmax"), { center: 4, low: 1, high: 9 });
  assert.deepEqual(summarize(values, "median", "none"), { center: 3, low: 3, high: 3 });
  assert.ok(Math.abs(summarize(values, "mean", "std").high - (4 + std)) < 1e-12);
  assert.ok(Math.abs(summarize(values, "mean", "se").high - (4 + std / 2)) < 1e-12);
  assert.ok(
    Math.abs(summarize(values, "mean", "ci95").high - (4 + (student(3) * std) / 2)) < 1e-12,
  );
});

test("a group counts its finite members, and marks where members were lost", () => {
  const nan = Number.NaN;
  const seeds = [
    line("s1", [0, 10, 20, 30], [0, 10, 20, 30]),
    line("s2", [0, 10, 20, 30], [2, 12, nan, nan]),
    line("s3", [0, 10], [4, 14]),
    line("x", [0], [5]),
  ];
  const [group, alone] = aggregate(seeds, (run) => (run.startsWith("s") ? "s" : run), {
    center: "mean",
    band: "minmax",
  });
  assert.equal(alone!.name, "x");
  assert.deepEqual([...group!.members!], [3, 3, 1, 1]);
  assert.deepEqual([...group!.smooth], [2, 12, 20, 30]);
  assert.deepEqual(group!.marks, [{ x: 20, up: false, runs: ["s2"] }]);
  assert.deepEqual(group!.runs, ["s1", "s2", "s3"]);
});

test("groups are combined as in Python", () => {
  interface Case {
    curves: { x: unknown[]; y: unknown[] }[];
    center: Center;
    band: Band;
    x: number[];
    line: unknown[];
    low: unknown[];
    high: unknown[];
    count: number[];
  }
  const numbers = (values: unknown[]): number[] => unpack(values) as number[];
  for (const one of vectors<Case[]>("seed_groups")) {
    const members = one.curves.map(({ x, y }, i) => line(`s${i}`, numbers(x), numbers(y)));
    const [group] = aggregate(members, () => "group", one);
    const near = (found: Float64Array, expected: unknown[]): void => {
      numbers(expected).forEach((value, i) => {
        const same = Number.isNaN(value)
          ? Number.isNaN(found[i])
          : Math.abs(found[i]! - value) < 1e-9;
        assert.ok(same, `${one.band} ${one.center}: ${found[i]} is not ${value}`);
      });
    };
    assert.deepEqual([...group!.x], one.x);
    assert.deepEqual([...group!.members!], one.count);
    near(group!.smooth, one.line);
    near(group!.low!, one.low);
    near(group!.high!, one.high);
  }
});

test("tags are grouped by the text before the first slash; single ones stand together", () => {
  const groups = groupTags(["acc", "loss/train", "loss/val", "lr", "opt/lr"], ["lr"]);
  assert.deepEqual(
    groups.map((g) => [g.name, g.tags]),
    [
      ["pinned", ["lr"]],
      ["acc", ["acc"]],
      ["loss", ["loss/train", "loss/val"]],
      ["lr", ["lr", "opt/lr"]],
    ],
  );
});

test("exported text is data in every program that opens it", () => {
  assert.equal(csvCell("=1+1"), "'=1+1");
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
  assert.equal(escapeXml("<script>\u0000&'"), "&lt;script&gt;\ufffd&amp;&apos;");
  assert.equal(fileName("../a b/<c>", "csv"), ".._a_b_c_.csv");
});

test("exported numbers have the digits that were logged, and NaN has a name", () => {
  const points = {
    index: Uint32Array.of(0, 1),
    step: Float64Array.of(0, 1),
    wall: Float64Array.of(0.5, 1.5),
    value: Float32Array.of(0.1, Number.NaN),
    mean: Float32Array.of(0.1, Number.NaN),
    off: null,
  };
  assert.equal(
    toCsv(["t"], [[{ run: "r", points }]]),
    "run,tag,step,wall_time,value\nr,t,0,0.5,0.1\nr,t,1,1.5,NaN\n",
  );
  assert.deepEqual(JSON.parse(toJson(["t"], [[{ run: "r", points }]]))[0].value, [0.1, "NaN"]);
});
