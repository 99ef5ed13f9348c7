// Which point a series shows at a step of the slider. Steps are int64: bigint, never rounded.

/** The points of one series (one run and tag), as the kernel sent them. */
export interface Points {
  /** Ascending is usual but not promised: a log keeps what its writer did. */
  step: ArrayLike<bigint> & Iterable<bigint>;
}

/** All steps that exist in any of the series, ascending, each once. */
export function unionOfSteps(series: readonly Points[]): bigint[] {
  const seen = new Set<bigint>();
  for (const { step } of series) for (const value of step) seen.add(value);
  return [...seen].sort(compare);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The positions of a series in order of step; of equal steps the one written later is last. */
export function orderOf(points: Points): number[] {
  const order = Array.from({ length: points.step.length }, (_, index) => index);
  return order.sort((a, b) => compare(points.step[a]!, points.step[b]!) || a - b);
}

/**
 * The point to show at `at`: the latest written one of the nearest step at or below.
 * -1 if the series begins later.
 */
export function pointAt(points: Points, order: readonly number[], at: bigint): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points.step[order[middle]!]! <= at) low = middle + 1;
    else high = middle;
  }
  return low ? order[low - 1]! : -1;
}

/**
 * Which of so many points stand for all: the first, the last, and evenly between; as `spread` in
 * nbboard/views/shared/points.py.
 */
export function spreadOver(length: number, most: number): number[] {
  if (length <= Math.max(most, 2)) return Array.from({ length }, (_, index) => index);
  let stride = 2;
  while (Math.ceil((length - 1) / stride) + 1 > Math.max(most, 2)) stride *= 2;
  const places: number[] = [];
  for (let place = 0; place < length - 1; place += stride) places.push(place);
  return [...places, length - 1];
}

/** The same of the nearest step at or above; of the last step if all are below. */
export function pointFrom(points: Points, order: readonly number[], at: bigint): number {
  let low = 0;
  let high = order.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points.step[order[middle]!]! < at) low = middle + 1;
    else high = middle;
  }
  return high < 0 ? -1 : pointAt(points, order, points.step[order[low]!]!);
}

/** How many points of a series were logged at this very step (a restart repeats steps). */
export function countAt(points: Points, order: readonly number[], at: bigint): number {
  const last = pointAt(points, order, at);
  if (last < 0 || points.step[last] !== at) return 0;
  let count = 0;
  for (let i = order.indexOf(last); i >= 0 && points.step[order[i]!] === at; i--) count++;
  return count;
}

/** The index in `union` of the nearest step at or below; 0 if all are above, -1 if empty. */
export function indexOfStep(union: readonly bigint[], at: bigint): number {
  let low = 0;
  let high = union.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (union[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return union.length ? Math.max(0, low - 1) : -1;
}

/** Reads a step as Python wrote it into a trait; null for anything else. */
export function parseStep(text: string | null | undefined): bigint | null {
  return text && /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
}

/**
 * For a row of ticks under the slider: at which positions of `union` (from 0 to 1) a series
 * has a point. Of more steps than there are `places`, those that fall together are one
 * tick, loaded if any of them is: a million steps cost no more to draw than a hundred.
 */
export function ticksOf(
  points: Points,
  union: readonly bigint[],
  places: number,
  loaded: (index: number) => boolean,
): { at: number; loaded: boolean }[] {
  const last = Math.max(1, union.length - 1);
  const grain = Math.min(last, Math.max(1, places - 1));
  const ticks = new Map<number, boolean>();
  for (let index = 0; index < points.step.length; index++) {
    const place = Math.round((indexOfStep(union, points.step[index]!) / last) * grain);
    ticks.set(place, (ticks.get(place) ?? false) || loaded(index));
  }
  return [...ticks]
    .sort(([a], [b]) => a - b)
    .map(([place, has]) => ({ at: place / grain, loaded: has }));
}
