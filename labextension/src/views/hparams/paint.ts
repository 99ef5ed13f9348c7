// Painting thousands of things on a canvas without holding up the page: what does not fit
// into this frame is painted in the next ones, in an order that makes the first part a
// fair sample of the whole.
import { hexAt } from "../../draw/ramp.ts";

const BUDGET_MS = 7;

export interface Layer {
  /** How many things there are, and how to paint the i-th. */
  count: number;
  paint(context: CanvasRenderingContext2D, i: number): void;
  /** Set before the first and after every pause. */
  setUp(context: CanvasRenderingContext2D): void;
}

/** Fits a canvas to its CSS size and the screen's resolution; returns its context. */
export function fit(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export class Painter {
  private frame = 0;
  private readonly canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  /** Paints layers one after the other, from an empty canvas; a later call takes over. */
  paint(width: number, height: number, layers: readonly Layer[], finish?: () => void): void {
    cancelAnimationFrame(this.frame);
    const context = fit(this.canvas, width, height);
    context.clearRect(0, 0, width, height);
    this.canvas.dataset.painted = "";
    let layer = 0;
    let next = 0;
    const slice = (): void => {
      const end = performance.now() + BUDGET_MS;
      while (layer < layers.length) {
        const { count, paint, setUp } = layers[layer]!;
        context.save();
        setUp(context);
        while (next < count) {
          paint(context, next++);
          // The clock is not free: it is looked at now and then.
          if (next % 32 === 0 && performance.now() > end) break;
        }
        context.restore();
        if (next < count) {
          this.frame = requestAnimationFrame(slice);
          return;
        }
        layer += 1;
        next = 0;
      }
      // Tests wait for it: everything that should be on screen is.
      this.canvas.dataset.painted = "all";
      finish?.();
    };
    slice();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }
}

/** 0 to n - 1 in a scattered order that is the same every time. */
export function scattered(n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let seed = 12345;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const j = seed % (i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/** How opaque each of n lines is, so that many do not become one blot. */
export function opacity(n: number): number {
  return n <= 60 ? 0.9 : n <= 300 ? 0.65 : n <= 2000 ? 0.4 : 0.25;
}

// Colours along a scale: viridis, without its lightest end on white and its darkest on black.

/** So many colours are told apart; lines of one colour are drawn together. */
export const SHADES = 48;

const END = { light: [0, 0.88], dark: [0.2, 1] } as const;

const tables = new Map<boolean, string[]>();

/** The colour at a place in [0, 1]. */
export function rampColor(at: number, dark: boolean): string {
  let table = tables.get(dark);
  if (!table) {
    const [from, to] = END[dark ? "dark" : "light"];
    table = Array.from({ length: SHADES }, (_, i) =>
      hexAt(from + ((to - from) * i) / (SHADES - 1)),
    );
    tables.set(dark, table);
  }
  return table[Math.round(Math.min(1, Math.max(0, at)) * (SHADES - 1))]!;
}

/** A CSS gradient of the whole ramp. */
export function rampGradient(dark: boolean): string {
  const stops = Array.from({ length: 9 }, (_, i) => rampColor(i / 8, dark));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
