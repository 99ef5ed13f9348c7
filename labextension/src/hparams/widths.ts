// Widths of table columns, so that rows that scroll into sight do not move the others.

import { isAligned, partsOf } from "./align.ts";
import type { Column } from "./columns.ts";
import { cellText } from "./text.ts";

const SAMPLE = 200;
const LETTER = 7.2;

/** Pixels for a column: what its values need, within reason. */
export function columnWidth(column: Column): number {
  const { cells, kind, label } = column;
  const every = Math.max(1, Math.floor(cells.length / SAMPLE));
  let letters = 0;
  for (let i = 0; i < cells.length; i += every) {
    letters = Math.max(letters, cellText(cells[i] ?? null, kind).length);
  }
  if (isAligned(column)) {
    const { before, after } = partsOf(column);
    letters = Math.max(letters, before + after);
  }
  // The header has its arrow and menu beside the name.
  const head = Math.min(label.length, 14) * 6.8 + (kind === "metric" ? 46 : 36);
  const [least, most] = kind === "name" ? [120, 248] : [54, 190];
  const body = letters * LETTER + (kind === "name" ? 62 : 16);
  return Math.round(Math.min(most, Math.max(least, head, body)));
}

/** Where each row begins, if those in `open` are taller by `extra`; the last entry is the end. */
export function rowTops(
  rows: ArrayLike<number>,
  height: number,
  open: ReadonlySet<number>,
  extra: number,
): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    tops[i + 1] = tops[i]! + height + (open.has(rows[i]!) ? extra : 0);
  }
  return tops;
}

/** The first row whose end is below a place: what a window that begins there shows first. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1]! > y) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low);
}
