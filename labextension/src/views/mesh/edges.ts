// The box that the data fill: its edges behind them, and the names of its axes.
import {
  axesOf,
  type Box,
  type Camera,
  eyeOf,
  middle,
  type Projection,
  project,
} from "../../draw/camera.ts";
import type { Vector } from "../../draw/camera.ts";

export interface BoxEdges {
  lines: [from: Vector, to: Vector][];
  /** Where each axis is named, in the picture's pixels. */
  labels: { name: string; x: number; y: number }[];
}

/** The same as `box_edges` in nbboard/views/mesh_paper.py; `apart` is how far names stand off. */
export function boxEdges(
  camera: Camera,
  projection: Projection,
  box: Box,
  apart: number,
): BoxEdges {
  const ends = [box.low, box.high];
  const centre = middle(box);
  const [, , away] = axesOf(camera);
  const eye = eyeOf(camera);
  /** Whether a side of the box shows its inside to the eye. */
  const hidden = (axis: number, end: number): boolean => {
    const at = axis === 0 || axis === 1 || axis === 2 ? ends[end]![axis]! : 0;
    const toward = camera.fov > 0 ? (at - eye[axis]!) / camera.extent : away[axis]!;
    return toward * (end ? 1 : -1) > 0;
  };
  const lines: BoxEdges["lines"] = [];
  const labels: BoxEdges["labels"] = [];
  const inside = project(projection, centre);
  for (let axis = 0; axis < 3; axis++) {
    const [one, two] = [0, 1, 2].filter((other) => other !== axis) as [number, number];
    let lowest: { x: number; y: number } | null = null;
    for (const first of [0, 1]) {
      for (const second of [0, 1]) {
        const back = Number(hidden(one, first)) + Number(hidden(two, second));
        if (!back) continue;
        const [from, to] = [0, 1].map((end) => {
          const corner = [0, 0, 0];
          corner[axis] = ends[end]![axis]!;
          corner[one] = ends[first]![one]!;
          corner[two] = ends[second]![two]!;
          return project(projection, corner as unknown as Vector);
        });
        if (!from || !to) continue;
        lines.push([from, to]);
        // Named where it stands free: between a side that is seen and one that is not.
        const at = { x: (from[0] + to[0]) / 2, y: (from[1] + to[1]) / 2 };
        if (back === 1 && (!lowest || at.y > lowest.y)) lowest = at;
      }
    }
    if (lowest && inside) {
      const [dx, dy] = [lowest.x - inside[0], lowest.y - inside[1]];
      const length = Math.hypot(dx, dy) || 1;
      const [x, y] = [lowest.x + (dx / length) * apart, lowest.y + (dy / length) * apart];
      labels.push({ name: "xyz"[axis]!, x, y });
    }
  }
  return { lines, labels };
}
