// How long a frame of a million points takes, as multiples of one plain pass over them: run by
// tests/benchmarks/mesh.py. CPU time, the least of several frames.
import { type Camera, fitted, projectionOf } from "../src/draw/camera.ts";
import { paintCloud } from "../src/draw/cloud.ts";
import { pixel, Raster } from "../src/draw/raster.ts";
import { paintTriangles } from "../src/draw/triangles.ts";

const COUNT = 1_000_000;
const [WIDTH, HEIGHT] = [800, 600];
const BOX = { low: [-1, -1, -1], high: [1, 1, 1] } as const;
const CAMERA: Camera = {
  target: [0, 0, 0],
  azimuth: 0.5,
  elevation: 0.4,
  extent: 1,
  fov: 1.3,
  up: "y",
};

const positions = Float32Array.from({ length: 3 * COUNT }, () => 2 * Math.random() - 1);
const whole = Int16Array.from(positions, (value) => Math.round(value * 32767));
const color = Uint32Array.from({ length: COUNT }, (_, i) => pixel(i & 255, (i >> 8) & 255, 99));
const grid = { low: [0, 0, 0], step: [1 / 32767, 1 / 32767, 1 / 32767] } as const;
const solid = projectionOf(fitted(CAMERA, BOX, WIDTH, HEIGHT), WIDTH, HEIGHT);
const flatCamera = fitted({ ...CAMERA, azimuth: 0, elevation: 0, fov: 0 }, BOX, WIDTH, HEIGHT);
const flat = projectionOf(flatCamera, WIDTH, HEIGHT);
const corners = Uint32Array.from({ length: 600_000 }, (_, i) => i);
const small = Float32Array.from({ length: 1_800_000 }, (_, i) => {
  const centre = positions[(Math.floor(i / 9) * 3 + (i % 3)) % (3 * COUNT)]!;
  return centre + 0.01 * Math.random();
});

function least(frame: () => void): number {
  let best = Infinity;
  for (let i = 0; i < 14; i++) {
    const before = process.cpuUsage();
    frame();
    const { user, system } = process.cpuUsage(before);
    if (i >= 4) best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** The least that any painter does: read three numbers of each point, and project them. */
function onePass(): number {
  const m = solid.rows;
  let inside = 0;
  for (let at = 0; at < positions.length; at += 3) {
    const [x, y, z] = [positions[at]!, positions[at + 1]!, positions[at + 2]!];
    const w = 1 / (m[8]! * x + m[9]! * y + m[10]! * z + m[11]!);
    const sx = (m[0]! * x + m[1]! * y + m[2]! * z + m[3]!) * w;
    const sy = (m[4]! * x + m[5]! * y + m[6]! * z + m[7]!) * w;
    if (sx * sx < 160_000 && sy * sy < 90_000) inside++;
  }
  return inside;
}

const raster = new Raster();
const cleared = (paint: () => void) => (): void => {
  raster.clear(WIDTH, HEIGHT);
  paint();
};
const frames: Record<string, () => void> = {
  "one pass over the points": onePass,
  "canvas filled": cleared(() => raster.pixels.fill(1)),
  "3-D, 1 pixel": cleared(() =>
    paintCloud(raster, { positions, dimensions: 3, color }, solid, { size: 1 }),
  ),
  "3-D, 16 bits, 3 pixels": cleared(() =>
    paintCloud(raster, { positions: whole, dimensions: 3, grid, color }, solid, { size: 3 }),
  ),
  "2-D, 2 pixels": cleared(() =>
    paintCloud(raster, { positions, dimensions: 2, count: COUNT, color }, flat, { size: 2 }),
  ),
  "200,000 triangles": cleared(() =>
    paintTriangles(raster, { positions: small, corners, color: color.slice(0, 600_000) }, solid),
  ),
};
console.log(
  JSON.stringify(
    Object.fromEntries(Object.entries(frames).map(([name, frame]) => [name, least(frame)])),
  ),
);
