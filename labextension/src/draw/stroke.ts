// Strokes a path the way that is fast on this surface.
import type { Surface } from "./surface.ts";

type Pen = Pick<Surface, "moveTo" | "lineTo">;

/**
 * Strokes what `trace` draws, with the surface's style, `width` wide.
 *
 * Without a graphics card a line a little wider than a pixel takes browsers ten times as long as
 * one of a pixel, the more so the more it goes up and down. So where there are many, each is
 * drawn as two hairlines, apart by what is left of its width; by eye they are the same.
 */
export function strokeTrace(
  s: Surface,
  width: number,
  many: boolean,
  trace: (pen: Pen) => void,
): void {
  const hairline = many && s.globalAlpha === 1 ? hairlineOf(s, width) : 0;
  if (hairline === 0) {
    s.lineWidth = width;
    s.beginPath();
    trace(s);
    s.stroke();
    return;
  }
  const canvas = s as CanvasRenderingContext2D;
  const path = new Path2D();
  trace(path);
  const apart = width - hairline;
  canvas.lineWidth = hairline;
  canvas.translate(0, -apart / 2);
  canvas.stroke(path);
  canvas.translate(0, apart);
  canvas.stroke(path);
  canvas.translate(0, -apart / 2);
}

/** The width of one pixel, if a line of that width is to be drawn as two such; else 0. */
function hairlineOf(s: Surface, width: number): number {
  if (typeof CanvasRenderingContext2D === "undefined") return 0; // a unit test
  if (!(s instanceof CanvasRenderingContext2D)) return 0;
  const pixel = 1 / s.getTransform().a;
  return width > pixel && width <= 2 * pixel ? pixel : 0;
}
