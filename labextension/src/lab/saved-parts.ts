// What can be shown of a saved output without its kernel.

export const VIEW_MIME = "application/vnd.nbboard.view+json";

export interface Parts {
  /** A data URL; null where no picture was saved. */
  picture: string | null;
  /** In CSS pixels, where the picture has more; null for its own. */
  width: number | null;
  /** What the output shows, in words. */
  text: string;
  /** What stands below the picture, or alone. */
  caption: string;
}

const LIVE_AGAIN = "Saved picture; run the cell to make it live.";

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
    const given = (metadata["image/png"] as { width?: unknown } | undefined)?.width;
    const width = typeof given === "number" && given > 0 ? given : null;
    return { picture: `data:image/png;base64,${encoded}`, width, text, caption: LIVE_AGAIN };
  }
  const sentence = textOf(view?.text).trim();
  return {
    picture: null,
    width: null,
    text,
    caption: sentence || `${text ? `${text}. ` : ""}Run the cell to see it.`,
  };
}
