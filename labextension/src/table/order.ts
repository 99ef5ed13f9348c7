// Sorting trials: by several columns, natural order in text, missing values always last.

import { type Cell, isMissing } from "./cells.ts";

/** A column, with "-" before it for descending. */
export type SortKey = string;

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "variant" });

/** Natural order, as runs are listed: run_2 before run_10. */
export function natural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const RANK = { boolean: 0, number: 1, string: 2, object: 3 } as Record<string, number>;

/** Booleans, then numbers, text and None; missing and NaN are not compared here. */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b || 0;
  if (typeof a === "string" && typeof b === "string") return natural(a, b);
  return RANK[typeof a]! - RANK[typeof b]! || Number(a) - Number(b);
}

export function parseSort(key: SortKey): { key: string; descending: boolean } {
  return key.startsWith("-") ? { key: key.slice(1), descending: true } : { key, descending: false };
}

/** What a click on a header does: ascending, descending, unsorted; others stay with `add`. */
export function toggleSort(sort: readonly SortKey[], key: string, add = false): SortKey[] {
  const at = sort.findIndex((entry) => parseSort(entry).key === key);
  const next = at < 0 ? key : sort[at] === key ? `-${key}` : null;
  if (!add) return next === null ? [] : [next];
  const kept = sort.slice();
  if (at < 0) kept.push(key);
  else if (next === null) kept.splice(at, 1);
  else kept[at] = next;
  return kept;
}

/** Behind the values stand NaN, None, and what was not logged, in either direction. */
function lastPart(cell: Cell): number {
  if (cell === null) return 2;
  return isMissing(cell) ? (cell === undefined ? 3 : 1) : 0;
}

/** The rows that pass, in order; equal ones keep the order of the log. */
export function sortRows(
  columns: ReadonlyMap<string, readonly Cell[]>,
  sort: readonly SortKey[],
  mask: Uint8Array,
): Int32Array {
  const rows: number[] = [];
  for (let trial = 0; trial < mask.length; trial++) if (mask[trial]) rows.push(trial);
  const keys = sort
    .map(parseSort)
    .map(({ key, descending }) => ({ cells: columns.get(key), sign: descending ? -1 : 1 }))
    .filter((entry) => entry.cells !== undefined);
  if (keys.length) {
    rows.sort((a, b) => {
      for (const { cells, sign } of keys) {
        const left = cells![a];
        const right = cells![b];
        const part = lastPart(left);
        const difference = part - lastPart(right) || (part ? 0 : sign * compareCells(left, right));
        if (difference) return difference;
      }
      return a - b;
    });
  }
  return Int32Array.from(rows);
}
