// How large cards are: equal, so that rows align and nothing jumps when the slider moves.

export interface Size {
  width: number;
  height: number;
}

const GAP = 12;
const PAIR = { least: 140, most: 480 };

/** How wide `count` cards beside each other are in a row of so many pixels. */
export function shareOf(width: number, count: number): number {
  const share = partOf(width, count);
  return Math.min(PAIR.most, Math.max(PAIR.least, share));
}

/** How wide cards are that fill a row of so many pixels, each at least `least` if it can be. */
export function fillRow(width: number, least: number): number {
  const count = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  return partOf(width, count);
}

/** Widths are known in whole pixels, rounded: one pixel is left over for that. */
function partOf(width: number, count: number): number {
  return Math.floor((width - 1 - GAP * (count - 1)) / count);
}
