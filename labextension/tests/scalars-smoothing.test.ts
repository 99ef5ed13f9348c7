import assert from "node:assert/strict";
import { test } from "node:test";
import { type Curve, type Method, smooth } from "../src/scalars/smoothing.ts";

const METHODS: Method[] = ["ema", "twema", "gaussian", "mean"];

function curveOf(value: number[], x = value.map((_, i) => i)): Curve {
  return { x, value, mean: value, count: value.map(() => 1), total: value.length };
}

function close(actual: ArrayLike<number>, expected: number[], error = 1e-12): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) assert.ok(Number.isNaN(actual[i]!), `at ${i}: ${actual[i]}`);
    else
      assert.ok(
        Math.abs(actual[i]! - value) <= error * Math.max(1, Math.abs(value)),
        `at ${i}: ${actual[i]} is not ${value}`,
      );
  });
}

/** The definition, written down once more, as plainly as it stands in TensorBoard. */
function definition(values: number[], weight: number): number[] {
  let last = 0;
  let count = 0;
  if (values.every((value) => value === values[0])) return values;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    last = last * weight + (1 - weight) * value;
    count += 1;
    const debias = weight === 1 ? 1 : 1 - weight ** count;
    return last / debias;
  });
}

test("the exponential average is TensorBoard's, debiased", () => {
  const values = Array.from({ length: 300 }, (_, i) => Math.sin(i / 7) + i / 100);
  for (const weight of [0.1, 0.6, 0.9, 0.999]) {
    close(smooth(curveOf(values), "ema", weight), definition(values, weight), 1e-11);
  }
});

test("points that are not finite pass through and change nothing after them", () => {
  const values = [1, Number.NaN, 3, Infinity, 2, -Infinity, 5];
  const out = smooth(curveOf(values), "ema", 0.6);
  close(out.filter(Number.isFinite), definition([1, 3, 2, 5], 0.6));
  assert.deepEqual([out[1], out[3], out[5]], [Number.NaN, Infinity, -Infinity]);
});

test("a weight of 0, a constant and an empty series stay as they are", () => {
  for (const method of METHODS) {
    close(smooth(curveOf([3, 1, 2]), method, 0), [3, 1, 2]);
    close(smooth(curveOf([0.1, 0.1, 0.1]), method, 0.9), [0.1, 0.1, 0.1]);
    close(smooth(curveOf([]), method, 0.9), []);
    close(smooth(curveOf([4]), method, 0.9), [4]);
  }
});

test("sampling a long series does not change how smooth it is", () => {
  const n = 20_000;
  const value = Array.from({ length: n }, (_, i) => Math.cos(i / 3000) + 0.1 * Math.sin(i * 1.3));
  const all = smooth(curveOf(value), "ema", 0.9);
  const size = 20;
  const at = Array.from({ length: n / size }, (_, b) => b * size + size - 1);
  const mean = at.map((end) => {
    const part = value.slice(end - size + 1, end + 1);
    return part.reduce((sum, v) => sum + v, 0) / size;
  });
  const sampled: Curve = {
    x: at,
    value: at.map((i) => value[i]!),
    mean,
    count: at.map(() => size),
    total: n,
  };
  const out = smooth(sampled, "ema", 0.9);
  at.forEach((i, k) => {
    assert.ok(Math.abs(out[k]! - all[i]!) < 0.01, `at ${i}: ${out[k]} and ${all[i]}`);
  });
});

test("the time-weighted average forgets by distance in x", () => {
  const x = [0, 1, 2, 10];
  const value = [1, 2, 3, 4];
  const w = Math.min(Math.sqrt(0.25), 0.999);
  let last = 0;
  let debias = 0;
  const expected = value.map((y, i) => {
    const power = i === 0 ? 1 : w ** (((x[i]! - x[i - 1]!) / 10) * 1000);
    last = last * power + y;
    debias = debias * power + 1;
    return last / debias;
  });
  close(smooth(curveOf(value, x), "twema", 0.25), expected);
});

test("the running mean and the Gaussian are symmetric windows", () => {
  close(smooth(curveOf([0, 3, 6, 3, 0]), "mean", 0.5), [1.5, 3, 4, 3, 1.5]);
  const out = smooth(curveOf([0, 0, 1, 0, 0]), "gaussian", 0.5);
  const g = (d: number): number => Math.exp(-0.5 * d * d);
  const weights = 1 + 2 * g(1) + 2 * g(2);
  close([out[2]!], [1 / weights]);
  close([out[0]!], [out[4]!]);
});
