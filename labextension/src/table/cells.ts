// What stands in a cell, and how it is written on screen.
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatStep,
  formatWallTime,
} from "../draw/format.ts";
import { shownText } from "../shell/names.ts";

/** A value that was logged; null is one, too. */
export type Plain = number | string | boolean | null;
/** undefined: nothing was logged. NaN is a value. */
export type Cell = Plain | undefined;

export type ColumnKind = "name" | "hparam" | "metric" | "status" | "time" | "duration";

/** Whether there is no value to compare: none was logged, or NaN. */
export function isMissing(cell: Cell): cell is undefined {
  return cell === undefined || (typeof cell === "number" && Number.isNaN(cell));
}

/** What tells values apart: 1, true and "1" are three; NaN is one. */
export function identityOf(cell: Cell): string {
  return cell === undefined ? "" : cell === null ? "null" : `${typeof cell} ${cell}`;
}

/** How a value is written where it is searched, exported or listed. */
export function textOf(cell: Cell): string {
  return cell === undefined ? "" : cell === null ? "None" : String(cell);
}

/** A cell of the table; what was not logged is a dash. */
export function cellText(cell: Cell, kind: ColumnKind, digits = 4): string {
  if (cell === undefined) return "–";
  if (kind === "time") return formatWallTime(cell as number);
  if (kind === "duration") return formatDuration(cell as number);
  if (typeof cell === "number") {
    return Number.isInteger(cell) && Math.abs(cell) < 1e6
      ? formatStep(cell)
      : formatNumber(cell, digits).replace(/^(\u2212?)(\d{4,6})/, grouped);
  }
  const text = textOf(cell);
  if (text.trim() === "") return text === "" ? "(empty)" : "(blank)";
  return shownText(text);
}

/** "469232" as steps are written: "469 232". */
function grouped(_: string, sign: string, digits: string): string {
  return sign + formatStep(Number(digits));
}

/** A tick of an axis. */
export function tickText(value: Plain, kind: ColumnKind): string {
  return kind === "duration" ? formatDuration(value as number) : cellText(value, kind, 3);
}

/** A number as it can be typed again: no thin separators, no typographic minus. */
export function editText(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(6)));
}

/** "18 brushed · 54 trials", "54 trials": always true, small. */
export function countText(
  counts: { all: number; shown: number; brushed: number },
  brushing: boolean,
  noun: string,
): string {
  const { all, shown, brushed } = counts;
  const text = formatShare(shown, all, noun);
  return brushing ? `${brushed.toLocaleString("en")} brushed · ${text}` : text;
}
