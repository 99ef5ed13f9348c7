// What is typed into the search: words and comparisons, all of which must hold; the same as
// nbboard/views/runs/search.py (tests/vectors/runs.json ties them).
import { type RunColumn, textOf } from "./column.ts";

const COMPARISON = /^([^<>=!]+)(<=|>=|!=|=|<|>)(.+)$/;

interface Searched {
  names: readonly string[];
  columns: ReadonlyMap<string, RunColumn>;
  /** The columns whose texts words are looked for in. */
  visible: readonly string[];
  /** What a person noted of a run. */
  said(run: string): string;
}

const known = new WeakMap<readonly string[], string[]>();

/** The names as they are compared, made once: people type letter by letter. */
function lowered(names: readonly string[]): string[] {
  let found = known.get(names);
  if (!found) {
    found = names.map((name) => name.toLowerCase());
    known.set(names, found);
  }
  return found;
}

/** 1 for each row that a search leaves. */
export function passing(text: string, { names, columns, visible, said }: Searched): Uint8Array {
  const kept = new Uint8Array(names.length).fill(1);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return kept;
  const labels = new Map<string, RunColumn>();
  for (const [key, one] of columns) labels.set(key.toLowerCase(), one);
  // A hyperparameter stands before a metric of the same name.
  for (const one of [...columns.values()].reverse()) labels.set(one.label.toLowerCase(), one);
  const lower = lowered(names);
  const texts = visible.flatMap((key) => {
    const column = columns.get(key);
    return column && !column.numbers ? [column] : [];
  });
  for (const word of words) {
    const found = COMPARISON.exec(word);
    const column = found ? labels.get(found[1]!) : undefined;
    if (found && column) {
      const fits = comparison(column, found[2]!, found[3]!);
      for (let row = 0; row < kept.length; row++) if (kept[row] && !fits(row)) kept[row] = 0;
      continue;
    }
    const hits = texts.map(({ values, codes }) => ({
      codes,
      fits: [false, ...values.map((value) => textOf(value).toLowerCase().includes(word))],
    }));
    for (let row = 0; row < kept.length; row++) {
      if (!kept[row]) continue;
      if (lower[row]!.includes(word)) continue;
      if (hits.some(({ codes, fits }) => fits[codes[row]!])) continue;
      if (said(names[row]!).toLowerCase().includes(word)) continue;
      kept[row] = 0;
    }
  }
  return kept;
}

/** Whether a comparison holds; a missing value fulfils "!=" alone. */
function comparison(column: RunColumn, sign: string, value: string): (row: number) => boolean {
  const { numbers, codes } = column;
  if (numbers) {
    const wanted = numberOf(value);
    if (wanted === null) return () => sign === "!=";
    switch (sign) {
      case "<":
        return (row) => numbers[row]! < wanted;
      case "<=":
        return (row) => numbers[row]! <= wanted;
      case ">":
        return (row) => numbers[row]! > wanted;
      case ">=":
        return (row) => numbers[row]! >= wanted;
      case "=":
        return (row) => numbers[row] === wanted;
      default:
        return (row) => numbers[row] !== wanted;
    }
  }
  if (sign !== "=" && sign !== "!=") return () => false;
  const fits = [false, ...column.values.map((one) => textOf(one).toLowerCase() === value)];
  return sign === "=" ? (row) => fits[codes[row]!]! : (row) => !fits[codes[row]!];
}

function numberOf(text: string): number | null {
  if (/^[-+]?(inf|infinity)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (text === "nan") return Number.NaN;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text) ? Number(text) : null;
}
