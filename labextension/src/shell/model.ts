// What a view sees of a widget model, and options as signals that stay equal to traits.
import { effect, type Signal, signal } from "@preact/signals";

export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name?: string | null, callback?: ((...args: never[]) => void) | null): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  widget_manager: { get_model(id: string): Promise<unknown>; create_view?: unknown };
}

const SAVE_AFTER_MS = 120;

/** Collects the writes of a few frames into one message: a slider sends dozens a second. */
export class Saver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly model: Model;
  private readonly waiting = new Set<() => void>();

  constructor(model: Model) {
    this.model = model;
  }

  /** Save soon; `saved` is called when that has happened. */
  later(saved: () => void): void {
    this.waiting.add(saved);
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      try {
        this.model.save_changes();
      } catch {
        // The kernel is gone; what is on screen goes on working without it.
      }
      for (const done of this.waiting) done();
      this.waiting.clear();
    }, SAVE_AFTER_MS);
  }
}

/**
 * Counts the traits that are being set by signals of this page: a change that is heard meanwhile
 * is a person's latest, in another view, and no echo. Views are modules of their own; this they
 * have in common.
 */
const COMMON = Symbol.for("nbboard.setting");
const common = globalThis as unknown as Record<symbol, { now: number } | undefined>;
const setting = common[COMMON] ?? { now: 0 };
common[COMMON] = setting;

function setTrait(model: Model, name: string, value: unknown): void {
  setting.now++;
  try {
    model.set(name, value);
  } finally {
    setting.now--;
  }
}

/**
 * A signal that follows a trait, and sets it when written. Its default is Python's affair; a
 * `fallback` stands in where the model has nothing at all.
 */
export function traitSignal<T>(model: Model, saver: Saver, name: string, fallback?: T): Signal<T> {
  const read = (): T => {
    const value = model.get(name) as T;
    return fallback === undefined ? value : (value ?? fallback);
  };
  const own = signal<T>(read());
  let known = own.peek();
  let unsaved = false;
  const saved = (): void => {
    unsaved = false;
  };
  model.on(`change:${name}`, () => {
    const value = read();
    if (sameValue(value, own.peek())) return;
    if (unsaved && !setting.now) {
      // The kernel's echo of an earlier value: the person has moved on since.
      setTrait(model, name, own.peek());
      return;
    }
    known = value;
    own.value = value;
  });
  effect(() => {
    const value = own.value;
    if (value === known) return;
    known = value;
    unsaved = true;
    setTrait(model, name, value);
    saver.later(saved);
  });
  return own;
}

export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** "IPY_MODEL_<id>" as the widget protocol writes references. */
export async function resolveModel(model: Model, reference: unknown): Promise<Model | null> {
  if (typeof reference !== "string" || !reference.startsWith("IPY_MODEL_")) return null;
  try {
    return (await model.widget_manager.get_model(reference.slice(10))) as Model;
  } catch {
    return null;
  }
}
