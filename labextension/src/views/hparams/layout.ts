// Where things stand in the table: decimal points in line, widths of columns, tops of rows.
import { type Cell, cellText } from "./cells.ts";
import type { Column } from "./columns.ts";
import { formatNumber } from "../../draw/format.ts";

/** Cells that are looked at: so many tell how a column is written. */
const SAMPLE = 400;

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
export function isAligned({ numeric, kind }: Column): boolean {
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

/** The standard deviation behind a mean of several trials: "0.012"; empty where there is none. */
export function stdText({ spreads }: Column, row: number): string {
  const found = spreads?.[row];
  return found === undefined || Number.isNaN(found.std) ? "" : formatNumber(found.std, 2);
}

/** "4/5" where only so many of a row's trials have a number; empty where all have. */
export function lostText({ spreads }: Column, row: number): string {
  const found = spreads?.[row];
  return found && found.finite < found.trials ? `${found.finite}/${found.trials}` : "";
}

/** What the widest standard deviations of a column need. */
export function stdParts(column: Column): Parts {
  const spreads = column.spreads ?? [];
  const held = known.get(spreads);
  if (held) return held;
  const texts = spreads.map((_, row) => stdText(column, row)).filter(Boolean);
  const parts = {
    before: Math.max(0, ...texts.map(cut)),
    after: Math.max(0, ...texts.map((text) => text.length - cut(text))),
    point: texts.some((text) => text[cut(text)] === "."),
  };
  known.set(spreads, parts);
  return parts;
}

/** Mean and spread in words, where they stand alone: " ± 0.012 (4/5)". */
export function spreadText(column: Column, row: number): string {
  const std = stdText(column, row);
  const lost = lostText(column, row);
  return `${std && ` ± ${std}`}${lost && ` (${lost})`}`;
}

const WIDTHS_SAMPLE = 200;
const LETTER = 7.2;

/** Beside a name: its box, a star; and of several trials how many there are. */
const NAME_ROOM = 64;
const FOLD_ROOM = 46;

/** Pixels for the column of names, of which none is wider than `widest`. */
export function nameWidth(widest: number, several: boolean): number {
  return Math.round(Math.min(360, Math.max(120, widest + NAME_ROOM + (several ? FOLD_ROOM : 0))));
}

/** Pixels for a column of values: what these need, within reason. */
export function columnWidth(column: Column): number {
  const { cells, kind, label } = column;
  const every = Math.max(1, Math.floor(cells.length / WIDTHS_SAMPLE));
  const sampled = (text: (cell: Cell, row: number) => string): number => {
    let most = 0;
    for (let i = 0; i < cells.length; i += every) most = Math.max(most, text(cells[i], i).length);
    return most;
  };
  let letters = sampled((cell) => cellText(cell, kind));
  if (isAligned(column)) {
    const { before, after } = partsOf(column);
    letters = Math.max(letters, before + after);
  }
  if (column.spreads) {
    const { before, after } = stdParts(column);
    const lost = sampled((_, row) => lostText(column, row));
    letters += (after ? before + after + 3 : 0) + (lost ? lost + 1 : 0);
  }
  // The header has its arrow and menu beside the name.
  const head = Math.min(label.length, 14) * 6.8 + (kind === "metric" ? 46 : 36);
  const [low, high] = [54, column.spreads ? 240 : 190];
  const body = letters * LETTER + 16;
  return Math.round(Math.min(high, Math.max(low, head, body)));
}

/** Where each row begins, if those in `open` are taller by `extra`; the last entry is the end. */
export function rowTops(
  rows: ArrayLike<number>,
  height: number,
  open: (row: number, place: number) => boolean,
  extra: number,
): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    tops[i + 1] = tops[i]! + height + (open(rows[i]!, i) ? extra : 0);
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
