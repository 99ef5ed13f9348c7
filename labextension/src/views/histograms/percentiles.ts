// TensorBoard's nine percentiles: as `compress_histogram` of its compressor.py, and as
// `percentiles` in nbboard/views/histograms/tensorboard.py (tests/vectors/histogram_percentiles.json).
import type { Histogram } from "./histogram.ts";

/** In hundredths of a percent: half standard deviations of a normal distribution. */
export const BASIS_POINTS = [0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000] as const;
export const MEDIAN = 4;
export const PERCENTILE_NAMES = [
  "minimum",
  ...BASIS_POINTS.slice(1, MEDIAN).map((point) => `${point / 100} %`),
  "median",
  ...BASIS_POINTS.slice(MEDIAN + 1, -1).map((point) => `${point / 100} %`),
  "maximum",
];

const known = new WeakMap<Histogram, Float64Array>();

export function percentilesOf(histogram: Histogram): Float64Array {
  let found = known.get(histogram);
  if (!found) {
    found = computed(histogram);
    known.set(histogram, found);
  }
  return found;
}

function computed({ left, right, count }: Histogram): Float64Array {
  const length = count.length;
  const found = new Float64Array(BASIS_POINTS.length);
  if (!length) return found;
  const [low, high] = [left[0]!, right[length - 1]!];
  let total = 0;
  for (const held of count) total += held;
  const weights = new Float64Array(length);
  let sum = 0;
  for (let i = 0; i < length; i++) {
    sum += (count[i]! * 10000) / (total === 0 ? 1 : total);
    weights[i] = sum;
  }
  BASIS_POINTS.forEach((point, number) => {
    let at = firstAbove(weights, point);
    while (at < length && weights[at] === (at ? weights[at - 1] : 0)) at++;
    if (at >= length) {
      found[number] = high;
      return;
    }
    const before = at ? weights[at - 1]! : 0;
    const start = before ? Math.max(right[at - 1]!, low) : low;
    const end = Math.min(right[at]!, high);
    found[number] = start + ((point - before) * (end - start)) / (weights[at]! - before);
  });
  return found;
}

/** Where the first number stands that is greater; as NumPy, what is no number is the greatest. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
