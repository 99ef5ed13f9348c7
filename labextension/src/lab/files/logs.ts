// What is a log and where it lies, by names alone: no page, no server.

/** Whether a file name is one that TensorBoard would read, by TensorBoard's own rule. */
export function isEventFile(name: string): boolean {
  return name.includes("tfevents");
}

/** The folder that holds a file, "" for the root of the file browser. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "" : path.slice(0, cut);
}

/** One spelling for a folder: no "./", no doubled or trailing slash; "" is the root. */
export function tidyFolder(path: string): string {
  const trimmed = path.trim();
  if (/^[a-z][\w+.-]*:\/\//i.test(trimmed)) return trimmed; // s3://bucket keeps its slashes
  const parts = trimmed.split("/").filter((part, i) => part !== "." && (part !== "" || i === 0));
  const tidy = parts.join("/");
  return tidy === "" && trimmed.startsWith("/") ? "/" : tidy;
}

/** Whether a path means the same from every folder. */
export function isAbsolute(path: string): boolean {
  return /^([/\\~]|[a-z]:[/\\]|[a-z][\w+.-]*:\/\/)/i.test(path);
}

/**
 * A folder as it is written in a notebook that runs in another one.
 *
 * @param folder - relative to the root of the file browser, or absolute
 * @param from - the folder of the notebook, relative to the same root
 */
export function relativeFolder(folder: string, from: string): string {
  if (isAbsolute(folder)) return folder;
  const target = folder.split("/").filter(Boolean);
  const start = from.split("/").filter(Boolean);
  let shared = 0;
  while (shared < target.length && shared < start.length && target[shared] === start[shared]) {
    shared += 1;
  }
  const up = start.slice(shared).map(() => "..");
  return [...up, ...target.slice(shared)].join("/") || ".";
}

/** The last part of a folder, for a tab; the root is called by what it is. */
export function shortName(folder: string): string {
  return folder.split(/[/\\]/).filter(Boolean).pop() ?? "logs";
}
