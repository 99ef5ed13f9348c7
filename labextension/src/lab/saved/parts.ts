// What can be shown of a saved output without its kernel.

export const VIEW_MIME = "application/vnd.nbboard.view+json";

export interface Parts {
  /** A data URL; null where no picture was saved. */
  picture: string | null;
  /** In CSS pixels, where the picture has more; null for its own. */
  width: number | null;
  /** What the output shows, in words. */
  text: string;
  /** What stands in the picture's place; none where there is one, for that says when it was taken. */
  caption: string;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.filter((line) => typeof line === "string").join("");
  return "";
}

/** Which live view a bundle is of. */
export function modelOf(bundle: Readonly<Record<string, unknown>>): unknown {
  return (bundle[VIEW_MIME] as { model_id?: unknown } | undefined)?.model_id;
}

/** Reads a mime bundle; what it holds may come from anyone. */
export function partsOf(
  bundle: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): Parts {
  const view = bundle[VIEW_MIME] as { text?: unknown } | undefined;
  const text = textOf(bundle["text/plain"]).trim();
  const encoded = textOf(bundle["image/png"]).replace(/\s/g, "");
  if (encoded !== "" && /^[A-Za-z0-9+/]+=*$/.test(encoded)) {
    const given = (metadata["image/png"] ?? {}) as { width?: unknown; alt?: unknown };
    const width = typeof given.width === "number" && given.width > 0 ? given.width : null;
    const words = textOf(given.alt) || text;
    return { picture: `data:image/png;base64,${encoded}`, width, text: words, caption: "" };
  }
  const sentence = textOf(view?.text).trim();
  return {
    picture: null,
    width: null,
    text,
    caption: sentence || `${text ? `${text}. ` : ""}Run the cell to see it.`,
  };
}
