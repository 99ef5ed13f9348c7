// A line of the table: a run, or the head of a group.
import { formatCount } from "../../draw/format.ts";
import { Name } from "../../shell/controls.tsx";
import { entryOf } from "../../shell/names.ts";
import { padding, partsOf } from "../../table/align.ts";
import type { RunColumn } from "./column.ts";
import type { Group } from "./lines.ts";
import type { RunsStore } from "./store.ts";

export const ROW_HEIGHT = 24;

interface Line {
  store: RunsStore;
  place: number;
  /** Whether Tab stops here; the arrow keys go on from there. */
  tabbable: boolean;
  onFocus(): void;
  onKeyDown(event: KeyboardEvent): void;
}

interface RunProps extends Line {
  row: number;
  run: string;
  keys: readonly string[];
}

export function RunRow({ store, row, run, keys, place, tabbable, onFocus, onKeyDown }: RunProps) {
  const { runs } = store.ctx;
  const picked = store.isPicked(run);
  const pinned = store.pinned.value.includes(run);
  const checked = runs.isChecked(run);
  const tags = entryOf(runs.tags.value, run) ?? [];
  const note = entryOf(runs.notes.value, run);
  return (
    <tr
      class="nbb-listing-row"
      tabIndex={tabbable ? 0 : -1}
      aria-rowindex={place + 2}
      aria-selected={picked}
      data-run={run}
      data-picked={picked ? "" : undefined}
      data-pinned={pinned ? "" : undefined}
      style={{ height: `${ROW_HEIGHT}px` }}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest("input, a, button")) return;
        if (String(getSelection()) === "") store.pick(run, event.ctrlKey || event.metaKey);
      }}
    >
      <th scope="row" class="nbb-listing-name">
        <span class="nbb-listing-name-in">
          <input
            class="nbb-listing-check"
            type="checkbox"
            aria-label={run}
            title="Shown in the other views"
            tabIndex={-1}
            checked={checked}
            style={{ "--nbb-swatch": runs.color(run) }}
            onChange={(event) => runs.setAll([run], event.currentTarget.checked)}
          />
          <Name text={runs.label(run)} full={run} tail={10} />
          {tags.map((tag) => (
            <span key={tag} class="nbb-runs-tag">
              {tag}
            </span>
          ))}
          {note && (
            <span class="nbb-runs-noted" role="img" aria-label="Has a note" title={note}>
              ✎
            </span>
          )}
          <button
            type="button"
            class="nbb-runs-pin"
            tabIndex={-1}
            aria-pressed={pinned}
            aria-label={`Pin ${run}`}
            title={pinned ? "Let it stand in its place" : "Keep it on top (p)"}
            onClick={() => store.togglePin(run)}
          >
            {pinned ? "★" : "☆"}
          </button>
        </span>
      </th>
      {keys.map((key) => (
        <ValueCell key={key} column={store.column(key)!} row={row} />
      ))}
      <td class="nbb-listing-rest" />
    </tr>
  );
}

function ValueCell({ column, row }: { column: RunColumn; row: number }) {
  const cell = column.cell(row);
  const text = column.text(row);
  const pad = column.form === "number" ? padding(text, partsOf(column.sample())) : "";
  return (
    <td
      data-numeric={column.numbers ? "" : undefined}
      data-missing={cell === undefined ? "" : undefined}
      title={cell === undefined ? "No value" : String(column.form === "number" ? cell : text)}
    >
      {text}
      {pad && <span class="nbb-listing-pad" data-pad={pad} />}
    </td>
  );
}

interface GroupProps extends Line {
  group: Group;
  span: number;
}

export function GroupRow({ store, group, span, place, tabbable, onFocus, onKeyDown }: GroupProps) {
  const label = store.column(store.group.value)?.label ?? "";
  return (
    <tr
      class="nbb-listing-row nbb-runs-group"
      tabIndex={tabbable ? 0 : -1}
      aria-rowindex={place + 2}
      aria-expanded={!group.folded}
      style={{ height: `${ROW_HEIGHT}px` }}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={() => store.toggleFold(group.key)}
    >
      <th scope="row" colSpan={span}>
        <span class="nbb-runs-group-in">
          {group.folded ? "▸" : "▾"} {label} = {group.key}
          <span class="nbb-note">{formatCount(group.rows.length, "run")}</span>
        </span>
      </th>
    </tr>
  );
}
