// One series in the browser: sampled points of one tag in one run.
import type { Content } from "../shell/protocol.ts";

export type Reals = Float32Array | Float64Array;

/** Points in written order; `mean` is of all points since the one before. */
export interface Points {
  /** Which points of the series these are. */
  index: Uint32Array;
  step: Float64Array;
  wall: Float64Array;
  value: Reals;
  mean: Reals;
  /** 1 where a restart hides the point; null if it hides none. */
  off: Uint8Array | null;
}

export interface SeriesBlock extends Points {
  series: number;
  mode: "replace" | "append" | "refine" | "all";
  total: number;
  hidden: number;
  undated: number;
}

/** Take a block of columns apart into its series. */
export function readBlock(block: Content): SeriesBlock[] {
  const { series, length, total, hidden, first, undated } = block as Record<string, Uint32Array>;
  const step = Float64Array.from(block.step as ArrayLike<number>);
  const wall = block.wall as Float64Array;
  const value = block.value as Reals;
  const index = block.index as Uint32Array | undefined;
  const mean = (block.mean ?? value) as Reals;
  const off = block.off as Uint8Array | undefined;
  const found: SeriesBlock[] = [];
  let at = 0;
  for (let i = 0; i < series!.length; i++) {
    const end = at + length![i]!;
    found.push({
      series: series![i]!,
      mode: block.mode,
      total: total![i]!,
      hidden: hidden![i]!,
      undated: undated?.[i] ?? 0,
      index: index ? index.subarray(at, end) : counting(first![i]!, length![i]!),
      step: step.subarray(at, end),
      wall: wall.subarray(at, end),
      value: value.subarray(at, end),
      mean: mean.subarray(at, end),
      off: off ? off.subarray(at, end) : null,
    });
    at = end;
  }
  return found;
}

function counting(from: number, length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = from + i;
  return numbers;
}

export class Series {
  readonly tag: string;
  /** Points of the series on disk, and how many of them restarts hide. */
  total = 0;
  hidden = 0;
  /** How many have a wall time that is no date. */
  undated = 0;
  /** Grows with every change; caches are kept by it. */
  version = 0;
  private base: Points | null = null;
  private finer: Points | null = null;
  private merged: Points | null = null;

  constructor(tag: string) {
    this.tag = tag;
  }

  get loaded(): boolean {
    return this.base !== null;
  }

  /** What the browser holds: the coarse points, with finer ones where they were asked for. */
  get points(): Points | null {
    this.merged ??= this.base && this.finer ? splice(this.base, this.finer) : this.base;
    return this.merged;
  }

  /** How many points it holds. */
  get held(): number {
    return this.points?.index.length ?? 0;
  }

  /** Take a block in; false if it does not follow on what is here. */
  take(block: SeriesBlock): boolean {
    if (block.mode === "append") {
      if (!this.base || (block.index[0] ?? this.total) !== this.total) return false;
      this.base = concat(this.base, block);
    } else if (block.mode === "replace") {
      this.base = block;
      this.finer = null;
    } else if (block.mode === "refine") {
      this.finer = block;
    } else return true;
    this.total = Math.max(block.total, block.mode === "refine" ? this.total : 0);
    if (block.mode !== "append") this.hidden = block.hidden;
    this.undated = block.undated;
    this.merged = null;
    this.version++;
    return true;
  }
}

function joined<T extends Float64Array | Uint32Array | Uint8Array | Reals>(parts: T[]): T {
  const first = parts.find((part) => part instanceof Float64Array) ?? parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const Type = first.constructor as new (length: number) => T;
  const out = new Type(length);
  let at = 0;
  for (const part of parts) {
    out.set(part as never, at);
    at += part.length;
  }
  return out;
}

function join(parts: Points[]): Points {
  return {
    index: joined(parts.map((p) => p.index)),
    step: joined(parts.map((p) => p.step)),
    wall: joined(parts.map((p) => p.wall)),
    value: joined<Reals>(parts.map((p) => p.value)),
    mean: joined<Reals>(parts.map((p) => p.mean)),
    off: parts.some((p) => p.off)
      ? joined(parts.map((p) => p.off ?? new Uint8Array(p.index.length)))
      : null,
  };
}

function concat(a: Points, b: Points): Points {
  return join([a, b]);
}

function slice(points: Points, from: number, to: number): Points {
  return {
    index: points.index.subarray(from, to),
    step: points.step.subarray(from, to),
    wall: points.wall.subarray(from, to),
    value: points.value.subarray(from, to),
    mean: points.mean.subarray(from, to),
    off: points.off?.subarray(from, to) ?? null,
  };
}

/** Replace the coarse points within the range of the finer ones. */
function splice(base: Points, finer: Points): Points {
  const n = finer.index.length;
  if (n === 0) return base;
  const from = lowerBound(base.index, finer.index[0]!);
  const to = lowerBound(base.index, finer.index[n - 1]! + 1);
  return join([slice(base, 0, from), finer, slice(base, to, base.index.length)]);
}

/** The last position whose number is not above `target`, in ascending numbers; -1 for none. */
export function lastAtOrBelow(numbers: ArrayLike<number>, target: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= target) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first position whose number is not below `target`, in ascending numbers. */
export function lowerBound(numbers: ArrayLike<number>, target: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
