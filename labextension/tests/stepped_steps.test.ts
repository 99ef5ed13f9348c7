import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countAt,
  indexOfStep,
  orderOf,
  parseStep,
  pointAt,
  pointFrom,
  ticksOf,
  unionOfSteps,
} from "../src/stepped/steps.ts";

const points = (...steps: (number | bigint)[]) => ({ step: steps.map(BigInt) });

test("the slider has every step of every run once, in order", () => {
  const union = unionOfSteps([points(0, 10, 20), points(5, 10), points()]);
  assert.deepEqual(union, [0n, 5n, 10n, 20n]);
});

test("a run shows its nearest step at or below the slider", () => {
  const run = points(10, 20, 30);
  const order = orderOf(run);
  assert.deepEqual(
    [9n, 10n, 19n, 20n, 99n].map((at) => pointAt(run, order, at)),
    [-1, 0, 0, 1, 2],
  );
});

test("steps beyond 2^53 are told apart", () => {
  const big = 2n ** 53n;
  const run = points(big, big + 1n, 2n ** 63n - 1n);
  const order = orderOf(run);
  assert.equal(pointAt(run, order, big), 0);
  assert.equal(pointAt(run, order, big + 1n), 1);
  assert.equal(unionOfSteps([run]).at(-1), 9223372036854775807n);
});

test("of equal steps the one written last is shown, and all are counted", () => {
  const run = points(0, 5, 10, 5, 5);
  const order = orderOf(run);
  assert.equal(pointAt(run, order, 5n), 4);
  assert.equal(countAt(run, order, 5n), 3);
  assert.equal(countAt(run, order, 6n), 0);
  assert.equal(pointAt(run, order, 10n), 2);
});

test("negative steps sort before zero", () => {
  assert.deepEqual(unionOfSteps([points(0, -5, 3)]), [-5n, 0n, 3n]);
});

test("the slider's position is that of the nearest step at or below", () => {
  const union = [0n, 10n, 20n];
  assert.deepEqual(
    [-1n, 0n, 15n, 20n, 25n].map((at) => indexOfStep(union, at)),
    [0, 0, 1, 2, 2],
  );
  assert.equal(indexOfStep([], 3n), -1);
});

test("only a whole number in text is a step", () => {
  assert.equal(parseStep("9223372036854775807"), 9223372036854775807n);
  assert.equal(parseStep("-3"), -3n);
  for (const text of [null, undefined, "", "1.5", "1e3", "x", "99999999999999999999"]) {
    assert.equal(parseStep(text), null);
  }
});

test("ticks stand at the steps that exist and say which are loaded", () => {
  const union = [0n, 1n, 2n, 3n, 4n];
  assert.deepEqual(
    ticksOf(points(0, 2, 4), union, 101, (index) => index === 1),
    [
      { at: 0, loaded: false },
      { at: 0.5, loaded: true },
      { at: 1, loaded: false },
    ],
  );
});

test("a million steps make no more ticks than there are columns", () => {
  const many = Array.from({ length: 20_000 }, (_, i) => BigInt(i));
  assert.ok(ticksOf({ step: many }, many, 200, () => false).length <= 200);
});

test("the nearest step at or above is shown where a kind says so, else the last", () => {
  const points = { step: [10n, 0n, 20n, 10n] };
  const order = orderOf(points);
  assert.deepEqual(
    [-5n, 0n, 1n, 10n, 11n, 20n, 99n].map((at) => pointFrom(points, order, at)),
    [1, 1, 3, 3, 2, 2, 2],
  );
  assert.equal(pointFrom({ step: [] }, [], 3n), -1);
});
