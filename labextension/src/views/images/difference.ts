// The difference of two pictures of equal size, pixel by pixel.

/** What is written beside a difference, in units of 8-bit channels (0 to 255). */
export interface Difference {
  /** RGBA, opaque, `width * height * 4` long. */
  pixels: Uint8ClampedArray;
  /** The largest difference of any channel. */
  most: number;
  /** The mean over all pixels and channels. */
  mean: number;
  /** How many pixels differ at all. */
  differing: number;
  /** What the differences were multiplied with to be seen: 1 for the absolute form. */
  scale: number;
}

/**
 * Computes |a - b| of each colour channel, weighted with its opacity as on a black ground;
 * a difference in opacity alone counts in all channels. `scaled` stretches the
 * largest difference to 255.
 */
export function differenceOf(
  a: Uint8ClampedArray,
  b: Uint8ClampedArray,
  scaled: boolean,
): Difference {
  if (a.length !== b.length) throw new RangeError("pictures of different sizes");
  const raw = new Uint8Array((a.length / 4) * 3);
  let most = 0;
  let sum = 0;
  let differing = 0;
  for (let from = 0, to = 0; from < a.length; from += 4, to += 3) {
    const opaqueA = a[from + 3]!;
    const opaqueB = b[from + 3]!;
    const opacity = Math.abs(opaqueA - opaqueB);
    let largest = 0;
    for (let channel = 0; channel < 3; channel++) {
      const valueA = (a[from + channel]! * opaqueA) / 255;
      const valueB = (b[from + channel]! * opaqueB) / 255;
      const value = Math.max(opacity, Math.round(Math.abs(valueA - valueB)));
      raw[to + channel] = value;
      sum += value;
      if (value > largest) largest = value;
    }
    if (largest) differing++;
    if (largest > most) most = largest;
  }
  const scale = scaled && most > 0 ? 255 / most : 1;
  const pixels = new Uint8ClampedArray(a.length);
  for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
    pixels[to] = raw[from]! * scale;
    pixels[to + 1] = raw[from + 1]! * scale;
    pixels[to + 2] = raw[from + 2]! * scale;
    pixels[to + 3] = 255;
  }
  return { pixels, most, mean: raw.length ? sum / raw.length : 0, differing, scale };
}

/** One line: what was computed, and with which scale. */
export function describeDifference(difference: Difference, count: number): string {
  if (difference.most === 0) return "no difference";
  const share = (100 * difference.differing) / Math.max(1, count);
  const scale = difference.scale === 1 ? "×1" : `×${difference.scale.toPrecision(3)}`;
  const percent = share < 0.1 ? "<0.1" : share.toFixed(share < 10 ? 1 : 0);
  return (
    `|A − B| ${scale} · largest ${difference.most} of 255` +
    ` · mean ${difference.mean.toPrecision(3)} · ${percent} % of pixels`
  );
}
