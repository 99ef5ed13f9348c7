// Colours along a scale: viridis, whose lightest end is left out on white and darkest on black.

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

/** So many colours are told apart; lines of one colour are drawn together. */
export const SHADES = 48;

function viridis(at: number): string {
  const place = Math.min(1, Math.max(0, at)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const rest = place - low;
  const mix = (i: 0 | 1 | 2): number =>
    Math.round(VIRIDIS[low]![i] * (1 - rest) + VIRIDIS[low + 1]![i] * rest);
  const hex = (n: number): string => n.toString(16).padStart(2, "0");
  return `#${hex(mix(0))}${hex(mix(1))}${hex(mix(2))}`;
}

const END = { light: [0, 0.88], dark: [0.2, 1] } as const;

const tables = new Map<boolean, string[]>();

/** The colour at a place in [0, 1]. */
export function rampColor(at: number, dark: boolean): string {
  let table = tables.get(dark);
  if (!table) {
    const [from, to] = END[dark ? "dark" : "light"];
    table = Array.from({ length: SHADES }, (_, i) =>
      viridis(from + ((to - from) * i) / (SHADES - 1)),
    );
    tables.set(dark, table);
  }
  return table[Math.round(Math.min(1, Math.max(0, at)) * (SHADES - 1))]!;
}

/** A CSS gradient of the whole ramp. */
export function rampGradient(dark: boolean): string {
  const stops = Array.from({ length: 9 }, (_, i) => rampColor(i / 8, dark));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
