import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatStep,
  formatTick,
} from "../src/draw/format.ts";
import { captureKey, compileFilter } from "../src/shell/regex.ts";

test("numbers have four significant digits and no zeros that say nothing", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [1, "1"],
    [0.5, "0.5"],
    [1234.5678, "1235"],
    [0.00123456, "0.001235"],
    [0.000012345, "1.234e-5".replace("-", "\u2212")],
    [-3.2416, "\u22123.242"],
    [1.5e9, "1.5e9"],
    [Number.NaN, "NaN"],
    [-Infinity, "\u2212∞"],
  ];
  for (const [value, text] of cases) {
    assert.ok(
      [text, text.replace("1.234e", "1.235e")].includes(formatNumber(value)),
      `${value}: ${formatNumber(value)}`,
    );
  }
});

test("steps have thin separators, ticks SI prefixes, durations two units", () => {
  assert.equal(formatStep(1234567), "1\u2009234\u2009567");
  assert.equal(formatTick(5000, 1000), "5k");
  assert.equal(formatTick(2_500_000, 500_000), "2.5M");
  assert.equal(formatTick(0.25, 0.05), "0.25");
  assert.equal(formatDuration(8040), "2 h 14 min");
  assert.equal(formatDuration(59.7), "1 min");
  assert.equal(formatDuration(3599.9), "1 h");
});

test("what is left out is said, what is complete is not counted twice", () => {
  assert.equal(formatShare(1024, 2_000_000, "point"), "1,024 of 2,000,000 points");
  assert.equal(formatShare(1, 1, "point"), "1 point");
});

test("filters are unanchored, ignore case, know Python's named groups and survive half a pattern", () => {
  assert.ok(compileFilter("LOSS").test("train/loss"));
  assert.ok(compileFilter("(?P<a>lr=0.1)").test("lr=0.1,adam"));
  const broken = compileFilter("(");
  assert.ok(broken.error && broken.test("anything"));
  assert.equal(captureKey("lr=([^,]+),(\\w+)")("lr=0.1,adam,seed=3"), "0.1, adam");
  assert.equal(captureKey("lr")("x"), null);
});
