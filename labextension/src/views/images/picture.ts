// An image as the kernel described it, and its bytes as a URL that the browser can show.
import type { Item, ItemFile } from "../../stepped/kind.ts";
import type { Content } from "../../shell/wire.ts";
import { closeFrames } from "./frames.ts";
import { sniff } from "./sniff.ts";

/** As `ImagesView.encode` in nbboard/views/images.py; `url` once its bytes are here. */
export interface Picture extends Item {
  format: string;
  width: number;
  height: number;
  frames: number;
  bytes: number;
  url: string | null;
  /** The bytes behind the URL, of an animation: to decode single frames. */
  blob: Blob | null;
  /** Why it is not shown; null if it may be. */
  refusal: string | null;
}

export function toPicture(encoded: Content): Picture {
  const { format, width, height, frames, bytes } = encoded;
  let refusal: string | null = null;
  let url: string | null = null;
  let blob: Blob | null = null;
  const data: DataView | undefined = encoded.data;
  if (data) {
    const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const found = sniff(view);
    if (found) {
      blob = new Blob([view.slice()], { type: `image/${found}` });
      url = URL.createObjectURL(blob);
    } else refusal = "not an image that browsers show";
  }
  return { format, width, height, frames, bytes, url, refusal, blob: frames > 1 ? blob : null };
}

export function dropPicture(picture: Picture): void {
  if (picture.url) URL.revokeObjectURL(picture.url);
  closeFrames(picture);
}

export function fileOf({ url, format }: Picture): ItemFile | null {
  if (!url) return null;
  return { href: url, ending: /^(png|jpeg|gif|webp|bmp)$/.test(format) ? format : "bin" };
}

/** "28×28", and what is special about it. */
export function sizeText(picture: Pick<Picture, "width" | "height" | "frames">): string {
  const size = `${picture.width}×${picture.height}`;
  return picture.frames > 1 ? `${size} · ${picture.frames} frames` : size;
}
