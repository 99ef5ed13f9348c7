// Characters of a log that a page must not obey.

/** What turns the direction of all that follows, or moves the cursor of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const UNRULY = /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const MOST = 20_000;

/** A line with signs in the place of characters that would turn or hide the others. */
export function shownLine(line: string): string {
  const short = line.length > MOST ? `${line.slice(0, MOST)}…` : line;
  return short.replace(/\r$/, "").replace(UNRULY, "\ufffd");
}
