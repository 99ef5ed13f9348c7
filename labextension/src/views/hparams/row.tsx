// A row of the table.
import { formatCount, formatStep } from "../../draw/format.ts";
import { Name } from "../../shell/controls.tsx";
import { type Cell, cellText } from "../../table/cells.ts";
import type { Column } from "./columns.ts";
import { padding, type Parts, partsOf } from "../../table/align.ts";
import { isAligned, lostText, stdParts, stdText } from "./layout.ts";
import type { HparamsStore } from "./store.ts";

export const ROW_HEIGHT = 24;

interface Props {
  store: HparamsStore;
  row: number;
  place: number;
  columns: readonly Column[];
  /** Whether its curves are open below it. */
  open: boolean;
  /** Whether Tab stops here; the arrow keys go on from there. */
  tabbable: boolean;
  onGo(place: number): void;
  onFocus(): void;
}

export function Row({ store, row, place, columns, open, tabbable, onGo, onFocus }: Props) {
  const best = store.best.value === row;
  const off = !store.shown.value[row];
  const grey = store.isBrushing() && !store.brushed.value[row];
  const several = (store.groups.value?.[row]?.length ?? 1) > 1;
  const folded = several && store.trialsBelow(row).length === 0;
  return (
    <tr
      class="nbb-listing-row"
      tabIndex={tabbable ? 0 : -1}
      aria-rowindex={place + 2}
      aria-expanded={open}
      data-trial={store.nameOf(row)}
      data-off={off ? "" : undefined}
      data-grey={grey ? "" : undefined}
      data-best={best ? "" : undefined}
      data-hover={store.hover.value === row ? "" : undefined}
      style={{ height: `${ROW_HEIGHT}px` }}
      onFocus={onFocus}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest("input, a, button")) return;
        if (String(getSelection()) === "") store.toggleOpen(row);
      }}
      onPointerEnter={() => {
        store.hover.value = row;
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
        else if (event.key === "Enter" || event.key === " ") store.toggleOpen(row);
        else if (event.key === "Escape" && open) store.toggleOpen(row);
        else if (several && event.key === (folded ? "ArrowRight" : "ArrowLeft")) {
          store.toggleFold(row);
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {columns.map((column) =>
        column.kind === "name" ? (
          <NameCell
            key={column.key}
            store={store}
            row={row}
            best={best}
            grey={grey}
            several={several}
            folded={folded}
          />
        ) : (
          <ValueCell key={column.key} column={column} row={row} columnOfAll={column} />
        ),
      )}
      <td class="nbb-listing-rest" />
    </tr>
  );
}

interface NameProps {
  store: HparamsStore;
  row: number;
  best: boolean;
  grey: boolean;
  /** Whether it is several trials, and these are not listed below it. */
  several: boolean;
  folded: boolean;
}

function NameCell({ store, row, best, grey, several, folded }: NameProps) {
  const name = store.nameOf(row);
  const trials = store.groups.value?.[row] ?? [];
  const many = formatCount(trials.length, "trial");
  return (
    <th scope="row" class="nbb-listing-name">
      <span class="nbb-listing-name-in">
        <input
          class="nbb-listing-check"
          type="checkbox"
          aria-label={name}
          tabIndex={-1}
          checked={store.isChecked(row)}
          style={{ "--nbb-swatch": grey ? store.grey() : store.colors.value[row]! }}
          onChange={(event) => store.check(row, event.currentTarget.checked)}
        />
        <Name text={store.labelOf(row)} full={name} tail={10} />
        {several && (
          <button
            type="button"
            class="nbb-hp-fold"
            aria-label={`${folded ? "List" : "Fold"} ${many} of ${name}`}
            aria-expanded={!folded}
            title={`${many}: ${folded ? "list them" : "fold them"}`}
            tabIndex={-1}
            onClick={() => store.toggleFold(row)}
          >
            ×{trials.length} {folded ? "▸" : "▾"}
          </button>
        )}
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

interface TrialRowProps {
  store: HparamsStore;
  trial: number;
  place: number;
  /** Of the table's rows, and the same of trials. */
  columns: readonly Column[];
  trialColumns: ReadonlyMap<string, Column>;
}

/** One of the trials of a row, listed below it. */
export function TrialRow({ store, trial, place, columns, trialColumns }: TrialRowProps) {
  const { trials, sessions, runs } = store.set.value;
  const name = trials[trial]!;
  const own = sessions[trial]!.map((session) => runs[session]!);
  const checked = own.some((run) => store.ctx.runs.isChecked(run));
  return (
    <tr
      class="nbb-hp-below"
      aria-rowindex={place + 2}
      data-below={name}
      data-off={checked ? undefined : ""}
      style={{ height: `${ROW_HEIGHT}px` }}
    >
      {columns.map((column) =>
        column.kind === "name" ? (
          <th key={column.key} scope="row" class="nbb-listing-name">
            <span class="nbb-listing-name-in">
              <input
                class="nbb-listing-check"
                type="checkbox"
                aria-label={name}
                tabIndex={-1}
                checked={checked}
                style={{ "--nbb-swatch": store.ctx.runs.color(own[0]!) }}
                onChange={(event) => store.ctx.runs.setAll(own, event.currentTarget.checked)}
              />
              <Name text={store.labelOfTrial(trial)} full={name} tail={10} />
            </span>
          </th>
        ) : (
          <ValueCell
            key={column.key}
            column={trialColumns.get(column.key)!}
            row={trial}
            columnOfAll={column}
          />
        ),
      )}
      <td class="nbb-listing-rest" />
    </tr>
  );
}

interface ValueProps {
  column: Column;
  row: number;
  /** The column by which decimal points are put in line. */
  columnOfAll: Column;
}

function ValueCell({ column, row, columnOfAll }: ValueProps) {
  const value = column.cells[row];
  const text = cellText(value, column.kind);
  const std = stdText(column, row);
  const lost = lostText(column, row);
  return (
    <td
      data-key={column.key}
      data-numeric={column.numeric ? "" : undefined}
      data-missing={value === undefined ? "" : undefined}
      data-status={column.kind === "status" && value ? String(value) : undefined}
      title={titleOf(column, value, row)}
    >
      {lost ? <span class="nbb-hp-lost">{lost} </span> : null}
      {text}
      {isAligned(columnOfAll) && <Pad of={padding(text, partsOf(columnOfAll))} />}
      {columnOfAll.spreads && <Std text={std} parts={stdParts(columnOfAll)} />}
    </td>
  );
}

/** The spread behind a mean; where there is none, its room. */
function Std({ text, parts }: { text: string; parts: Parts }) {
  if (!text)
    return parts.after ? <Pad of={` ± ${"0".repeat(parts.before)}${padding("0", parts)}`} /> : null;
  return (
    <span class="nbb-hp-spread">
      {" ± "}
      {text}
      <Pad of={padding(text, parts)} />
    </span>
  );
}

/** Room as wide as what a shorter number lacks behind its point. */
function Pad({ of }: { of: string }) {
  return of ? <span class="nbb-listing-pad" data-pad={of} aria-hidden="true" /> : null;
}

/** A value in full. */
function titleOf(column: Column, value: Cell, row: number): string {
  if (value === undefined) return `no ${column.label}`;
  if (typeof value !== "number" || column.kind === "time" || column.kind === "duration") {
    return cellText(value, column.kind);
  }
  const found = column.spreads?.[row];
  if (found && found.trials > 1) {
    const std = Number.isNaN(found.std) ? "" : `, standard deviation ${found.std}`;
    return `mean ${value}${std}, of ${found.finite} of ${formatCount(found.trials, "trial")}`;
  }
  const step = column.steps?.[row];
  return step === null || step === undefined
    ? String(value)
    : `${value} at step ${formatStep(step)}`;
}
