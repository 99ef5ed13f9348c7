import assert from "node:assert/strict";
import { test } from "node:test";
import { recall, type Remembered, remember } from "../../src/lab/panel/remember.ts";
import type { PanelSpec } from "../../src/lab/panel/spec.ts";

const spec: PanelSpec = { kind: "board", id: "0a", logdir: "logs", flags: "", live: true };

function storageOf(text: string | null): Storage {
  const held = { text };
  return {
    getItem: () => held.text,
    setItem: (_: string, value: string) => {
      held.text = value;
    },
  } as unknown as Storage;
}

const whole = (args: object) => args as Partial<PanelSpec>;

test("open panels are recalled as they were", () => {
  const storage = storageOf(null);
  const state: Remembered = { specs: [spec], front: "0a" };
  remember(storage, state);
  assert.deepEqual(recall(storage, whole), state);
});

test("what makes no sense is not recalled", () => {
  for (const text of [
    null,
    "{",
    "null",
    "[]",
    '{"specs":7}',
    '{"specs":[{"id":"0a"}],"front":3}',
  ]) {
    assert.deepEqual(recall(storageOf(text), whole), { specs: [], front: null });
  }
});
