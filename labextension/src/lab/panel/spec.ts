// What a panel shows: enough to bring it back after a reload of the page.

export type Kind = "tensorboard" | "board";

export interface PanelSpec {
  kind: Kind;
  /** Tells apart the panels of a page; part of the session's path. */
  id: string;
  /** Relative to the root of the file browser, absolute, or a URL; "" while not chosen. */
  logdir: string;
  /** More flags of TensorBoard, as a person would write them. */
  flags: string;
  live: boolean;
}

const NAMES: Record<Kind, string> = { tensorboard: "TensorBoard", board: "nbboard" };

/** The type of nbboard's sessions, beside Jupyter's "notebook" and "console". */
export const SESSION_TYPE = "nbboard";

export function kindName(kind: Kind): string {
  return NAMES[kind];
}

/** The other door to the same logs. */
export function otherKind(kind: Kind): Kind {
  return kind === "board" ? "tensorboard" : "board";
}

export function isKind(value: unknown): value is Kind {
  return value === "tensorboard" || value === "board";
}

/**
 * The path of a panel's session. It names no file; it has no slash, so that the kernel
 * works in the root of the file browser and understands the same paths.
 */
export function sessionPath(spec: Pick<PanelSpec, "kind" | "id">): string {
  return `nbboard-${spec.kind}-${spec.id}`;
}

/** Reads a session back into what it shows; null for another program's session. */
export function specOfSession(path: string, name: string): PanelSpec | null {
  const [product, kind, id] = path.split("-", 3);
  if (product !== "nbboard" || !isKind(kind) || !id) return null;
  const prefix = `${NAMES[kind]}: `;
  const logdir = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return { kind, id, logdir, flags: "", live: true };
}

/** The name of a panel's session, as Jupyter lists it. */
export function sessionName(spec: Pick<PanelSpec, "kind" | "logdir">): string {
  return `${NAMES[spec.kind]}: ${spec.logdir}`;
}

/** Eight characters that no other panel has. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
