// Names that come from a log: any text at all, and not only what people call things.

/** How much of a name is put on screen; the whole is in the tooltip. */
const MOST = 400;

/** Not a mark of direction, which texts need, but what turns all that follows around. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const BREAKS = /[\u2028\u2029\u0085]/g;

/**
 * A name as one line shows it: line breaks and other control characters as their
 * pictures, so that two names that differ look different and none leaves its place.
 */
export function oneLine(text: string): string {
  if (text.trim() === "") return text === "" ? "(no name)" : "(blank)";
  return shownText(text);
}

/** The same of any text, as it is where it is empty. */
export function shownText(text: string): string {
  const short = text.length > 2 * MOST ? `${text.slice(0, MOST)}…${text.slice(-MOST)}` : text;
  return short
    .replace(BREAKS, "\u2424")
    .replace(TURNS, "\ufffd")
    .replace(/\p{Cc}/gu, (sign) => {
      const code = sign.codePointAt(0)!;
      return code < 0x20
        ? String.fromCodePoint(0x2400 + code)
        : code === 0x7f
          ? "\u2421"
          : "\ufffd";
    });
}

/** What a record holds under a name: names such as "constructor" are found only if set. */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
