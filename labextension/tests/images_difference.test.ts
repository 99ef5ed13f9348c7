import assert from "node:assert/strict";
import { test } from "node:test";
import { describeDifference, differenceOf } from "../src/views/images/difference.ts";
import { sniff } from "../src/views/images/sniff.ts";

const pixels = (...values: number[]) => Uint8ClampedArray.from(values);

test("equal pictures have no difference", () => {
  const a = pixels(1, 2, 3, 255, 200, 100, 0, 255);
  const result = differenceOf(a, a.slice(), true);
  assert.deepEqual([...result.pixels], [0, 0, 0, 255, 0, 0, 0, 255]);
  assert.deepEqual([result.most, result.mean, result.differing, result.scale], [0, 0, 0, 1]);
  assert.equal(describeDifference(result, 2), "no difference");
});

test("the absolute difference is that of each channel", () => {
  const result = differenceOf(
    pixels(10, 20, 30, 255, 5, 5, 5, 255),
    pixels(13, 10, 30, 255, 5, 5, 5, 255),
    false,
  );
  assert.deepEqual([...result.pixels.slice(0, 4)], [3, 10, 0, 255]);
  assert.deepEqual([result.most, result.differing, result.scale], [10, 1, 1]);
  assert.equal(result.mean, 13 / 6);
});

test("the scaled difference stretches the largest to white, and its scale is written", () => {
  const result = differenceOf(pixels(0, 0, 0, 255), pixels(51, 17, 0, 255), true);
  assert.deepEqual([...result.pixels], [255, 85, 0, 255]);
  assert.equal(result.scale, 5);
  assert.equal(
    describeDifference(result, 1),
    "|A − B| ×5.00 · largest 51 of 255 · mean 22.7 · 100 % of pixels",
  );
});

test("a difference in opacity alone is a difference", () => {
  const result = differenceOf(pixels(0, 0, 0, 255), pixels(0, 0, 0, 155), false);
  assert.deepEqual([...result.pixels], [100, 100, 100, 255]);
});

test("the colour of an invisible pixel is no difference", () => {
  assert.equal(differenceOf(pixels(9, 9, 9, 0), pixels(0, 200, 0, 0), false).most, 0);
});

test("pictures of different sizes are refused", () => {
  assert.throws(() => differenceOf(pixels(0, 0, 0, 0), pixels(), false), RangeError);
});

test("only raster signatures are images; markup never is", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
  assert.equal(sniff(png), "png");
  assert.equal(sniff(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0])), "jpeg");
  assert.equal(sniff(text("GIF89a....")), "gif");
  assert.equal(sniff(text("GIF87a....")), "gif");
  assert.equal(sniff(text("RIFF....WEBPVP8 ")), "webp");
  assert.equal(sniff(Uint8Array.from([0x42, 0x4d, ...new Array(12).fill(0), 40, 0, 0, 0])), "bmp");
  for (const bad of [
    "",
    "<svg onload=alert(1)>",
    "<?xml ?>",
    "BM",
    "BM<svg onload=alert(1)>",
    "RIFF....WAVE",
    "GIF88a",
    "GIF89b",
  ]) {
    assert.equal(sniff(text(bad)), null, bad);
  }
});
