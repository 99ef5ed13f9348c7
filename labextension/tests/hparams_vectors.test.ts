// What both languages have: see tests/views/test_hparams_rules.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, textOf } from "../src/table/cells.ts";
import { type Condition, passing } from "../src/views/hparams/condition.ts";
import { sortRows } from "../src/table/order.ts";
import { bestRow } from "../src/views/hparams/reduce.ts";
import { groupsOfRepeats, sameOrMissing, spread } from "../src/views/hparams/repeats.ts";
import { vectors } from "./vectors.ts";

type Written = Cell | { missing: true } | { number: string };

interface Vectors {
  text: { cell: Written; text: string }[];
  conditions: { cells: Written[]; condition: Condition; passes: number[] }[];
  sort: { columns: Record<string, Written[]>; sort: string[]; rows: number[] }[];
  repeats: {
    hparams: Record<string, Written[]>;
    over: string[];
    groups: number[][];
    length?: number;
  }[];
  spread: { cells: Written[]; mean: Written; std: Written; finite: number; trials: number }[];
  same: { cells: Written[]; same: Written }[];
  best: { cells: Written[]; lower: boolean; best: number | null }[];
}

const cases = vectors<Vectors>("hparams");

function cell(written: Written): Cell {
  if (typeof written !== "object" || written === null) return written;
  return "missing" in written ? undefined : Number(written.number);
}

const columnsOf = (written: Record<string, Written[]>): Map<string, Cell[]> =>
  new Map(Object.entries(written).map(([key, cells]) => [key, cells.map(cell)]));

test("cells are written as Python writes them", () => {
  for (const one of cases.text) assert.equal(textOf(cell(one.cell)), one.text);
});

test("conditions pass what they pass in Python", () => {
  for (const { cells, condition, passes } of cases.conditions) {
    const columns = new Map([["x", cells.map(cell)]]);
    const mask = passing(cells.length, columns, { x: condition });
    const passed = Array.from(mask.keys()).filter((row) => mask[row]);
    assert.deepEqual(passed, passes, JSON.stringify(condition));
  }
});

test("rows are sorted as in Python", () => {
  for (const { columns, sort, rows } of cases.sort) {
    const mask = new Uint8Array(rows.length).fill(1);
    assert.deepEqual(Array.from(sortRows(columnsOf(columns), sort, mask)), rows, String(sort));
  }
});

test("trials that repeat each other are grouped as in Python", () => {
  for (const { hparams, over, groups, length } of cases.repeats) {
    const columns = columnsOf(hparams);
    const many = length ?? [...columns.values()][0]!.length;
    assert.deepEqual(groupsOfRepeats(columns, over, many), groups);
  }
});

test("mean and spread are those of Python", () => {
  for (const { cells, mean, std, finite, trials } of cases.spread) {
    const found = spread(cells.map(cell));
    assert.deepEqual(found.mean, cell(mean));
    const wanted = cell(std) as number;
    assert.ok(Object.is(found.std, wanted) || Math.abs(found.std - wanted) < 1e-12);
    assert.deepEqual([found.finite, found.trials], [finite, trials]);
  }
});

test("what all trials of a row share is its value", () => {
  for (const { cells, same } of cases.same) {
    assert.deepEqual(sameOrMissing(cells.map(cell)), cell(same));
  }
});

test("the best row is that of Python", () => {
  for (const { cells, lower, best } of cases.best) {
    assert.equal(bestRow(cells.map(cell), lower), best ?? -1);
  }
});
