import assert from "node:assert/strict";
import { test } from "node:test";
import {
  makeScale,
  possibleScales,
  QUANTILES,
  suggestedScale,
} from "../src/views/hparams/scale.ts";

test("the suggested scale follows the values", () => {
  assert.equal(suggestedScale([1, 2, undefined]), "linear");
  assert.equal(suggestedScale([1e-4, 1e-2]), "log");
  assert.equal(suggestedScale([0, 1e-4, 1e4]), "linear");
  assert.equal(
    suggestedScale([1e-6, ...Array.from({ length: 20 }, (_, i) => (i + 1) / 20)]),
    "linear",
  );
  assert.equal(suggestedScale(["a", 1]), "category");
  assert.equal(suggestedScale([true, false]), "category");
  assert.equal(suggestedScale([undefined, NaN]), "linear");
  assert.equal(suggestedScale([null, 1, 2]), "linear");
  assert.equal(suggestedScale([null, undefined]), "category");
  assert.deepEqual(possibleScales([-1, -2]), ["linear", "quantile"]);
  assert.deepEqual(possibleScales(["a"]), ["category"]);
});

test("a linear axis spans the values and gives a brush back as an interval", () => {
  const scale = makeScale("linear", [0, 5, 10, undefined, null, NaN, Infinity]);
  assert.equal(scale.position(0), 0);
  assert.equal(scale.position(10), 1);
  assert.equal(scale.position(undefined), null);
  assert.equal(scale.position(null), null);
  assert.deepEqual([scale.position(Infinity), scale.position(-Infinity)], [1, 0]);
  assert.equal(scale.position(NaN), null);
  assert.equal(scale.position("5"), null);
  assert.deepEqual(scale.condition(0.8, 0.2), { low: 2, high: 8 });
  assert.deepEqual(scale.stretch({ low: 2, high: null }), [0.2, 1]);
});

test("a constant column still has an axis", () => {
  assert.equal(makeScale("linear", [3]).position(3), 0.5);
  assert.equal(makeScale("linear", [0]).position(0), 0.5);
  assert.equal(makeScale("log", [3]).position(3), 0.5);
  assert.equal(makeScale("quantile", [3]).position(3), 1);
  assert.equal(makeScale("linear", []).position(1), 1);
});

test("a log axis is even in decades and has no place for zero", () => {
  const scale = makeScale("log", [1e-4, 1e-2, 1, 0]);
  assert.ok(Math.abs(scale.position(1e-2)! - 0.5) < 1e-12);
  assert.equal(scale.position(0), null);
  assert.deepEqual(
    scale.ticks(5).map(({ value }) => value),
    [1e-4, 1e-2, 1], // few distinct values are their own ticks
  );
  const many = makeScale("log", [1e-4, 2e-4, 3e-3, 4e-3, 5e-3, 0.1, 0.5, 1]);
  assert.deepEqual(
    many.ticks(5).map(({ value }) => value),
    [1e-4, 1e-3, 1e-2, 0.1, 1],
  );
  const { low, high } = scale.condition(0, 0.5) as { low: number; high: number };
  assert.ok(Math.abs(low - 1e-4) < 2e-6 && Math.abs(high - 1e-2) < 2e-4, `${low} ${high}`);
});

test("a quantile axis has twenty levels over the distinct values", () => {
  const values = Array.from({ length: 1000 }, (_, i) => i ** 3);
  const scale = makeScale("quantile", [...values, ...values.slice(0, 50)]);
  const levels = new Set(values.map((value) => scale.position(value)));
  assert.equal(levels.size, QUANTILES);
  assert.equal(scale.position(0), 0);
  assert.equal(scale.position(999 ** 3), 1);
  // Fifty distinct values a level, whatever is repeated.
  assert.equal(values.filter((value) => scale.position(value) === 0).length, 50);
  const { low, high } = scale.condition(0, 0.03) as { low: number; high: number };
  assert.deepEqual([low, high], [0, 49 ** 3]);
  assert.equal(makeScale("quantile", [1, 2]).condition(0.4, 0.45), null);
});

test("categories stand apart in natural order and a brush takes those it covers", () => {
  const scale = makeScale("linear", ["run_10", "run_2", true, "run_2", undefined]);
  assert.equal(scale.kind, "category");
  assert.deepEqual(
    scale.ticks(9).map(({ value }) => value),
    [true, "run_2", "run_10"],
  );
  assert.deepEqual(scale.condition(0.4, 1), { values: ["run_2", "run_10"] });
  assert.equal(scale.condition(0.4, 0.45), null);
  const [low, high] = scale.stretch({ regex: "_2" })!;
  assert.ok(low > 1 / 3 && high < 2 / 3);
  assert.equal(scale.stretch({ regex: "(" }), null);
});

test("None is a category like others, behind them", () => {
  const scale = makeScale("category", ["b", null, "a", undefined]);
  assert.deepEqual(
    scale.ticks(9).map(({ value }) => value),
    ["a", "b", null],
  );
  assert.equal(scale.position(undefined), null);
  assert.deepEqual(scale.condition(0.7, 1), { values: [null] });
});
