import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../src/stepped/cache.ts";
import { holdFor, nextFrame } from "../src/stepped/film.ts";
import { countLoaded, planFetch, standIn } from "../src/stepped/prefetch.ts";

const order = Array.from({ length: 20 }, (_, i) => i);
const options = {
  direction: 1 as const,
  reach: 6,
  limit: 100,
  skip: () => false,
};

test("what is on screen is fetched before any neighbour", () => {
  const wanted = [0, 1, 2].map((series) => ({ series, order, here: 10 }));
  const plan = planFetch(wanted, options);
  assert.deepEqual(
    plan.slice(0, 3),
    [0, 1, 2].map((series) => ({ series, point: 10 })),
  );
});

test("the side one moves towards comes first, and both sides come", () => {
  const steps = (direction: 1 | -1) =>
    planFetch([{ series: 0, order, here: 10 }], { ...options, direction }).map((p) => p.point);
  assert.deepEqual(steps(1).slice(0, 4), [10, 11, 12, 9]);
  assert.deepEqual(steps(-1).slice(0, 4), [10, 9, 8, 11]);
  const all = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
  assert.deepEqual(
    steps(1).sort((a, b) => a - b),
    all,
  );
});

test("a plan has no duplicates, nothing that is loaded, and not more than its limit", () => {
  const skip = (_series: number, point: number) => point % 2 === 0;
  const plan = planFetch([{ series: 0, order, here: 10 }], { ...options, skip, limit: 3 });
  assert.equal(plan.length, 3);
  assert.equal(new Set(plan.map((p) => p.point)).size, 3);
  assert.ok(plan.every((p) => p.point % 2 === 1));
});

test("before the first step of a run its first images are prefetched", () => {
  const plan = planFetch([{ series: 0, order, here: -1 }], { ...options, reach: 2 });
  assert.deepEqual(
    plan.map((p) => p.point),
    [0, 1],
  );
});

test("what is loaded is counted", () => {
  const wanted = [
    { series: 0, order, here: 3 },
    { series: 1, order, here: 3 },
  ];
  assert.deepEqual(
    countLoaded(wanted, (series, point) => series === 1 && point < 5),
    { loaded: 5, all: 40 },
  );
});

test("an earlier loaded step stands in, never a later one", () => {
  const has = (_series: number, point: number) => point === 2 || point === 9;
  assert.equal(standIn({ series: 0, order, here: 8 }, has), 2);
  assert.equal(standIn({ series: 0, order, here: 1 }, has), -1);
});

test("the cache forgets what was used longest ago, never what is on screen", () => {
  const dropped: number[] = [];
  const cache = new Cache<string, { bytes: number; id: number }>(30, (value) =>
    dropped.push(value.id),
  );
  for (let id = 0; id < 3; id++) cache.set(`${id}`, { bytes: 10, id });
  cache.get("0");
  cache.set("3", { bytes: 10, id: 3 });
  assert.deepEqual(dropped, [1]);
  cache.set("4", { bytes: 10, id: 4 }, (key) => key === "2");
  assert.deepEqual(dropped, [1, 0]);
  assert.equal(cache.bytes, 30);
  cache.clear((key) => key === "3");
  assert.equal(cache.size, 2);
  assert.ok(!cache.has("3"));
});

test("replacing a value releases the old one", () => {
  const dropped: number[] = [];
  const cache = new Cache<string, { bytes: number; id: number }>(100, (value) =>
    dropped.push(value.id),
  );
  cache.set("a", { bytes: 10, id: 1 });
  cache.set("a", { bytes: 20, id: 2 });
  assert.deepEqual(dropped, [1]);
  assert.equal(cache.bytes, 20);
});

test("a film goes round and skips what is not loaded", () => {
  const ready = (position: number) => position !== 3;
  const seen = [];
  for (let i = 0, at = 1; i < 5; i++) {
    at = nextFrame(at, 5, ready);
    seen.push(at);
  }
  assert.deepEqual(seen, [2, 4, 0, 1, 2]);
  assert.equal(
    nextFrame(2, 5, () => false),
    2,
  );
});

test("the last frame of a film stays longer", () => {
  assert.equal(holdFor(0, 10, 10), 100);
  assert.equal(holdFor(9, 10, 10), 600);
  assert.equal(holdFor(9, 10, 1), 1000);
});
