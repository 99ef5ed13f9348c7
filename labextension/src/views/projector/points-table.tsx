// Points as a table: those that are selected, else those that were found, else the first.
import { formatNumber } from "../../draw/format.ts";
import { shorten } from "../../shell/names.ts";
import { isThere, textAt } from "./model.ts";
import type { Pane } from "./pane.ts";
import type { ProjectorStore } from "./store.ts";

const MOST = 200;
const COLUMNS = 8;

export function PointsTable({ store, pane }: { store: ProjectorStore; pane: Pane }) {
  const facts = pane.facts.value;
  const places = pane.places.value;
  if (!facts || !places) return null;
  const rows = pane.selected.value ?? pane.found.value;
  const total = rows?.length ?? facts.count;
  const shown = Array.from({ length: Math.min(total, MOST) }, (_, i) => (rows ? rows[i]! : i));
  const columns = facts.columns.filter(isThere).slice(0, COLUMNS);
  const axes = ["x", "y", "z"].slice(0, places.dimensions);
  const what = pane.selected.value ? "selected" : pane.found.value ? "found" : "in all";
  return (
    <div class="nbb-pj-table">
      <table>
        <caption>
          {shown.length < total ? `The first ${MOST} of ` : ""}
          {total.toLocaleString("en")} points {what}
        </caption>
        <thead>
          <tr>
            <th scope="col">row</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {shorten(name, 24)}
              </th>
            ))}
            {axes.map((axis) => (
              <th key={axis} scope="col">
                {axis}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row} aria-selected={row === pane.picked.value}>
              <th scope="row">
                <button type="button" onClick={() => store.pick(pane, row)}>
                  {pane.rowOf(row).toLocaleString("en")}
                </button>
              </th>
              {columns.map((column) => (
                <td key={column.name} data-number={column.numbers ? "" : undefined}>
                  {shorten(textAt(column, row), 60)}
                </td>
              ))}
              {axes.map((axis, at) => (
                <td key={axis} data-number="">
                  {formatNumber(places.positions[row * places.dimensions + at]!)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
