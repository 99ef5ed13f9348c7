// Cards of several tags: what lines are called, and bands joined on common steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chartNote, tagLabel, withBand } from "../src/scalars/charts.ts";
import type { Line } from "../src/scalars/lines.ts";
import { vectors } from "./vectors.ts";

function line(
  step: readonly number[],
  value: readonly (number | string)[],
  total = step.length,
): Line {
  const floats = (values: readonly (number | string)[]) => Float64Array.from(values, Number);
  return {
    ...{ tag: "t", name: "a", label: "a", color: "#000", runs: ["a"], breaks: [], marks: [] },
    ...{ x: floats(step), step: floats(step), wall: floats(step), raw: floats(value) },
    ...{ smooth: floats(value), mean: floats(value), count: floats(step.map(() => 1)) },
    ...{ index: floats(step.map((_, i) => i)), total, finite: step.length },
    ...{ ascending: true, faded: false, right: false },
  };
}

interface Case {
  name: string;
  step: number[];
  other: number[];
  value: (number | string)[];
  edge: (number | string)[];
}

for (const one of vectors<Case[]>("bands")) {
  test(`bands: ${one.name}`, () => {
    const values = one.step.map(() => 0);
    const edge = line(one.other, one.value);
    const top = line(
      one.step,
      one.step.map(() => 99),
    );
    assert.deepEqual(
      Array.from(withBand(line(one.step, values), edge, top).low!),
      one.edge.map(Number),
    );
  });
}

test("gaps of a band are counted, and bounds that are the wrong way round", () => {
  const band = withBand(
    line([0, 1, 2], [1, 1, 1]),
    line([0, 2], [0, 3]),
    line([0, 1, 2], [2, 2, 2]),
  );
  assert.deepEqual(band.gaps, { missing: 1, crossed: 1, sampled: false });
  const chart = {
    key: "",
    category: "",
    title: "",
    closed: false,
    tags: [],
    bands: [],
    note: "bad",
  };
  assert.equal(
    chartNote(chart, [band]),
    "bad · 1 step without a band · 1 step with lower above upper",
  );
});

test("between samples a band is interpolated, and its gaps are called about", () => {
  const band = withBand(
    line([0, 1, 2], [1, 1, 1], 100),
    line([0, 2], [0, 2]),
    line([0, 2], [4, 4]),
  );
  assert.deepEqual(Array.from(band.low!), [0, 1, 2]);
  assert.equal(band.gaps!.sampled, true);
});

test("tags are called without what all of them begin with", () => {
  assert.equal(tagLabel("loss/train", ["loss/train", "loss/val"]), "train");
  assert.equal(tagLabel("a/b/x", ["a/b/x", "a/c/x"]), "b/x");
  assert.equal(tagLabel("loss", ["loss", "acc"]), "loss");
  assert.equal(tagLabel("loss/train", ["loss/train"]), "loss/train");
});
