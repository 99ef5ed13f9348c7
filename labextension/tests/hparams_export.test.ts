import assert from "node:assert/strict";
import { test } from "node:test";
import { latexNumber, latexText, toCsv, toJson, toLatex } from "../src/views/hparams/export.ts";

const columns = [
  { key: "trial", label: "trial", numeric: false, cells: ['a,"b"', "line\nbreak", ""] },
  { key: "lr_1", label: "lr_1", numeric: true, cells: [1e-5, undefined, NaN] },
  { key: "__proto__", label: "p", numeric: true, cells: [Infinity, true, "x"] },
];

test("CSV quotes what must be quoted and keeps numbers in full", () => {
  assert.equal(
    toCsv(columns, [0, 1, 2]),
    'trial,lr_1,__proto__\r\n"a,""b""",0.00001,inf\r\n"line\nbreak",,true\r\n"",nan,x\r\n',
  );
  assert.equal(toCsv(columns, [0]).includes("0.1e-4"), false);
});

test("JSON leaves missing values out and survives any name", () => {
  const text = toJson(columns, [0, 1, 2]);
  assert.ok(text.includes('"__proto__": "inf"'));
  const parsed = JSON.parse(text);
  assert.equal(parsed.length, 3);
  assert.equal("lr_1" in parsed[1], false);
  assert.equal(parsed[2].lr_1, "nan");
});

test("a text that a spreadsheet would take for a formula has an apostrophe before it", () => {
  const cells = ["=cmd|x", "-1+2", "@a", "+b", -1, null, "a=b"];
  const text = toCsv([{ key: "x", label: "x", numeric: false, cells }], [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(text.split("\r\n"), [
    "x",
    "'=cmd|x",
    "'-1+2",
    "'@a",
    "'+b",
    "-1",
    "None",
    "a=b",
    "",
  ]);
});

test("LaTeX escapes every special character", () => {
  assert.equal(
    latexText("\\a{b}$&#_%~^<\n>"),
    "\\textbackslash{}a\\{b\\}\\$\\&\\#\\_\\%\\textasciitilde{}\\textasciicircum{}\\textless{} \\textgreater{}",
  );
  const table = toLatex(columns, [1, 0]);
  assert.ok(table.startsWith("\\begin{tabular}{lrr}\n  \\toprule\n  trial & lr\\_1 & p \\\\"));
  assert.ok(table.includes("  line break & -- & true \\\\"));
});

test("LaTeX numbers have four digits and powers of ten", () => {
  assert.deepEqual([0.12345678, 1e-5, 123456789, 512, NaN, -Infinity].map(latexNumber), [
    "$0.1235$",
    "$1 \\times 10^{-5}$",
    "$1.235 \\times 10^{8}$",
    "$512$",
    "NaN",
    "$-\\infty$",
  ]);
});
