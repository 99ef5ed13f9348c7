// The lines of the table: rows in order, pinned ones first, and heads of groups between them.
import type { Cell } from "../../table/cells.ts";
import { identityOf } from "../../table/cells.ts";
import { parseSort, type SortKey } from "../../table/order.ts";
import type { Numbers, RunColumn } from "./column.ts";

export type Columns = ReadonlyMap<string, RunColumn>;

/** What rows are sorted by; null for their own order. */
interface Key {
  order: Numbers | null;
  sign: number;
}

/** The rows of a mask in order; what is missing comes last, equal ones stay as they are. */
export function sorted(mask: Uint8Array, columns: Columns, sort: readonly SortKey[]): Uint32Array {
  let count = 0;
  for (const bit of mask) count += bit;
  const rows = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row]) rows[at++] = row;
  const keys = sort.map(parseSort).flatMap(({ key, descending }): Key[] => {
    // Rows stand in the natural order of the runs' names.
    if (key === "run") return [{ order: null, sign: descending ? -1 : 1 }];
    const order = columns.get(key)?.order();
    return order ? [{ order, sign: descending ? -1 : 1 }] : [];
  });
  if (!keys.length) return rows;
  const [first] = keys;
  if (keys.length === 1 && first!.order) return sortedBy(rows, first!.order, first!.sign);
  return rows.sort((a, b) => {
    for (const { order, sign } of keys) {
      if (!order) return sign * (a - b);
      const left = order[a]!;
      const right = order[b]!;
      if (left === right) continue;
      const none = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      const difference = none || sign * (left - right);
      if (difference) return difference;
    }
    return a - b;
  });
}

/** By one column: what a click does to a hundred thousand rows. */
function sortedBy(rows: Uint32Array, order: Numbers, sign: number): Uint32Array {
  const there = rows.filter((row) => !Number.isNaN(order[row]!));
  // Infinity less infinity is no number: then the rows' own order counts, too.
  if (sign > 0) there.sort((a, b) => order[a]! - order[b]! || a - b);
  else there.sort((a, b) => order[b]! - order[a]! || a - b);
  const missing = rows.filter((row) => Number.isNaN(order[row]!));
  rows.set(there);
  rows.set(missing, there.length);
  return rows;
}

export interface Group {
  value: Cell;
  /** What it is known by where it is folded. */
  key: string;
  rows: number[];
  folded: boolean;
}

export interface Lines {
  /** The row of each line, or -1 - n for the head of the n-th group. */
  at: Int32Array;
  groups: readonly Group[];
}

export function linesOf(
  rows: Uint32Array,
  isPinned: (row: number) => boolean,
  group: RunColumn | undefined,
  folded: readonly string[],
): Lines {
  const pinned: number[] = [];
  const others: number[] = [];
  for (const row of rows) (isPinned(row) ? pinned : others).push(row);
  if (!group) return { at: Int32Array.from([...pinned, ...others]), groups: [] };
  const groups = new Map<string, Group>();
  const shut = new Set(folded);
  for (const row of others) {
    const value = group.cell(row);
    const identity = identityOf(value);
    const held = groups.get(identity);
    if (held) held.rows.push(row);
    else {
      const key = group.text(row);
      groups.set(identity, { value, key, rows: [row], folded: shut.has(key) });
    }
  }
  const at = [...pinned];
  [...groups.values()].forEach((one, n) => {
    at.push(-1 - n);
    if (!one.folded) for (const row of one.rows) at.push(row);
  });
  return { at: Int32Array.from(at), groups: [...groups.values()] };
}
