// The mesh view's own formulas: colours, normals, light, distances, files, the box.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Box, type Camera, projectionOf } from "../src/draw/camera.ts";
import { pixel } from "../src/draw/raster.ts";
import { colorsOf, lightOf, normalsOf } from "../src/views/mesh/colors.ts";
import { nearestDistances } from "../src/views/mesh/distance.ts";
import { boxEdges } from "../src/views/mesh/edges.ts";
import { plyOf } from "../src/views/mesh/ply.ts";
import { boundsOf, countsOf, describe, type Shape, shapeOf } from "../src/views/mesh/shape.ts";

const SCENE = { fov: 75, ambient: 0.75, lights: [], color: null, wireframe: false, left_out: "" };

function shape(given: Partial<Shape> & { low?: number[]; high?: number[] }): Shape {
  const positions = given.positions ?? new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  const count = positions.length / 3;
  return shapeOf({
    name: "m",
    vertices: count,
    finite: count,
    faces: (given.triangles?.length ?? 0) / 3,
    low: [0, 0, 0],
    high: [1, 1, 0],
    positions,
    grid: null,
    colors: null,
    triangles: new Uint32Array(0),
    whole: true,
    exact: true,
    scene: SCENE,
    notes: [],
    ...given,
  });
}

const PLAIN = { plain: "#0a141e", box: null, distances: null };

test("colours are those logged, one for all, or along an axis of the shared box", () => {
  const colors = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const logged = colorsOf(shape({ colors }), "logged", PLAIN);
  assert.deepEqual([...logged.pixels], [pixel(1, 2, 3), pixel(4, 5, 6), pixel(7, 8, 9)]);
  const plain = colorsOf(shape({}), "logged", PLAIN);
  assert.deepEqual(new Set(plain.pixels), new Set([pixel(10, 20, 30)]));
  const own = colorsOf(shape({ scene: { ...SCENE, color: "#ff0000" } }), "plain", PLAIN);
  assert.equal(own.pixels[0], pixel(255, 0, 0));
  const box: Box = { low: [-1, 0, 0], high: [1, 1, 1] };
  const along = colorsOf(shape({}), "x", { ...PLAIN, box });
  assert.deepEqual(along.scale, { name: "x", low: -1, high: 1 });
  assert.equal(along.pixels[1], pixel(253, 231, 37));
  assert.notEqual(along.pixels[0], pixel(68, 1, 84));
});

test("a flat or huge axis has colours, too", () => {
  const huge = shape({ positions: new Float32Array([-3e38, 0, 0, 3e38, 0, 0]) });
  const box: Box = { low: [-3e38, 0, 0], high: [3e38, 0, 0] };
  assert.deepEqual(
    [...colorsOf(huge, "x", { ...PLAIN, box }).pixels],
    [pixel(68, 1, 84), pixel(253, 231, 37)],
  );
  assert.equal(colorsOf(huge, "y", { ...PLAIN, box }).pixels[0], pixel(68, 1, 84));
});

test("normals are of length 1, point outside, and are the same in a grid", () => {
  const triangles = new Uint32Array([0, 1, 2]);
  assert.deepEqual([...normalsOf(shape({ triangles }))], [0, 0, 1, 0, 0, 1, 0, 0, 1]);
  const grid = { low: [0, 0, 0], step: [1 / 65535, 1 / 65535, 0] } as const;
  const positions = new Uint16Array([0, 0, 0, 65535, 0, 0, 0, 65535, 0]);
  assert.deepEqual([...normalsOf(shape({ triangles, positions, grid }))].slice(0, 3), [0, 0, 1]);
  const huge = new Float32Array([0, 0, 0, 1e30, 0, 0, 0, 1e30, 0]);
  const far = shape({ triangles, positions: huge, high: [1e30, 1e30, 0] });
  assert.deepEqual([...normalsOf(far)].slice(0, 3), [0, 0, 1]);
});

test("light falls on the side that it comes from; from everywhere on both", () => {
  const lights = [{ intensity: 0.5, position: [0, 0, 9] as const }];
  const { outside, inside } = lightOf(new Float32Array([0, 0, 1, 0, 0, -1]), { ...SCENE, lights });
  assert.deepEqual([...outside], [1.25, 0.75]);
  assert.deepEqual([...inside], [0.75, 1.25]);
});

test("distances are those to the nearest point, wherever the points lie", () => {
  let seed = 5;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  const scales = [
    [1, 1, 1],
    [1, 1e-4, 0],
    [1e30, 1e30, 1e30],
    [0, 0, 0],
  ] as const;
  for (const scale of scales) {
    const make = (n: number, shift: number): [number, number, number][] =>
      Array.from(
        { length: n },
        () => [0, 1, 2].map((i) => (random() + shift) * scale[i]!) as [number, number, number],
      );
    const [points, others] = [[...make(60, 0), ...make(10, 3)], make(300, 0)];
    const found = nearestDistances(
      points.length,
      (i) => points[i]!,
      others.length,
      (i) => others[i]!,
    );
    points.forEach((point, i) => {
      const expected = Math.min(
        ...others.map((other) => Math.hypot(...other.map((v, k) => v - point[k]!))),
      );
      assert.ok(
        Math.abs(found[i]! - expected) <= 1e-6 * (expected + scale[0]),
        `${found[i]} ${expected}`,
      );
    });
  }
  assert.ok(
    Number.isNaN(
      nearestDistances(
        1,
        () => [0, 0, 0],
        0,
        () => [0, 0, 0],
      )[0],
    ),
  );
});

test("a PLY file has the header, exact coordinates, colours and faces", () => {
  const positions = new Float32Array([0.1, -2, 3e38, Number.NaN, 0, 1]);
  const colors = new Uint8Array([1, 2, 3, 4, 5, 6]);
  const triangles = new Uint32Array([0, 1, 70_000]);
  const file = plyOf({ positions, colors, triangles, comments: ["a\nend_header\u00fc"] });
  const text = new TextDecoder("latin1").decode(file);
  const end = text.indexOf("end_header\n") + 11;
  const lines = text.slice(0, end).trimEnd().split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    "ply",
    "format binary_little_endian 1.0",
    "comment a end_header ",
  ]);
  assert.ok(lines.includes("element vertex 2") && lines.includes("element face 1"));
  const view = new DataView(file, text.indexOf("\nend_header\n") + 12);
  assert.equal(view.getFloat32(0, true), Math.fround(0.1));
  assert.equal(view.getUint8(14), 3);
  assert.ok(Number.isNaN(view.getFloat32(15, true)));
  assert.equal(view.getUint8(30), 3);
  assert.equal(view.getUint32(39, true), 70_000);
  assert.equal(view.byteLength, 30 + 13);
});

test("of a box nine edges stand behind what is in it, and each axis has its name", () => {
  const box: Box = { low: [-1, -1, -1], high: [1, 1, 1] };
  for (const fov of [0, 1]) {
    const camera: Camera = {
      target: [0, 0, 0],
      azimuth: 0.6,
      elevation: 0.4,
      extent: 5,
      fov,
      up: "y",
    };
    const { lines, labels } = boxEdges(camera, projectionOf(camera, 200, 200), box, 10);
    assert.equal(lines.length, 9);
    assert.deepEqual(
      labels.map(({ name }) => name),
      ["x", "y", "z"],
    );
  }
});

test("a mesh is told in words: how much, how large, what is wrong", () => {
  const triangles = new Uint32Array([0, 1, 2]);
  assert.equal(countsOf(shape({ triangles })), "3 vertices · 1 face");
  assert.equal(countsOf(shape({})), "3 points");
  assert.equal(countsOf(shape({ vertices: 9000, whole: false })), "3 of 9,000 points drawn");
  assert.equal(boundsOf(shape({})), "x 0 to 1, y 0 to 1, z 0 to 0");
  const none = shape({ notes: ["a", "b"], scene: { ...SCENE, left_out: "c" } });
  assert.equal(describe({ ...none, box: null }), "3 points; no finite vertex; a; b; c");
});
