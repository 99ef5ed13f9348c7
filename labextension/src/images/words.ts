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
