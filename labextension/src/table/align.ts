// Decimal points in line, one below the other.
import { type Cell, type ColumnKind, cellText } from "./cells.ts";

/** Cells that are looked at: so many tell how a column is written. */
export const SAMPLE = 400;

/** Cells, and how they are written. */
export interface Written {
  cells: readonly Cell[];
  kind: ColumnKind;
}

/** Characters before the point, and from it on: what the widest values of a column need. */
export interface Parts {
  before: number;
  after: number;
  /** Whether any value has a point. */
  point: boolean;
}

export const knownParts = new WeakMap<readonly unknown[], Parts>();

/** Cuts "\u22121.5e\u22127" before the point, or before the exponent of what has no point. */
export function cut(text: string): number {
  const at = text.search(/[.e]/);
  return at < 0 ? text.length : at;
}

export function partsOf(column: Written): Parts {
  const held = knownParts.get(column.cells);
  if (held) return held;
  const { cells, kind } = column;
  const parts: Parts = { before: 0, after: 0, point: false };
  const every = Math.max(1, Math.floor(cells.length / SAMPLE));
  for (let i = 0; i < cells.length; i += every) {
    const cell = cells[i];
    if (typeof cell !== "number" || !Number.isFinite(cell)) continue;
    const text = cellText(cell, kind);
    const at = cut(text);
    parts.before = Math.max(parts.before, at);
    parts.after = Math.max(parts.after, text.length - at);
    if (text[at] === ".") parts.point = true;
  }
  knownParts.set(cells, parts);
  return parts;
}

/**
 * The letters that a value lacks behind its point, so that all points of the column are in
 * line; drawn without being seen, they have exactly the room of what they stand for.
 */
export function padding(text: string, parts: Parts): string {
  const isNumber = /\d/.test(text);
  const after = isNumber ? text.length - cut(text) : 0;
  const missing = parts.after - after;
  if (missing <= 0) return "";
  return after === 0 && parts.point ? `.${"0".repeat(missing - 1)}` : "0".repeat(missing);
}
