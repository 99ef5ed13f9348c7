// The pixels of a picture as numbers, for differences and for reading one off.
import { Cache, type Held } from "../../stepped/cache.ts";

interface Decoded extends Held {
  image: Promise<ImageData>;
}

/** Decoded pixels take far more room than encoded ones; few are needed at a time. */
const BUDGET = 192 << 20;
const decoded = new Cache<string, Decoded>(BUDGET, () => {});

/** Decodes the picture behind a blob URL: its first frame, 8 bits a channel, not premultiplied. */
export function pixelsOf(url: string, width: number, height: number): Promise<ImageData> {
  const known = decoded.get(url);
  if (known) return known.image;
  const image = decode(url);
  decoded.set(url, { bytes: width * height * 4, image });
  return image;
}

async function decode(url: string): Promise<ImageData> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser cannot read pixels");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** "255 128 0", with the opacity where it is not full; grey as one number. */
export function describePixel(image: ImageData, column: number, row: number): string {
  const at = (row * image.width + column) * 4;
  const [r, g, b, a] = image.data.subarray(at, at + 4);
  const color = r === g && g === b ? `${r}` : `${r} ${g} ${b}`;
  return a === 255 ? color : `${color} · α ${a}`;
}
