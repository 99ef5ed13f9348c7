// A row of the table.
import { Name } from "../shell/controls.tsx";
import type { Column } from "./columns.ts";
import type { HparamsStore } from "./store.ts";
import { isAligned, padding, partsOf } from "./align.ts";
import { cellText } from "./text.ts";
import { formatStep } from "../draw/format.ts";

export const ROW_HEIGHT = 24;

interface Props {
  store: HparamsStore;
  trial: number;
  place: number;
  columns: readonly Column[];
  /** Whether Tab stops here; the arrow keys go on from there. */
  tabbable: boolean;
  onGo(place: number): void;
  onFocus(): void;
}

export function Row({ store, trial, place, columns, tabbable, onGo, onFocus }: Props) {
  const open = store.isOpen(trial);
  const best = store.best.value === trial;
  const off = !store.shown.value[trial];
  const grey = store.isBrushing() && !store.brushed.value[trial];
  return (
    <tr
      class="nbb-hp-row"
      tabIndex={tabbable ? 0 : -1}
      aria-rowindex={place + 2}
      aria-expanded={open}
      data-trial={store.set.value.trials[trial]}
      data-off={off ? "" : undefined}
      data-grey={grey ? "" : undefined}
      data-best={best ? "" : undefined}
      data-hover={store.hover.value === trial ? "" : undefined}
      style={{ height: `${ROW_HEIGHT}px` }}
      onFocus={onFocus}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest("input, a, button")) return;
        if (String(getSelection()) === "") store.toggleOpen(trial);
      }}
      onPointerEnter={() => {
        store.hover.value = trial;
      }}
      onPointerLeave={() => {
        store.hover.value = null;
      }}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        const page = 15;
        const steps: Record<string, number> = {
          ArrowDown: place + 1,
          ArrowUp: place - 1,
          PageDown: place + page,
          PageUp: place - page,
          Home: 0,
          End: Number.MAX_SAFE_INTEGER,
        };
        const next = steps[event.key];
        if (next !== undefined) onGo(next);
        else if (event.key === "Enter" || event.key === " ") store.toggleOpen(trial);
        else if (event.key === "Escape" && open) store.toggleOpen(trial);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {columns.map((column) =>
        column.kind === "name" ? (
          <NameCell
            key={column.key}
            store={store}
            trial={trial}
            best={best}
            off={off}
            grey={grey}
          />
        ) : (
          <Cell key={column.key} column={column} trial={trial} />
        ),
      )}
      <td class="nbb-hp-rest" />
    </tr>
  );
}

interface NameProps {
  store: HparamsStore;
  trial: number;
  best: boolean;
  off: boolean;
  grey: boolean;
}

function NameCell({ store, trial, best, off, grey }: NameProps) {
  const name = store.set.value.trials[trial]!;
  const color = grey ? store.grey() : store.colors.value[trial]!;
  return (
    <th scope="row" class="nbb-hp-name">
      <span class="nbb-hp-name-in">
        <input
          class="nbb-hp-check"
          type="checkbox"
          aria-label={name}
          tabIndex={-1}
          checked={!off}
          style={{ "--nbb-swatch": color }}
          onChange={(event) => {
            const { runs, trialOf } = store.set.value;
            const own = runs.filter((_, session) => trialOf[session] === trial);
            store.ctx.runs.setAll(own, event.currentTarget.checked);
          }}
        />
        <Name text={name} tail={10} />
        {best && (
          <span
            class="nbb-hp-star"
            role="img"
            aria-label="best"
            title={`Best ${store.judge.value}`}
          >
            ★
          </span>
        )}
      </span>
    </th>
  );
}

function Cell({ column, trial }: { column: Column; trial: number }) {
  const value = column.cells[trial] ?? null;
  const step = column.steps?.[trial];
  const full =
    value === null
      ? `no ${column.label}`
      : typeof value === "number" && column.kind !== "time" && column.kind !== "duration"
        ? `${value}${step === null || step === undefined ? "" : ` at step ${formatStep(step)}`}`
        : cellText(value, column.kind);
  const text = cellText(value, column.kind);
  return (
    <td
      data-key={column.key}
      data-numeric={column.numeric ? "" : undefined}
      data-missing={value === null ? "" : undefined}
      data-pad={(isAligned(column) && padding(text, partsOf(column))) || undefined}
      data-status={column.kind === "status" ? (value ?? undefined) : undefined}
      title={full}
    >
      {text}
    </td>
  );
}
