// A heat map of columns whose cells need not line up: each is drawn at its own edges.

/** One column: from one pixel to another, and a way to go through its cells. */
export interface HeatColumn {
  left: number;
  right: number;
  /** Calls `put` for each cell: its lower and upper edge in pixels, and how much it holds. */
  each(put: (bottom: number, top: number, amount: number) => void): void;
}

/** Colours of levels from 0 to 1: 256 times red, green and blue. */
export type Ramp = Uint8ClampedArray;

/** Colours between some that are given, evenly spaced. */
export function makeRamp(stops: readonly string[]): Ramp {
  const known = stops.map((stop) =>
    [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)),
  );
  const ramp = new Uint8ClampedArray(3 * 256);
  for (let level = 0; level < 256; level++) {
    const place = (level / 255) * (known.length - 1);
    const from = Math.min(known.length - 2, Math.floor(place));
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [known[from]![channel]!, known[from + 1]![channel]!];
      ramp[3 * level + channel] = a + (b - a) * (place - from);
    }
  }
  return ramp;
}

/** On dark ground light is much, on light ground dark is. */
const LIGHT = makeRamp(["#eaf2fa", "#b6d3ec", "#6aaed6", "#2a7ab9", "#0b3d7d"]);
const DARK = makeRamp(["#10243a", "#16477a", "#2f7fc1", "#8cc0e8", "#f2f8fd"]);

export function heatRamp(dark: boolean): Ramp {
  return dark ? DARK : LIGHT;
}

interface Area {
  top: number;
  bottom: number;
}

/** So many times what is hardly to be seen has the last colour. */
const CONTRAST = 100;

/**
 * Draws columns between two heights; the colour is the logarithm of the amount in a row of
 * pixels. Cells narrower than a row add up, so a peak of many of them never vanishes.
 * `reference` is the amount a pixel that has the last colour of the ramp.
 */
export function paintHeat(
  context: CanvasRenderingContext2D,
  { top, bottom }: Area,
  columns: readonly HeatColumn[],
  ramp: Ramp,
  reference: number,
): void {
  const ratio = context.getTransform().d || 1;
  const height = Math.max(1, Math.round((bottom - top) * ratio));
  if (!columns.length) return;
  const picture = document.createElement("canvas");
  picture.width = columns.length;
  picture.height = height;
  const pen = picture.getContext("2d")!;
  const image = pen.createImageData(columns.length, height);
  const held = new Float64Array(height);
  const most = Math.log1p(CONTRAST);
  columns.forEach((column, number) => {
    held.fill(0);
    column.each((bottom, above, amount) =>
      fillRows(held, above - top, bottom - top, amount, ratio),
    );
    for (let row = 0; row < height; row++) {
      // Per pixel of the layout, whatever the screen's.
      const amount = held[row]! * ratio;
      if (!(amount > 0)) continue;
      // Anything is more than nothing.
      const level = 0.03 + (0.97 * Math.log1p((CONTRAST * amount) / reference)) / most;
      const from = 3 * Math.min(255, Math.round(255 * level));
      const to = 4 * (row * columns.length + number);
      image.data[to] = ramp[from]!;
      image.data[to + 1] = ramp[from + 1]!;
      image.data[to + 2] = ramp[from + 2]!;
      image.data[to + 3] = 255;
    }
  });
  pen.putImageData(image, 0, 0);
  context.save();
  context.imageSmoothingEnabled = false;
  columns.forEach(({ left, right }, number) => {
    // Whole pixels of the screen: columns that meet leave no seam.
    const from = Math.round(left * ratio) / ratio;
    const to = Math.max(Math.round(right * ratio), Math.round(left * ratio) + 1) / ratio;
    context.drawImage(picture, number, 0, 1, height, from, top, to - from, bottom - top);
  });
  context.restore();
}

/** Adds an amount to the rows that a cell covers, to each its part. */
function fillRows(
  held: Float64Array,
  top: number,
  bottom: number,
  amount: number,
  ratio: number,
): void {
  const [from, to] = [top * ratio, bottom * ratio];
  const first = Math.min(held.length - 1, Math.max(0, Math.floor(from)));
  const last = Math.min(held.length, Math.ceil(to));
  if (last - first <= 1) {
    if (to >= 0 && from <= held.length) held[first]! += amount;
    return;
  }
  const perRow = amount / (to - from);
  for (let row = first; row < last; row++) {
    held[row]! += perRow * (Math.min(to, row + 1) - Math.max(from, row));
  }
}
