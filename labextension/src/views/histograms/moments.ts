// What buckets tell of the values in them, as nbboard/views/histograms/moments.py
// (tests/vectors/histogram_moments.json ties the two).
import { eachBucket, type Histogram } from "./histogram.ts";

/** A bucket around zero this much narrower than the range of values holds zeros alone. */
const NARROW = 1e-6;
const DEAD = 0.9;
const EXPLODING = 100;

export interface Moments {
  count: number;
  mean: number;
  std: number;
  /** The share of values that are 0, and whether that is certain rather than an estimate. */
  zeros: number;
  zerosExact: boolean;
  /** The share that it cannot exceed. */
  zerosMost: number;
  low: number;
  high: number;
  /** Buckets whose edge or count is not finite. */
  odd: number;
  /** The greatest count of a bucket. */
  most: number;
}

/** What the health of a layer is told by: `summary` in nbboard/views/histograms/view.py. */
export type Told = Omit<Moments, "most">;

const known = new WeakMap<Histogram, Moments>();

export function momentsOf(histogram: Histogram): Moments {
  let found = known.get(histogram);
  if (!found) {
    found = computed(histogram);
    known.set(histogram, found);
  }
  return found;
}

/** How large values are: the root of their mean square. */
export function sizeOf({ mean, std }: Pick<Moments, "mean" | "std">): number {
  return Math.hypot(mean, std);
}

function computed(histogram: Histogram): Moments {
  let count = 0;
  let low = Infinity;
  let high = -Infinity;
  let most = 0;
  eachBucket(histogram, (left, right, held) => {
    count += held;
    if (held > most) most = held;
    if (left < low) low = left;
    if (right > high) high = right;
  });
  const odd = countOdd(histogram);
  const nothing = Number.NaN;
  if (!count) {
    const empty = { mean: nothing, std: nothing, zeros: nothing, low: nothing, high: nothing };
    return { count, ...empty, zerosExact: true, zerosMost: nothing, odd, most };
  }
  let mean = 0;
  // Halves first: the sum of two edges may be beyond what a number holds.
  eachBucket(histogram, (left, right, held) => {
    mean += (held / count) * (left / 2 + right / 2);
  });
  let variance = 0;
  eachBucket(histogram, (left, right, held) => {
    const away = left / 2 + right / 2 - mean;
    variance += (held / count) * (away ** 2 + (right - left) ** 2 / 12);
  });
  const std = Math.sqrt(variance);
  return {
    count,
    mean,
    std,
    ...zerosOf(histogram, count, high / 2 - low / 2),
    low,
    high,
    odd,
    most,
  };
}

function countOdd({ left, right, count }: Histogram): number {
  let odd = 0;
  for (let i = 0; i < count.length; i++) {
    const finite = [left[i]!, right[i]!, count[i]!].every(Number.isFinite);
    if (!finite) odd++;
  }
  return odd;
}

type Zeros = Pick<Moments, "zeros" | "zerosExact" | "zerosMost">;

/** What the bucket that contains 0 has, or what it has beyond its neighbours' density. */
function zerosOf(histogram: Histogram, count: number, halfRange: number): Zeros {
  const around: { low: number; high: number; held: number }[] = [];
  eachBucket(histogram, (low, high, held) => {
    if (low <= 0 && high >= 0) around.push({ low, high, held });
  });
  // Writers put a value on an edge into the bucket to its right.
  const right = around.filter(({ low, high }) => high > 0 || low === 0);
  const zero = (right.length ? right : around).pop();
  if (!zero) return { zeros: 0, zerosExact: true, zerosMost: 0 };
  const width = zero.high - zero.low;
  const zerosMost = zero.held / count;
  if (width / 2 <= NARROW * halfRange) return { zeros: zerosMost, zerosExact: true, zerosMost };
  let density = 0;
  eachBucket(histogram, (low, high, held) => {
    const same = low === zero.low && high === zero.high;
    if (same || !(high > low) || (high !== zero.low && low !== zero.high)) return;
    density = Math.max(density, held / (high - low));
  });
  const zeros = Math.max(zero.held - width * density, 0) / count;
  return { zeros, zerosExact: false, zerosMost };
}

/** What is wrong with a layer at the last of some steps; empty if nothing is. */
export function healthOf(steps: readonly Told[]): "" | "not finite" | "dead" | "exploding" {
  const now = steps[steps.length - 1];
  if (!now) return "";
  if (now.odd || (now.count && !Number.isFinite(sizeOf(now)))) return "not finite";
  if (!now.count) return "";
  // A wide bucket tells of zeros only where all values lie on one side of 0.
  const certain = now.zerosExact || now.low === 0 || now.high === 0;
  if ((now.zeros >= DEAD && certain) || (now.low === now.high && now.count > 1)) return "dead";
  const before = steps
    .slice(0, -1)
    .filter((one) => one.count && Number.isFinite(sizeOf(one)))
    .map(sizeOf)
    .sort((a, b) => a - b);
  if (before.length < 2) return "";
  const usual = before[before.length >> 1]!;
  return usual > 0 && sizeOf(now) >= EXPLODING * usual ? "exploding" : "";
}
