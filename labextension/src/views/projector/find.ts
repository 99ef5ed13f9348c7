// What is looked for among points: a condition on a column, or a regular expression.
import { type Column, isThere, textAt } from "./model.ts";

export interface Condition {
  column: Column;
  sign: string;
  value: string;
}

const CONDITION = /^\s*(.+?)\s*(<=|>=|!=|==|=|<|>)\s*(.*?)\s*$/s;

/** What was typed as a condition, if it begins with the name of a column. */
export function conditionOf(query: string, columns: readonly Column[]): Condition | null {
  const parts = CONDITION.exec(query);
  if (!parts) return null;
  const wanted = parts[1]!.toLowerCase();
  const column = columns.find(({ name }) => name.toLowerCase() === wanted);
  return column ? { column, sign: parts[2]!, value: parts[3]! } : null;
}

/** The points that meet a condition: numbers are compared as such, else texts for being equal. */
export function meet({ column, sign, value }: Condition, count: number): Uint32Array {
  const found: number[] = [];
  const number = value === "" ? Number.NaN : Number(value);
  const numbers = Number.isNaN(number) ? undefined : column.numbers;
  const same = value.toLowerCase();
  for (let row = 0; row < count; row++) {
    let order: number;
    if (numbers) {
      const own = numbers[row]!;
      if (Number.isNaN(own)) continue;
      order = own < number ? -1 : own > number ? 1 : 0;
    } else {
      const own = textAt(column, row).toLowerCase();
      order = own < same ? -1 : own > same ? 1 : 0;
    }
    if (fits(order, sign)) found.push(row);
  }
  return Uint32Array.from(found);
}

function fits(order: number, sign: string): boolean {
  switch (sign) {
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "!=":
      return order !== 0;
    default:
      return order === 0;
  }
}

/** The texts that a pattern is looked for in: of each column the different ones, and who has them. */
export function textsOf(
  columns: readonly Column[],
  count: number,
): { words: string[]; codes: Uint32Array }[] {
  return columns.filter(isThere).map((column) => {
    if (column.words && column.codes) {
      return { words: column.words, codes: Uint32Array.from(column.codes) };
    }
    const words = Array.from({ length: count }, (_, row) => textAt(column, row));
    return { words, codes: Uint32Array.from(words, (_, row) => row) };
  });
}
