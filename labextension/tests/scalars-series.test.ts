import assert from "node:assert/strict";
import { test } from "node:test";
import { readBlock, Series } from "../src/scalars/series.ts";

interface Given {
  mode?: string;
  index: number[];
  step?: number[];
  value: number[];
  total?: number;
  off?: number[];
  hidden?: number;
}

function block(given: Given, whole = false) {
  const n = given.index.length;
  const value = Float32Array.from(given.value);
  return {
    mode: given.mode ?? "replace",
    series: Uint32Array.of(0),
    length: Uint32Array.of(n),
    total: Uint32Array.of(given.total ?? n),
    hidden: Uint32Array.of(given.hidden ?? 0),
    first: Uint32Array.of(given.index[0] ?? 0),
    step: Int32Array.from(given.step ?? given.index),
    wall: Float64Array.from(given.index),
    value,
    ...(whole ? {} : { index: Uint32Array.from(given.index), mean: value }),
    ...(given.off ? { off: Uint8Array.from(given.off) } : {}),
  };
}

function taken(...blocks: ReturnType<typeof block>[]): [Series, boolean[]] {
  const series = new Series("tag");
  return [series, blocks.map((b) => series.take(readBlock(b)[0]!))];
}

test("what is appended follows on what is there", () => {
  const [series, ok] = taken(
    block({ index: [0, 1, 2], value: [1, 2, 3] }, true),
    block({ mode: "append", index: [3, 4], value: [4, 5], total: 5 }, true),
  );
  assert.deepEqual(ok, [true, true]);
  assert.deepEqual([...series.points!.value], [1, 2, 3, 4, 5]);
  assert.deepEqual([series.total, series.held], [5, 5]);
});

test("a delta that does not follow on what is there is refused", () => {
  const [series, ok] = taken(
    block({ index: [0, 1, 2], value: [1, 2, 3] }, true),
    block({ mode: "append", index: [1, 2], value: [9, 9], total: 3 }, true),
  );
  assert.deepEqual(ok, [true, false]);
  assert.deepEqual([...series.points!.value], [1, 2, 3]);
});

test("finer points replace the coarse ones of their range, and only those", () => {
  const [series] = taken(
    block({ index: [0, 10, 20, 30], value: [0, 10, 20, 30], total: 31 }),
    block({ mode: "refine", index: [9, 10, 11, 20], value: [9, 10, 11, 20], total: 31 }),
  );
  assert.deepEqual([...series.points!.index], [0, 9, 10, 11, 20, 30]);
  assert.equal(series.held, 6);
});

test("a delta with a gap before it is refused, too: points in between would be missing", () => {
  const [, ok] = taken(
    block({ index: [0, 1, 2], value: [1, 2, 3] }, true),
    block({ mode: "append", index: [5, 6], value: [5, 6], total: 7 }, true),
  );
  assert.deepEqual(ok, [true, false]);
});
