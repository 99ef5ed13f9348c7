import assert from "node:assert/strict";
import { test } from "node:test";
import { shownLine } from "../src/views/text/characters.ts";
import { partsOf } from "../src/views/text/difference.ts";
import { entriesOf, parseJson } from "../src/views/text/json.ts";
import { nestLines } from "../src/views/text/nesting.ts";
import { passageOf, rawText, styleOf } from "../src/views/text/passage.ts";

test("what a text is shows in how it begins", () => {
  assert.equal(styleOf('{"a": 1}'), "json");
  assert.equal(styleOf(" [1, 2]\n"), "json");
  assert.equal(styleOf("[link](http://a)"), "markdown");
  assert.equal(styleOf("{not json"), "markdown");
  assert.equal(styleOf("2026-01-01 10:00 INFO a\n  more\n2026-01-01 10:01 b"), "log");
  assert.equal(styleOf('Traceback (most recent call last):\n  File "x", line 1\nError'), "log");
  assert.equal(styleOf("# Title\n\nINFO is a word"), "markdown");
  assert.equal(styleOf(""), "markdown");
});

test("a table of texts is laid out row by row", () => {
  const table = passageOf({ shape: [2, 2], columns: 2, cells: ["a", "b", "c", "d"], cut: 0 });
  assert.equal(table.style, "table");
  assert.equal(rawText(table), "a\tb\nc\td");
  assert.equal(rawText(passageOf({ shape: [], columns: 0, cells: ["x"], cut: 0 })), "x");
  assert.equal(rawText(passageOf({ shape: [0], columns: 0, cells: [], cut: 0 })), "");
});

test("a JSON that was cut off is no JSON any more", () => {
  assert.equal(passageOf({ shape: [], columns: 0, cells: ['{"a": 1}'], cut: 9 }).style, "markdown");
});

test("changes are told by words, numbers as a whole", () => {
  const { parts, by } = partsOf("loss 0.250 at 1e-3", "loss 0.125 at 1e-3");
  assert.equal(by, "words");
  assert.deepEqual(
    parts.map(({ change, text }) => `${change}:${text}`),
    ["same:loss ", "removed:0.250", "added:0.125", "same: at 1e-3"],
  );
  assert.deepEqual(partsOf("a", "a").parts, [{ change: "same", text: "a" }]);
});

test("long texts are compared by lines, very long ones not at all", () => {
  const long = "word ".repeat(20_000);
  assert.equal(partsOf(`${long}\na\n`, `${long}\nb\n`).by, "lines");
  const lines = "line of words\n".repeat(6_000);
  assert.equal(partsOf(`${lines}a`, `${lines}b`).by, "whole texts");
});

test("both texts can be put together again from the parts", () => {
  const [before, after] = ["the quick\tbrown  fox\n", "a quick brown fox jumps\n"];
  const { parts } = partsOf(before, after);
  const without = (change: string) =>
    parts
      .filter((part) => part.change !== change)
      .map(({ text }) => text)
      .join("");
  assert.equal(without("added"), before);
  assert.equal(without("removed"), after);
});

test("indented lines belong to the one above them", () => {
  const tree = nestLines(["a", "  b", "    c", "", "  d", "e"]);
  assert.deepEqual(
    tree.map(({ text, below }) => [text, below.map((line) => line.text)]),
    [
      ["a", ["b", "d"].map((text) => `  ${text}`)],
      ["e", []],
    ],
  );
  assert.deepEqual(
    tree[0]!.below[0]!.below.map(({ text }) => text),
    ["    c"],
  );
});

test("large numbers of a JSON stay as they were written", () => {
  const value = parseJson('{"big": 1152921504606846977, "list": [1.50, "x"], "none": null}');
  const entries = entriesOf(value)!;
  assert.deepEqual(
    entries.map(([name]) => name),
    ["big", "list", "none"],
  );
  assert.equal(String(entries[0]![1]), "1152921504606846977");
  assert.equal(String(entriesOf(entries[1]![1])![0]![1]), "1.50");
  assert.equal(entriesOf("x"), null);
});

test("characters that turn or hide the others are shown as a sign", () => {
  assert.equal(shownLine("a\u202eb\u0007c\ttab\r"), "a\ufffdb\ufffdc\ttab");
  assert.equal(shownLine("x".repeat(30_000)).length, 20_001);
});
