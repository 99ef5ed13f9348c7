import assert from "node:assert/strict";
import { test } from "node:test";
import { boxFor } from "../src/views/images/layout.ts";
import { sizeText } from "../src/views/images/picture.ts";

test("a box is as high as the tallest picture after fitting", () => {
  const digit = { width: 28, height: 28 };
  const strip = { width: 400, height: 100 };
  assert.deepEqual(boxFor([digit], 200, 1, false), { width: 200, height: 196 });
  assert.deepEqual(boxFor([strip], 200, 1, false), { width: 200, height: 50 });
  assert.deepEqual(boxFor([strip, digit], 200, 1, false), { width: 200, height: 196 });
  assert.equal(boxFor([{ width: 10, height: 9000 }], 200, 1, false).height, 300);
  assert.equal(boxFor([digit], 800, 1, false, 100).height, 84);
});

test("without any size there is room for a usual picture", () => {
  assert.deepEqual(boxFor([], 200, 1, false), { width: 200, height: 150 });
});

test("at actual size the box is as large as the picture, within limits", () => {
  assert.deepEqual(boxFor([{ width: 300, height: 40 }], 200, 1, true), { width: 300, height: 40 });
  assert.deepEqual(boxFor([{ width: 9000, height: 9000 }], 200, 1, true), {
    width: 1200,
    height: 800,
  });
});

test("words for sizes and counts", () => {
  const still = { width: 28, height: 27, frames: 1 };
  assert.equal(sizeText(still), "28×27");
  assert.equal(sizeText({ ...still, frames: 24 }), "28×27 · 24 frames");
});
