import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compile,
  count,
  interval,
  parseBound,
  passing,
  withCondition,
} from "../src/views/hparams/condition.ts";
import type { Cell } from "../src/table/cells.ts";
import { sortRows, toggleSort } from "../src/table/order.ts";

test("an interval holds its ends, and nothing that is not a number", () => {
  const inside = compile({ low: 1, high: 2 });
  assert.deepEqual([0, 1, 1.5, 2, 3, "1", true, undefined, null, NaN].map(inside), [
    false,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  assert.equal(compile({ low: null, high: 2 })(-Infinity), true);
});

test("a set tells types apart", () => {
  const chosen = compile({ values: [1, "1", false] });
  assert.deepEqual([1, "1", true, false, "false", undefined].map(chosen), [
    true,
    true,
    false,
    true,
    false,
    false,
  ]);
});

test("an expression is unanchored and ignores case; a broken one passes nothing", () => {
  assert.equal(compile({ regex: "DAM" })("adam"), true);
  assert.equal(compile({ regex: "^0\\.1$" })(0.1), true);
  assert.equal(compile({ regex: "(" })("("), false);
});

test("missing values and NaN pass only where they are asked for", () => {
  for (const condition of [{ low: 0, high: 1 }, { values: ["a"] }, { regex: "." }]) {
    assert.equal(compile(condition)(undefined), false);
    assert.equal(compile({ ...condition, missing: true })(undefined), true);
    assert.equal(compile({ ...condition, missing: true })(NaN), true);
  }
});

const columns = new Map<string, Cell[]>([
  ["lr", [0.1, 0.01, undefined, 1, NaN]],
  ["opt", ["sgd", "adam", "adam", "sgd", "adam"]],
  ["__proto__", [1, 2, 3, 4, 5]],
]);

test("conditions are joined by and; unknown columns are left aside", () => {
  const mask = passing(5, columns, {
    lr: { low: 0.01, high: 0.5 },
    opt: { values: ["adam"] },
    gone: { low: 5, high: 6 },
  });
  assert.deepEqual(Array.from(mask), [0, 1, 0, 0, 0]);
  assert.equal(count(mask), 1);
  const started = passing(5, columns, {}, Uint8Array.of(0, 1, 1, 0, 0));
  assert.equal(count(started), 2);
});

test("a condition is replaced and removed without touching the others", () => {
  const both = withCondition({ a: { regex: "x" } }, "b", { low: 1, high: 2 });
  assert.deepEqual(Object.keys(both), ["a", "b"]);
  assert.deepEqual(withCondition(both, "a", null), { b: { low: 1, high: 2 } });
});

test("ends of an interval are read as typed", () => {
  assert.deepEqual([" 1e-3 ", "", "-inf", "∞", "−2", "abc"].map(parseBound), [
    0.001,
    null,
    -Infinity,
    Infinity,
    -2,
    undefined,
  ]);
  assert.deepEqual(interval(2, 1), { low: 1, high: 2 });
  assert.deepEqual(interval(null, 1, true), { low: null, high: 1, missing: true });
});

test("missing values sort last in both directions, NaN before what was never logged", () => {
  const all = new Uint8Array(5).fill(1);
  assert.deepEqual(Array.from(sortRows(columns, ["lr"], all)), [1, 0, 3, 4, 2]);
  assert.deepEqual(Array.from(sortRows(columns, ["-lr"], all)), [3, 0, 1, 4, 2]);
});

test("several columns sort in turn, equal trials keep their order", () => {
  const all = new Uint8Array(5).fill(1);
  assert.deepEqual(Array.from(sortRows(columns, ["opt", "-lr"], all)), [1, 4, 2, 3, 0]);
  assert.deepEqual(Array.from(sortRows(columns, ["opt"], all)), [1, 2, 4, 0, 3]);
});

test("text sorts naturally, mixed columns by type", () => {
  const mixed = new Map<string, Cell[]>([["m", ["run_10", "run_2", 5, true, false, -1]]]);
  const order = sortRows(mixed, ["m"], new Uint8Array(6).fill(1));
  assert.deepEqual(Array.from(order), [4, 3, 5, 2, 1, 0]);
});

test("a header goes from ascending to descending to unsorted", () => {
  assert.deepEqual(toggleSort([], "a"), ["a"]);
  assert.deepEqual(toggleSort(["a"], "a"), ["-a"]);
  assert.deepEqual(toggleSort(["-a"], "a"), []);
  assert.deepEqual(toggleSort(["a"], "b"), ["b"]);
  assert.deepEqual(toggleSort(["a"], "b", true), ["a", "b"]);
  assert.deepEqual(toggleSort(["-a", "b"], "a", true), ["b"]);
});
