// Draws a clip: its waveform, and its spectrogram.
import type { Size } from "../../stepped/layout.ts";
import { type Clip, channelsOf } from "./clip.ts";
import { placeOf, rowsOf, type Scale, type Spectrogram, spectrogramOf } from "./spectrum.ts";
import { mixed } from "./wav.ts";

export interface Look {
  scale: Scale;
  floor: number;
  channel: number | null;
}

export interface Colors {
  wave: string;
  line: string;
  warn: string;
}

/** Black over violet and orange to cream, as Matplotlib's magma: even steps of lightness. */
const MAGMA = [
  [0, 0, 4],
  [28, 16, 68],
  [79, 18, 123],
  [129, 37, 129],
  [181, 54, 122],
  [229, 80, 100],
  [251, 135, 97],
  [254, 194, 135],
  [252, 253, 191],
] as const;
const SHADES = shadesOf();

function shadesOf(): Uint8ClampedArray {
  const shades = new Uint8ClampedArray(256 * 3);
  for (let at = 0; at < 256; at++) {
    const place = (at / 255) * (MAGMA.length - 1);
    const low = Math.min(MAGMA.length - 2, Math.floor(place));
    for (let part = 0; part < 3; part++) {
      const [from, to] = [MAGMA[low]![part]!, MAGMA[low + 1]![part]!];
      shades[at * 3 + part] = from + (to - from) * (place - low);
    }
  }
  return shades;
}

/** The least and greatest sample of each pixel column, in units of the scale that is drawn. */
export function columnsOf(clip: Clip, channel: number | null, width: number): Float32Array {
  const result = new Float32Array(2 * width);
  const channels = channel === null ? null : channelsOf(clip);
  const scale = Math.max(1, clip.scale);
  const samples = channels && mixed(channels, channel);
  const count = samples ? samples.length : clip.pairs.length / 2;
  for (let x = 0; x < width && count; x++) {
    const first = Math.floor((x * count) / width);
    const last = Math.max(first + 1, Math.floor(((x + 1) * count) / width));
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = first; at < last && at < count; at++) {
      low = Math.min(low, samples ? samples[at]! / scale : clip.pairs[at]! / 32767);
      high = Math.max(high, samples ? samples[at]! / scale : clip.pairs[count + at]! / 32767);
    }
    result[2 * x] = low;
    result[2 * x + 1] = high;
  }
  return result;
}

export function paintWave(
  context: CanvasRenderingContext2D,
  clip: Clip,
  channel: number | null,
  { width, height }: Size,
  colors: Colors,
): void {
  const middle = height / 2;
  const reach = middle - 2;
  const columns = columnsOf(clip, channel, width);
  const full = (1 / Math.max(1, clip.scale)) * 0.99996;
  context.fillStyle = colors.line;
  context.fillRect(0, Math.round(middle), width, 1);
  for (let x = 0; x < width; x++) {
    const [low, high] = [columns[2 * x]!, columns[2 * x + 1]!];
    context.fillStyle = high >= full || low <= -full ? colors.warn : colors.wave;
    const top = middle - high * reach;
    context.fillRect(x, top, 1, Math.max(1, (high - low) * reach));
  }
}

const known = new WeakMap<Clip, { channel: number | null; made: Spectrogram }>();

/** The spectrogram of a clip that is here; null until then. */
export function spectrogram(clip: Clip, channel: number | null): Spectrogram | null {
  const before = known.get(clip);
  if (before?.channel === channel) return before.made;
  const channels = channelsOf(clip);
  if (!channels?.length) return null;
  const made = spectrogramOf(mixed(channels, channel), clip.sampleRate);
  known.set(clip, { channel, made });
  return made;
}

export function paintSpectrogram(
  context: CanvasRenderingContext2D,
  clip: Clip,
  look: Look,
  top: number,
  { width, height }: Size,
): boolean {
  const made = spectrogram(clip, look.channel);
  if (!made?.columns) return false;
  const levels = rowsOf(made, look.scale, height, clip.sampleRate);
  const image = new ImageData(made.columns, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < made.columns; column++) {
      const level = levels[row * made.columns + column]!;
      const share = Math.min(1, Math.max(0, 1 - level / look.floor));
      const shade = Math.round(255 * share) * 3;
      const at = ((height - 1 - row) * made.columns + column) * 4;
      image.data[at] = SHADES[shade]!;
      image.data[at + 1] = SHADES[shade + 1]!;
      image.data[at + 2] = SHADES[shade + 2]!;
      image.data[at + 3] = 255;
    }
  }
  const sheet = document.createElement("canvas");
  sheet.width = made.columns;
  sheet.height = height;
  sheet.getContext("2d")!.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, 0, top, width, height);
  return true;
}

/** Frequencies to write beside a spectrogram, and where: 1 is its top. */
export function hertzTicks(
  scale: Scale,
  rate: number,
  height: number,
): { text: string; at: number }[] {
  const ticks: { text: string; at: number }[] = [];
  for (let power = 1; power <= 1e6; power *= 10) {
    for (const step of [1, 2, 5]) {
      const hertz = power * step;
      const at = placeOf(scale, hertz, rate);
      const last = ticks.at(-1);
      const apart = 15 / height;
      if (at < apart / 2 || at > 1 - apart / 2 || (last && at - last.at < apart)) continue;
      ticks.push({ text: hertz >= 1000 ? `${hertz / 1000}k` : `${hertz}`, at });
    }
  }
  return ticks;
}
