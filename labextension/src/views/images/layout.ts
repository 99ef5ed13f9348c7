// How large the boxes of one section are: equal, so that rows align and nothing jumps when
// the slider moves to a picture of another size.
import type { Size } from "../../stepped/layout.ts";
import { fitScale } from "./geometry.ts";

/** Taller pictures are shrunk instead of making the page long. */
const TALLEST = 1.5;
// Narrower ones would have no room for their words.
const LEAST = { width: 148, height: 24 };
const MOST = { width: 1200, height: 800 };

/**
 * The box for pictures of the given sizes, in CSS pixels.
 *
 * Fitted ones get `width`, and the height of the tallest after fitting, up to `tallest`; at actual size the
 * box is as large as the largest, within limits, and the rest is panned to.
 */
export function boxFor(
  pictures: readonly Size[],
  width: number,
  ratio: number,
  actual: boolean,
  tallest: number = width * TALLEST,
): Size {
  if (!pictures.length) return { width, height: Math.round(width * 0.75) };
  if (actual) {
    const largest = (name: "width" | "height") => {
      const most = Math.max(...pictures.map((picture) => picture[name]));
      return Math.min(MOST[name], Math.max(LEAST[name], most));
    };
    return { width: largest("width"), height: largest("height") };
  }
  const room = { width, height: tallest };
  const heights = pictures.map((picture) => picture.height * fitScale(picture, room, ratio));
  return { width, height: Math.round(Math.max(LEAST.height, ...heights)) };
}
