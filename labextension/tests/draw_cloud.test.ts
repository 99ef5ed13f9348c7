// The painter of points: what covers what, which point is under the pointer, what a camera sees.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axesOf,
  type Camera,
  eyeOf,
  fitted,
  orbited,
  panned,
  project,
  projectionOf,
  type Vector,
  zoomed,
} from "../src/draw/camera.ts";
import { type Cloud, EMPHASIS, paintCloud } from "../src/draw/cloud.ts";
import { pixel, pixelsOf, Raster } from "../src/draw/raster.ts";

const FLAT: Camera = { target: [0, 0, 0], azimuth: 0, elevation: 0, extent: 10, fov: 0, up: "y" };
const SOLID: Camera = { ...FLAT, fov: Math.PI / 2, extent: 10 };
const RED = pixel(255, 0, 0);
const BLUE = pixel(0, 0, 255);

function painted(
  cloud: Omit<Cloud, "dimensions"> & { dimensions?: 2 | 3 },
  camera = FLAT,
  size = 1,
) {
  const raster = new Raster();
  raster.clear(10, 10);
  const projection = projectionOf(camera, 10, 10);
  paintCloud(raster, { dimensions: 3, ...cloud }, projection, { size });
  return raster;
}

function near(actual: readonly number[] | null, expected: readonly number[]): void {
  assert.ok(actual);
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i]! - value) < 1e-9, `${actual} is not ${expected}`);
  }
}

test("a colour is red, green, blue and opacity in the order of a canvas", () => {
  const bytes = new Uint8Array(new Uint32Array([pixel(1, 2, 3, 4)]).buffer);
  assert.deepEqual([...bytes], [1, 2, 3, 4]);
  assert.deepEqual(
    [...pixelsOf(new Uint8Array([1, 2, 3, 4, 5, 6]))],
    [pixel(1, 2, 3), pixel(4, 5, 6)],
  );
});

test("the nearer of two points is seen, whichever comes first", () => {
  for (const camera of [FLAT, SOLID]) {
    const forth = painted({ positions: new Float32Array([0, 0, 1, 0, 0, 0]), color: RED }, camera);
    const back = painted({ positions: new Float32Array([0, 0, 0, 0, 0, 1]), color: RED }, camera);
    assert.equal(forth.partAt(5, 5), 0);
    assert.equal(back.partAt(5, 5), 1);
  }
});

test("in a plane later points cover earlier ones", () => {
  const color = new Uint32Array([RED, BLUE]);
  const raster = painted({ positions: new Float32Array([0, 0, 0, 0]), dimensions: 2, color });
  assert.equal(raster.pixels[55], BLUE);
});

test("x grows to the right and y up", () => {
  const raster = painted({ positions: new Float32Array([3, 2, 0]), color: RED });
  assert.equal(raster.pixels[3 * 10 + 8], RED);
  assert.equal(raster.pixels.filter((one) => one !== 0).length, 1);
});

test("whole numbers stand for coordinates on a grid", () => {
  const grid = { low: [-5, -5, -5], step: [0.1, 0.1, 0.1] } as const;
  const positions = new Int16Array([80, 70, 50]);
  assert.deepEqual(
    painted({ positions, grid, color: RED }).pixels,
    painted({ positions: new Float32Array([3, 2, 0]), color: RED }).pixels,
  );
});

test("points that are not finite, behind the eye or off the canvas are not drawn", () => {
  const positions = new Float32Array([
    ...[Number.NaN, 0, 0],
    ...[0, Number.POSITIVE_INFINITY, 0],
    ...[0, 0, 5.1],
    ...[99, 0, 0],
  ]);
  const raster = painted({ positions, color: RED }, SOLID);
  assert.ok(raster.pixels.every((one) => one === 0));
});

test("a point covers as many pixels as it is wide, within the canvas", () => {
  const seen = (at: Vector, size: number): number =>
    painted({ positions: new Float32Array(at), color: RED }, FLAT, size).pixels.filter(Boolean)
      .length;
  assert.equal(seen([0, 0, 0], 2), 4);
  assert.equal(seen([0, 0, 0], 3), 9);
  assert.equal(seen([-4.5, 4.5, 0], 3), 4);
  const disc = seen([0, 0, 0], 8);
  assert.ok(disc < 64 && disc > 44, String(disc));
});

test("dim points are faint and under all others, strong ones over them, hidden ones not there", () => {
  const positions = new Float32Array([0, 0, 3, 0, 0, 2, 0, 0, 1, 0, 0, 4]);
  const seen = (...emphasis: number[]): Raster =>
    painted({ positions, color: RED, emphasis: new Uint8Array(emphasis) });
  const { dim, none, strong, hidden } = EMPHASIS;
  assert.equal(seen(dim, none, strong, hidden).partAt(5, 5), 2);
  assert.equal(seen(dim, none, none, hidden).partAt(5, 5), 1);
  const faint = seen(dim, hidden, hidden, hidden);
  assert.equal(faint.partAt(5, 5), 0);
  assert.equal(faint.pixels[55], pixel(255, 0, 0, 51));
});

test("colours come one for all, one a point, or from a table", () => {
  const positions = new Float32Array([-2, 0, 0, 2, 0, 0]);
  const each = painted({ positions, color: new Uint32Array([RED, BLUE]) });
  const table = new Uint32Array([BLUE, RED]);
  const listed = painted({ positions, color: { table, index: new Uint8Array([1, 0]) } });
  assert.deepEqual(each.pixels, listed.pixels);
  assert.equal(painted({ positions, color: BLUE }).pixels[53], BLUE);
});

test("only the first points are drawn where that is asked for", () => {
  const positions = new Float32Array([-2, 0, 0, 2, 0, 0]);
  assert.equal(painted({ positions, color: RED, count: 1 }).pixels.filter(Boolean).length, 1);
});

test("the point under the pointer is the nearest one on the screen within a radius", () => {
  const raster = painted({
    positions: new Float32Array([-2, 0, 0, 2, 0, 0]),
    color: RED,
    first: 7,
  });
  assert.equal(raster.partAt(3, 5), 7);
  assert.equal(raster.partAt(6, 6, 2), 8);
  assert.equal(raster.partAt(5, 0, 2), -1);
  assert.equal(raster.partAt(-3, 99, 2), -1);
});

test("a camera that is turned keeps its target in the middle and its axes square", () => {
  for (const up of ["y", "z"] as const) {
    const turned = orbited({ ...SOLID, up, target: [1, 2, 3] }, 33, -12, 100);
    near(project(projectionOf(turned, 200, 100), [1, 2, 3]), [100, 50, 0.5]);
    const [right, above, away] = axesOf(turned);
    const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    near([dot(right, above), dot(above, away), dot(right, right)], [0, 0, 1]);
  }
});

test("the upright axis is upright, and orbiting stops above and below", () => {
  near(project(projectionOf(SOLID, 10, 10), [0, 5, 0]), [5, 0, 0.5]);
  near(project(projectionOf({ ...SOLID, up: "z" }, 10, 10), [0, 0, 5]), [5, 0, 0.5]);
  assert.equal(orbited(SOLID, 0, 1e6, 100).elevation, Math.PI / 2);
  near(eyeOf(orbited(SOLID, 0, 50, 100)), [0, 5, 0]);
});

test("what is dragged and what is zoomed stays under the pointer", () => {
  const place: Vector = [2, -1, 0];
  const before = project(projectionOf(FLAT, 200, 100), place)!;
  near(project(projectionOf(panned(FLAT, 7, 9, 100), 200, 100), place), [
    before[0] + 7,
    before[1] + 9,
  ]);
  const at = { x: before[0] - 100, y: before[1] - 50 };
  near(project(projectionOf(zoomed(FLAT, 3, 100, at), 200, 100), place), before.slice(0, 2));
});

test("a fitted camera sees the whole box, also of huge, tiny and flat ones", () => {
  const boxes: [Vector, Vector][] = [
    [
      [-1, -2, -3],
      [4, 5, 6],
    ],
    [
      [-1e30, -1e30, -1e30],
      [1e30, 1e30, 1e30],
    ],
    [
      [0, 0, 0],
      [1e-30, 1e-30, 0],
    ],
    [
      [5, 5, 5],
      [5, 5, 5],
    ],
    [
      [-3e38, 0, 0],
      [3e38, 1, 0],
    ],
  ];
  for (const [low, high] of boxes) {
    for (const [width, height] of [
      [300, 200],
      [100, 400],
    ] as const) {
      for (const fov of [0, 1.3]) {
        const camera = fitted(
          { ...FLAT, azimuth: 1, elevation: 0.5, fov },
          { low, high },
          width,
          height,
        );
        for (const corner of [low, high]) {
          const seen = project(projectionOf(camera, width, height), corner);
          assert.ok(seen && seen[0] >= 0 && seen[0] <= width, `${low} ${fov} ${seen}`);
          assert.ok(seen[1] >= 0 && seen[1] <= height);
        }
      }
    }
  }
});
