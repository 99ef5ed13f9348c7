// What a trial is, beside the pointer's line.
import type { HparamsStore } from "./store.ts";
import { cellText } from "./text.ts";

const ROWS = 14;

interface Props {
  store: HparamsStore;
  trial: number;
  top: number;
  /** Which side of the plot: the one where the pointer is not. */
  right: boolean;
}

/** Stands at the side, so as not to cover the line. */
export function Tip({ store, trial, top, right }: Props) {
  const columns = store.visible.value.map((key) => store.columns.value.get(key)!);
  const rows = columns.filter(({ kind }) => kind !== "name");
  return (
    <div
      class="nbb-tip nbb-hp-tip"
      data-side={right ? "right" : "left"}
      style={{ top: `${top + 6}px` }}
    >
      <div class="nbb-hp-tip-name">
        {trial === store.best.value && <span class="nbb-hp-star">★</span>}
        {store.set.value.trials[trial]}
      </div>
      <table class="nbb-table">
        <tbody>
          {rows.slice(0, ROWS).map((column) => (
            <tr key={column.key}>
              <th class="nbb-cell-name">{column.label}</th>
              <td>{cellText(column.cells[trial] ?? null, column.kind)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS && <div class="nbb-note">and {rows.length - ROWS} more</div>}
    </div>
  );
}
