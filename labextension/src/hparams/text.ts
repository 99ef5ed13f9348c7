// How cells, ticks and counts are written on screen.

import { shownText } from "../shell/names.ts";
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatStep,
  formatWallTime,
} from "../draw/format.ts";
import type { Column } from "./columns.ts";
import type { Cell, Plain } from "./model.ts";

/** A cell of the table; missing is a dash. */
export function cellText(cell: Cell, kind: Column["kind"], digits = 4): string {
  if (cell === null) return "–";
  if (kind === "time") return formatWallTime(cell as number);
  if (kind === "duration") return formatDuration(cell as number);
  if (typeof cell === "number") {
    return Number.isInteger(cell) && Math.abs(cell) < 1e6
      ? formatStep(cell)
      : formatNumber(cell, digits).replace(/^(\u2212?)(\d{4,6})/, grouped);
  }
  const text = String(cell);
  if (text.trim() === "") return text === "" ? "(empty)" : "(blank)";
  return shownText(text);
}

/** "469232" as steps are written: "469 232". */
function grouped(_: string, sign: string, digits: string): string {
  return sign + formatStep(Number(digits));
}

/** A tick of an axis. */
export function tickText(value: Plain, kind: Column["kind"]): string {
  return kind === "duration" ? formatDuration(value as number) : cellText(value, kind, 3);
}

/** A number as it can be typed again: no thin separators, no typographic minus. */
export function editText(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(6)));
}

/** "18 of 54 trials brushed", "54 trials": always true, small. */
export function countText(
  counts: { all: number; shown: number; brushed: number },
  brushing: boolean,
): string {
  const { all, shown, brushed } = counts;
  const shownText = formatShare(shown, all, "trial");
  return brushing ? `${brushed.toLocaleString("en")} brushed · ${shownText}` : shownText;
}
