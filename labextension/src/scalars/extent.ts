// Which part of the axes the data need, by TensorBoard's rules.
import { nice } from "d3-array";

export type Extent = [low: number, high: number];
export type ScaleName = "linear" | "log";

const PADDING = 0.05;

/**
 * The extent of what is seen (`line_chart_internal_utils.ts`): all of it, or, where outliers
 * are ignored and there are more than two values, from the 5th to the 95th percentile.
 */
export function visibleExtent(values: Float64Array, ignoreOutliers: boolean): Extent | null {
  if (values.length === 0) return null;
  if (!ignoreOutliers || values.length <= 2) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high];
  }
  const copy = values.slice();
  const last = copy.length - 1;
  const low = select(copy, Math.ceil(0.05 * last), 0, last);
  return [low, select(copy, Math.floor(0.95 * last), Math.ceil(0.05 * last), last)];
}

/**
 * The value that would stand at a place if the numbers between `low` and `high` were sorted
 * (Hoare's selection): they are moved about, what is less than it before it. Sorting them all
 * would take ten times as long, at every frame of a slider.
 */
export function select(numbers: Float64Array, place: number, low: number, high: number): number {
  let left = low;
  let right = high;
  while (left < right) {
    const pivot = middleOf(numbers[left]!, numbers[(left + right) >> 1]!, numbers[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (numbers[i]! < pivot) i++;
      while (numbers[j]! > pivot) j--;
      if (i > j) break;
      const swapped = numbers[i]!;
      numbers[i] = numbers[j]!;
      numbers[j] = swapped;
      i++;
      j--;
    }
    if (place <= j) right = j;
    else if (place >= i) left = i;
    else break;
  }
  return numbers[place]!;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The domain of an axis around an extent (`lib/scale.ts`). */
export function niceDomain([low, high]: Extent, scale: ScaleName): Extent {
  if (scale === "log") {
    if (!(low > 0)) return [1e-3, 1];
    return [0.5 * low, 2 * high];
  }
  if (low === high) {
    if (low === 0) return [-1, 1];
    return low > 0 ? [0, 2 * low] : [2 * low, 0];
  }
  const pad = (high - low + Number.EPSILON) * PADDING;
  return nice(low - pad, high + pad, 10) as Extent;
}
