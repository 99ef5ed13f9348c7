import assert from "node:assert/strict";
import { test } from "node:test";
import { bestRow, type ReduceOptions, reduceMetrics } from "../src/views/hparams/reduce.ts";
import { cellsOf, follows, mergeTrials } from "../src/views/hparams/merge.ts";
import { curveOf, holdsAll, type TrialsContent, withNames } from "../src/views/hparams/trials.ts";
import { contentOf, makeSet, places } from "./hparams_data.ts";

const metrics = [
  { name: "loss", key: "loss", label: "loss", title: "", lower: true, ofTraining: false },
  {
    name: "accuracy",
    key: "accuracy",
    label: "accuracy",
    title: "",
    lower: false,
    ofTraining: false,
  },
];

const set = makeSet(
  ["a", "b"],
  [{ name: "lr", key: "lr", label: "lr", title: "", seed: false, cells: [0.1, undefined] }],
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
  step: null,
  aggregation: "avg",
  metric: 0,
  lower: [true, false],
};

test("a payload decodes into cells, sessions and curves", () => {
  assert.deepEqual(set.hparams[0]!.cells, [0.1, undefined]);
  assert.deepEqual(set.sessions, [[0, 1, 2], [3]]);
  assert.deepEqual(set.curveRuns[1], ["elsewhere"]);
  assert.deepEqual(Array.from(set.trialOf), [0, 0, 0, 1]);
  assert.deepEqual(Array.from(curveOf(set, 0, 1).value), [7, 2]);
  assert.deepEqual([...curveOf(set, 1, 3).step], [5]);
  assert.equal(holdsAll(set), true);
});

const lr = (cells: (number | string | null | undefined)[]) => [
  { name: "lr", key: "lr", label: "lr", title: "", seed: false, cells },
];

test("news take rows away, put others in their places, and change what is said of some", () => {
  // "a/1" goes, "a/2" has new points, "aa" comes between the two trials that are there.
  const content = contentOf(
    ["aa"],
    lr([null]),
    metrics,
    [
      { run: "a/2", trial: 0, points: [[[7, 70]], []] },
      {
        run: "aa",
        trial: 1,
        points: [
          [
            [8, 80],
            [9, 90],
          ],
          [],
        ],
      },
    ],
    {
      trials: places([], [1], [1]),
      sessions: places([1], [2], [1, 2]),
      version: 2,
      base: 1,
    },
  );
  assert.equal(follows(set, content), true);
  const next = mergeTrials(set, content);
  assert.deepEqual(next.trials, ["a", "aa", "b"]);
  assert.deepEqual(next.runs, ["a/0", "a/2", "aa", "b/0"]);
  assert.deepEqual(next.hparams[0]!.cells, [0.1, null, undefined]);
  assert.deepEqual(Array.from(next.trialOf), [0, 0, 1, 2]);
  assert.deepEqual(next.sessions, [[0, 1], [2], [3]]);
  assert.deepEqual(Array.from(next.statistics.count), [3, 1, 2, 0, 1, 0, 0, 1]);
  assert.deepEqual(Array.from(next.statistics.last.subarray(0, 3)), [3, 70, 90]);
  assert.deepEqual(Array.from(curveOf(next, 0, 0).value), [5, 1, 3]); // as it was
  assert.deepEqual([...curveOf(next, 0, 1).step], [7]); // sent anew
  assert.deepEqual(Array.from(curveOf(next, 0, 2).value), [80, 90]);
  assert.deepEqual(Array.from(curveOf(next, 1, 3).value), [0.7]); // in another place
});

test("a metric that is new is known of the sessions that were sent alone", () => {
  const other = {
    name: "other",
    key: "other",
    label: "other",
    title: "",
    lower: false,
    ofTraining: false,
  };
  const content: TrialsContent = contentOf(
    ["b"],
    lr([5]),
    [other, metrics[1]!],
    [{ run: "b/0", trial: 1, points: [[[1, 11]], [[5, 0.8]]] }],
    { trials: places([], [], [1]), sessions: places([], [], [3]), version: 2, base: 1 },
  );
  const next = mergeTrials(set, content);
  assert.deepEqual(next.hparams[0]!.cells, [0.1, 5]);
  assert.deepEqual(Array.from(next.statistics.count), [0, 0, 0, 1, 1, 1, 0, 1]);
  assert.equal(next.statistics.last[3], 11);
  assert.equal(next.statistics.last[5], 0.9);
  assert.deepEqual(Array.from(curveOf(next, 1, 3).value), [0.8]);
});

test("news of another version are not merged", () => {
  const change = { trials: places([], [], []), sessions: places([], [], []) };
  const news = contentOf([], [], metrics, [], { ...change, version: 5, base: 4 });
  assert.equal(follows(set, news), false);
  assert.equal(follows(set, { ...news, base: 0 }), true);
});

test("where one step needs a big integer, all are exact", () => {
  const big = 2n ** 62n + 1n;
  const content = contentOf(
    [],
    [],
    metrics,
    [{ run: "a/0", trial: 0, points: [[[1, 5]], [[2, 6]]] }],
    { trials: places([], [], []), sessions: places([], [], [0]), version: 2, base: 1 },
  );
  const exact = {
    ...content,
    step: BigInt64Array.of(big, 2n, big, 2n, big, 2n),
    curves: { ...content.curves, step: BigInt64Array.of(big, 2n) },
  };
  const next = mergeTrials(set, exact);
  assert.equal(next.statistics.lastStep[0], big);
  assert.equal(next.statistics.lastStep[1], 25n);
  assert.deepEqual([...curveOf(next, 0, 0).step], [big]);
  assert.deepEqual(reduceMetrics(next, options)[0]!.steps[1], null);
  const single = reduceMetrics(next, { ...options, aggregation: "max" });
  assert.equal(single[0]!.steps[0], big);
});

test("last values of the sessions of a trial are averaged, and their steps floored", () => {
  const [loss, accuracy] = reduceMetrics(set, options);
  assert.deepEqual(loss!.cells, [3, undefined]); // (3 + 2 + 4) / 3
  assert.deepEqual(loss!.steps, [25, null]); // (20 + 25 + 30) // 3
  assert.deepEqual(accuracy!.cells, [0.7, 0.7]); // a session without the metric does not count
  assert.deepEqual(accuracy!.steps, [22, 5]);
});

test("best takes the least or the greatest value, at its own step", () => {
  const [loss, accuracy] = reduceMetrics(set, { ...options, reduce: "best" });
  assert.deepEqual(loss!.cells, [(1 + 2 + 4) / 3, undefined]);
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
  const [loss, accuracy] = reduceMetrics(set, { ...options, reduce: "step", step: "20" });
  assert.ok(Number.isNaN(loss!.cells[0])); // the third session had only NaN by then
  assert.deepEqual(accuracy!.cells, [0.5, 0.7]);
  const [early] = reduceMetrics(set, { ...options, reduce: "step", step: "-1" });
  assert.deepEqual(early!.cells, [undefined, undefined]);
});

test("exact values from the kernel are used for the step they were computed for", () => {
  const value = new Float64Array(8).fill(42);
  const at = new Float64Array(8).fill(19);
  const there = Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1);
  const exact = { step: "20", there, value, at };
  const told = reduceMetrics(set, { ...options, reduce: "step", step: "20", exact });
  assert.deepEqual(told[0]!.cells, [42, undefined]);
  const held = reduceMetrics(set, { ...options, reduce: "step", step: "25", exact });
  assert.equal(held[1]!.cells[0], 0.7);
});

test("median, min and max take every metric from the one session they choose", () => {
  const by = (aggregation: ReduceOptions["aggregation"]) =>
    reduceMetrics(set, { ...options, aggregation }).map(({ cells }) => cells[0]);
  assert.deepEqual(by("median"), [3, 0.5]); // 2, 3, 4: the session with 3
  assert.deepEqual(by("min"), [2, 0.9]);
  assert.deepEqual(by("max"), [4, undefined]); // that session has no accuracy
});

test("the lower of two middle sessions is the median", () => {
  const two = makeSet(["t"], [], metrics, [
    { run: "0", trial: 0, points: [[[0, 1]], [[0, 10]]] },
    { run: "1", trial: 0, points: [[[0, 2]], [[0, 20]]] },
  ]);
  const [loss, accuracy] = reduceMetrics(two, { ...options, aggregation: "median" });
  assert.deepEqual([loss!.cells[0], accuracy!.cells[0]], [1, 10]);
});

test("the best row is among those that pass", () => {
  assert.equal(bestRow([3, 2, 1], true, Uint8Array.of(1, 1, 0)), 1);
});

test("cells that repeat travel as codes", () => {
  const column = {
    numbers: Float64Array.of(0.1, 0, 0, 1),
    texts: ["x"],
    types: Uint8Array.of(0, 1, 4, 2),
    codes: Uint8Array.of(0, 1, 2, 3, 0),
  };
  assert.deepEqual(cellsOf(column), [0.1, "x", undefined, true, 0.1]);
});

test("runs are numbers until their names are known", () => {
  const change = { trials: places([], [], []), sessions: places([], [], [0]) };
  const session = { run: "a", trial: 0, points: [] };
  const content = contentOf([], [], [], [session], { ...change, version: 1, base: 0 });
  const numbered = {
    ...content,
    sessions: { ...content.sessions, runs: Uint32Array.of(7), curveRuns: { 0: [7, 8] } },
  };
  assert.equal(
    withNames(numbered, (number) => (number === 7 ? "a" : undefined)),
    null,
  );
  const named = withNames(numbered, (number) => `run ${number}`)!;
  assert.deepEqual(named.sessions.runs, ["run 7"]);
  assert.deepEqual(named.sessions.curveRuns, { 0: ["run 7", "run 8"] });
});
