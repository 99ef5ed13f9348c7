// The frames of an animation, one by one: of a GIF in every browser, of WebP and PNG where the
// browser has an ImageDecoder.
import { pixelsOf } from "./decode.ts";
import { Gif } from "./gif.ts";
import type { Picture } from "./picture.ts";

export interface Frames {
  /** How long each frame stays, in ms: of the first ones, as far as that is known. */
  delays: readonly number[];
  /** The pixels of a frame, of which the last stands for all behind it. */
  pixels(index: number): Promise<ImageData>;
  close(): void;
}

const made = new WeakMap<Picture, Promise<Frames | null>>();

/** The frames of an animation; null where the browser only plays it as a whole. */
export function framesOf(picture: Picture): Promise<Frames | null> {
  let known = made.get(picture);
  if (!known) {
    known = make(picture).catch(() => null);
    made.set(picture, known);
  }
  return known;
}

/** Let go of what a decoder holds. */
export function closeFrames(picture: Picture): void {
  void made.get(picture)?.then((frames) => frames?.close());
  made.delete(picture);
}

/** The pixels of a picture, of an animation those of one frame. */
export async function pixelsAt(picture: Picture, frame: number): Promise<ImageData> {
  const frames = picture.frames > 1 ? await framesOf(picture) : null;
  if (frames) return frames.pixels(Math.min(frame, picture.frames - 1));
  return pixelsOf(picture.url!, picture.width, picture.height);
}

async function make(picture: Picture): Promise<Frames | null> {
  const { blob, format, width, height } = picture;
  if (!blob) return null;
  if (format === "gif") return gifFrames(await blob.arrayBuffer(), width, height);
  if (!("ImageDecoder" in globalThis)) return null;
  return decoderFrames(blob);
}

function gifFrames(data: ArrayBuffer, width: number, height: number): Frames {
  const gif = new Gif(data, width, height);
  return {
    delays: gif.delays,
    pixels: async (index) => new ImageData(gif.frame(index), width, height),
    close() {},
  };
}

async function decoderFrames(blob: Blob): Promise<Frames> {
  const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type });
  const delays: number[] = [];
  return {
    delays,
    async pixels(index) {
      const { image } = await decoder.decode({ frameIndex: index });
      delays[index] = (image.duration ?? 100_000) / 1000;
      const canvas = document.createElement("canvas");
      canvas.width = image.displayWidth;
      canvas.height = image.displayHeight;
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      image.close();
      return context.getImageData(0, 0, canvas.width, canvas.height);
    },
    close: () => decoder.close(),
  };
}
