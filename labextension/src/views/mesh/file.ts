// The download of a mesh: exactly what was logged, from the kernel where the page has less.
import type { ViewContext } from "../../shell/context.ts";
import type { MeshName } from "./detail.ts";
import { type PlyParts, plyOf } from "./ply.ts";
import { placeOf, pointCount, type Shape } from "./shape.ts";

export async function plyFile(shape: Shape, name: MeshName, ctx: ViewContext): Promise<Blob> {
  const comments = [`mesh ${shape.name}`.slice(0, 200)];
  if (shape.exact) return blob({ ...shape, positions: shape.positions as Float32Array, comments });
  try {
    if (ctx.lost.peek()) throw new Error("no kernel");
    const exact = (await ctx.request("mesh", { ...name, exact: true })) as unknown as PlyParts;
    return blob({ ...exact, comments });
  } catch {
    // Without a kernel there is what is drawn, and the file says so.
    comments.push("not exact: coordinates to 1/65536 of the box, as drawn without a kernel");
    if (!shape.whole) comments.push(`${pointCount(shape)} of ${shape.vertices} vertices`);
    const positions = new Float32Array(shape.positions.length);
    for (let point = 0; point < pointCount(shape); point++) {
      positions.set(placeOf(shape, point), 3 * point);
    }
    return blob({ ...shape, positions, comments });
  }
}

function blob(parts: PlyParts): Blob {
  return new Blob([plyOf(parts)], { type: "application/octet-stream" });
}
