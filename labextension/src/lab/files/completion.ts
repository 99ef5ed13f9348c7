// Folders to choose from while a person types a path.
import type { List } from "./holdings.ts";
import { isAbsolute } from "./logs.ts";

const MOST = 50;

/**
 * Completes the last part of a typed path.
 *
 * @returns folders relative to the root of the file browser; none for absolute paths and
 *   URLs, which only the kernel can see
 */
export async function completeFolder(typed: string, list: List): Promise<string[]> {
  if (isAbsolute(typed)) return [];
  const cut = typed.lastIndexOf("/") + 1;
  const parent = typed.slice(0, cut).replace(/\/+$/, "");
  const start = typed.slice(cut).toLowerCase();
  try {
    const entries = await list(parent);
    return entries
      .filter((entry) => entry.directory && entry.name.toLowerCase().startsWith(start))
      .map((entry) => entry.path)
      .sort(new Intl.Collator(undefined, { numeric: true }).compare)
      .slice(0, MOST);
  } catch {
    return []; // no such folder, yet
  }
}
