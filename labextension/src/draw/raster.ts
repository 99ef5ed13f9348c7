// The pixels of a 2-D canvas with a depth each, for pictures whose parts cover each other.

const SHADES = new Uint32Array([0x01020304]);
const LITTLE_ENDIAN = new Uint8Array(SHADES.buffer)[0] === 4;

/** A colour as one pixel of a raster; `alpha` from 0 to 255, 255 if not said. */
export function pixel(red: number, green: number, blue: number, alpha = 255): number {
  const bytes = LITTLE_ENDIAN ? [alpha, blue, green, red] : [red, green, blue, alpha];
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

/** Red, green and blue of each point, one byte each, as pixels. */
export function pixelsOf(rgb: Uint8Array): Uint32Array {
  const pixels = new Uint32Array(rgb.length / 3);
  const bytes = new Uint8Array(pixels.buffer);
  for (let i = 0, from = 0, to = 0; i < pixels.length; i++, from += 3, to += 4) {
    bytes[to] = rgb[from]!;
    bytes[to + 1] = rgb[from + 1]!;
    bytes[to + 2] = rgb[from + 2]!;
    bytes[to + 3] = 255;
  }
  return pixels;
}

export class Raster {
  width = 0;
  height = 0;
  /** One number a pixel, as `pixel` makes it: 0 is transparent, the page shows through. */
  pixels = new Uint32Array(0);
  /**
   * How near what is drawn in a pixel is to the eye: greater is nearer. In perspective one over the
   * distance (which is linear on the screen), else minus the distance; -Infinity for nothing.
   */
  nearness = new Float32Array(0);
  /** 1 + the number of the point (or other part) that is seen in a pixel; 0 for none. */
  parts = new Int32Array(0);
  /** Which point's centre is in each pixel, while a cloud is painted. */
  readonly found = { nearness: new Float32Array(0), parts: new Int32Array(0) };
  private bytes = new Uint8ClampedArray(0);

  /** Empty the raster, at a size in its own pixels (those of the screen, not of CSS). */
  clear(width: number, height: number): void {
    const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    if (w * h !== this.pixels.length) {
      this.bytes = new Uint8ClampedArray(w * h * 4);
      this.pixels = new Uint32Array(this.bytes.buffer);
      this.nearness = new Float32Array(w * h);
      this.parts = new Int32Array(w * h);
    }
    this.width = w;
    this.height = h;
    this.pixels.fill(0);
    this.parts.fill(0);
    this.forgetDepth();
  }

  /** What is drawn from now on covers all that was drawn before. */
  forgetDepth(): void {
    this.nearness.fill(Number.NEGATIVE_INFINITY);
  }

  /** Forget the centres that were found before. */
  centres(): { nearness: Float32Array; parts: Int32Array } {
    const { found } = this;
    if (found.parts.length !== this.parts.length) {
      found.nearness = new Float32Array(this.parts.length);
      found.parts = new Int32Array(this.parts.length);
    }
    found.nearness.fill(Number.NEGATIVE_INFINITY);
    found.parts.fill(0);
    return found;
  }

  /** The number of the part that is seen nearest to a place, within a radius; -1 for none. */
  partAt(x: number, y: number, radius = 0): number {
    const { width, height, parts } = this;
    const reach = Math.ceil(radius);
    let found = -1;
    let nearest = radius * radius + 0.5;
    const [column, line] = [Math.floor(x), Math.floor(y)];
    for (let j = Math.max(0, line - reach); j <= Math.min(height - 1, line + reach); j++) {
      for (let i = Math.max(0, column - reach); i <= Math.min(width - 1, column + reach); i++) {
        const away = (i - column) ** 2 + (j - line) ** 2;
        const part = parts[j * width + i]!;
        if (part > 0 && away < nearest) {
          nearest = away;
          found = part - 1;
        }
      }
    }
    return found;
  }

  /** Show the raster on a canvas of its size. */
  show(context: CanvasRenderingContext2D): void {
    context.putImageData(new ImageData(this.bytes, this.width, this.height), 0, 0);
  }
}
