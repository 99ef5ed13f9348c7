// Columns of the table and axes of the charts: keys, kinds, order, which are hidden.

import { oneLine } from "../shell/names.ts";
import { isMissing } from "./condition.ts";
import type { Cell, TrialSet } from "./model.ts";
import type { Reduced } from "./reduce.ts";

export type ColumnKind = "name" | "hparam" | "metric" | "status" | "time" | "duration";

export interface Column {
  key: string;
  label: string;
  /** More about it, for a tooltip. */
  title: string;
  kind: ColumnKind;
  numeric: boolean;
  cells: readonly Cell[];
  /** Of a metric: the step of each value. */
  steps?: readonly (number | null)[];
}

/** Of several sessions the worst status counts. */
const WORST = ["failure", "running", "unknown", "success"];

function timesOf(set: TrialSet): { status: Cell[]; started: Cell[]; duration: Cell[] } {
  const blank = (): Cell[] => new Array<Cell>(set.trials.length).fill(null);
  const found = { status: blank(), started: blank(), duration: blank() };
  set.trialOf.forEach((trial, session) => {
    const said = set.status[session]!;
    const held = found.status[trial] as string | null;
    if (held === null || WORST.indexOf(said) < WORST.indexOf(held)) found.status[trial] = said;
    const start = set.start[session]!;
    const end = set.end[session]!;
    if (start > 0) {
      const first = found.started[trial] as number | null;
      found.started[trial] = first === null ? start : Math.min(first, start);
      if (end > 0) {
        found.duration[trial] = ((found.duration[trial] as number | null) ?? 0) + end - start;
      }
    }
  });
  return found;
}

/** Every column by key, in its own order. */
export function makeColumns(set: TrialSet, reduced: readonly Reduced[]): Map<string, Column> {
  const times = timesOf(set);
  const columns: Column[] = [
    { key: "trial", label: "trial", title: "", kind: "name", numeric: false, cells: set.trials },
    ...set.hparams.map(
      (info): Column => ({
        ...info,
        label: oneLine(info.label),
        kind: "hparam",
        numeric: info.cells.every((cell) => cell === null || typeof cell === "number"),
      }),
    ),
    ...set.metrics.map(
      (info, i): Column => ({
        key: info.key,
        label: oneLine(info.label),
        title: info.title,
        kind: "metric",
        numeric: true,
        cells: reduced[i]!.cells,
        steps: reduced[i]!.steps,
      }),
    ),
  ];
  const fixed = (key: "status" | "started" | "duration", kind: ColumnKind, title: string): void => {
    columns.push({ key, label: key, title, kind, numeric: kind !== "status", cells: times[key] });
  };
  fixed("status", "status", "How the worst of its sessions ended");
  fixed("started", "time", "When its first session began");
  fixed("duration", "duration", "How long its sessions took together");
  return new Map(columns.map((column) => [column.key, column]));
}

/** Keys in the order of an option: those it names, then the rest. */
export function orderKeys(keys: Iterable<string>, first: readonly string[]): string[] {
  const all = [...keys];
  const known = new Set(all);
  const named = [...new Set(first)].filter((key) => known.has(key));
  const taken = new Set(named);
  return [...named, ...all.filter((key) => !taken.has(key))];
}

/** What is hidden unasked: what says nothing about how trials differ. */
export function constantKeys(columns: ReadonlyMap<string, Column>): string[] {
  const trials = columns.get("trial")?.cells.length ?? 0;
  const constant = (column: Column): boolean => new Set(column.cells).size < 2;
  return [...columns.values()]
    .filter((column) => {
      if (column.kind === "time" || column.kind === "duration") return true;
      if (column.kind === "status") return constant(column);
      return column.kind === "hparam" && trials > 1 && constant(column);
    })
    .map((column) => column.key);
}

/** Moves a key before another, or to the end if there is none. */
export function moveKey(keys: readonly string[], key: string, before: string | null): string[] {
  const rest = keys.filter((other) => other !== key);
  const at = before === null ? rest.length : rest.indexOf(before);
  rest.splice(at < 0 ? rest.length : at, 0, key);
  return rest;
}

/** Moves a visible key one place among the visible ones. */
export function stepKey(
  keys: readonly string[],
  visible: readonly string[],
  key: string,
  by: -1 | 1,
): string[] {
  const at = visible.indexOf(key);
  const other = visible[at + by];
  if (at < 0 || other === undefined) return keys.slice();
  if (by < 0) return moveKey(keys, key, other);
  return moveKey(keys, other, key);
}

/** Distinct values of a column with their numbers of trials, and how many have none. */
export function distinct(cells: readonly Cell[]): { values: Map<Cell, number>; missing: number } {
  const values = new Map<Cell, number>();
  let missing = 0;
  for (const cell of cells) {
    if (isMissing(cell)) missing += 1;
    else values.set(cell, (values.get(cell) ?? 0) + 1);
  }
  return { values, missing };
}
