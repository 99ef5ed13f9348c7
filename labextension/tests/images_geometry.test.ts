import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fitScale,
  LARGEST_PIXEL,
  panBy,
  pixelAt,
  place,
  squareScale,
  WHOLE,
  zoomAt,
} from "../src/views/images/geometry.ts";

const box = { width: 200, height: 150 };
const digit = { width: 28, height: 28 };
const photo = { width: 800, height: 400 };

test("a small picture grows to whole pixels, and stands below its name", () => {
  const at = place(WHOLE, digit, box);
  assert.deepEqual(at, { left: 0, top: 0, width: 140, height: 140, scale: 5, sharp: true });
});

test("a large picture shrinks to fit, smoothed instead of dropping pixels", () => {
  const at = place(WHOLE, photo, box);
  assert.equal(at.scale, 0.25);
  assert.equal(at.sharp, false);
  assert.deepEqual([at.left, at.top], [0, 0]);
});

test("on any screen a pixel is a whole number of device pixels", () => {
  for (const ratio of [1, 1.25, 1.5, 2, 3]) {
    for (let scale = 1; scale < 30; scale += 0.37) {
      const device = squareScale(scale, ratio, false) * ratio;
      assert.ok(Math.abs(device - Math.round(device)) < 1e-9, `${scale} at ${ratio}`);
    }
    assert.ok(fitScale(digit, box, ratio) * 28 <= 150);
  }
});

test("zooming keeps the point under the pointer where it is", () => {
  let look = WHOLE;
  for (let i = 0; i < 4; i++) look = zoomAt(look, 2, 150, 40, photo, box);
  const at = place(look, photo, box);
  assert.equal(at.scale, 4);
  // (150, 40) was pixel (600, 160) of the photo at the start.
  const pixel = pixelAt(at, 150, 40);
  assert.ok(pixel && Math.abs(pixel.column - 600) <= 1 && Math.abs(pixel.row - 160) <= 1);
});

test("zooming out again ends at the whole picture", () => {
  let look = zoomAt(WHOLE, 8, 20, 20, photo, box);
  look = zoomAt(look, 1 / 8, 180, 120, photo, box);
  assert.deepEqual(look, WHOLE);
  const small = zoomAt(WHOLE, 0.01, 10, 10, digit, box);
  assert.equal(place(small, digit, box).scale, 1);
});

test("a pixel is never drawn larger than the largest pixel", () => {
  const look = zoomAt(WHOLE, 1e6, 100, 75, digit, box);
  assert.equal(place(look, digit, box).scale, LARGEST_PIXEL);
});

test("panning moves with the pointer and stops at the picture's edges", () => {
  const zoomed = zoomAt(WHOLE, 8, 100, 75, photo, box);
  const before = place(zoomed, photo, box);
  const moved = place(panBy(zoomed, 30, -10, photo, box), photo, box);
  assert.deepEqual([moved.left - before.left, moved.top - before.top], [30, -10]);
  const far = place(panBy(zoomed, 1e6, 1e6, photo, box), photo, box);
  assert.deepEqual([far.left, far.top], [0, 0]);
});

test("panning a picture that is wholly seen does nothing", () => {
  assert.deepEqual(panBy(WHOLE, 40, 40, digit, box), WHOLE);
});

test("pictures of different sizes look at the same part", () => {
  const look = zoomAt(WHOLE, 4, 150, 100, photo, box);
  const twin = { width: 400, height: 200 };
  const a = place(look, photo, box);
  const b = place(look, twin, box);
  assert.deepEqual([a.left, a.top, a.width, a.height], [b.left, b.top, b.width, b.height]);
});

test("actual size draws a pixel as one CSS pixel", () => {
  assert.equal(place(WHOLE, photo, box, 1, true).scale, 1);
  assert.equal(place(WHOLE, digit, box, 2, true).scale, 1);
});

test("outside the picture there is no pixel", () => {
  const at = place(WHOLE, digit, box);
  assert.equal(pixelAt(at, -1, 75), null);
  assert.deepEqual(pixelAt(at, 0, 0), { column: 0, row: 0 });
  assert.deepEqual(pixelAt(at, 139.9, 139.9), { column: 27, row: 27 });
  assert.equal(pixelAt(at, 140, 75), null);
});
