import assert from "node:assert/strict";
import { test } from "node:test";
import {
  curveOf,
  follows,
  holdsAll,
  mergeTrials,
  type PayloadHeader,
  STATISTICS,
} from "../src/hparams/model.ts";
import { bestTrial, type ReduceOptions, reduceMetrics } from "../src/hparams/reduce.ts";
import { makeSet } from "./hparams_data.ts";

const metrics = [
  { key: "loss", label: "loss", title: "", lower: true },
  { key: "accuracy", label: "accuracy", title: "", lower: false },
];

const set = makeSet(
  ["a", "b"],
  [
    {
      key: "lr",
      label: "lr",
      title: "",
      values: [0.1],
      codes: [0, -1],
    },
  ],
  metrics,
  [
    {
      run: "a/0",
      trial: 0,
      points: [
        [
          [0, 5],
          [10, 1],
          [20, 3],
        ],
        [[20, 0.5]],
      ],
    },
    {
      run: "a/1",
      trial: 0,
      points: [
        [
          [0, 7],
          [25, 2],
        ],
        [[25, 0.9]],
      ],
    },
    {
      run: "a/2",
      trial: 0,
      points: [
        [
          [0, NaN],
          [30, 4],
        ],
        [],
      ],
    },
    { run: "b/0", trial: 1, points: [[], [[5, 0.7]]] },
  ],
);

const options: ReduceOptions = {
  reduce: "last",
  step: 0,
  aggregation: "avg",
  metric: 0,
  lower: [true, false],
};

test("a payload decodes into cells, sessions and curves", () => {
  assert.deepEqual(set.hparams[0]!.cells, [0.1, null]);
  assert.deepEqual(Array.from(set.trialOf), [0, 0, 0, 1]);
  assert.deepEqual(Array.from(curveOf(set, 0, 1).value), [7, 2]);
  assert.deepEqual(Array.from(curveOf(set, 1, 3).step), [5]);
  assert.equal(holdsAll(set), true);
});

test("news change sessions where they stand and add new ones behind", () => {
  const header: PayloadHeader = {
    firstTrial: 2,
    trials: ["c"],
    hparams: [{ key: "lr", label: "lr", title: "", values: ["x"], codes: [0] }],
    metrics,
    seats: [1, 4],
    runs: ["a/1", "c/0"],
    trialOf: [0, 2],
    status: ["failure", "running"],
    curveRuns: {},
    points: 3,
  };
  const statistics = STATISTICS.flatMap((_, kind) => [kind, 10 + kind, 20 + kind, 30 + kind]);
  const numbers = [1, 2, 3, 4, ...statistics, 0, 2, 1, 0, 7, 8, 9, 70, 80, 90];
  assert.equal(follows(set, header), true);
  assert.equal(follows(set, { ...header, firstTrial: 1 }), false);
  assert.equal(follows(set, { ...header, seats: [1, 5] }), false);
  const next = mergeTrials(set, header, Float64Array.from(numbers));
  assert.deepEqual(next.trials, ["a", "b", "c"]);
  assert.deepEqual(next.hparams[0]!.cells, [0.1, null, "x"]);
  assert.deepEqual(next.status, ["success", "failure", "success", "success", "running"]);
  assert.deepEqual(Array.from(next.trialOf), [0, 0, 0, 1, 2]);
  assert.deepEqual(Array.from(next.statistics.count), [3, 0, 2, 0, 10, 1, 20, 0, 1, 30]);
  assert.deepEqual(Array.from(curveOf(next, 0, 0).value), [5, 1, 3]); // as it was
  assert.deepEqual(Array.from(curveOf(next, 0, 1).value), []); // sent anew, empty
  assert.deepEqual(Array.from(curveOf(next, 0, 4).step), [7, 8]);
  assert.deepEqual(Array.from(curveOf(next, 1, 1).value), [90]);
  assert.deepEqual(Array.from(curveOf(next, 1, 3).value), [0.7]);
  assert.throws(() => mergeTrials(set, header, new Float64Array(5)), /incomplete/);
});

test("last values of the sessions of a trial are averaged, and their steps floored", () => {
  const [loss, accuracy] = reduceMetrics(set, options);
  assert.deepEqual(loss!.cells, [3, null]); // (3 + 2 + 4) / 3
  assert.deepEqual(loss!.steps, [25, null]); // (20 + 25 + 30) // 3
  assert.deepEqual(accuracy!.cells, [0.7, 0.7]); // a session without the metric does not count
  assert.deepEqual(accuracy!.steps, [22, 5]);
});

test("best takes the least or the greatest value, at its own step", () => {
  const [loss, accuracy] = reduceMetrics(set, { ...options, reduce: "best" });
  assert.deepEqual(loss!.cells, [(1 + 2 + 4) / 3, null]);
  assert.equal(accuracy!.cells[0], 0.7);
  const [worst] = reduceMetrics(set, { ...options, reduce: "best", lower: [false, false] });
  assert.equal(worst!.cells[0], (5 + 7 + 4) / 3);
});

test("mean is over the finite values of a session and has no step", () => {
  const [loss] = reduceMetrics(set, { ...options, reduce: "mean" });
  assert.equal(loss!.cells[0], (3 + 4.5 + 4) / 3);
  assert.equal(loss!.steps[0], null);
});

test("at a step means the value last logged at or before it", () => {
  const [loss, accuracy] = reduceMetrics(set, { ...options, reduce: "step", step: 20 });
  assert.ok(Number.isNaN(loss!.cells[0])); // the third session had only NaN by then
  assert.deepEqual(accuracy!.cells, [0.5, 0.7]);
  const [early] = reduceMetrics(set, { ...options, reduce: "step", step: -1 });
  assert.deepEqual(early!.cells, [null, null]);
});

test("exact values from the kernel are used for the step they were computed for", () => {
  const value = new Float64Array(8).fill(42);
  const at = new Float64Array(8).fill(19);
  const exact = { step: 20, value, at };
  const told = reduceMetrics(set, { ...options, reduce: "step", step: 20, exact });
  assert.deepEqual(told[0]!.cells, [42, null]);
  const held = reduceMetrics(set, { ...options, reduce: "step", step: 25, exact });
  assert.equal(held[1]!.cells[0], 0.7);
});

test("median, min and max take every metric from the one session they choose", () => {
  const by = (aggregation: ReduceOptions["aggregation"]) =>
    reduceMetrics(set, { ...options, aggregation }).map(({ cells }) => cells[0]);
  assert.deepEqual(by("median"), [3, 0.5]); // 2, 3, 4: the session with 3
  assert.deepEqual(by("min"), [2, 0.9]);
  assert.deepEqual(by("max"), [4, null]); // that session has no accuracy
});

test("the lower of two middle sessions is the median", () => {
  const two = makeSet(["t"], [], metrics, [
    { run: "0", trial: 0, points: [[[0, 1]], [[0, 10]]] },
    { run: "1", trial: 0, points: [[[0, 2]], [[0, 20]]] },
  ]);
  const [loss, accuracy] = reduceMetrics(two, { ...options, aggregation: "median" });
  assert.deepEqual([loss!.cells[0], accuracy!.cells[0]], [1, 10]);
});

test("the best trial is the first with the best number; NaN and missing never win", () => {
  assert.equal(bestTrial([null, NaN, 2, 1, 1], true), 3);
  assert.equal(bestTrial([null, NaN, 2, 1, 1], false), 2);
  assert.equal(bestTrial([3, 2, 1], true, Uint8Array.of(1, 1, 0)), 1);
  assert.equal(bestTrial([null, NaN], true), -1);
  assert.equal(bestTrial([-1, -1, null], true), -1); // a placeholder, not a result
  assert.equal(bestTrial([null, 5], true), 1);
});
