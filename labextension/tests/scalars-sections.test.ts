import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, layoutSections, touching } from "../src/scalars/sections.ts";

const SIZES = { columns: 2, row: 100, expandedRow: 300 };
const group = (name: string, tags: string[], alone = false) => ({
  key: name,
  name,
  tags,
  alone,
  pinned: false,
});

test("sections stand below each other, with a heading unless their cards have none", () => {
  const { sections, height } = layoutSections(
    [group("a", ["a/1", "a/2", "a/3"]), group("b", ["b"], true)],
    SIZES,
    null,
    [],
  );
  assert.deepEqual(
    sections.map(({ top, height: h }) => [top, h]),
    [
      [0, 28 + 204 + 8],
      [240, 108],
    ],
  );
  assert.equal(height, 348);
});

test("a folded section is its heading, and a card at full width has a row of its own", () => {
  const groups = [group("a", ["a/1", "a/2", "a/3", "a/4"])];
  assert.equal(layoutSections(groups, SIZES, null, ["a"]).height, 28);
  const [section] = layoutSections(groups, SIZES, "a/2", []).sections;
  assert.deepEqual(
    section!.rows.map((row) => [row.tags, row.top, row.height]),
    [
      [["a/1"], 0, 100],
      [["a/2"], 104, 300],
      [["a/3", "a/4"], 408, 100],
    ],
  );
});

test("only what touches the stretch in sight is drawn, of very many cards, too", () => {
  const tags = Array.from({ length: 100_000 }, (_, i) => `t/${i}`);
  const [section] = layoutSections([group("t", tags)], SIZES, null, []).sections;
  const [first, last] = touching(section!.rows, [104_000, 105_000]);
  assert.deepEqual([first, last], [1000, 1010]);
  assert.deepEqual(touching(section!.rows, [-900, -100]), [0, 0]);
});

test("there are as many columns as fit, and no more than the largest group has cards", () => {
  assert.equal(columnsOf(1000, 300, 10), 3);
  assert.equal(columnsOf(1000, 300, 1), 2);
  assert.equal(columnsOf(200, 300, 10), 1);
});
