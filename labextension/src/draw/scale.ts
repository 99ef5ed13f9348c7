// Linear and logarithmic scales: from data to pixels and back, and their ticks.
import { tickIncrement, ticks } from "d3-array";

export interface Scale {
  readonly domain: readonly [number, number];
  readonly log: boolean;
  /** A pixel is `offset + slope * value`, or of the value's logarithm to base 10. */
  readonly offset: number;
  readonly slope: number;
  /** Data to pixels. */
  (value: number): number;
  /** Pixels to data. */
  invert(pixel: number): number;
  /** Places of ticks, about as many as asked, and their distance (for their digits). */
  ticks(count: number): { values: number[]; distance: number };
}

export function makeScale(
  domain: readonly [number, number],
  range: readonly [number, number],
  log = false,
): Scale {
  const forward = log ? Math.log10 : (v: number) => v;
  const backward = log ? (v: number) => 10 ** v : (v: number) => v;
  const low = forward(domain[0]);
  const slope = (range[1] - range[0]) / (forward(domain[1]) - low || 1);
  const scale = ((value: number) => range[0] + (forward(value) - low) * slope) as {
    -readonly [K in keyof Scale]: Scale[K];
  } & ((value: number) => number);
  scale.domain = domain;
  scale.log = log;
  scale.slope = slope;
  scale.offset = range[0] - low * slope;
  scale.invert = (pixel) => backward(low + (pixel - range[0]) / slope);
  scale.ticks = (count) => (log ? logTicks(domain, count) : linearTicks(domain, count));
  return scale;
}

function linearTicks([low, high]: readonly [number, number], count: number) {
  const increment = tickIncrement(low, high, count);
  return {
    values: ticks(low, high, count),
    distance: increment < 0 ? 1 / -increment : increment,
  };
}

/** Powers of ten; 2 and 5 between them where few are in sight. */
function logTicks([low, high]: readonly [number, number], count: number) {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const decades = last - first;
  if (Math.log10(high / low) < 0.7) return linearTicks([low, high], count);
  const every = Math.max(1, Math.ceil(decades / count));
  const within = decades <= count / 2 ? [1, 2, 5] : [1];
  const values: number[] = [];
  for (let power = first; power <= last; power += every) {
    for (const digit of within) {
      const value = Number(`${digit}e${power}`);
      if (value >= low && value <= high) values.push(value);
    }
  }
  return { values, distance: Math.min(...values) };
}
