// One silent question to a kernel before it is asked to do anything: is nbboard there?

export interface Environment {
  /** The kernel's Python, as a path. */
  python: string;
  /** nbboard's version; null where it is not installed. */
  nbboard: string | null;
}

/**
 * Looks without importing nbboard, so that a broken installation can still be told. A mere
 * folder called nbboard, where the kernel works, is no installation: it has no origin.
 */
export const PROBE_CODE = `
def _nbboard_probe():
    import importlib.metadata, importlib.util, json, sys
    version = None
    spec = importlib.util.find_spec("nbboard")
    if spec is not None and spec.origin is not None:
        try:
            version = importlib.metadata.version("nbboard")
        except importlib.metadata.PackageNotFoundError:
            version = ""
    found = {"python": sys.executable or "", "nbboard": version}
    return json.dumps(found).encode().hex()  # hexadecimal digits need no unquoting
`;

export const PROBE_EXPRESSION = "_nbboard_probe()";

/** Reads the answer; null where it makes no sense (no Python at the other end). */
export function readProbe(expressions: unknown): Environment | null {
  const answer = (expressions as Record<string, unknown> | undefined)?.nbboard as
    | { status?: unknown; data?: Record<string, unknown> }
    | undefined;
  const text = answer?.status === "ok" ? answer.data?.["text/plain"] : undefined;
  if (typeof text !== "string") return null;
  const digits = text.replace(/['"]/g, "");
  if (!/^([0-9a-f]{2})+$/.test(digits)) return null;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Environment>;
    return {
      python: String(found.python ?? ""),
      nbboard: found.nbboard == null ? null : String(found.nbboard),
    };
  } catch {
    return null;
  }
}
