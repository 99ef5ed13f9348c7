// The spectrogram of a clip; nbboard/views/audio_spectrum.py is the same on paper and says what
// the numbers are. tests/vectors/spectrum.json ties the two.
import FFT from "fft.js";

export type Scale = "linear" | "log" | "mel";

const SPAN = 0.032;
const LEAST = 5;
const MOST = 12;
const COLUMNS = 600;
const SILENT = -200;

export interface Spectrogram {
  bins: number;
  columns: number;
  /** Decibels, a column after the other. */
  levels: Float32Array;
}

/** How many samples a window has: the power of two nearest to 32 ms, 32 to 4,096. */
export function windowOf(rate: number): number {
  const power = Math.round(Math.log2(Math.max(rate, 1) * SPAN));
  return 2 ** Math.min(MOST, Math.max(LEAST, power));
}

export function spectrogramOf(samples: Float32Array, rate: number): Spectrogram {
  const size = windowOf(rate);
  const bins = size / 2 + 1;
  const frames = samples.length;
  const columns = frames ? Math.min(COLUMNS, Math.max(1, Math.ceil((frames * 4) / size))) : 0;
  const levels = new Float32Array(bins * columns);
  const shape = Float64Array.from(
    { length: size },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size),
  );
  const fft = new FFT(size);
  const taken = new Array<number>(size);
  const spectrum: number[] = fft.createComplexArray();
  const unit = 2 / shape.reduce((sum, value) => sum + value, 0);
  const least = 10 ** (SILENT / 20);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor(((column + 0.5) * frames) / columns) - size / 2;
    for (let at = 0; at < size; at++) taken[at] = (samples[start + at] ?? 0) * shape[at]!;
    fft.realTransform(spectrum, taken);
    for (let bin = 0; bin < bins; bin++) {
      const amplitude = Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!) * unit;
      levels[column * bins + bin] = 20 * Math.log10(Math.max(amplitude, least));
    }
  }
  return { bins, columns, levels };
}

/** The edges of so many rows from the lowest frequency to half the rate, in Hz. */
export function frequencies(scale: Scale, count: number, rate: number): Float64Array {
  const top = Math.max(rate, 1) / 2;
  return Float64Array.from({ length: count + 1 }, (_, row) =>
    hertzAt(scale, row / count, rate, top),
  );
}

function hertzAt(scale: Scale, at: number, rate: number, top: number): number {
  if (scale === "log") {
    const low = (2 * top) / windowOf(rate);
    return low * (top / low) ** at;
  }
  if (scale === "mel") return 700 * (10 ** (at * Math.log10(1 + top / 700)) - 1);
  return at * top;
}

/** Where a frequency stands on a scale, from 0 at its lowest to 1. */
export function placeOf(scale: Scale, hertz: number, rate: number): number {
  const top = Math.max(rate, 1) / 2;
  if (scale === "log") {
    const low = (2 * top) / windowOf(rate);
    return Math.log(hertz / low) / Math.log(top / low);
  }
  if (scale === "mel") return Math.log10(1 + hertz / 700) / Math.log10(1 + top / 700);
  return hertz / top;
}

/** A spectrogram on a scale of frequencies: row after row, the lowest first. */
export function rowsOf(from: Spectrogram, scale: Scale, count: number, rate: number): Float32Array {
  const { bins, columns, levels } = from;
  const unit = (2 * (bins - 1)) / Math.max(rate, 1);
  const edges = frequencies(scale, count, rate).map((hertz) => hertz * unit);
  const result = new Float32Array(count * columns);
  for (let row = 0; row < count; row++) {
    const [low, high] = [edges[row]!, edges[row + 1]!];
    const first = Math.ceil(low);
    const last = row === count - 1 ? bins : Math.ceil(high);
    const middle = (low + high) / 2;
    const below = Math.min(Math.floor(middle), bins - 2);
    const share = middle - below;
    for (let column = 0; column < columns; column++) {
      const start = column * bins;
      let level = Number.NEGATIVE_INFINITY;
      for (let bin = first; bin < last; bin++) level = Math.max(level, levels[start + bin]!);
      if (first >= last) {
        level = levels[start + below]! * (1 - share) + levels[start + below + 1]! * share;
      }
      result[row * columns + column] = level;
    }
  }
  return result;
}
