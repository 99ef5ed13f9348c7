// Smoothing of curves; the same formulas as in nbboard/views/smoothing.py, where they are explained.

export type Method = "ema" | "twema" | "gaussian" | "mean";

export const METHODS: readonly (readonly [Method, string])[] = [
  ["ema", "exponential (TensorBoard)"],
  ["twema", "exponential, by distance in x"],
  ["gaussian", "Gaussian"],
  ["mean", "running mean"],
];

/** TensorBoard samples down to this many points and smooths those. */
const REFERENCE = 1000;
/** The x range counts as this many points for "twema", as wandb has it. */
const VIEWPORT_SCALE = 1000;

const MOST_POWERS = 256;

export interface Curve {
  x: ArrayLike<number>;
  /** Points; those that are not finite are passed through. */
  value: ArrayLike<number>;
  /** What each stands for: mean and number of the points since the one before. */
  mean: ArrayLike<number>;
  count: ArrayLike<number>;
  /** Points of the series before it was sampled. */
  total: number;
}

export function smooth(curve: Curve, method: Method, weight: number): Float64Array {
  const out = new Float64Array(curve.value);
  if (weight <= 0 || out.length === 0 || isConstant(curve.value)) return out;
  const unit = Math.min(1, REFERENCE / Math.max(curve.total, 1));
  if (method === "twema") twema(curve, weight, out);
  else if (method === "ema") ema(curve, weight, unit, out);
  else windowed(curve, weight / (1 - weight) / unit, method === "gaussian", out);
  return out;
}

function isConstant(values: ArrayLike<number>): boolean {
  let known: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (known === undefined) known = value;
    else if (value !== known) return false;
  }
  return true;
}

/** TensorBoard's exponential moving average, debiased (`data_transformer.ts`). */
function ema({ value, mean, count }: Curve, weight: number, unit: number, out: Float64Array): void {
  let last = 0;
  // weight ** n, kept as a product: the debiasing of the first n points.
  let rest = 1;
  // Of a sampled series points stand for few different numbers of others.
  const powers = new Float64Array(MOST_POWERS);
  for (let i = 0; i < value.length; i++) {
    const m = mean[i]!;
    // Not a number, or infinite: their difference to themselves is none.
    if (m - m === 0) {
      const n = count[i]!;
      let power = n < MOST_POWERS ? powers[n]! : 0;
      if (power === 0) {
        power = n * unit === 1 ? weight : weight ** (n * unit);
        if (n < MOST_POWERS) powers[n] = power;
      }
      last = last * power + (1 - power) * m;
      rest *= power;
    }
    const v = value[i]!;
    if (v - v === 0 && rest < 1) out[i] = last / (1 - rest);
  }
}

function twema({ x, value, mean, count }: Curve, weight: number, out: Float64Array): void {
  const w = Math.min(Math.sqrt(weight), 0.999);
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < x.length; i++) {
    if (x[i]! < low) low = x[i]!;
    if (x[i]! > high) high = x[i]!;
  }
  const span = high - low;
  let last = 0;
  let debias = 0;
  let before = Number.NaN;
  for (let i = 0; i < value.length; i++) {
    const m = mean[i]!;
    if (!Number.isFinite(m) || !Number.isFinite(x[i]!)) continue;
    const change = Number.isNaN(before) || !(span > 0) ? 0 : Math.abs(x[i]! - before) / span;
    const power = w ** (change * VIEWPORT_SCALE);
    last = last * power + m * count[i]!;
    debias = debias * power + count[i]!;
    before = x[i]!;
    if (Number.isFinite(value[i]!)) out[i] = last / debias;
  }
}

/** A symmetric window: of standard deviation `radius` points, or `radius` points to each side. */
function windowed(
  { value, mean, count }: Curve,
  radius: number,
  gaussian: boolean,
  out: Float64Array,
): void {
  const rows: number[] = [];
  for (let i = 0; i < value.length; i++) if (Number.isFinite(mean[i]!)) rows.push(i);
  const at = new Float64Array(rows.length);
  let sum = 0;
  let row = 0;
  for (let i = 0; i < value.length; i++) {
    sum += count[i]!;
    if (rows[row] === i) at[row++] = sum - (count[i]! - 1) / 2 - 1;
  }
  const reach = gaussian ? 3 * radius : Math.floor(radius + 1e-9);
  let first = 0;
  let last = 0;
  let total = 0;
  let weights = 0;
  for (let r = 0; r < rows.length; r++) {
    const center = at[r]!;
    while (last < rows.length && at[last]! <= center + reach) {
      total += mean[rows[last]!]! * count[rows[last]!]!;
      weights += count[rows[last]!]!;
      last++;
    }
    while (at[first]! < center - reach) {
      total -= mean[rows[first]!]! * count[rows[first]!]!;
      weights -= count[rows[first]!]!;
      first++;
    }
    if (!Number.isFinite(value[rows[r]!]!)) continue;
    if (!gaussian) {
      out[rows[r]!] = total / weights;
      continue;
    }
    let up = 0;
    let down = 0;
    for (let j = first; j < last; j++) {
      const distance = (at[j]! - center) / radius;
      const g = count[rows[j]!]! * Math.exp(-0.5 * distance * distance);
      up += g * mean[rows[j]!]!;
      down += g;
    }
    out[rows[r]!] = up / down;
  }
}
