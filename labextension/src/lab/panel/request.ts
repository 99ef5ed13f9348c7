// What an address asks JupyterLab to show.
import { isKind, type PanelSpec } from "./spec.ts";

type Request = Pick<PanelSpec, "kind" | "id" | "logdir">;

export function requestFor({ kind, id, logdir }: Request): string {
  return new URLSearchParams({ nbboard: kind, folder: logdir, id }).toString();
}

/** Reads an address's query back; null for one that asks for something else. */
export function requestedBy(search: string): Request | null {
  const query = new URLSearchParams(search);
  const kind = query.get("nbboard");
  const id = query.get("id");
  const logdir = query.get("folder");
  if (!isKind(kind) || !id || !/^[0-9a-f]+$/.test(id) || !logdir) return null;
  return { kind, id, logdir };
}
