// A mesh or point cloud as it arrives: nbboard/views/mesh_wire.py.
import type { Box, Vector } from "../../draw/camera.ts";
import type { Grid } from "../../draw/cloud.ts";
import { formatNumber } from "../../draw/format.ts";
import type { Content } from "../../shell/wire.ts";
import type { Item } from "../../stepped/kind.ts";
import { counted } from "../../stepped/words.ts";

export interface Light {
  intensity: number;
  position: Vector;
}

/** What was logged of the scene. */
export interface Scene {
  /** Degrees from top to bottom; 0 for an orthographic camera. */
  fov: number;
  ambient: number;
  lights: Light[];
  color: string | null;
  wireframe: boolean;
  left_out: string;
}

export interface Shape extends Item {
  name: string;
  /** How many were logged, and how many of the vertices are finite. */
  vertices: number;
  faces: number;
  finite: number;
  /** The box of all that is finite; null if nothing is. */
  box: Box | null;
  positions: Float32Array | Uint16Array;
  grid: Grid | null;
  colors: Uint8Array | null;
  triangles: Uint32Array;
  /** Whether these are all points and faces, and whether they are exactly as logged. */
  whole: boolean;
  exact: boolean;
  scene: Scene;
  notes: string[];
}

export function shapeOf(content: Content): Shape {
  const { low, high, ...rest } = content;
  return { ...rest, box: low && high ? { low, high } : null } as Shape;
}

export function shapeBytes({ positions, colors, triangles }: Shape): number {
  return positions.byteLength + (colors?.byteLength ?? 0) + triangles.byteLength;
}

/** How many points are here. */
export function pointCount(shape: Shape): number {
  return shape.positions.length / 3;
}

/** A point's place in the data's units. */
export function placeOf({ positions, grid }: Shape, point: number): Vector {
  const at = 3 * point;
  const axis = (i: 0 | 1 | 2): number => {
    const value = positions[at + i]!;
    return grid ? grid.low[i] + value * grid.step[i] : value;
  };
  return [axis(0), axis(1), axis(2)];
}

/** All that is left out or was logged wrongly. */
export function notesOf(shape: Shape): string[] {
  const { scene, notes } = shape;
  return scene.left_out ? [...notes, scene.left_out] : notes;
}

const VERTICES = ["vertex", "vertices"] as const;
const POINTS = ["point", "points"] as const;
const FACES = ["face", "faces"] as const;

/** "1,800 vertices · 3,600 faces", and how much of that is drawn. */
export function countsOf(shape: Shape): string {
  const parts: string[] = [];
  if (shape.faces) {
    parts.push(counted(shape.vertices, VERTICES), counted(shape.faces, FACES));
    const drawn = shape.triangles.length / 3;
    if (!shape.whole) parts.push(`${drawn.toLocaleString("en")} simplified faces drawn`);
  } else if (shape.whole) {
    parts.push(counted(shape.vertices, POINTS));
  } else {
    const drawn = pointCount(shape).toLocaleString("en");
    parts.push(`${drawn} of ${counted(shape.vertices, POINTS)} drawn`);
  }
  return parts.join(" · ");
}

/** "x −1 to 1, y 0 to 2, z −3 to 3". */
export function boundsOf({ box }: Shape): string {
  if (!box) return "no finite vertex";
  return (["x", "y", "z"] as const)
    .map((name, i) => `${name} ${formatNumber(box.low[i]!)} to ${formatNumber(box.high[i]!)}`)
    .join(", ");
}

export function describe(shape: Shape): string {
  return [countsOf(shape), boundsOf(shape), ...notesOf(shape)].join("; ");
}
