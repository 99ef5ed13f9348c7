// Search in names and operations, by words or by a regular expression.

export interface SearchInput {
  /** What is looked into: of each row the name, and the operation behind a line break. */
  texts: readonly string[];
  words: string;
  regex: boolean;
}

/** The rows that match, in order. */
export function search({ texts, words, regex }: SearchInput): Uint32Array {
  const found: number[] = [];
  if (regex) {
    const pattern = new RegExp(words.replaceAll("(?P<", "(?<"), "im");
    texts.forEach((text, row) => {
      if (pattern.test(text)) found.push(row);
    });
  } else {
    const wanted = words.toLowerCase();
    texts.forEach((text, row) => {
      if (text.toLowerCase().includes(wanted)) found.push(row);
    });
  }
  return new Uint32Array(found);
}
