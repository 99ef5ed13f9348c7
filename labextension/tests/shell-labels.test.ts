import assert from "node:assert/strict";
import { test } from "node:test";
import { secondsOf, unitOf } from "../src/draw/dates.ts";
import { pythonLine, pythonValue } from "../src/shell/code.ts";
import { hparamLabels, type HparamValue, seedless, shortLabels } from "../src/shell/labels.ts";
import { unpack } from "../src/shell/wire.ts";
import { vectors } from "./vectors.ts";

interface LabelCase {
  names: string[];
  hparams: Record<string, Record<string, HparamValue>>;
  short: string[];
  by_hparams: string[];
  groups: (string | null)[];
}

test("runs are called and grouped as in Python", () => {
  for (const one of vectors<LabelCase[]>("run_labels")) {
    const hparams = (run: string) => one.hparams[run] && new Map(Object.entries(one.hparams[run]));
    assert.deepEqual(shortLabels(one.names), one.short);
    assert.deepEqual(hparamLabels(one.names, hparams), one.by_hparams);
    assert.deepEqual(one.names.map(seedless(one.names, hparams)), one.groups);
  }
});

test("no two labels are alike", () => {
  const names = Array.from(
    { length: 300 },
    (_, i) => `model-lr${i % 3}-bs${(i / 3) | 0}-of-a-sweep`,
  );
  assert.equal(new Set(shortLabels(names)).size, 300);
  const twins = ["same words in another order a b", "same words in another order b a"];
  assert.equal(new Set(shortLabels(twins)).size, 2);
});

test("wall times are dates as in Python", () => {
  for (const one of vectors<{ wall_time: unknown; seconds: unknown; unit: string }[]>("dates")) {
    const wall = unpack(one.wall_time) as number;
    assert.deepEqual(secondsOf(wall), unpack(one.seconds));
    if (Number.isFinite(secondsOf(wall))) assert.equal(unitOf(wall), one.unit);
  }
});

test("values are written as Python writes them", () => {
  for (const { value, python } of vectors<{ value: unknown; python: string }[]>("code")) {
    assert.equal(pythonValue(value), python);
  }
  const settings = new Map<string, unknown>([["smoothing", 0.8]]);
  assert.equal(pythonLine("log.scalars", settings), "log.scalars.view(smoothing=0.8)");
});
