// A table of which only the rows in sight are built: sorted by a click, moved through by keys.
import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatNumber } from "../draw/format.ts";
import { Name } from "../shell/controls.tsx";
import { numbers, type Table, texts } from "./model.ts";
import { type Column, nextSort, orderOf } from "./sorting.ts";
import { byteUnit, formatPercent, timeUnit } from "./units.ts";

interface Props {
  table: Table;
  columns: readonly Column[];
  /** Says what it is to those who do not see it. */
  label: string;
  /** A column, with "-" before it descending; empty for the order as it is. */
  sort: string;
  onSort(sort: string): void;
  test(name: string): boolean;
  /** The row whose spans are picked out. */
  chosen: string | null;
  onChoose?(name: string): void;
}

const ROW = 22;
const SHOWN = 12;

export function DataTable({ table, columns, label, sort, onSort, test, chosen, onChoose }: Props) {
  const top = useSignal(0);
  const focus = useSignal(0);
  const body = useRef<HTMLDivElement>(null);
  const input = useSignal({ table, sort, test });
  if (input.peek().table !== table || input.peek().sort !== sort || input.peek().test !== test) {
    input.value = { table, sort, test };
  }
  const order = useComputed(() => {
    const { table: rows, sort: by, test: passes } = input.value;
    return orderOf(rows, columns, by, passes);
  });
  const shown = order.value;
  useLayoutEffect(() => {
    top.value = 0;
    focus.value = 0;
    if (body.current) body.current.scrollTop = 0;
  }, [table, sort, test]);
  const first = Math.max(Math.floor(top.value / ROW) - 4, 0);
  const last = Math.min(first + SHOWN + 10, shown.length);
  const keyColumn = columns[0]!.key;
  const names = texts(table, keyColumn);
  const formats = columns.map((column) => formatter(table, column));
  const move = (to: number): void => {
    const next = Math.min(Math.max(to, 0), shown.length - 1);
    focus.value = next;
    const box = body.current!;
    if (next * ROW < box.scrollTop) box.scrollTop = next * ROW;
    else if ((next + 2) * ROW > box.scrollTop + box.clientHeight)
      box.scrollTop = (next + 2) * ROW - box.clientHeight;
    const focusRow = (): boolean => {
      const row = body.current?.querySelector<HTMLElement>(`[data-row="${next}"]`);
      row?.focus();
      return Boolean(row);
    };
    // A row that was out of sight is built first.
    if (!focusRow()) requestAnimationFrame(focusRow);
  };
  return (
    <div
      ref={body}
      class="nbb-pf-rows"
      style={{ maxHeight: `${(SHOWN + 1) * ROW + 8}px` }}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
    >
      <table class="nbb-table nbb-pf-table" aria-label={label} aria-rowcount={shown.length + 1}>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th
                key={column.key}
                scope="col"
                aria-sort={sortState(sort, column.key)}
                title={column.title}
              >
                <button
                  type="button"
                  onClick={() => onSort(nextSort(sort, column))}
                  class={column.kind === "name" || column.kind === "text" ? "nbb-pf-left" : ""}
                >
                  {column.label}
                  {formats[i]!.unit && <small> {formats[i]!.unit}</small>}
                  <i aria-hidden="true">
                    {sort === column.key ? "▴" : sort === `-${column.key}` ? "▾" : ""}
                  </i>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr class="nbb-pf-gap" style={{ height: `${first * ROW}px` }} />}
          {Array.from({ length: Math.max(last - first, 0) }, (_, i) => {
            const at = first + i;
            const row = shown[at]!;
            const name = names[row] ?? "";
            return (
              <tr
                key={row}
                data-row={at}
                aria-rowindex={at + 2}
                aria-selected={chosen === name}
                tabIndex={at === focus.value ? 0 : -1}
                onClick={() => {
                  focus.value = at;
                  onChoose?.(name);
                }}
                onKeyDown={(event) => {
                  const steps: Record<string, number> = {
                    ArrowDown: at + 1,
                    ArrowUp: at - 1,
                    PageDown: at + SHOWN,
                    PageUp: at - SHOWN,
                    Home: 0,
                    End: shown.length - 1,
                  };
                  const to = steps[event.key];
                  if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
                  event.preventDefault();
                  event.stopPropagation();
                  if (to === undefined) onChoose?.(name);
                  else move(to);
                }}
              >
                {columns.map((column, place) => (
                  <td
                    key={column.key}
                    class={formats[place]!.class}
                    style={formats[place]!.style(row)}
                  >
                    {column.kind === "name" ? (
                      <Name text={formats[place]!.text(row)} />
                    ) : (
                      formats[place]!.text(row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
          {last < shown.length && (
            <tr class="nbb-pf-gap" style={{ height: `${(shown.length - last) * ROW}px` }} />
          )}
        </tbody>
      </table>
      {shown.length === 0 && <p class="nbb-note nbb-pf-none">No row matches.</p>}
      {table.total > table.rows && (
        <p class="nbb-note nbb-pf-none">
          {table.rows.toLocaleString("en")} of {table.total.toLocaleString("en")} rows, those with
          the most time.
        </p>
      )}
    </div>
  );
}

function sortState(sort: string, key: string): "ascending" | "descending" | undefined {
  if (sort === key) return "ascending";
  return sort === `-${key}` ? "descending" : undefined;
}

interface Format {
  text(row: number): string;
  unit: string;
  class: string;
  style(row: number): Record<string, string> | undefined;
}

function formatter(table: Table, column: Column): Format {
  const plain = { unit: "", class: "", style: () => undefined };
  if (column.kind === "text" || column.kind === "name") {
    const values = texts(table, column.key);
    return { ...plain, class: "nbb-cell-name", text: (row) => values[row] ?? "" };
  }
  const values = numbers(table, column.key);
  const largest = values.reduce((most, one) => (Math.abs(one) > most ? Math.abs(one) : most), 0);
  const sum = values.reduce((all, one) => all + (one > 0 ? one : 0), 0);
  const style = (row: number): Record<string, string> | undefined =>
    column.bar && sum > 0
      ? { "--nbb-pf-share": `${((100 * Math.max(values[row]!, 0)) / sum).toFixed(2)}%` }
      : undefined;
  const base = { ...plain, class: column.bar ? "nbb-pf-bar-cell" : "", style };
  switch (column.kind) {
    case "time":
    case "change": {
      const unit = timeUnit(largest);
      const signed = column.kind === "change";
      return {
        ...base,
        unit: unit.name,
        text: (row) => numberText(values[row]! / unit.size, signed),
      };
    }
    case "bytes": {
      const unit = byteUnit(largest);
      return { ...base, unit: unit.name, text: (row) => numberText(values[row]! / unit.size) };
    }
    case "percent":
      return { ...base, text: (row) => formatPercent(values[row]!) };
    case "ratio":
      return {
        ...base,
        text: (row) => (Number.isFinite(values[row]!) ? `${values[row]!.toFixed(2)}×` : ""),
      };
    case "count":
      return {
        ...base,
        text: (row) =>
          values[row]!.toLocaleString("en", { maximumFractionDigits: values[row]! < 10 ? 2 : 0 }),
      };
    default:
      return { ...base, text: (row) => numberText(values[row]!) };
  }
}

function numberText(value: number, signed = false): string {
  if (!Number.isFinite(value)) return "";
  if (value === 0) return signed ? "0" : "";
  // Next to numbers with that unit it is nothing; more digits would only stand out.
  if (Math.abs(value) < 5e-4) return value > 0 ? "<0.001" : ">−0.001";
  return `${signed && value > 0 ? "+" : ""}${formatNumber(value)}`;
}
