// Axes of parallel coordinates and scatter: from a cell to a height in [0, 1] and back.

import { bisectRight, quantileSorted, ticks as niceTicks } from "d3-array";
import { scaleLinear } from "d3-scale";
import { type Cell, isMissing, type Plain } from "../../table/cells.ts";
import { type Condition, compile } from "./condition.ts";
import { compareCells } from "../../table/order.ts";

export type ScaleKind = "linear" | "log" | "quantile" | "category";

/** TensorBoard's number of levels on a quantile axis. */
export const QUANTILES = 20;

export interface Tick {
  at: number;
  value: Plain;
}

export interface Scale {
  kind: ScaleKind;
  /** Height from 0 (bottom) to 1 (top); null for the lane of what has no place on the axis. */
  position(cell: Cell): number | null;
  ticks(room: number): Tick[];
  /** The condition that a stretch of the axis means; null if it holds nothing. */
  condition(from: number, to: number): Condition | null;
  /** The stretch that a condition covers; null if none of it is on the axis. */
  stretch(condition: Condition): [number, number] | null;
  /** The parts of that stretch that are really meant: categories may have gaps between. */
  bands?(condition: Condition): [number, number][];
}

/**
 * The scale that suits a column: categories for text, log for numbers over two decades.
 * The outer tenths of the distinct values are left aside: one number near zero among even
 * ones does not ask for a log axis.
 */
export function suggestedScale(cells: readonly Cell[]): ScaleKind {
  const values = new Set<number>();
  let none = false;
  let some = false;
  for (const cell of cells) {
    if (isMissing(cell)) continue;
    // Among numbers it has no place; with nothing else it is a category.
    none ||= cell === null;
    if (cell === null) continue;
    if (typeof cell !== "number") return "category";
    some = true;
    if (Number.isFinite(cell)) values.add(cell);
  }
  if (none && !some) return "category";
  const sorted = [...values].sort((a, b) => a - b);
  if (!(sorted[0]! > 0)) return "linear";
  const low = sorted[Math.floor(0.1 * (sorted.length - 1))]!;
  const high = sorted[Math.ceil(0.9 * (sorted.length - 1))]!;
  return high / low >= 100 ? "log" : "linear";
}

/** Leaves out ticks that stand closer than `least` to the one before. */
export function spaced(ticks: readonly Tick[], least: number): Tick[] {
  let before = -Infinity;
  return ticks.filter(({ at }) => {
    if (at - before < least) return false;
    before = at;
    return true;
  });
}

/** Which scales a column can have. */
export function possibleScales(cells: readonly Cell[]): ScaleKind[] {
  if (suggestedScale(cells) === "category") return ["category"];
  return cells.some((cell) => typeof cell === "number" && cell > 0)
    ? ["linear", "log", "quantile"]
    : ["linear", "quantile"];
}

export function makeScale(kind: ScaleKind, cells: readonly Cell[]): Scale {
  if (kind === "category" || suggestedScale(cells) === "category") return categoryScale(cells);
  const numbers: number[] = [];
  for (const cell of cells) {
    if (typeof cell === "number" && Number.isFinite(cell)) numbers.push(cell);
  }
  if (kind === "quantile" && numbers.length) return quantileScale(numbers);
  if (kind === "log") {
    const positive = numbers.filter((value) => value > 0);
    if (positive.length) return logScale(positive);
  }
  return linearScale(numbers);
}

function extentOf(numbers: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Rounds an end of a brush to what a pixel can tell, so that chips read well. */
function tidy(value: number, resolution: number): number {
  if (!(resolution > 0)) return value;
  const digits = Math.ceil(-Math.log10(resolution));
  return digits > 15 || digits < -15 ? value : Number(value.toFixed(Math.max(0, digits)));
}

/** Of up to so many distinct numbers each has its own tick. */
const FEW = 6;

/** The distinct values, in order, if they are few. */
function fewOf(numbers: readonly number[]): number[] | null {
  const unique = new Set<number>();
  for (const value of numbers) {
    unique.add(value);
    if (unique.size > FEW) return null;
  }
  return unique.size > 1 ? [...unique].sort((a, b) => a - b) : null;
}

function continuous(
  kind: ScaleKind,
  place: (value: number) => number | null,
  value: (at: number) => number,
  marks: (room: number) => number[],
): Scale {
  const position = (cell: Cell): number | null => {
    if (typeof cell !== "number" || Number.isNaN(cell)) return null;
    if (cell === Infinity) return 1;
    if (cell === -Infinity) return kind === "log" ? null : 0;
    const at = place(cell);
    return at === null ? null : Math.min(1, Math.max(0, at));
  };
  return {
    kind,
    position,
    ticks: (room) =>
      marks(room)
        .map((mark) => ({ at: place(mark) ?? -1, value: mark }))
        .filter(({ at }) => at >= -1e-9 && at <= 1 + 1e-9),
    condition: (from, to) => {
      const [a, b] = from < to ? [from, to] : [to, from];
      const low = value(a);
      const high = value(b);
      return { low: tidy(low, value(a + 0.004) - low), high: tidy(high, high - value(b - 0.004)) };
    },
    stretch: (condition) => {
      if (!("low" in condition)) return null;
      const low = condition.low === null ? 0 : (position(condition.low) ?? 0);
      const high = condition.high === null ? 1 : position(condition.high);
      return high === null ? null : [low, high];
    },
  };
}

function linearScale(numbers: readonly number[]): Scale {
  let [low, high] = extentOf(numbers);
  // A constant column, as TensorBoard pads its charts: 0 in [-1, 1], v in [0, 2v].
  if (low === high) [low, high] = low === 0 ? [-1, 1] : low > 0 ? [0, 2 * low] : [2 * low, 0];
  const few = fewOf(numbers);
  const scale = scaleLinear().domain([low, high]).range([0, 1]);
  if (!few) scale.nice(5);
  return continuous(
    "linear",
    (value) => scale(value),
    (at) => scale.invert(at),
    (room) => few ?? severalTicks((count) => scale.ticks(count), room),
  );
}

/** One tick says nothing of the distance to another. */
function severalTicks(ticks: (count: number) => number[], room: number): number[] {
  for (let count = Math.max(2, room); ; count++) {
    const marks = ticks(count);
    if (marks.length > 1 || count > 10) return marks;
  }
}

function logScale(numbers: readonly number[]): Scale {
  let [low, high] = extentOf(numbers);
  if (low === high) [low, high] = [low / 2, high * 2];
  const few = fewOf(numbers);
  const from = Math.log10(low);
  const span = Math.log10(high) - from;
  return continuous(
    "log",
    (value) => (value > 0 ? (Math.log10(value) - from) / span : null),
    (at) => 10 ** (from + at * span),
    (room) => few ?? logTicks(low, high, room),
  );
}

function logTicks(low: number, high: number, room: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const decades = last - first;
  const factors = decades * 3 <= room ? [1, 2, 5] : [1];
  const marks: number[] = [];
  for (let power = first; power <= last; power++) {
    for (const factor of factors) {
      // 10 ** -3 is not 0.001 in every engine; parsing the literal is.
      const mark = Number(`${factor}e${power}`);
      if (mark >= low * (1 - 1e-9) && mark <= high * (1 + 1e-9)) marks.push(mark);
    }
  }
  if (marks.length < 2) return severalTicks((count) => niceTicks(low, high, count), room);
  if (factors.length > 1) return marks;
  // At least two decades, as far apart as it takes.
  const most = Math.max(2, room);
  const every = Math.min(marks.length - 1, Math.ceil(marks.length / most));
  return marks.filter((_, i) => i % every === 0);
}

function quantileScale(numbers: readonly number[]): Scale {
  const unique = Array.from(new Set(numbers)).sort((a, b) => a - b);
  const thresholds = Array.from(
    { length: QUANTILES - 1 },
    (_, i) => quantileSorted(unique, (i + 1) / QUANTILES)!,
  );
  const level = (value: number) => bisectRight(thresholds, value);
  const position = (cell: Cell) =>
    typeof cell === "number" && !Number.isNaN(cell) ? level(cell) / (QUANTILES - 1) : null;
  return {
    kind: "quantile",
    position,
    ticks: (room) => {
      // One mark a level at most, at the least value of the level.
      const marks = new Map<number, number>();
      for (const value of unique) if (!marks.has(level(value))) marks.set(level(value), value);
      const all = Array.from(marks, ([at, value]) => ({ at: at / (QUANTILES - 1), value }));
      const every = Math.max(1, Math.ceil(all.length / Math.max(2, room)));
      return all.filter((_, i) => i % every === 0);
    },
    condition: (from, to) => {
      const [a, b] = from < to ? [from, to] : [to, from];
      const inside = unique.filter((value) => {
        const at = position(value)!;
        return at >= a - 1e-9 && at <= b + 1e-9;
      });
      return inside.length ? { low: inside[0]!, high: inside[inside.length - 1]! } : null;
    },
    stretch: (condition) => {
      if (!("low" in condition)) return null;
      const low = condition.low === null ? 0 : position(condition.low)!;
      const high = condition.high === null ? 1 : position(condition.high)!;
      // A single level is given a height that can be seen and taken hold of.
      return [Math.max(0, low - 0.02), Math.min(1, high + 0.02)];
    },
  };
}

function categoryScale(cells: readonly Cell[]): Scale {
  const unique = Array.from(new Set(cells.filter((cell): cell is Plain => !isMissing(cell)))).sort(
    compareCells,
  );
  const at = new Map<Cell, number>(unique.map((value, i) => [value, (i + 0.5) / unique.length]));
  const half = 0.4 / Math.max(1, unique.length);
  const bands = (condition: Condition): [number, number][] => {
    const found: [number, number][] = [];
    let before = -2;
    const test = compile(condition);
    unique.forEach((value, i) => {
      if (!test(value)) return;
      const place = at.get(value)!;
      if (i === before + 1) found[found.length - 1]![1] = place + half;
      else found.push([place - half, place + half]);
      before = i;
    });
    return found;
  };
  return {
    kind: "category",
    position: (cell) => at.get(cell) ?? null,
    ticks: (room) => {
      const every = Math.max(1, Math.ceil(unique.length / Math.max(2, room)));
      return unique
        .filter((_, i) => i % every === 0)
        .map((value) => ({ at: at.get(value)!, value }));
    },
    condition: (from, to) => {
      const [a, b] = from < to ? [from, to] : [to, from];
      const values = unique.filter((value) => at.get(value)! >= a && at.get(value)! <= b);
      return values.length ? { values } : null;
    },
    stretch: (condition) => {
      const all = bands(condition);
      return all.length ? [all[0]![0], all[all.length - 1]![1]] : null;
    },
    bands,
  };
}
