import assert from "node:assert/strict";
import { test } from "node:test";
import { liveIn } from "../../src/lab/live-switch.ts";

test("an update of a view's live option is heard, and nothing else is taken for one", () => {
  assert.equal(liveIn("comm_msg", { data: { method: "update", state: { live: false } } }), false);
  assert.equal(liveIn("comm_msg", { data: { method: "update", state: { live: true } } }), true);
  assert.equal(liveIn("comm_msg", { data: { method: "update", state: { tab: "images" } } }), null);
  assert.equal(liveIn("comm_msg", { data: { method: "custom", content: { live: true } } }), null);
  assert.equal(liveIn("comm_open", { data: { state: { live: false } } }), null);
  assert.equal(liveIn("comm_msg", {}), null);
});
