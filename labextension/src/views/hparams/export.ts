// Tables for other programs: CSV, JSON and LaTeX, each with its own escaping.

import { type Cell, textOf } from "../../table/cells.ts";

export interface ExportColumn {
  key: string;
  label: string;
  cells: readonly Cell[];
  /** Right-aligned in LaTeX. */
  numeric: boolean;
}

/** RFC 4180: CRLF between records, quotes doubled; missing is empty, null None, numbers in full. */
export function toCsv(columns: readonly ExportColumn[], rows: ArrayLike<number>): string {
  const lines = [columns.map((column) => csvField(column.key)).join(",")];
  for (let i = 0; i < rows.length; i++) {
    lines.push(columns.map((column) => csvField(column.cells[rows[i]!])).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function csvField(cell: Cell): string {
  if (cell === undefined) return "";
  const text = numberText(cell) ?? asText(textOf(cell));
  // An empty string is quoted, so that it differs from a missing value.
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With an apostrophe where a spreadsheet would take a text for a formula. */
function asText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function numberText(cell: Cell): string | null {
  if (typeof cell !== "number") return null;
  if (Number.isNaN(cell)) return "nan";
  if (!Number.isFinite(cell)) return cell > 0 ? "inf" : "-inf";
  return String(cell);
}

/** A list of objects, one a trial; missing values are left out, NaN and infinity are text. */
export function toJson(columns: readonly ExportColumn[], rows: ArrayLike<number>): string {
  const records = Array.from(rows, (trial) => {
    // Without a prototype, a hyperparameter called "__proto__" is a name like any other.
    const record = Object.create(null) as Record<string, Cell>;
    for (const column of columns) {
      const cell = column.cells[trial];
      if (cell === undefined) continue;
      record[column.key] =
        typeof cell === "number" && !Number.isFinite(cell) ? numberText(cell) : cell;
    }
    return record;
  });
  return `${JSON.stringify(records, null, 1)}\n`;
}

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  _: "\\_",
  "%": "\\%",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
};

export function latexText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}/gu, "\ufffd")
    .replace(/[\\{}$&#_%~^<>|"]/g, (mark) => LATEX[mark]!);
}

/** Four significant digits, powers of ten as mathematics. */
export function latexNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "$\\infty$" : "$-\\infty$";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return `$${value}$`;
  const [mantissa, exponent] = value.toExponential(3).split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return `$${Number(value.toPrecision(4))}$`;
  return `$${Number(mantissa)} \\times 10^{${power}}$`;
}

/** A booktabs tabular. */
export function toLatex(columns: readonly ExportColumn[], rows: ArrayLike<number>): string {
  const cell = (value: Cell): string =>
    value === undefined
      ? "--"
      : typeof value === "number"
        ? latexNumber(value)
        : latexText(textOf(value));
  const line = (fields: string[]) => `  ${fields.join(" & ")} \\\\`;
  const body = Array.from(rows, (trial) =>
    line(columns.map((column) => cell(column.cells[trial]))),
  );
  return [
    `\\begin{tabular}{${columns.map((column) => (column.numeric ? "r" : "l")).join("")}}`,
    "  \\toprule",
    line(columns.map((column) => latexText(column.label))),
    "  \\midrule",
    ...body,
    "  \\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}
