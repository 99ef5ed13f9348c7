// Names that come from a log: any text at all, and not only what people call things.

/** How much of a name is put on screen; the whole is in the tooltip. */
const MOST = 800;

/** Not a mark of direction, which texts need, but what turns all that follows around. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const BREAKS = /\r\n|[\r\n\u2028\u2029\u0085]/g;

/**
 * A name as one line shows it: line breaks and other control characters as signs that
 * can be seen, so that two names that differ look different and none leaves its place.
 */
export function oneLine(text: string): string {
  if (text.trim() === "") return text === "" ? "(no name)" : "(blank)";
  return shownText(text);
}

/** The same of any text, as it is where it is empty. */
export function shownText(text: string): string {
  const half = MOST / 2;
  const short = text.length > MOST ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  return short
    .replace(BREAKS, "\u21b5")
    .replaceAll("\t", "\u21e5")
    .replace(TURNS, "\ufffd")
    .replace(/\p{Cc}/gu, "\ufffd");
}

/** Shortens in the middle, where names differ least. */
export function shorten(text: string, room: number): string {
  const letters = Array.from(shownText(text));
  if (letters.length <= room) return letters.join("");
  const tail = Math.floor((room - 1) / 2);
  return `${letters.slice(0, room - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** What a record holds under a name: names such as "constructor" are found only if set. */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
