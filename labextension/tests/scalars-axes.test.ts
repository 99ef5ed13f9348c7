import assert from "node:assert/strict";
import { test } from "node:test";
import { niceDomain, select, visibleExtent } from "../src/scalars/extent.ts";
import { makeScale } from "../src/draw/scale.ts";
import { tracePath } from "../src/draw/path.ts";
import { durationTicks } from "../src/draw/time-ticks.ts";

test("outliers are cut by TensorBoard's rule: the 5th to the 95th percentile", () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => i);
  values[50] = 1e9;
  const sorted = [...values].sort((a, b) => a - b);
  const last = sorted.length - 1;
  const expected = [sorted[Math.ceil(0.05 * last)], sorted[Math.floor(0.95 * last)]];
  assert.deepEqual(visibleExtent(values, true), expected);
  assert.deepEqual(visibleExtent(values, false), [0, 1e9]);
});

test("a value is selected without sorting: the same as sorting finds", () => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed % 50;
  };
  for (const n of [1, 2, 3, 10, 101, 1000]) {
    const values = Float64Array.from({ length: n }, random);
    const sorted = values.slice().sort();
    for (const place of [0, n >> 2, n >> 1, n - 1]) {
      assert.equal(select(values.slice(), place, 0, n - 1), sorted[place]);
    }
  }
});

test("two values are no outliers, and none have no extent", () => {
  assert.deepEqual(visibleExtent(Float64Array.of(5, -1), true), [-1, 5]);
  assert.equal(visibleExtent(new Float64Array(0), true), null);
});

test("the domain is TensorBoard's: 5 % more and round, or around a single value", () => {
  assert.deepEqual(niceDomain([0, 0], "linear"), [-1, 1]);
  assert.deepEqual(niceDomain([3, 3], "linear"), [0, 6]);
  assert.deepEqual(niceDomain([-3, -3], "linear"), [-6, 0]);
  assert.deepEqual(niceDomain([0, 1], "linear"), [-0.1, 1.1]);
  assert.deepEqual(niceDomain([0, 100], "linear"), [-10, 110]);
  assert.deepEqual(niceDomain([0.01, 10], "log"), [0.005, 20]);
});

test("scales lead to pixels and back, linear and logarithmic", () => {
  for (const log of [false, true]) {
    const scale = makeScale([1, 1000], [10, 310], log);
    for (const value of [1, 10, 500, 1000]) {
      assert.ok(Math.abs(scale.invert(scale(value)) - value) < 1e-9);
    }
  }
  assert.deepEqual(
    makeScale([1, 1e6], [0, 1], true).ticks(6).values,
    [1, 10, 100, 1e3, 1e4, 1e5, 1e6],
  );
});

function traced(x: number[], y: number[], breaks: number[] = []): [string, number, number][] {
  const calls: [string, number, number][] = [];
  const scale = makeScale([0, 100], [0, 100]);
  tracePath(
    { moveTo: (a, b) => calls.push(["M", a, b]), lineTo: (a, b) => calls.push(["L", a, b]) },
    { x, y, breaks },
    scale,
    scale,
  );
  return calls;
}

test("a line of many points keeps the extremes of every column of pixels", () => {
  const n = 100_000;
  const x = Array.from({ length: n }, (_, i) => (100 * i) / n);
  const y = Array.from({ length: n }, (_, i) => (i === 54_321 ? 99 : i === 12_345 ? 1 : 50));
  const calls = traced(x, y);
  assert.ok(calls.length < 450, `${calls.length} strokes`);
  assert.ok(calls.some(([, , v]) => v === 99) && calls.some(([, , v]) => v === 1));
  assert.equal(calls[calls.length - 1]![1], x[n - 1]);
});

test("a line is broken where a value is not finite and where x goes back", () => {
  const moves = (calls: [string, number, number][]) =>
    calls.filter(([kind]) => kind === "M").length;
  assert.equal(moves(traced([0, 10, 20, 30], [1, Number.NaN, 3, 4])), 2);
  assert.equal(moves(traced([0, 10, 20, 30], [1, Infinity, 3, 4])), 2);
  assert.equal(moves(traced([0, 10, 5, 30], [1, 2, 3, 4], [2])), 2);
});

test("durations have ticks that a clock has", () => {
  assert.deepEqual(durationTicks(0, 7200, 5).labels, [
    "0",
    "30 min",
    "60 min",
    "90 min",
    "120 min",
  ]);
  assert.deepEqual(durationTicks(0, 0.5, 5).labels, [
    "0",
    "0.1 s",
    "0.2 s",
    "0.3 s",
    "0.4 s",
    "0.5 s",
  ]);
});
