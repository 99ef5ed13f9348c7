import assert from "node:assert/strict";
import { test } from "node:test";
import { completeFolder } from "../../src/lab/files/completion.ts";
import { type Entry, Holdings } from "../../src/lab/files/holdings.ts";

const TREE: Record<string, string[]> = {
  "": ["logs/", "empty/", "notes.txt"],
  logs: ["fit/", "Fit 2/", "fit10/"],
  "logs/fit": ["train/"],
  "logs/fit/train": ["events.out.tfevents.1"],
  "logs/Fit 2": [],
  "logs/fit10": [],
  empty: ["a/"],
  "empty/a": ["b/"],
  "empty/a/b": ["c/"],
  "empty/a/b/c": ["events.out.tfevents.1"],
};

function listing(): { list: (path: string) => Promise<Entry[]>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    list: async (path) => {
      asked.push(path);
      const names = TREE[path];
      if (names === undefined) throw new Error("404");
      return names.map((name) => {
        const bare = name.replace("/", "");
        return {
          name: bare,
          path: path === "" ? bare : `${path}/${bare}`,
          directory: name.endsWith("/"),
        };
      });
    },
  };
}

test("a folder holds logs if event files lie in it or in its runs", async () => {
  const { list } = listing();
  const holdings = new Holdings(list);
  assert.equal(holdings.holds("logs"), false);
  assert.equal(await holdings.look("logs"), true);
  assert.equal(holdings.holds("logs"), true);
  assert.equal(await holdings.look("logs/Fit 2"), false);
});

test("the search ends after a few levels and bears a folder that is gone", async () => {
  const { list } = listing();
  const holdings = new Holdings(list);
  assert.equal(await holdings.look("empty"), false);
  assert.equal(await holdings.look("gone"), false);
});

test("a folder is listed once in a while, not at every move of the pointer", async () => {
  const { list, asked } = listing();
  let now = 0;
  const holdings = new Holdings(list, () => now);
  await Promise.all([holdings.look("logs/fit/train"), holdings.look("logs/fit/train")]);
  await holdings.look("logs/fit/train");
  assert.equal(asked.length, 1);
  now = 60_000;
  await holdings.look("logs/fit/train");
  assert.equal(asked.length, 2);
});

test("typing completes folders in natural order, whatever their case", async () => {
  const { list } = listing();
  assert.deepEqual(await completeFolder("logs/f", list), ["logs/fit", "logs/Fit 2", "logs/fit10"]);
  assert.deepEqual(await completeFolder("l", list), ["logs"]);
  assert.deepEqual(await completeFolder("gone/x", list), []);
  assert.deepEqual(await completeFolder("/data/", list), []);
});
