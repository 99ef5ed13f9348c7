// JSON with its numbers as they were written: a page would round large ones.

/** A number as the text has it. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Value = null | boolean | string | number | Written | Value[] | { [key: string]: Value };
export type Entry = readonly [name: string, value: Value];

/** What a reviver is told in newer browsers: the text of a number. */
interface Source {
  source?: string;
}

export function parseJson(text: string): Value {
  const revive = (_: string, value: unknown, context?: Source): unknown =>
    typeof value === "number" && context?.source ? new Written(context.source) : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown) as Value;
}

/** What is in an object or list; null for anything else. */
export function entriesOf(value: Value): readonly Entry[] | null {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item] as const);
  if (value === null || typeof value !== "object" || value instanceof Written) return null;
  return Object.entries(value);
}
