// Columns of the table and axes of the charts: of trials, and of rows of several trials.
import { oneLine } from "../../shell/names.ts";
import { type Cell, type ColumnKind, identityOf, isMissing } from "../../table/cells.ts";
import type { Reduced } from "./reduce.ts";
import { type Spread, sameOrMissing, spread } from "./repeats.ts";
import type { Step, TrialSet } from "./trials.ts";

export interface Column {
  key: string;
  label: string;
  /** More about it, for a tooltip. */
  title: string;
  kind: ColumnKind;
  /** Whether its values are numbers, apart from those that are None or missing. */
  numeric: boolean;
  cells: readonly Cell[];
  /** Of a metric: the step of each value. */
  steps?: readonly (Step | null)[];
  /** Of a metric, where rows are several trials. */
  spreads?: readonly Spread[];
}

export type Columns = ReadonlyMap<string, Column>;

/** Of several sessions the worst status counts. */
const WORST = ["failure", "running", "unknown", "success"];

function worst(one: Cell, other: Cell): Cell {
  if (one === undefined) return other;
  return WORST.indexOf(String(other)) < WORST.indexOf(String(one)) ? other : one;
}

function least(one: Cell, other: Cell): Cell {
  if (typeof one !== "number") return other;
  return typeof other === "number" ? Math.min(one, other) : one;
}

function timesOf(set: TrialSet): { status: Cell[]; started: Cell[]; duration: Cell[] } {
  const blank = (): Cell[] => new Array<Cell>(set.trials.length).fill(undefined);
  const found = { status: blank(), started: blank(), duration: blank() };
  set.trialOf.forEach((trial, session) => {
    found.status[trial] = worst(found.status[trial], set.status[session]!);
    const start = set.start[session]!;
    const end = set.end[session]!;
    if (!(start > 0)) return;
    found.started[trial] = least(found.started[trial], start);
    if (end > 0) {
      found.duration[trial] = ((found.duration[trial] as number | undefined) ?? 0) + end - start;
    }
  });
  return found;
}

/** Every column by key, in its own order: one cell a trial. */
export function makeColumns(set: TrialSet, reduced: readonly Reduced[]): Columns {
  const times = timesOf(set);
  const columns: Column[] = [
    { key: "trial", label: "trial", title: "", kind: "name", numeric: false, cells: set.trials },
    ...set.hparams.map(
      ({ key, label, title, cells }): Column => ({
        key,
        label: oneLine(label),
        title,
        kind: "hparam",
        numeric:
          cells.some((cell) => typeof cell === "number") &&
          cells.every((cell) => cell === undefined || cell === null || typeof cell === "number"),
        cells,
      }),
    ),
    ...set.metrics.map(
      ({ key, label, title }, i): Column => ({
        key,
        label: oneLine(label),
        title,
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

/**
 * The columns of rows of several trials.
 *
 * @param groups The trials of each row.
 * @param members Those of them that count.
 */
export function columnsOfGroups(
  columns: Columns,
  groups: readonly (readonly number[])[],
  members: readonly (readonly number[])[],
): Columns {
  const combined = ({ steps: _, ...column }: Column): Column => {
    const { cells } = column;
    const over = (combine: (cells: Cell[]) => Cell): Cell[] =>
      members.map((trials) => combine(trials.map((trial) => cells[trial])));
    switch (column.kind) {
      case "name":
        return { ...column, cells: groups.map(([first]) => cells[first!]) };
      case "metric": {
        const spreads = members.map((trials) => spread(trials.map((trial) => cells[trial])));
        return { ...column, spreads, cells: spreads.map(({ mean }) => mean) };
      }
      case "status":
        return { ...column, cells: over((some) => some.reduce(worst)) };
      case "time":
        return { ...column, cells: over((some) => some.reduce(least)) };
      case "duration":
        return { ...column, cells: over((some) => spread(some).mean) };
      case "hparam":
        return {
          ...column,
          cells: groups.map((trials) => sameOrMissing(trials.map((trial) => cells[trial]))),
        };
    }
  };
  return new Map([...columns].map(([key, column]) => [key, combined(column)]));
}

/**
 * What is hidden unasked: what says nothing about how trials differ, or what came of them.
 *
 * @param judge The metric that they are judged by, which is not hidden.
 */
export function hiddenUnasked(columns: Columns, set: TrialSet, judge: string): string[] {
  const { metrics } = set;
  const outcomes = metrics.filter(({ key, ofTraining }) => !ofTraining || key === judge);
  const aside = new Set(
    metrics.every(({ ofTraining }) => ofTraining)
      ? []
      : metrics.filter((metric) => !outcomes.includes(metric)).map(({ key }) => key),
  );
  const trials = columns.get("trial")?.cells.length ?? 0;
  const constant = ({ cells }: Column): boolean => {
    const first = identityOf(cells[0]);
    return cells.every((cell) => identityOf(cell) === first);
  };
  return [...columns.values()]
    .filter((column) => {
      if (column.kind === "time" || column.kind === "duration") return true;
      if (column.kind === "status") return constant(column);
      if (column.kind === "metric") return aside.has(column.key);
      return column.kind === "hparam" && trials > 1 && constant(column);
    })
    .map((column) => column.key);
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
