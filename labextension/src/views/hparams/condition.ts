// Conditions on a column: what filters and brushes are made of.

import { type Cell, isMissing, type Plain, textOf } from "../../table/cells.ts";

/** An interval (an open end is null), a set of values or a regular expression. */
export type Condition = (
  | { low: number | null; high: number | null }
  | { values: Plain[] }
  | { regex: string }
) & {
  /** Whether trials without a value, or with NaN, pass; of an interval also those with None. */
  missing?: boolean;
};

export type Conditions = Record<string, Condition>;

/** A test for one column. An expression that cannot be parsed passes nothing. */
export function compile(condition: Condition): (cell: Cell) => boolean {
  const missing = condition.missing ?? false;
  if ("values" in condition) {
    const values = new Set<Cell>(condition.values);
    return (cell) => (isMissing(cell) ? missing : values.has(cell));
  }
  if ("regex" in condition) {
    const expression = parseRegex(condition.regex);
    return (cell) => (isMissing(cell) ? missing : (expression?.test(textOf(cell)) ?? false));
  }
  const low = condition.low ?? -Infinity;
  const high = condition.high ?? Infinity;
  return (cell) =>
    isMissing(cell) || cell === null
      ? missing
      : typeof cell === "number" && cell >= low && cell <= high;
}

/** Unanchored and case-insensitive, as TensorBoard's filters; null if it cannot be parsed. */
export function parseRegex(text: string): RegExp | null {
  try {
    return new RegExp(text, "i");
  } catch {
    return null;
  }
}

/** 1 for each trial that meets every condition. Conditions on unknown columns are left aside. */
export function passing(
  length: number,
  columns: ReadonlyMap<string, readonly Cell[]>,
  conditions: Conditions,
  start?: Uint8Array,
): Uint8Array {
  const mask = start ? start.slice() : new Uint8Array(length).fill(1);
  for (const [key, condition] of Object.entries(conditions)) {
    const cells = columns.get(key);
    if (!cells) continue;
    const test = compile(condition);
    for (let trial = 0; trial < length; trial++) {
      if (mask[trial] && !test(cells[trial])) mask[trial] = 0;
    }
  }
  return mask;
}

export function count(mask: Uint8Array): number {
  let sum = 0;
  for (const bit of mask) sum += bit;
  return sum;
}

/** The same conditions with one replaced, or removed by null. */
export function withCondition(
  conditions: Conditions,
  key: string,
  condition: Condition | null,
): Conditions {
  const { [key]: _, ...rest } = conditions;
  return condition ? { ...rest, [key]: condition } : rest;
}

/** Reads an end of an interval as typed: empty is open, anything not a number is an error. */
export function parseBound(text: string): number | null | undefined {
  const trimmed = text.trim().replace(/^−/, "-");
  if (!trimmed) return null;
  const value = Number(trimmed.replace(/^(-?)(?:inf(?:inity)?|∞)$/i, "$1Infinity"));
  return Number.isNaN(value) ? undefined : value;
}

/** Puts the ends of an interval in order. */
export function interval(a: number | null, b: number | null, missing = false): Condition {
  const [low, high] = a !== null && b !== null && a > b ? [b, a] : [a, b];
  return missing ? { low, high, missing } : { low, high };
}
