// What the view says, in words.

/** A step with thin separators; int64, so never through a float. */
export function formatStep(step: bigint): string {
  return String(step)
    .replace("-", "\u2212")
    .replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

/** "28×28", and what is special about it. */
export function sizeText(picture: {
  width: number;
  height: number;
  frames: number;
  format: string;
}): string {
  const size = `${picture.width}×${picture.height}`;
  return picture.frames > 1 ? `${size} · ${picture.frames} frames` : size;
}

/** "1 image", "12 images". */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A name for a download that no file system refuses. */
export function fileName(
  run: string,
  tag: string,
  step: bigint | null,
  index: number,
  format: string,
): string {
  const clean = (text: string): string => text.replace(/[^\p{L}\p{N}._=,+-]+/gu, "_").slice(0, 60);
  const part = index > 0 ? `_${index}` : "";
  const extension = /^(png|jpeg|gif|webp|bmp)$/.test(format) ? format : "bin";
  const name = `${clean(run)}_${clean(tag)}_${step ?? ""}${part}`;
  return `${name.replace(/^\.+/, "")}.${extension}`;
}

/** Why nothing is shown, and what to do. */
export function emptyText(paths: readonly string[]): string {
  const where = paths.length ? ` under ${paths.join(", ")}` : "";
  return `No images${where}. Images appear here when a run logs one, for example with add_image().`;
}
