// What the views say, in words.

/** "1 image", "1,200 images". */
export function counted(count: number, [one, several]: readonly [string, string]): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : several}`;
}

/** A name for a download that no file system refuses. */
export function fileName(
  run: string,
  tag: string,
  step: bigint | null,
  index: number,
  ending: string,
): string {
  const clean = (text: string): string => text.replace(/[^\p{L}\p{N}._=,+-]+/gu, "_").slice(0, 60);
  const part = index > 0 ? `_${index}` : "";
  const name = `${clean(run)}_${clean(tag)}_${step ?? ""}${part}`;
  return `${name.replace(/^\.+/, "")}.${/^[a-z0-9]{1,8}$/.test(ending) ? ending : "bin"}`;
}
