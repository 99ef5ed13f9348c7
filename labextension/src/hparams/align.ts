// Numbers of a column with their decimal points in line, without digits that were not measured.

import type { Column } from "./columns.ts";
import { cellText } from "./text.ts";

/** Cells that are looked at: so many tell how a column is written. */
const SAMPLE = 400;
/** As wide as a digit, and as a point. */
const DIGIT = "\u2007";
const POINT = "\u2008";

/** Characters before the point, and from it on: what the widest values of a column need. */
export interface Parts {
  before: number;
  after: number;
  /** Whether any value has a point. */
  point: boolean;
}

const known = new WeakMap<readonly unknown[], Parts>();

/** Cuts "\u22121.5e\u22127" before the point, or before the exponent of what has no point. */
function cut(text: string): number {
  const at = text.search(/[.e]/);
  return at < 0 ? text.length : at;
}

/** Whether a column is of numbers that have digits after a point. */
export function isAligned({ kind, numeric }: Column): boolean {
  return numeric && (kind === "hparam" || kind === "metric");
}

export function partsOf(column: Column): Parts {
  const held = known.get(column.cells);
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
  known.set(cells, parts);
  return parts;
}

/** The room that a value leaves to its right, so that all points of the column are in line. */
export function padding(text: string, parts: Parts): string {
  if (!/\d/.test(text)) return "";
  const after = text.length - cut(text);
  const missing = parts.after - after;
  if (missing <= 0) return "";
  return after === 0 && parts.point ? POINT + DIGIT.repeat(missing - 1) : DIGIT.repeat(missing);
}
