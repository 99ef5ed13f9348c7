// Colours along a scale from 0 to 1.
import { pixel } from "./raster.ts";

/** Viridis at 0, 1/8, ... 1 (CC0, by Smith, van der Walt and Firing). */
const VIRIDIS = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
] as const;

/** Red, green and blue of viridis. */
export function viridis(at: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, at)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const rest = place - low;
  const mix = (i: 0 | 1 | 2): number =>
    Math.round(VIRIDIS[low]![i] * (1 - rest) + VIRIDIS[low + 1]![i] * rest);
  return [mix(0), mix(1), mix(2)];
}

/** The same as "#rrggbb". */
export function hexAt(at: number): string {
  return `#${viridis(at)
    .map((n) => n.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** A CSS gradient of the whole ramp. */
export function rampGradient(): string {
  const stops = VIRIDIS.map((_, i) => hexAt(i / (VIRIDIS.length - 1)));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, i) => pixel(...viridis(i / 255)));

/** Viridis in 256 pixels of a raster, and which of them each value has between two ends. */
export function ramped(
  values: ArrayLike<number>,
  low: number,
  high: number,
): { table: Uint32Array; index: Uint8Array } {
  const index = new Uint8Array(values.length);
  // Halves, since the difference of great numbers may be more than a number can be.
  const half = high / 2 - low / 2;
  const scale = half > 0 ? 255 / half : 0;
  for (let i = 0; i < index.length; i++) {
    const level = (values[i]! / 2 - low / 2) * scale;
    index[i] = level > 255 ? 255 : level > 0 ? Math.round(level) : 0;
  }
  return { table: TABLE, index };
}
