// What can be shown of a saved output without its kernel.

export interface Parts {
  /** A data URL; null where no picture was saved. */
  picture: string | null;
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

/** Reads a mime bundle; what it holds may come from anyone. */
export function partsOf(bundle: Readonly<Record<string, unknown>>): Parts {
  const view = bundle["application/vnd.nbboard.view+json"] as { text?: unknown } | undefined;
  const text = textOf(bundle["text/plain"]).trim();
  const encoded = textOf(bundle["image/png"]).replace(/\s/g, "");
  if (encoded !== "" && /^[A-Za-z0-9+/]+=*$/.test(encoded)) {
    return { picture: `data:image/png;base64,${encoded}`, text, caption: LIVE_AGAIN };
  }
  const sentence = textOf(view?.text).trim();
  return {
    picture: null,
    text,
    caption: sentence || `${text ? `${text}. ` : ""}Run the cell to see it.`,
  };
}
