// The axis of values: linear, or linear around 0 and logarithmic beyond; as `ValueAxis` in
// nbboard/views/histograms/columns.py.
import { axisTicks } from "../../draw/axes.ts";
import { formatTick } from "../../draw/format.ts";
import { makeScale } from "../../draw/scale.ts";
import type { Ticks } from "../../draw/time-ticks.ts";
import { type Moments, sizeOf } from "./moments.ts";

export interface ValueAxis {
  low: number;
  high: number;
  /** About where the logarithmic part begins; null if there is none. */
  linearTo: number | null;
}

/** From values to pixels and back. */
export interface ValueScale {
  (value: number): number;
  invert(pixel: number): number;
  axis: ValueAxis;
}

export function valueAxis(found: readonly Moments[], symlog: boolean): ValueAxis {
  const known = found.filter(({ count }) => count > 0);
  let low = Math.min(...known.map((one) => one.low));
  let high = Math.max(...known.map((one) => one.high));
  if (!known.length) [low, high] = [0, 1];
  if (low === high) {
    const room = Math.abs(low) / 10 || 1;
    [low, high] = [low - room, high + room];
  }
  if (!symlog) return { low, high, linearTo: null };
  const sizes = known.map(sizeOf).filter((size) => size > 0 && size < Infinity);
  sizes.sort((a, b) => a - b);
  return { low, high, linearTo: roundUp(LINEAR * (sizes[sizes.length >> 1] ?? 1)) };
}

/**
 * The linear part holds nearly all values: on a logarithmic one the middle of a bell would look
 * like a valley.
 */
const LINEAR = 2.5;

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = Math.floor(Math.log10(value));
  const digit = [1, 2, 5].find((one) => Number(`${one}e${power}`) >= value);
  return digit ? Number(`${digit}e${power}`) : Number(`1e${power + 1}`);
}

export function valueScale(axis: ValueAxis, range: readonly [number, number]): ValueScale {
  const { linearTo } = axis;
  const forward = (value: number): number =>
    linearTo === null ? value : Math.sign(value) * Math.log10(1 + Math.abs(value) / linearTo);
  const backward = (at: number): number =>
    linearTo === null ? at : Math.sign(at) * linearTo * (10 ** Math.abs(at) - 1);
  const [low, high] = [forward(axis.low), forward(axis.high)];
  // Halves: the whole span may be beyond what a number holds.
  const half = high / 2 - low / 2 || 0.5;
  const slope = (range[1] - range[0]) / half;
  const scale = ((value: number) =>
    range[0] + (forward(value) / 2 - low / 2) * slope) as ValueScale;
  scale.invert = (pixel) => backward(low + ((pixel - range[0]) / slope) * 2);
  scale.axis = axis;
  return scale;
}

/** Ticks, about as many as asked. */
export function valueTicks(axis: ValueAxis, most: number): Ticks {
  const { low, high, linearTo } = axis;
  if (linearTo === null) return axisTicks(makeScale([low, high], [0, 1]), "number", most);
  const reach = Math.max(Math.abs(low), Math.abs(high));
  if (reach <= 2 * linearTo) return axisTicks(makeScale([low, high], [0, 1]), "number", most);
  const last = Math.floor(Math.log10(reach));
  const sides = Number(low < 0) + Number(high > 0);
  let marks = marksUpTo(linearTo, last, [1, 2, 5], 1);
  for (let every = 1; marks.length * sides > most && every < 400; every++) {
    marks = marksUpTo(linearTo, last, [1], every);
  }
  const values = [...marks.map((value) => -value).reverse(), 0, ...marks].filter(
    (value) => value >= low && value <= high,
  );
  return { values, labels: values.map((value) => formatTick(value, value || 1)) };
}

/** Digits times powers of ten, where the axis is logarithmic. */
function marksUpTo(from: number, last: number, digits: number[], every: number): number[] {
  const marks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= last; power += every) {
    for (const digit of digits) {
      const value = Number(`${digit}e${power}`);
      if (value >= from / 2.5) marks.push(value);
    }
  }
  return marks;
}
