// What lies under the pointer: a bucket of a histogram at a step.
import type { Moment } from "./columns.ts";
import { eachBucket, type Histogram } from "./histogram.ts";
import type { Layout, Scene } from "./scene.ts";
import { ridgesOf } from "./paint.ts";

/** A bucket as it is drawn. */
export interface Bucket {
  low: number;
  high: number;
  count: number;
  index: number;
}

export interface Probe {
  /** Where: on the picture of all steps, or on the histogram of one. */
  on: "steps" | "values";
  /** Which column of the scene, or of its bands; -1 for the histogram at the slider's step. */
  column: number;
  bucket: Bucket | null;
}

/** Pixels that a hand may be off a bucket of no width. */
const AIM = 3;

/** The bucket in which a value lies, or that is near it on screen. */
export function bucketAt(
  histogram: Histogram,
  scale: (value: number) => number,
  pixel: number,
): Bucket | null {
  let best: Bucket | null = null;
  let distance = AIM;
  eachBucket(histogram, (low, high, count, index) => {
    const [a, b] = [scale(low), scale(high)];
    const away = Math.max(Math.min(a, b) - pixel, pixel - Math.max(a, b), 0);
    // The narrower one where two meet or one lies in the other.
    const closer =
      away < distance || (away === distance && best && high - low < best.high - best.low);
    if (closer) {
      best = { low, high, count, index };
      distance = away;
    }
  });
  return best;
}

export function probeAt(
  scene: Scene,
  layout: Layout,
  shown: Histogram,
  x: number,
  y: number,
): Probe | null {
  const { over, values, edges } = layout;
  if (over && y < over.box.bottom + 4) {
    if (x < over.box.left || x > over.box.right || y < over.box.top - 4) return null;
    const column = columnAt(edges, x);
    if (scene.show === "percentiles") return { on: "steps", column, bucket: null };
    const histogram = scene.drawn[column];
    return histogram ? { on: "steps", column, bucket: bucketAt(histogram, over.y, y) } : null;
  }
  const { box } = values;
  if (x < box.left - 2 || x > box.right + 2 || y < box.top - 6 || y > box.bottom + 6) return null;
  const flat = scene.show === "heat" || scene.show === "percentiles" || scene.columns.length < 2;
  if (flat) return { on: "values", column: -1, bucket: bucketAt(shown, values.x, x) };
  const column = ridgeAt(scene, layout, x, y);
  const histogram = scene.drawn[column];
  return histogram ? { on: "steps", column, bucket: bucketAt(histogram, values.x, x) } : null;
}

function columnAt(edges: readonly number[], x: number): number {
  let column = 0;
  while (column < edges.length - 2 && x >= edges[column + 1]!) column++;
  return column;
}

/** The outline in front of which the pointer is, or the nearest one. */
function ridgeAt(scene: Scene, layout: Layout, x: number, y: number): number {
  const ridges = ridgesOf(scene, layout);
  let best = -1;
  let distance = Infinity;
  for (let i = ridges.length - 1; i >= 0; i--) {
    const { base, rise, ...outline } = ridges[i]!;
    const top = base - heightAt(outline.x, outline.height, x) * rise;
    if (scene.show === "offset" && y >= top && y <= base) return i;
    const away = Math.min(
      Math.abs(y - top),
      scene.show === "offset" ? Math.abs(y - base) : Infinity,
    );
    if (away < distance) {
      best = i;
      distance = away;
    }
  }
  return best;
}

function heightAt(xs: readonly number[], heights: readonly number[], x: number): number {
  for (let i = 1; i < xs.length; i++) {
    const [from, to] = [xs[i - 1]!, xs[i]!];
    if (x < from || x > to) continue;
    const share = to > from ? (x - from) / (to - from) : 1;
    return heights[i - 1]! + (heights[i]! - heights[i - 1]!) * share;
  }
  return 0;
}

/** The step under the pointer; undefined on the histogram at the slider's step. */
export function momentAt(scene: Scene, { on, column }: Probe): Moment | undefined {
  if (on === "values") return undefined;
  return scene.show === "percentiles" ? scene.bands[column] : scene.columns[column];
}
