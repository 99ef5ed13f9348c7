// A text as the kernel sent it, and what it seems to be.
import type { Content } from "../../shell/wire.ts";
import type { Item } from "../../stepped/kind.ts";

/** As `TextView.encode` in nbboard/views/text.py. */
export interface Passage extends Item {
  /** As logged. */
  shape: readonly number[];
  /** Columns of the table that is shown; 0 for a single text. */
  columns: number;
  cells: readonly string[];
  /** How many characters are left out. */
  cut: number;
  /** About how many lines it takes, as it seems to be and as characters. */
  lines: number;
  rawLines: number;
  style: Style;
}

export type Style = "markdown" | "json" | "log" | "table";

export function passageOf(encoded: Content): Passage {
  const { shape, columns, cells, cut } = encoded;
  const single: string = cells[0] ?? "";
  const style = columns > 0 ? "table" : cut > 0 ? styleOfPart(single) : styleOf(single);
  const rows = columns > 0 ? Math.ceil(cells.length / columns) : 0;
  const lines = columns > 0 ? 2 * rows : style === "json" ? valuesOf(single) : linesOf(single);
  const rawLines = columns > 0 ? rows : linesOf(single);
  return { shape, columns, cells, cut, lines, rawLines, style };
}

/** What was logged, as characters: cells of a table apart as in a spreadsheet. */
export function rawText({ cells, columns }: Passage): string {
  if (columns === 0) return cells[0] ?? "";
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += columns) {
    rows.push(cells.slice(at, at + columns).join("\t"));
  }
  return rows.join("\n");
}

/** About how many lines a tree takes: one for each value. */
function valuesOf(text: string): number {
  let values = 1;
  for (let at = 0; at < text.length && values < 100; at++) {
    if (text[at] === "," || text[at] === "{") values++;
  }
  return values;
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines < 100; at = text.indexOf("\n", at + 1))
    lines++;
  return Math.min(100, lines + Math.floor(text.length / 80));
}

/** What a whole text seems to be. */
export function styleOf(text: string): Style {
  const begin = text.trimStart().slice(0, 1);
  if (begin === "{" || begin === "[") {
    try {
      if (typeof JSON.parse(text) === "object") return "json";
    } catch {
      // It only begins like that.
    }
  }
  return styleOfPart(text);
}

/** A line of a log: a time or a level. */
const LOGGED =
  /^(\[?\d{4}-\d\d-\d\d|\[?\d\d:\d\d(:\d\d)?|\[?(TRACE|DEBUG|INFO|WARN(ING)?|ERROR|FATAL|CRITICAL)\b)/;
const TRACEBACK = /^Traceback \(most recent call last\)/m;
const LOOKED_AT = 60;

function styleOfPart(text: string): Style {
  const lines = text.split("\n", LOOKED_AT);
  if (TRACEBACK.test(lines.join("\n"))) return "log";
  const top = lines.filter((line) => /^\S/.test(line));
  const logged = top.filter((line) => LOGGED.test(line)).length;
  return lines.length > 1 && logged > top.length / 2 ? "log" : "markdown";
}
