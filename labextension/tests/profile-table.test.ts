import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOf } from "../src/profile/shares.ts";
import { sessionNames } from "../src/profile/sessions.ts";
import { type Column, nextSort, orderOf } from "../src/profile/sorting.ts";
import { formatBytes, formatPercent, formatTime } from "../src/profile/units.ts";

const COLUMNS: Column[] = [
  { key: "name", label: "", kind: "name" },
  { key: "time", label: "", kind: "time" },
];
const TABLE = {
  columns: { name: ["op10", "op2", "__proto__"], time: Float64Array.of(3, Number.NaN, 5) },
  rows: 3,
  total: 3,
};
const all = (): boolean => true;

test("numbers sort downwards first, texts upwards, then back to the order as it is", () => {
  const [name, time] = COLUMNS as [Column, Column];
  assert.deepEqual(
    [nextSort("", time), nextSort("-time", time), nextSort("time", time)],
    ["-time", "time", ""],
  );
  assert.deepEqual([nextSort("", name), nextSort("name", name)], ["name", "-name"]);
});

test("numbers that are none stand last either way, and names sort as people count", () => {
  assert.deepEqual(orderOf(TABLE, COLUMNS, "time", all), [0, 2, 1]);
  assert.deepEqual(orderOf(TABLE, COLUMNS, "-time", all), [2, 0, 1]);
  assert.deepEqual(orderOf(TABLE, COLUMNS, "name", all), [2, 1, 0]);
});

test("a column that the table does not have leaves its order", () => {
  assert.deepEqual(orderOf(TABLE, COLUMNS, "-constructor", all), [0, 1, 2]);
  assert.deepEqual(
    orderOf(TABLE, COLUMNS, "", (name) => name.startsWith("op")),
    [0, 1],
  );
});

test("times and sizes have the unit that suits them", () => {
  assert.deepEqual([0.0005, 12, 84_200, 2_500_000].map(formatTime), [
    "0.5 ns",
    "12 µs",
    "84.2 ms",
    "2.5 s",
  ]);
  assert.deepEqual([900, 2.792e9].map(formatBytes), ["900 B", "2.792 GB"]);
  assert.deepEqual([0.0213, 0.3298].map(formatPercent), ["2.1 %", "33 %"]);
});

test("shares are of the time of all steps", () => {
  const steps = {
    names: ["1", "2"],
    duration: Float64Array.of(100, 300),
    start: null,
    roles: ["kernel", "other"],
    byRole: Float64Array.of(100, 0, 100, 200),
    recorded: true,
  };
  assert.deepEqual(sharesOf(steps), [0.5, 0.5]);
});

test("sessions have the run before them only where there are several", () => {
  assert.deepEqual(
    sessionNames([
      ["a", "1"],
      ["a", "2"],
    ]),
    ["1", "2"],
  );
  assert.deepEqual(
    sessionNames([
      ["a", "1"],
      ["b", "1"],
    ]),
    ["a · 1", "b · 1"],
  );
});
