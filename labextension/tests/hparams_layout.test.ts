import assert from "node:assert/strict";
import { test } from "node:test";
import { cellText } from "../src/table/cells.ts";
import type { Column } from "../src/views/hparams/columns.ts";
import { padding, partsOf } from "../src/table/align.ts";
import { columnWidth, spreadText } from "../src/views/hparams/layout.ts";

const column = (cells: Column["cells"]): Column => ({
  key: "x",
  label: "x",
  title: "",
  kind: "metric",
  numeric: true,
  cells,
});

test("points of a column are in line, whatever has digits behind them", () => {
  const cells = [0.8723, 0.934, 12, undefined, null, Number.NaN, 1e-5, -1234.5678];
  const parts = partsOf(column(cells));
  assert.deepEqual(parts, { before: 6, after: 5, point: true });
  for (const cell of cells) {
    const text = cellText(cell, "metric");
    const padded = text + padding(text, parts);
    const at = typeof cell === "number" && cell ? padded.search(/[.e]/) : text.length;
    assert.equal(padded.slice(at).length, 5, text);
  }
});

test("whole numbers alone need no room behind them", () => {
  const parts = partsOf(column([8, 128, 12_345]));
  assert.equal(parts.point, false);
  assert.equal(padding("8", parts), "");
});

test("a column is wide enough for its longest parts together", () => {
  assert.ok(columnWidth(column([123_456.7, 0.0001234])) >= 7.2 * 14);
});

test("large numbers have thin separators, as steps have", () => {
  assert.equal(cellText(469232.35, "hparam"), "469\u2009232");
  assert.equal(cellText(-1234.56, "hparam"), "\u22121\u2009235");
  assert.equal(cellText(999.5, "hparam"), "999.5");
});

test("a mean of several trials has its spread, and says how many have no number", () => {
  const spreads = [
    { mean: 0.5, std: 0.012345, finite: 3, trials: 3 },
    { mean: 0.5, std: Number.NaN, finite: 1, trials: 2 },
    { mean: 0.5, std: Number.NaN, finite: 1, trials: 1 },
  ];
  const means = { ...column([0.5, 0.5, 0.5]), spreads };
  assert.deepEqual(
    [0, 1, 2].map((row) => spreadText(means, row)),
    [" ± 0.012", " (1/2)", ""],
  );
});
