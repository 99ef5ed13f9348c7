// Columns of a table, and the order of its rows.
import { type Table, texts } from "./model.ts";

export interface Column {
  key: string;
  label: string;
  kind: "text" | "name" | "time" | "count" | "number" | "percent" | "change" | "bytes" | "ratio";
  /** A bar behind the number shows its share of the column's sum. */
  bar?: boolean;
  title?: string;
}

export function nextSort(sort: string, column: Column): string {
  const text = column.kind === "name" || column.kind === "text";
  const first = text ? column.key : `-${column.key}`;
  const second = text ? `-${column.key}` : column.key;
  if (sort === first) return second;
  return sort === second ? "" : first;
}

/** The rows that pass, in order; numbers that are none stand last either way. */
export function orderOf(
  table: Table,
  columns: readonly Column[],
  sort: string,
  test: (name: string) => boolean,
): number[] {
  const names = texts(table, columns[0]!.key);
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (test(names[row] ?? "")) rows.push(row);
  const down = sort.startsWith("-");
  const key = down ? sort.slice(1) : sort;
  const column = table.columns[key];
  if (!column) return rows;
  const sign = down ? -1 : 1;
  if (column instanceof Float64Array) {
    return rows.sort((a, b) => {
      const [x, y] = [column[a]!, column[b]!];
      if (Number.isNaN(x) || Number.isNaN(y))
        return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return sign * (x - y);
    });
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return rows.sort((a, b) => sign * collator.compare(column[a]!, column[b]!));
}
