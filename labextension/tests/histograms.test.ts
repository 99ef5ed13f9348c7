// What is computed of buckets; Python's half is tests/views/test_histogram_formulas.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { valueAxis, valueScale, valueTicks } from "../src/views/histograms/axis.ts";
import { rebinned } from "../src/views/histograms/bins.ts";
import type { Histogram } from "../src/views/histograms/histogram.ts";
import { toHistogram } from "../src/views/histograms/histogram.ts";
import { healthOf, type Moments, momentsOf } from "../src/views/histograms/moments.ts";
import { percentilesOf } from "../src/views/histograms/percentiles.ts";
import { barsOf, tallest } from "../src/views/histograms/scene.ts";
import { countText, exactText, shareText } from "../src/views/histograms/words.ts";
import { spreadOver } from "../src/stepped/steps.ts";
import { vectors } from "./vectors.ts";

type Value = number | string | boolean;
type Rows = (number | string)[][];

function histogram(rows: Rows): Histogram {
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => Number(row[at]));
  return { left: column(0), right: column(1), count: column(2) };
}

function close(got: number, wanted: Value, what: string): void {
  const value = Number(wanted);
  const same = Object.is(got, value) || (Number.isNaN(got) && Number.isNaN(value)) || got === value;
  const near = Math.abs(got - value) <= 1e-12 + 1e-9 * Math.abs(value);
  assert.ok(same || near, `${what}: ${got} is not ${value}`);
}

interface Case<T> {
  name: string;
  buckets: Rows;
  result: T;
}

for (const { name, buckets, result } of vectors<Case<Value[]>[]>("histogram_percentiles")) {
  test(`percentiles as TensorBoard has them: ${name}`, () => {
    const got = percentilesOf(histogram(buckets));
    assert.equal(got.length, result.length);
    result.forEach((value, i) => {
      close(got[i]!, value, `percentile ${i}`);
    });
  });
}

interface Binned {
  name: string;
  histograms: Rows[];
  result: Rows[];
}

for (const { name, histograms, result } of vectors<Binned[]>("histogram_bins")) {
  test(`bins as TensorBoard has them: ${name}`, () => {
    const got = rebinned(histograms.map(histogram));
    result.forEach((bins, number) => {
      const { left, right, count } = got[number]!;
      assert.equal(count.length, bins.length);
      bins.forEach(([start, width, held], i) => {
        close(left[i]!, start!, `left ${i}`);
        close(right[i]! - left[i]!, width!, `width ${i}`);
        close(count[i]!, held!, `count ${i}`);
      });
    });
  });
}

const NAMES: [keyof Moments, string][] = [
  ["count", "count"],
  ["mean", "mean"],
  ["std", "std"],
  ["zeros", "zeros"],
  ["zerosMost", "zeros_most"],
  ["low", "low"],
  ["high", "high"],
  ["odd", "odd"],
];

for (const { name, buckets, result } of vectors<Case<Record<string, Value>>[]>(
  "histogram_moments",
)) {
  test(`moments: ${name}`, () => {
    const got = momentsOf(histogram(buckets));
    assert.equal(got.zerosExact, result.zeros_exact);
    for (const [here, there] of NAMES) close(got[here] as number, result[there]!, here);
  });
}

interface Health {
  name: string;
  steps: Rows[];
  result: string;
}

for (const { name, steps, result } of vectors<Health[]>("histogram_health")) {
  test(`health: ${name}`, () => {
    assert.equal(healthOf(steps.map((rows) => momentsOf(histogram(rows)))), result);
  });
}

test("edges that are shared travel once and are not copied", () => {
  const edges = Float64Array.of(0, 1, 2);
  const { left, right } = toHistogram({ edges, count: Uint8Array.of(3, 4) });
  assert.deepEqual([...left, ...right], [0, 1, 1, 2]);
  assert.equal(left.buffer, right.buffer);
});

test("points that stand for all are few, have both ends, and stay as a series grows", () => {
  assert.deepEqual(spreadOver(5, 200), [0, 1, 2, 3, 4]);
  const before = spreadOver(1000, 200);
  assert.ok(before.length <= 200 && before.length > 100);
  assert.deepEqual([before[0], before[before.length - 1]], [0, 999]);
  const after = new Set(spreadOver(1001, 200));
  assert.equal(before.filter((place) => !after.has(place)).length, 1); // the end that was
  for (const { length, most, places } of vectors<
    { length: number; most: number; places: number[] }[]
  >("spread")) {
    assert.deepEqual(spreadOver(length, most), places);
  }
});

test("the axis of values goes to pixels and back, even beyond what a difference can hold", () => {
  const huge = histogram([
    [-1e308, 0, 1],
    [0, 1e308, 1],
  ]);
  for (const symlog of [true, false]) {
    const axis = valueAxis([momentsOf(huge)], symlog);
    const scale = valueScale(axis, [0, 100]);
    for (const at of [axis.low, 0, axis.high]) assert.ok(Number.isFinite(scale(at)));
    assert.ok(valueTicks(axis, 5).values.length < 12);
  }
  const axis = valueAxis([momentsOf(histogram([[-2, 40, 3]]))], true);
  const scale = valueScale(axis, [0, 300]);
  for (const value of [-2, -0.5, 0, 1, 39]) close(scale.invert(scale(value)), value, "value");
});

test("buckets narrower than a pixel share a bar, and none of their counts is lost", () => {
  const rows = Array.from({ length: 400 }, (_, i) => [i / 400, (i + 1) / 400, 2]);
  const bars = barsOf(histogram([...rows, [5, 5, 1000]]), (value) => value * 10);
  assert.ok(bars.length < 20);
  assert.equal(
    bars.reduce((sum, { count }) => sum + count, 0),
    1800,
  );
  // The spike is cut off: it would leave nothing to see of the others.
  assert.ok(tallest(bars) < 1000);
});

test("numbers are told as they were logged", () => {
  assert.equal(exactText(Math.fround(0.1)), "0.1");
  assert.equal(exactText(0.1), "0.1");
  assert.equal(exactText(-1e20), "−100000000000000000000");
  assert.equal(countText(2 ** 60), "1,152,921,504,606,846,976");
  assert.equal(countText(0.25), "0.25");
  assert.equal(shareText(0.031), "3.1 %");
  assert.equal(shareText(1e-7), "< 0.01 %");
});
