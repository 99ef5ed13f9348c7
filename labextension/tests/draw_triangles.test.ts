// Triangles on a raster: what is covered, by which colour, on which side.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Camera, fitted, project, projectionOf, type Vector } from "../src/draw/camera.ts";
import { pixel, Raster } from "../src/draw/raster.ts";
import { paintEdges, paintTriangles, type Triangles } from "../src/draw/triangles.ts";
import { vectors } from "./vectors.ts";

const FLAT: Camera = { target: [0, 0, 0], azimuth: 0, elevation: 0, extent: 10, fov: 0, up: "y" };
const SOLID: Camera = { ...FLAT, fov: Math.PI / 2 };
const GREY = pixel(100, 100, 100);

function mesh(positions: number[], corners: number[], color = GREY): Triangles {
  const count = positions.length / 3;
  return {
    positions: new Float32Array(positions),
    corners: new Uint32Array(corners),
    color: new Uint32Array(count).fill(color),
  };
}

function painted(of: Triangles, camera = FLAT, paint = paintTriangles): Raster {
  const raster = new Raster();
  raster.clear(10, 10);
  paint(raster, of, projectionOf(camera, 10, 10));
  return raster;
}

const QUAD = [-4, -4, 0, 4, -4, 0, 4, 4, 0, -4, 4, 0];

test("two triangles of a square cover it without a gap", () => {
  for (const camera of [FLAT, { ...SOLID, extent: 10 }]) {
    const raster = painted(mesh(QUAD, [0, 1, 2, 0, 2, 3]), camera);
    assert.equal(raster.pixels.filter((one) => one === GREY).length, 64);
  }
});

test("the nearer of two triangles is seen, whichever comes first, also where they cross", () => {
  const crossing = [...QUAD, -4, -4, -2, 4, -4, 2, 4, 4, 2, -4, 4, -2];
  for (const corners of [
    [0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7],
    [4, 5, 6, 4, 6, 7, 0, 1, 2, 0, 2, 3],
  ]) {
    const raster = painted(mesh(crossing, corners));
    assert.ok(raster.partAt(2, 5) < 4, "the left half is the upright square's");
    assert.ok(raster.partAt(8, 5) >= 4, "the right half is the other's");
  }
});

test("either side of a face has its own light", () => {
  const one = mesh(QUAD, [0, 1, 2]);
  one.outside = new Float32Array(4).fill(1);
  one.inside = new Float32Array(4).fill(0.5);
  assert.equal(painted(one).pixels[7 * 10 + 7], GREY);
  assert.equal(
    painted({ ...one, corners: new Uint32Array([0, 2, 1]) }).pixels[77],
    pixel(50, 50, 50),
  );
});

test("light beyond white is white, and colours run into each other between vertices", () => {
  const one = mesh(QUAD, [0, 1, 2, 0, 2, 3]);
  one.outside = new Float32Array(4).fill(9);
  assert.equal(painted(one).pixels[55], pixel(255, 255, 255));
  one.outside = null;
  one.color = new Uint32Array([pixel(0, 0, 0), pixel(200, 0, 0), pixel(200, 0, 0), pixel(0, 0, 0)]);
  const row = painted(one).pixels.slice(51, 59);
  const reds = Array.from(row, (each) => new Uint8Array(new Uint32Array([each]).buffer)[0]!);
  assert.deepEqual(
    reds,
    [...reds].sort((a, b) => a - b),
  );
  assert.ok(reds[0]! < 20 && reds[7]! > 180, String(reds));
});

test("triangles without an area, off the canvas or behind the eye are not drawn", () => {
  const none = [
    0, 0, 0, 1, 1, 0, 2, 2, 0, 90, 90, 0, 91, 90, 0, 90, 91, 0, 0, 0, 9, 1, 0, 9, 0, 1, 9,
  ];
  const raster = painted(mesh(none, [0, 1, 2, 0, 0, 0, 3, 4, 5, 6, 7, 8]), SOLID);
  assert.ok(raster.pixels.every((one) => one === 0));
});

test("more than 65,535 vertices keep their triangles", () => {
  const positions = new Array<number>(3 * 70_000).fill(0);
  positions.push(...QUAD);
  const raster = painted(mesh(positions, [70_000, 70_001, 70_002, 70_000, 70_002, 70_003]));
  assert.equal(raster.pixels.filter(Boolean).length, 64);
});

test("edges are lines, before their own faces and behind nearer ones, cut off at the border", () => {
  const edges = painted(mesh(QUAD, [0, 1, 2]), FLAT, paintEdges);
  assert.equal(edges.pixels[55], GREY);
  assert.equal(edges.pixels[53], 0);
  const raster = painted(mesh(QUAD, [0, 1, 2, 0, 2, 3]));
  paintEdges(raster, mesh(QUAD, [0, 1, 2]), projectionOf(FLAT, 10, 10), pixel(1, 2, 3));
  assert.equal(raster.pixels[55], pixel(1, 2, 3));
  const behind = mesh(
    QUAD.map((value, i) => (i % 3 === 2 ? -3 : value)),
    [0, 1, 2],
  );
  paintEdges(raster, behind, projectionOf(FLAT, 10, 10), pixel(9, 9, 9));
  assert.ok(!raster.pixels.includes(pixel(9, 9, 9)));
  const far = mesh([-1e6, 0, 0, 1e6, 0, 0, 0, 1e6, 0], [0, 1, 2]);
  assert.ok(painted(far, FLAT, paintEdges).pixels.some(Boolean));
});

interface Case {
  camera: Camera;
  size: [number, number];
  points: Vector[];
  seen: (Vector | null)[];
  box: [Vector, Vector];
  fitted: { target: Vector; extent: number };
}

test("the camera is that of figures", () => {
  for (const { camera, size, points, seen, box, fitted: whole } of vectors<Case[]>("camera")) {
    const projection = projectionOf(camera, ...size);
    assert.deepEqual(
      points.map((point) => project(projection, point)),
      seen,
    );
    const made = fitted(camera, { low: box[0], high: box[1] }, ...size);
    assert.deepEqual([made.target, made.extent], [whole.target, whole.extent]);
  }
});
