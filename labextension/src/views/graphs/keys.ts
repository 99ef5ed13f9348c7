// The keyboard in a picture: arrows go to the box that lies there, Enter opens and closes.
import type { Box, Scene } from "./scene.ts";

export type Move = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** The box that lies in a direction from another; from none the first. */
export function boxTowards(scene: Scene, key: string | null, move: Move): Box | null {
  const here = scene.boxes.find(({ piece }) => piece.key === key);
  if (!here) return scene.boxes[0] ?? null;
  const [x, y] = middle(here);
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of scene.boxes) {
    if (box === here) continue;
    const [toX, toY] = middle(box);
    const along = { ArrowLeft: x - toX, ArrowRight: toX - x, ArrowUp: y - toY, ArrowDown: toY - y }[
      move
    ];
    if (along <= 1) continue;
    const sideways = move === "ArrowLeft" || move === "ArrowRight" ? toY - y : toX - x;
    // What lies straight ahead comes before what is nearer but aside.
    const distance = along + 3 * Math.abs(sideways);
    if (distance < least) [best, least] = [box, distance];
  }
  return best;
}

/** An open box is where its title is. */
function middle({ left, top, width, height, open }: Box): [number, number] {
  return [left + (open ? 20 : width / 2), top + (open ? 8 : height / 2)];
}
