// Points on screen as a file: their rows, what is known of them, and where they are.
import { fileName } from "../../scalars/export.ts";
import { csvCell, download } from "../../shell/files.ts";
import { isThere, textAt } from "./model.ts";
import type { Pane } from "./pane.ts";

const AXES = ["x", "y", "z"];

/** The selected points, or all. */
export function csvOf(pane: Pane): string {
  const facts = pane.facts.peek();
  const places = pane.places.peek();
  if (!facts || !places) return "";
  const columns = facts.columns.filter(isThere);
  const { positions, dimensions } = places;
  const names = ["row", ...columns.map(({ name }) => name), ...AXES.slice(0, dimensions)];
  const lines = [names.map(csvCell).join(",")];
  const rows = pane.selected.peek() ?? Uint32Array.from({ length: facts.count }, (_, i) => i);
  for (const row of rows) {
    const cells = [String(pane.rowOf(row))];
    for (const column of columns) {
      const number = column.words ? undefined : column.numbers?.[row];
      cells.push(number === undefined ? csvCell(textAt(column, row)) : numberCell(number));
    }
    for (let axis = 0; axis < dimensions; axis++) {
      cells.push(numberCell(positions[row * dimensions + axis]!));
    }
    lines.push(cells.join(","));
  }
  return `${lines.join("\n")}\n`;
}

const numberCell = (number: number): string => (Number.isNaN(number) ? "" : String(number));

export function saveCsv(pane: Pane): void {
  const embedding = pane.embedding.peek();
  download(fileName(embedding?.tag ?? "points", "csv"), csvOf(pane), "text/csv");
}
