// Single frames of a GIF, put together as its disposal methods say: in every browser, over plain
// http:// too, where there is no ImageDecoder.
import { decompressFrame, type ParsedGif, parseGIF } from "gifuct-js";

type Block = ParsedGif["frames"][number];
type Frame = Extract<Block, { image: unknown }>;

/** A finished frame is kept after each so many, to begin from; so many bytes of them at most. */
const KEEP_EACH = 16;
const KEPT_BYTES = 32 << 20;

/** Browsers show a frame that says 0 or 10 ms for 100 ms: nobody meant a film too fast to see. */
export function delayOf(hundredths: number | undefined): number {
  return hundredths === undefined || hundredths <= 1 ? 100 : hundredths * 10;
}

const CLEAR = 2;
const RESTORE = 3;

export class Gif {
  readonly width: number;
  readonly height: number;
  /** How long each frame stays, in ms. */
  readonly delays: readonly number[];
  private readonly frames: readonly Frame[];
  private readonly table: ParsedGif["gct"];
  /** RGBA as it stands after the frame `last`. */
  private canvas: Uint8ClampedArray<ArrayBuffer>;
  private last = -1;
  /** What is there once the frame `last` is disposed of. */
  private under: Uint8ClampedArray<ArrayBuffer>;
  private readonly kept = new Map<number, Uint8ClampedArray<ArrayBuffer>>();

  /** `width` and `height` are those of the whole picture, which frames may stick out of. */
  constructor(data: ArrayBuffer, width: number, height: number) {
    const parsed = parseGIF(data);
    this.width = width;
    this.height = height;
    this.frames = parsed.frames.filter(
      (block): block is Frame => "image" in block && !!block.image,
    );
    if (!this.frames.length) throw new Error("a GIF without a frame");
    this.table = parsed.gct ?? [];
    this.delays = this.frames.map(({ gce }) => delayOf(gce?.delay));
    this.canvas = new Uint8ClampedArray(width * height * 4);
    this.under = this.canvas;
  }

  /** The pixels of a frame as it is seen: RGBA, not to be changed. */
  frame(index: number): Uint8ClampedArray<ArrayBuffer> {
    const wanted = Math.min(this.frames.length - 1, Math.max(0, index));
    if (wanted < this.last || wanted > this.last + KEEP_EACH) this.rewind(wanted);
    while (this.last < wanted) this.advance();
    return this.canvas;
  }

  /** Go back to the nearest frame that is kept, or to the beginning. */
  private rewind(wanted: number): void {
    let from = wanted - (wanted % KEEP_EACH);
    while (from > 0 && !this.kept.has(from)) from -= KEEP_EACH;
    if (wanted > this.last && from <= this.last) return;
    this.under = this.kept.get(from) ?? new Uint8ClampedArray(this.width * this.height * 4);
    this.last = from - 1;
  }

  private advance(): void {
    const index = this.last + 1;
    const bytes = this.width * this.height * 4;
    if (index % KEEP_EACH === 0 && (this.kept.size + 1) * bytes <= KEPT_BYTES) {
      this.kept.set(index, this.under);
    }
    const frame = this.frames[index]!;
    const before = this.under;
    this.canvas = before.slice();
    this.draw(frame);
    const disposal = frame.gce?.extras.disposal ?? 0;
    if (disposal === RESTORE) this.under = before;
    else if (disposal === CLEAR) this.under = this.cleared(frame);
    else this.under = this.canvas;
    this.last = index;
  }

  private draw(frame: Frame): void {
    const { pixels, colorTable, transparentIndex } = decompressFrame(frame, this.table, false);
    const { left, top, width, height } = frame.image.descriptor;
    for (let row = 0; row < height && top + row < this.height; row++) {
      for (let column = 0; column < width && left + column < this.width; column++) {
        const code = pixels[row * width + column]!;
        if (code === transparentIndex) continue;
        const color = colorTable?.[code] ?? [0, 0, 0];
        const at = ((top + row) * this.width + left + column) * 4;
        this.canvas[at] = color[0]!;
        this.canvas[at + 1] = color[1]!;
        this.canvas[at + 2] = color[2]!;
        this.canvas[at + 3] = 255;
      }
    }
  }

  /** The canvas without the rectangle of a frame. */
  private cleared(frame: Frame): Uint8ClampedArray<ArrayBuffer> {
    const result = this.canvas.slice();
    const { left, top, width, height } = frame.image.descriptor;
    for (let row = top; row < Math.min(this.height, top + height); row++) {
      const start = (row * this.width + Math.min(left, this.width)) * 4;
      const end = (row * this.width + Math.min(left + width, this.width)) * 4;
      result.fill(0, start, end);
    }
    return result;
  }
}
