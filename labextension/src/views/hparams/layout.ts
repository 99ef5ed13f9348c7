// Where things stand in the table: decimal points in line, widths of columns, tops of rows.
import { cut, knownParts, type Parts, partsOf } from "../../table/align.ts";
import { type Cell, cellText } from "../../table/cells.ts";
import type { Column } from "./columns.ts";
import { widthFor } from "../../table/width.ts";
import { formatNumber } from "../../draw/format.ts";

/** Whether a column is of numbers that have digits after a point. */
export function isAligned({ numeric, kind }: Column): boolean {
  return numeric && (kind === "hparam" || kind === "metric");
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
  const held = knownParts.get(spreads);
  if (held) return held;
  const texts = spreads.map((_, row) => stdText(column, row)).filter(Boolean);
  const parts = {
    before: Math.max(0, ...texts.map(cut)),
    after: Math.max(0, ...texts.map((text) => text.length - cut(text))),
    point: texts.some((text) => text[cut(text)] === "."),
  };
  knownParts.set(spreads, parts);
  return parts;
}

/** Mean and spread in words, where they stand alone: " ± 0.012 (4/5)". */
export function spreadText(column: Column, row: number): string {
  const std = stdText(column, row);
  const lost = lostText(column, row);
  return `${std && ` ± ${std}`}${lost && ` (${lost})`}`;
}

const WIDTHS_SAMPLE = 200;

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
  return widthFor(letters, label, kind === "metric" ? 46 : 36, column.spreads ? 240 : 190);
}
