// The menu of a column or axis: sort, filter, scale, goal, order, hide.
import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { Button, Check, MenuItem, Select } from "../../shell/controls.tsx";
import { entryOf } from "../../shell/names.ts";
import { stepKey } from "../../table/move.ts";
import { type Column, distinct } from "./columns.ts";
import { type Cell, cellText, isMissing, type Plain } from "../../table/cells.ts";
import { type Condition, parseRegex } from "./condition.ts";
import { Bound } from "./chip.tsx";
import { compareCells } from "../../table/order.ts";
import { possibleScales } from "./scale.ts";
import type { HparamsStore } from "./store.ts";

export interface OpenMenu {
  key: string;
  /** What it hangs below, and gives the focus back to. */
  at: HTMLElement;
  from: "table" | "axis";
}

interface MenuControl {
  open(menu: OpenMenu): void;
}

export const MenuContext = createContext<MenuControl>({ open: () => undefined });

export function useColumnMenu(): MenuControl {
  return useContext(MenuContext);
}

const MAX_LISTED = 200;

interface Props {
  store: HparamsStore;
  menu: OpenMenu;
  onClose(): void;
}

export function ColumnMenu({ store, menu, onClose }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const column = store.columns.value.get(menu.key);
  useEffect(() => {
    const node = panel.current;
    if (!node) return;
    place(node, menu.at);
    node.querySelector<HTMLElement>("button, input, select")?.focus({ preventScroll: true });
    const outside = (event: Event): void => {
      const path = event.composedPath();
      if (!path.includes(node) && !path.includes(menu.at)) onClose();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [menu]);
  if (!column) return null;
  const { key, kind, label } = column;
  const hide = (): void => {
    store.hidden.value = [
      ...store.keys.value.filter((other) => !store.visible.value.includes(other)),
      key,
    ];
    onClose();
  };
  const move = (by: -1 | 1): void => {
    store.order.value = stepKey(store.keys.value, store.visible.value, key, by);
  };
  return (
    <div
      ref={panel}
      class="nbb-menu nbb-hp-menu"
      role="dialog"
      aria-label={`Column ${label}`}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape") return;
        onClose();
        menu.at.focus();
      }}
    >
      <div class="nbb-hp-menu-title" title={column.title}>
        {column.title || label}
      </div>
      <div class="nbb-hp-menu-tools">
        <Button
          label={`Sort ${label} ascending`}
          text="↑ sort"
          onClick={() => sortBy(store, key)}
        />
        <Button
          label={`Sort ${label} descending`}
          text="↓ sort"
          onClick={() => sortBy(store, `-${key}`)}
        />
        <Button label={`Move ${label} left`} text="←" onClick={() => move(-1)} />
        <Button label={`Move ${label} right`} text="→" onClick={() => move(1)} />
        {kind !== "name" && <Button label={`Hide ${label}`} text="hide" onClick={hide} />}
      </div>
      {(kind === "hparam" || kind === "metric" || kind === "duration") && (
        <Drawing store={store} column={column} />
      )}
      {kind === "hparam" && (
        <MenuItem
          text="Mean over trials that differ in this alone"
          onClick={() => {
            store.meanOver.value = [...(store.meanOver.value ?? store.seeds.value), key];
            onClose();
          }}
        />
      )}
      {kind !== "time" && kind !== "duration" && <FilterForm store={store} column={column} />}
    </div>
  );
}

function sortBy(store: HparamsStore, key: string): void {
  store.sort.value = store.sortedBy.value[0] === key ? [] : [key];
}

/** Below its anchor, inside the view. */
function place(node: HTMLElement, at: HTMLElement): void {
  const root = node.offsetParent as HTMLElement | null;
  if (!root) return;
  const frame = root.getBoundingClientRect();
  const box = at.getBoundingClientRect();
  const left = Math.min(box.left - frame.left, frame.width - node.offsetWidth - 6);
  node.style.left = `${Math.max(4, left)}px`;
  node.style.top = `${box.bottom - frame.top + 3}px`;
}

function Drawing({ store, column }: { store: HparamsStore; column: Column }) {
  const { key, label, cells } = column;
  const scales = possibleScales(cells);
  const lower = store.isLower(key);
  return (
    <>
      {scales.length > 1 && (
        <div class="nbb-menu-row">
          Scale
          <Select
            label={`Scale of ${label}`}
            value={store.scale(key).kind}
            options={scales.map((scale) => [scale, scale] as const)}
            onChange={(scale) => {
              store.scales.value = { ...store.scales.value, [key]: scale };
            }}
          />
        </div>
      )}
      {column.kind === "metric" && (
        <div class="nbb-menu-row">
          Better
          <Select
            label={`Goal of ${label}`}
            value={lower ? "min" : "max"}
            options={[
              ["min", "lower"],
              ["max", "higher"],
            ]}
            onChange={(goal) => {
              store.goals.value = { ...store.goals.value, [key]: goal };
            }}
          />
        </div>
      )}
      <MenuItem
        text="Colour lines by this"
        onClick={() => {
          store.color.value = key;
        }}
      />
    </>
  );
}

function FilterForm({ store, column }: { store: HparamsStore; column: Column }) {
  const { key, label, cells, kind } = column;
  const condition = entryOf(store.filters.value, key);
  const { values, missing } = distinct(cells);
  const { numeric } = column;
  const set = (next: Condition | null): void => store.setFilter(key, next);
  const keep = condition?.missing ?? false;
  return (
    <div class="nbb-hp-filter">
      <div class="nbb-hp-menu-head">
        Show only
        {condition && <Button label={`Show all ${label}`} text="all" onClick={() => set(null)} />}
      </div>
      {numeric && <IntervalForm label={label} condition={condition} keep={keep} onChange={set} />}
      {!numeric && (
        <input
          class="nbb-input"
          type="text"
          spellcheck={false}
          aria-label={`Filter ${label}`}
          placeholder="regular expression"
          value={condition && "regex" in condition ? condition.regex : ""}
          aria-invalid={
            condition && "regex" in condition && !parseRegex(condition.regex) ? true : undefined
          }
          onInput={(event) => {
            const regex = event.currentTarget.value;
            set(regex ? withMissing({ regex }, keep) : null);
          }}
        />
      )}
      {kind !== "name" && values.size <= MAX_LISTED && (!numeric || values.size <= 16) && (
        <Listed column={column} values={values} condition={condition} onChange={set} />
      )}
      {missing > 0 && condition && !("values" in condition) && (
        <Check
          label={`without a value (${missing.toLocaleString("en")})`}
          checked={keep}
          onChange={(on) => set(withMissing(condition, on))}
        />
      )}
    </div>
  );
}

function withMissing(condition: Condition, missing: boolean): Condition {
  const { missing: _, ...rest } = condition;
  return missing ? { ...rest, missing } : rest;
}

interface IntervalProps {
  label: string;
  condition: Condition | undefined;
  keep: boolean;
  onChange(next: Condition | null): void;
}

function IntervalForm({ label, condition, keep, onChange }: IntervalProps) {
  const held = condition && "low" in condition ? condition : { low: null, high: null };
  const set = (low: number | null, high: number | null): void =>
    onChange(low === null && high === null ? null : withMissing({ low, high }, keep));
  return (
    <div class="nbb-menu-row">
      <Bound label={`${label} at least`} value={held.low} onChange={(v) => set(v, held.high)} />
      to
      <Bound label={`${label} at most`} value={held.high} onChange={(v) => set(held.low, v)} />
    </div>
  );
}

interface ListedProps {
  column: Column;
  values: Map<Cell, number>;
  condition: Condition | undefined;
  onChange(next: Condition | null): void;
}

/** A box for every value there is, with its number of trials. */
function Listed({ column, values, condition, onChange }: ListedProps) {
  const all = [...values.keys()].sort(compareCells) as Plain[];
  const missing = column.cells.length - [...values.values()].reduce((a, b) => a + b, 0);
  const held = condition && "values" in condition ? condition : null;
  const chosen = new Set<Cell>(held ? held.values : all);
  const keep = held ? (held.missing ?? false) : true;
  const toggle = (value: Cell, on: boolean): void => {
    const next = all.filter((other) => (other === value ? on : chosen.has(other)));
    const nextMissing = value === undefined ? on : keep;
    const whole = next.length === all.length && (nextMissing || missing === 0);
    onChange(whole ? null : withMissing({ values: next }, nextMissing && missing > 0));
  };
  return (
    <div class="nbb-hp-values">
      {all.map((value) => (
        <Check
          key={`${typeof value} ${value}`}
          label={`${cellText(value, column.kind)} (${values.get(value)!.toLocaleString("en")})`}
          checked={chosen.has(value)}
          onChange={(on) => toggle(value, on)}
        />
      ))}
      {missing > 0 && column.cells.some(isMissing) && (
        <Check
          label={`no value (${missing.toLocaleString("en")})`}
          checked={keep}
          onChange={(on) => toggle(undefined, on)}
        />
      )}
    </div>
  );
}
