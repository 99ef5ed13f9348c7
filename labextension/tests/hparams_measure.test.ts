import assert from "node:assert/strict";
import { test } from "node:test";
import { fitNames } from "../src/table/measure.ts";

// Without a canvas every letter is seven pixels wide.
Object.assign(globalThis, { document: { createElement: () => ({ getContext: () => null }) } });

function fitted(names: readonly string[], letters: number): readonly string[] {
  return fitNames(names.map((name) => ({ name, room: letters * 7, font: "" })));
}

test("a name that fits is left as it is", () => {
  assert.deepEqual(fitted(["lr", "accuracy/train"], 14), ["lr", "accuracy/train"]);
});

test("of a tag the end is kept, of other names both ends", () => {
  assert.deepEqual(fitted(["accuracy/validation", "learning_rate_decay"], 11), [
    "…validation",
    "learn…decay",
  ]);
});

test("names that would be cut alike are cut from where they differ", () => {
  const tags = ["grad/layer1/weight", "grad/layer2/weight", "grad/layer10/weight", "loss/train"];
  assert.deepEqual(fitted(tags, 8), ["…1/weig…", "…2/weig…", "…10/wei…", "…s/train"]);
  const groups = ["grad/a1/weight", "grad/a2/weight", "loss/a1/weight", "loss/a2/weight"];
  assert.deepEqual(fitted(groups, 8), ["g…1/wei…", "g…2/wei…", "l…1/wei…", "l…2/wei…"]);
  const ends = ["grad/a1/long/bias", "loss/a2/long/bias"];
  assert.deepEqual(fitted(ends, 9), ["g…ng/bias", "l…ng/bias"]);
  assert.deepEqual(fitted(["one/same/name", "one/same/name"], 6), ["…/name", "…/name"]);
});
