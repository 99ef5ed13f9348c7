import assert from "node:assert/strict";
import { test } from "node:test";
import {
  folderOf,
  isEventFile,
  relativeFolder,
  shortName,
  tidyFolder,
} from "../../src/lab/files/logs.ts";

test("an event file is known by TensorBoard's own rule", () => {
  assert.equal(isEventFile("events.out.tfevents.1700000000.host.1.0"), true);
  assert.equal(isEventFile("events.out.tfevents.1.profile-empty"), true);
  assert.equal(isEventFile("notes.txt"), false);
});

test("the folder of a file is everything before its name", () => {
  assert.equal(folderOf("logs/fit/events.out.tfevents.1"), "logs/fit");
  assert.equal(folderOf("events.out.tfevents.1"), "");
});

test("one folder has one spelling", () => {
  assert.equal(tidyFolder(" ./logs//fit/ "), "logs/fit");
  assert.equal(tidyFolder("/data/logs/"), "/data/logs");
  assert.equal(tidyFolder("/"), "/");
  assert.equal(tidyFolder("."), "");
  assert.equal(tidyFolder("s3://bucket//runs/"), "s3://bucket//runs/");
});

test("a notebook in another folder gets a path that works from there", () => {
  assert.equal(relativeFolder("logs/fit", ""), "logs/fit");
  assert.equal(relativeFolder("logs/fit", "logs"), "fit");
  assert.equal(relativeFolder("logs/fit", "work/a"), "../../logs/fit");
  assert.equal(relativeFolder("logs", "logs"), ".");
  assert.equal(relativeFolder("/data/logs", "work"), "/data/logs");
  assert.equal(relativeFolder("gs://b/x", "work"), "gs://b/x");
});

test("a tab is called by the last part of its folder", () => {
  assert.equal(shortName("logs/fit"), "fit");
  assert.equal(shortName(""), "logs");
});
