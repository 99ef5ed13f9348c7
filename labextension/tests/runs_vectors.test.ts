// What both languages have: see tests/views/runs/test_runs_shown.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plain } from "../src/table/cells.ts";
import { RunColumn } from "../src/views/runs/column.ts";
import { linesOf, sorted } from "../src/views/runs/lines.ts";
import { passing } from "../src/views/runs/search.ts";
import { vectors } from "./vectors.ts";

interface Written {
  key: string;
  label: string;
  numbers?: (number | null)[];
  texts?: Plain[];
}

interface Vectors {
  names: string[];
  columns: Written[];
  visible: string[];
  said: Record<string, string>;
  search: { text: string; rows: number[] }[];
  sort: { sort: string[]; rows: number[] }[];
  group: { group: string; sort: string[]; pinned: string[]; rows: number[] }[];
}

const cases = vectors<Vectors>("runs");

function column({ key, label, numbers, texts = [] }: Written): RunColumn {
  const common = { key, label, group: "hparam", differs: true } as const;
  if (numbers) {
    const packed = Float64Array.from(numbers, (value) => value ?? Number.NaN);
    return new RunColumn({ ...common, form: "number", numbers: packed });
  }
  const values: Plain[] = [...new Set(texts)].filter((value) => value !== null);
  const codes = Uint8Array.from(texts, (value) => values.indexOf(value) + 1);
  return new RunColumn({ ...common, form: "text", values, codes });
}

const columns = new Map(cases.columns.map((one) => [one.key, column(one)]));
const all = new Uint8Array(cases.names.length).fill(1);

for (const { text, rows } of cases.search) {
  test(`runs: the search ${JSON.stringify(text)}`, () => {
    const { names, visible } = cases;
    const kept = passing(text, { names, columns, visible, said: (run) => cases.said[run] ?? "" });
    assert.deepEqual(
      names.map((_, row) => row).filter((row) => kept[row]),
      rows,
    );
  });
}

for (const { sort, rows } of cases.sort) {
  test(`runs: sorted by ${sort.join(", ") || "nothing"}`, () => {
    assert.deepEqual([...sorted(all, columns, sort)], rows);
  });
}

for (const { group, sort, pinned, rows } of cases.group) {
  test(`runs: grouped by ${group}`, () => {
    const isPinned = (row: number): boolean => pinned.includes(cases.names[row]!);
    const { at } = linesOf(sorted(all, columns, sort), isPinned, columns.get(group), []);
    assert.deepEqual(
      [...at].filter((row) => row >= 0),
      rows,
    );
  });
}
