// The line of Python that makes a view as it is on screen (as in nbboard/views/code.py;
// tests/vectors/code.json ties the two).

/** What stands between the brackets: options that are not at their defaults. */
export type Settings = ReadonlyMap<string, unknown>;

export function pythonLine(source: string, settings: Settings): string {
  const parts = [...settings].map(([name, value]) => `${name}=${pythonValue(value)}`);
  return `${source}.view(${parts.join(", ")})`;
}

/** A value as Python writes it. */
export function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  if (typeof value === "object") {
    const items = Object.entries(value as object);
    return `{${items.map(([key, item]) => `${pythonValue(key)}: ${pythonValue(item)}`).join(", ")}}`;
  }
  return stringText(String(value));
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  return String(value);
}

function stringText(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === "\\" || character === '"') return `\\${character}`;
    if (character === "\n") return "\\n";
    const code = character.codePointAt(0)!;
    if (code >= 0x20 && code !== 0x7f && !(code >= 0xd800 && code < 0xe000)) return character;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
