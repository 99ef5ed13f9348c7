import { formatStep } from "../src/draw/format.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillRow, shareOf } from "../src/stepped/layout.ts";
import { counted, fileName } from "../src/stepped/words.ts";

test("cards fill their row and are never narrower than asked", () => {
  for (let width = 300; width < 2000; width += 7) {
    const one = fillRow(width, 200);
    const count = Math.floor((width + 12) / (one + 12));
    assert.ok(one >= 199);
    assert.ok(width - (count * one + (count - 1) * 12) <= count);
    assert.ok(count * one + (count - 1) * 12 < width);
  }
  assert.equal(fillRow(150, 200), 149);
  assert.equal(shareOf(1000, 3), 325);
  assert.equal(shareOf(9000, 2), 480);
});

test("steps are written with thin separators and never rounded", () => {
  assert.equal(
    formatStep(9223372036854775807n).replaceAll("\u2009", ","),
    "9,223,372,036,854,775,807",
  );
  assert.equal(formatStep(-1200n), "\u22121\u2009200");
  assert.equal(formatStep(0n), "0");
});

test("a download has a name that every file system takes", () => {
  assert.equal(fileName("a/b", "x y", 3n, 0, "png"), "a_b_x_y_3.png");
  assert.equal(fileName("../..", '<"|>', null, 2, "svg+xml"), "_..____2.bin");
  assert.ok(fileName("r".repeat(500), "t".repeat(500), 1n, 0, "gif").length < 140);
});

test("one is one, and several are several", () => {
  assert.equal(counted(1, ["text", "texts"]), "1 text");
  assert.equal(counted(1200, ["text", "texts"]), "1,200 texts");
});
