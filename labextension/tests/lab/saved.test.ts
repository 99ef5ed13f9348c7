import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../src/lab/saved/parts.ts";

const VIEW = "application/vnd.nbboard.view+json";

test("a saved picture is shown alone: it says itself when it was taken, and what makes it live", () => {
  const parts = partsOf({
    [VIEW]: { version: 1, kind: "scalars" },
    "text/plain": "scalars view",
    "image/png": ["iVBORw0\n", "KGgo=\n"],
  });
  assert.equal(parts.picture, "data:image/png;base64,iVBORw0KGgo=");
  assert.equal(parts.caption, "");
  assert.equal(parts.text, "scalars view");
});

test("without a picture there is a sentence, the output's own if it brought one", () => {
  const own = partsOf({ [VIEW]: { kind: "tensorboard", text: "TensorBoard was here." } });
  assert.deepEqual([own.picture, own.caption], [null, "TensorBoard was here."]);
  assert.equal(
    partsOf({ [VIEW]: {}, "text/plain": "a view" }).caption,
    "a view. Run the cell to see it.",
  );
  assert.equal(partsOf({}).caption, "Run the cell to see it.");
});

test("what is no picture is not put into an address", () => {
  assert.equal(partsOf({ "image/png": '"><script>' }).picture, null);
  assert.equal(partsOf({ "image/png": 7 }).picture, null);
});

test("a picture with more pixels than it needs room says how wide it is", () => {
  const bundle = { "image/png": "iVBORw0KGgo=" };
  assert.equal(partsOf(bundle, { "image/png": { width: 800, height: 400 } }).width, 800);
  assert.equal(partsOf(bundle, { "image/png": { width: "800px" } }).width, null);
  assert.equal(partsOf(bundle).width, null);
});
