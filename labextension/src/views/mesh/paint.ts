// One frame: points or faces on a raster, and the box around them on the canvas.
import { type Box, type Camera, projectionOf } from "../../draw/camera.ts";
import { paintCloud } from "../../draw/cloud.ts";
import { pixel, type Raster } from "../../draw/raster.ts";
import { paintEdges, paintTriangles, type Triangles } from "../../draw/triangles.ts";
import { lightOf, normalsOf } from "./colors.ts";
import { boxEdges } from "./edges.ts";
import { pointCount, type Shape } from "./shape.ts";
import type { ShowAs } from "./state.ts";

export interface Look {
  camera: Camera;
  showAs: ShowAs;
  pixels: Uint32Array;
  /** In the raster's pixels. */
  pointSize: number;
  /** Whether something moves: then so much is drawn as is drawn quickly. */
  moving: boolean;
}

/** What is drawn while something moves, and of what is too large to be drawn at once. */
const QUICK_POINTS = 100_000;
const QUICK_FACES = 200_000;
const DARK_EDGE = pixel(40, 40, 40, 255);

const lights = new WeakMap<Shape, ReturnType<typeof lightOf>>();

export function paintShape(
  raster: Raster,
  shape: Shape,
  look: Look,
  width: number,
  height: number,
): void {
  raster.clear(width, height);
  const { camera, showAs, pixels, pointSize, moving } = look;
  const projection = projectionOf(camera, raster.width, raster.height);
  const { positions, grid, triangles } = shape;
  if (!triangles.length || showAs === "points") {
    const count = moving ? Math.min(QUICK_POINTS, pointCount(shape)) : pointCount(shape);
    const cloud = { positions, dimensions: 3 as const, color: pixels, count };
    paintCloud(raster, grid ? { ...cloud, grid } : cloud, projection, { size: pointSize });
    return;
  }
  const edgesOnly = showAs === "wireframe" || (showAs === "surface" && shape.scene.wireframe);
  const mesh: Triangles = { positions, grid, corners: triangles, color: pixels };
  if (moving && triangles.length > 3 * QUICK_FACES) mesh.count = QUICK_FACES;
  if (!edgesOnly) {
    let light = lights.get(shape);
    if (!light) {
      light = lightOf(normalsOf(shape), shape.scene);
      lights.set(shape, light);
    }
    paintTriangles(raster, { ...mesh, ...light }, projection);
  }
  if (edgesOnly) paintEdges(raster, mesh, projection);
  else if (showAs === "both") paintEdges(raster, mesh, projection, DARK_EDGE);
}

/** The box behind what is painted: drawn under it, since the raster is transparent elsewhere. */
export function paintBox(
  context: CanvasRenderingContext2D,
  camera: Camera,
  box: Box,
  ratio: number,
  ink: { line: string; text: string; font: string },
): void {
  const { width, height } = context.canvas;
  const projection = projectionOf(camera, width, height);
  const { lines, labels } = boxEdges(camera, projection, box, 10 * ratio);
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.strokeStyle = ink.line;
  context.lineWidth = ratio;
  context.beginPath();
  for (const [from, to] of lines) {
    context.moveTo(from[0], from[1]);
    context.lineTo(to[0], to[1]);
  }
  context.stroke();
  context.globalCompositeOperation = "source-over";
  context.fillStyle = ink.text;
  context.font = `${11 * ratio}px ${ink.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const edge = 7 * ratio;
  for (const { name, x, y } of labels) {
    if (x > edge && x < width - edge && y > edge && y < height - edge) context.fillText(name, x, y);
  }
  context.restore();
}
