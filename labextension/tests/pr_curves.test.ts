// PR curves: rates by the formulas that Python has, thresholds, and what is cut at the end.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  curveOf,
  decisionAt,
  placeOf,
  thresholdAt,
  traceOf,
} from "../src/views/pr_curves/curve.ts";
import { vectors } from "./vectors.ts";

interface Case {
  name: string;
  counts: (number | string)[][];
  precision: (number | string)[];
  recall: (number | string)[];
  fall_out: (number | string)[];
  f1: (number | string)[];
  places: [number, number][];
}

function curve(counts: readonly (number | string)[][], thresholds?: number, places?: number[]) {
  const [tp, fp] = counts as [number[], number[]];
  const precision = tp.map((value, i) => value / Math.max(1e-7, value + fp[i]!));
  const rows = [...counts, precision, tp.map(() => 0.5)];
  return curveOf({
    rows: { shape: [6, tp.length], data: Float64Array.from(rows.flat(), Number) },
    thresholds: thresholds ?? tp.length,
    places: places ? Uint32Array.from(places) : null,
    scores: new Float64Array(5),
  });
}

for (const one of vectors<Case[]>("pr_rates")) {
  test(`PR rates: ${one.name}`, () => {
    const made = curve(one.counts);
    one.precision.forEach((_, i) => {
      const decision = decisionAt(made, i);
      const got = [decision.precision, decision.recall, decision.fallOut, decision.f1];
      const expected = [one.precision, one.recall, one.fall_out, one.f1].map((row) =>
        Number(row[i]),
      );
      got.forEach((value, k) => {
        const wanted = expected[k]!;
        assert.ok(
          Object.is(value, wanted) || Math.abs(value - wanted) < 1e-12,
          `${got} ${expected}`,
        );
      });
    });
    for (const [threshold, place] of one.places) assert.equal(placeOf(made, threshold), place);
  });
}

test("of thresholds of which only some are here the nearest of those is taken", () => {
  const row = [1, 1, 1, 1];
  const thin = curve([row, row, row, row], 101, [0, 30, 60, 100]);
  assert.deepEqual(
    [0, 0.14, 0.16, 0.45, 0.44, 0.9, 1].map((threshold) => placeOf(thin, threshold)),
    [0, 0, 1, 2, 1, 3, 3],
  );
  assert.equal(thresholdAt(thin, 1), 0.3);
});

test("a curve ends where nothing more is called positive, by exact counts", () => {
  const weighted = curve([
    [0.5, 0.2, 0.1, 0],
    [0.5, 0.1, 0, 0],
    [0, 0.4, 0.5, 0.5],
    [0, 0.3, 0.4, 0.5],
  ]);
  assert.equal(traceOf(weighted, "pr").x.length, 3);
  const none = curve([
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  assert.equal(traceOf(none, "pr").x.length, 2);
  assert.equal(traceOf(weighted, "roc").x.length, 4);
});
