import assert from "node:assert/strict";
import { test } from "node:test";
import { csvCell, fileName, toCsv, toJson } from "../src/scalars/export.ts";
import { aggregate, student, summarize } from "../src/scalars/groups.ts";
import { nearest, sortHits, tableRow } from "../src/scalars/hits.ts";
import type { Line } from "../src/scalars/lines.ts";
import { groupTags } from "../src/scalars/tag-groups.ts";
import { escapeXml } from "../src/draw/surface.ts";

function line(name: string, x: number[], raw: number[], smooth = raw): Line {
  const floats = (values: number[]): Float64Array => Float64Array.from(values);
  return {
    name,
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
    odd: [],
    faded: false,
    right: false,
  };
}

test("the nearest point is found on either side, and after a restart the later one", () => {
  assert.equal(nearest(line("a", [0, 10, 20], [1, 2, 3]), 14), 1);
  assert.equal(nearest(line("a", [0, 10, 20], [1, 2, 3]), 16), 2);
  assert.equal(nearest(line("a", [0, 10, 5, 10], [1, 2, 3, 4]), 10), 3);
  assert.equal(nearest(line("a", [], []), 10), -1);
});

test("the data table takes change from the smoothed and mean from the raw values", () => {
  const row = tableRow(line("a", [0, 1, 2, 3], [1, 5, 3, 2], [1, 4, 3.5, 3]), [0.2, 2.9])!;
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

test("seeds are aligned by step, and a run that ends early only counts where it is", () => {
  const seeds = [
    line("s1", [0, 10, 20], [0, 10, 20]),
    line("s2", [0, 20], [2, 22]),
    line("x", [0], [5]),
  ];
  const lines = aggregate(seeds, (run) => (run.startsWith("s") ? "s" : run), {
    center: "mean",
    band: "minmax",
  });
  assert.deepEqual(
    lines.map((l) => l.name),
    ["s", "x"],
  );
  assert.deepEqual([...lines[0]!.x], [0, 10, 20]);
  assert.deepEqual([...lines[0]!.smooth], [1, 11, 21]);
  assert.deepEqual([...lines[0]!.low!], [0, 10, 20]);
  assert.deepEqual(lines[0]!.runs, ["s1", "s2"]);
});

test("tags are grouped by the text before the first slash; single ones stand together", () => {
  const groups = groupTags(["acc", "loss/train", "loss/val", "lr", "time"], ["lr", "gone"]);
  assert.deepEqual(
    groups.map((g) => [g.name, g.tags]),
    [
      ["pinned", ["lr"]],
      ["acc", ["acc"]],
      ["loss", ["loss/train", "loss/val"]],
      ["lr", ["lr", "time"]],
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
    toCsv("t", [{ run: "r", points }]),
    "run,tag,step,wall_time,value\nr,t,0,0.5,0.1\nr,t,1,1.5,NaN\n",
  );
  assert.deepEqual(JSON.parse(toJson("t", [{ run: "r", points }]))[0].value, [0.1, "NaN"]);
});
