// Heavy work apart from the page. Node has no workers made of blobs, so the jobs run here as in
// a page that forbids them; the browser tests have the worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { offer } from "../src/worker/serve.ts";
import { type Connection, connectHere, Work } from "../src/worker/worker.ts";

const jobs = {
  double: ({ numbers }: { numbers: Float64Array }) => ({ numbers: numbers.map((x) => 2 * x) }),
  fail: (_: null): number => {
    throw new Error("no such graph");
  },
  *count(upTo: number): Generator<number, string> {
    for (let index = 0; index < upTo; index++) yield index;
    return `counted to ${upTo}`;
  },
  *forever(_: null): Generator<number, never> {
    for (let index = 0; ; index++) yield index;
  },
};

function begin(): { work: Work<typeof jobs>; connections: Connection[] } {
  const connections: Connection[] = [];
  const connect = async (): Promise<Connection> => {
    const connection = connectHere(offer(jobs));
    connections.push(connection);
    return connection;
  };
  return { work: new Work<typeof jobs>("", connect), connections };
}

test("a job gets its input, and its result comes back with its arrays", async () => {
  const { work, connections } = begin();
  assert.equal(connections.length, 0);

  const { numbers } = await work.run("double", { numbers: new Float64Array([1, 2.5]) });

  assert.deepEqual(numbers, new Float64Array([2, 5]));
  assert.equal(connections.length, 1);
  work.close();
});

test("what a job throws is what its caller gets", async () => {
  const { work } = begin();

  await assert.rejects(work.run("fail", null), /no such graph/);
  work.close();
});

test("a long job tells of its progress, and others run beside it", async () => {
  const { work } = begin();
  const told: number[] = [];
  const stop = new AbortController();
  const onProgress = (index: number) => told.push(index);
  const endless = work.run("forever", null, { onProgress, signal: stop.signal });

  assert.equal(await work.run("count", 5), "counted to 5");
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();

  await assert.rejects(endless, { name: "AbortError" });
  assert.ok(told.every((index, place) => place === 0 || index > told[place - 1]!));
  const before = told.length;
  await work.run("count", 1);
  assert.ok(told.length - before <= 1);
  work.close();
});

test("closing rejects what is not finished, and a later job begins anew", async () => {
  const { work, connections } = begin();
  const endless = work.run("forever", null);
  await work.run("count", 1);

  work.close();

  await assert.rejects(endless, /closed/);
  assert.equal(await work.run("count", 2), "counted to 2");
  assert.equal(connections.length, 2);
  work.close();
});

test("a stop before the start starts nothing", async () => {
  const { work, connections } = begin();

  await assert.rejects(work.run("count", 1, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  assert.equal(connections.length, 0);
});

test("a worker that was begun before there was a job does the first one", async () => {
  const { work, connections } = begin();

  work.begin();
  assert.equal(connections.length, 1);
  assert.equal(await work.run("count", 2), "counted to 2");
  assert.equal(connections.length, 1);
  work.close();
});
