import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { type Model, Saver, traitSignal } from "../src/shell/model.ts";
import { Link } from "../src/shell/protocol.ts";
import { unpack } from "../src/shell/wire.ts";

/** A model as Jupyter's: it keeps values and tells of changes. */
class FakeModel {
  saves = 0;
  sent: { id?: number; method?: string }[] = [];
  widget_manager = { get_model: async () => null };
  private readonly state: Record<string, unknown>;
  private readonly listeners = new Map<string, ((...args: unknown[]) => void)[]>();

  constructor(state: Record<string, unknown>) {
    this.state = state;
  }
  get(name: string): unknown {
    return this.state[name];
  }
  set(name: string, value: unknown): void {
    if (this.state[name] === value) return;
    this.state[name] = value;
    this.emit(`change:${name}`);
  }
  save_changes(): void {
    this.saves++;
  }
  send(content: { id?: number }): void {
    this.sent.push(content);
  }
  on(name: string, callback: (...args: never[]) => void): void {
    const known = this.listeners.get(name) ?? [];
    this.listeners.set(name, [...known, callback as never]);
  }
  off(): void {}
  emit(name: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(...args);
  }
}

function made(state: Record<string, unknown>): [FakeModel, Model] {
  const model = new FakeModel(state);
  return [model, model as unknown as Model];
}

test("a signal follows its trait and sets it, many writes being one message", async () => {
  const [fake, model] = made({ smoothing: 0.6 });
  const smoothing = traitSignal(model, new Saver(model), "smoothing", 0);
  fake.set("smoothing", 0.7);
  assert.equal(smoothing.value, 0.7);
  for (const value of [0.1, 0.2, 0.3]) smoothing.value = value;
  assert.equal(fake.get("smoothing"), 0.3);
  await after(200);
  assert.equal(fake.saves, 1);
});

test("a late echo of an earlier value does not take back what the person has done since", async () => {
  const [fake, model] = made({ smoothing: 0.6 });
  const smoothing = traitSignal(model, new Saver(model), "smoothing", 0);
  smoothing.value = 0.9;
  fake.set("smoothing", 0.8);
  assert.deepEqual([smoothing.value, fake.get("smoothing")], [0.9, 0.9]);
  await after(200);
  fake.set("smoothing", 0.5);
  assert.equal(smoothing.value, 0.5);
});

test("two views of one trait agree at once", () => {
  const [, model] = made({ hidden: [] });
  const a = traitSignal<string[]>(model, new Saver(model), "hidden", []);
  const b = traitSignal<string[]>(model, new Saver(model), "hidden", []);
  a.value = ["run"];
  assert.deepEqual(b.value, ["run"]);
});

test("of two views that set one trait in the same moment the later is right", async () => {
  const [fake, model] = made({ brushed: null });
  const a = traitSignal<string[] | null>(model, new Saver(model), "brushed", null);
  const b = traitSignal<string[] | null>(model, new Saver(model), "brushed", null);
  a.value = ["run"];
  b.value = [];
  assert.deepEqual([a.value, b.value, fake.get("brushed")], [[], [], []]);
  a.value = ["other"];
  assert.deepEqual([a.value, b.value, fake.get("brushed")], [["other"], ["other"], ["other"]]);
  // An echo of the first.
  fake.set("brushed", ["run"]);
  assert.deepEqual([a.value, b.value, fake.get("brushed")], [["other"], ["other"], ["other"]]);
  await after(200);
  fake.set("brushed", null);
  assert.deepEqual([a.value, b.value], [null, null]);
});

test("a request is answered, refused, or known to be overdue", async () => {
  const [fake, model] = made({});
  const link = new Link(model);
  link.open();
  const first = link.request("refine", { tag: "loss" });
  const second = link.request("refine");
  assert.equal(link.pending.value, 2);
  await after(450);
  assert.equal(link.busy.value, true);
  const bytes = new DataView(new ArrayBuffer(2));
  fake.emit("msg:custom", { type: "answer", id: 1, content: { a: [{ $buffer: 0 }] } }, [bytes]);
  fake.emit("msg:custom", { type: "answer", id: 2, content: {}, error: "no such tag" }, []);
  assert.deepEqual(await first, { a: [bytes] });
  await assert.rejects(second, /no such tag/);
  assert.deepEqual([link.pending.value, link.busy.value], [0, false]);
});

test("news that come before the view is made are kept for it, in order", () => {
  const [fake, model] = made({});
  const link = new Link(model);
  fake.emit("msg:custom", { type: "news", content: { n: 1 } }, []);
  fake.emit("msg:custom", { type: "news", content: { n: 2 } }, []);
  const heard: number[] = [];
  link.onNews((news) => heard.push(news.n));
  assert.deepEqual(heard, []);
  link.open();
  fake.emit("msg:custom", { type: "news", content: { n: 3 } }, []);
  assert.deepEqual(heard, [1, 2, 3]);
});

test("bytes are put back where they were", () => {
  const view = new DataView(new ArrayBuffer(1));
  assert.deepEqual(unpack({ x: [1, { y: { $buffer: 0 } }], z: null }, [view]), {
    x: [1, { y: view }],
    z: null,
  });
});
