import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeSeries, type Series, type SeriesColumns, seriesKey } from "../src/stepped/series.ts";

interface Row {
  id: number;
  run: string;
  from?: number;
  steps: bigint[];
  places?: number[];
}

/** A message of the kernel, as nbboard/views/shared/items.py makes it. */
function columnsOf(rows: Row[]): SeriesColumns {
  const steps = rows.flatMap((row) => row.steps);
  const places = rows.flatMap((row) => row.places ?? row.steps.map((_, i) => (row.from ?? 0) + i));
  return {
    id: Uint32Array.from(rows, ({ id }) => id),
    run: rows.map(({ run }) => run),
    tag: rows.map(() => "x"),
    title: rows.map(() => "x"),
    caption: rows.map(() => ""),
    hidden: new Uint32Array(rows.length),
    from: Uint32Array.from(rows, ({ from }) => from ?? 0),
    length: Uint32Array.from(rows, (row) => row.steps.length),
    step: BigInt64Array.from(steps),
    wall: Float64Array.from(steps, Number),
    place: Uint32Array.from(places),
    last: {},
  };
}

const merged = (rows: Row[], before = new Map<string, Series>()) =>
  mergeSeries(before, { series: columnsOf(rows) });

const of = (series: ReadonlyMap<string, Series>, run: string) => series.get(seriesKey(run, "x"))!;

test("columns arrive exactly, each series with its own part", () => {
  const series = merged([
    { id: 1, run: "a", steps: [5n, -1n, 2n ** 63n - 1n] },
    { id: 2, run: "b", steps: [7n] },
  ]);
  assert.deepEqual([...of(series, "a").step], [5n, -1n, 9223372036854775807n]);
  assert.deepEqual(of(series, "a").order, [1, 0, 2]);
  assert.deepEqual([...of(series, "b").step], [7n]);
  assert.deepEqual([...of(series, "b").wall], [7]);
});

test("news go behind what stays", () => {
  const first = merged([{ id: 1, run: "a", steps: [5n, 6n, 7n] }]);
  const next = merged([{ id: 1, run: "a", from: 1, steps: [6n], places: [3] }], first);
  assert.deepEqual([...of(next, "a").step], [5n, 6n]);
  assert.deepEqual([...of(next, "a").place], [0, 3]);
});

test("a series that was read anew has nothing of the old one", () => {
  const first = merged([{ id: 1, run: "a", steps: [5n, 6n] }]);
  const next = merged([{ id: 9, run: "a", steps: [5n] }], first);
  assert.equal(next.size, 1);
  assert.deepEqual([of(next, "a").id, [...of(next, "a").step]], [9, [5n]]);
});

test("what the kernel removed is gone, and what it did not list in a whole message", () => {
  const both = merged([
    { id: 1, run: "a", steps: [5n] },
    { id: 2, run: "b", steps: [5n] },
  ]);
  assert.deepEqual([...mergeSeries(both, { removed: [1] }).keys()], [seriesKey("b", "x")]);
  const whole = { series: columnsOf([{ id: 1, run: "a", steps: [5n] }]), complete: true };
  assert.deepEqual([...mergeSeries(both, whole).keys()], [seriesKey("a", "x")]);
});

test("names with slashes are not mixed up", () => {
  assert.notEqual(seriesKey("a/b", "c"), seriesKey("a", "b/c"));
});
