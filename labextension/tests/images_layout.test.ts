import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeSeries, readSeries, type SeriesMessage, seriesKey } from "../src/images/columns.ts";
import { boxFor, fillRow, shareOf } from "../src/images/layout.ts";
import { fileName, formatStep, sizeText } from "../src/images/words.ts";

test("a box is as high as the tallest picture after fitting", () => {
  const digit = { width: 28, height: 28 };
  const strip = { width: 400, height: 100 };
  assert.deepEqual(boxFor([digit], 200, 1, false), { width: 200, height: 196 });
  assert.deepEqual(boxFor([strip], 200, 1, false), { width: 200, height: 50 });
  assert.deepEqual(boxFor([strip, digit], 200, 1, false), { width: 200, height: 196 });
  assert.equal(boxFor([{ width: 10, height: 9000 }], 200, 1, false).height, 300);
  assert.equal(boxFor([digit], 800, 1, false, 100).height, 84);
});

test("without any size there is room for a usual picture", () => {
  assert.deepEqual(boxFor([], 200, 1, false), { width: 200, height: 150 });
});

test("at actual size the box is as large as the picture, within limits", () => {
  assert.deepEqual(boxFor([{ width: 300, height: 40 }], 200, 1, true), { width: 300, height: 40 });
  assert.deepEqual(boxFor([{ width: 9000, height: 9000 }], 200, 1, true), {
    width: 1200,
    height: 800,
  });
});

test("cards fill their row and are never narrower than asked", () => {
  for (let width = 300; width < 2000; width += 7) {
    const one = fillRow(width, 200);
    const count = Math.floor((width + 12) / (one + 12));
    assert.ok(one >= 199);
    assert.ok(width - (count * one + (count - 1) * 12) <= count);
    assert.ok(count * one + (count - 1) * 12 < width);
  }
  assert.equal(fillRow(150, 200), 149);
  assert.equal(shareOf(1000, 3), 325);
  assert.equal(shareOf(9000, 2), 480);
});

const view = (array: ArrayBufferView) => new DataView(array.buffer);

const message = (from: number, steps: bigint[], points: number[]): SeriesMessage => ({
  run: "a",
  tag: "x",
  title: "x",
  caption: "",
  hidden: 0,
  from,
  step: view(BigInt64Array.from(steps)),
  wall: view(Float64Array.from(steps.map(Number))),
  point: view(Uint32Array.from(points)),
});

test("columns arrive exactly, and news go behind what stays", () => {
  const first = readSeries({
    ...message(0, [5n, -1n, 2n ** 63n - 1n], [7, 8, 9]),
    size: [4, 3, 2],
  });
  assert.deepEqual(first.step, [5n, -1n, 9223372036854775807n]);
  assert.deepEqual(first.order, [1, 0, 2]);
  assert.deepEqual(first.size, { width: 4, height: 3, count: 2 });
  const next = mergeSeries(first, message(1, [6n], [10]));
  assert.deepEqual(next.step, [5n, 6n]);
  assert.deepEqual(next.point, [7, 10]);
  assert.deepEqual(next.size, first.size);
});

test("a buffer may begin anywhere", () => {
  const bytes = new Uint8Array(17);
  new DataView(bytes.buffer).setBigInt64(1, 77n, true);
  const shifted = message(0, [], []);
  shifted.step = new DataView(bytes.buffer, 1, 8);
  assert.deepEqual(readSeries(shifted).step, [77n]);
});

test("names with slashes are not mixed up", () => {
  assert.notEqual(seriesKey("a/b", "c"), seriesKey("a", "b/c"));
});

test("steps are written with thin separators and never rounded", () => {
  assert.equal(
    formatStep(9223372036854775807n).replaceAll("\u2009", ","),
    "9,223,372,036,854,775,807",
  );
  assert.equal(formatStep(-1200n), "\u22121\u2009200");
  assert.equal(formatStep(0n), "0");
});

test("words for sizes and counts", () => {
  const still = { width: 28, height: 27, frames: 1, format: "png" };
  assert.equal(sizeText(still), "28×27");
  assert.equal(sizeText({ ...still, frames: 24 }), "28×27 · 24 frames");
});

test("a download has a name that every file system takes", () => {
  assert.equal(fileName("a/b", "x y", 3n, 0, "png"), "a_b_x_y_3.png");
  assert.equal(fileName("../..", '<"|>', null, 2, "svg+xml"), "_..____2.bin");
  assert.ok(fileName("r".repeat(500), "t".repeat(500), 1n, 0, "gif").length < 140);
});
