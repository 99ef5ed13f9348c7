// The file browser's folders, as far as the panels need them.
import type { Contents } from "@jupyterlab/services";
import type { List } from "./holdings.ts";

export function lister(contents: Contents.IManager): List {
  return async (path) => {
    const model = await contents.get(path, { type: "directory", content: true });
    const entries = (model.content ?? []) as Contents.IModel[];
    return entries.map((entry) => ({
      name: entry.name,
      path: contents.localPath(entry.path),
      directory: entry.type === "directory",
    }));
  };
}

/**
 * A browser path as the kernel knows it.
 *
 * @returns the drive's name where the path is on one that only the browser can see
 */
export function kernelPath(
  contents: Contents.IManager,
  path: string,
): { path: string } | { drive: string } {
  const drive = contents.driveName(path);
  // "RTC" is how real-time collaboration calls the server's own files.
  if (drive === "" || drive === "RTC") return { path: contents.localPath(path) };
  return { drive };
}
