// The state of the hparams view: the trials held, the options, and what follows from both.
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { entryOf } from "../../shell/names.ts";
import {
  type Column,
  type Columns,
  columnsOfGroups,
  hiddenUnasked,
  makeColumns,
} from "./columns.ts";
import { type Condition, count, passing, withCondition } from "./condition.ts";
import { orderKeys } from "../../table/move.ts";
import { columnWidth, nameWidth } from "./layout.ts";
import { textWidth } from "../../table/measure.ts";
import { HparamsOptions } from "./options.ts";
import { sortRows } from "../../table/order.ts";
import { rampColor } from "./paint.ts";
import { bestRow, reduceMetrics } from "./reduce.ts";
import { groupsOfRepeats } from "./repeats.ts";
import { ReceivedTrials } from "./received.ts";
import type { ExactStep, FinerCurves } from "./requests.ts";
import { shareBrush } from "./run-brush.ts";
import { makeScale, type Scale, type ScaleKind, suggestedScale } from "./scale.ts";
import { holdsAll, type TrialSet } from "./trials.ts";

/** Of a trial that has no value to be coloured by. */
const NONE = { light: "#8b8f94", dark: "#95999e" } as const;
/** So many names are measured: they tell how wide the others are. */
const SAMPLE = 400;
/** Of a trial that is not brushed. */
const GREY = { light: "#c9ccd0", dark: "#4a4d52" } as const;

/**
 * A row is a trial, or with the option `mean_over` the trials that repeat each other. What is
 * said of rows is by their number, in the order of the log.
 */
export class HparamsStore extends HparamsOptions {
  readonly set: ReadonlySignal<TrialSet>;
  /** The row under the pointer, or null. */
  readonly hover: Signal<number | null> = signal(null);
  readonly exact: ExactStep;
  readonly finer: FinerCurves;

  /** The key of the metric that trials are judged by; "" if there is none. */
  readonly judge: ReadonlySignal<string>;
  readonly lower: ReadonlySignal<boolean[]>;
  readonly trialColumns: ReadonlySignal<Columns>;
  /** The hyperparameters that look like seeds. */
  readonly seeds: ReadonlySignal<string[]>;
  /** The trials of each row, where rows are repeats. */
  readonly groups: ReadonlySignal<number[][] | null>;
  /** Those that count: the checked ones, unless none is. */
  readonly members: ReadonlySignal<number[][] | null>;
  /** The sessions of each row, of trials that count. */
  readonly sessions: ReadonlySignal<number[][]>;
  readonly columns: ReadonlySignal<Columns>;
  readonly cells: ReadonlySignal<Map<string, Column["cells"]>>;
  readonly keys: ReadonlySignal<string[]>;
  readonly visible: ReadonlySignal<string[]>;
  /** The columns that have an axis: visible hyperparameters and metrics. */
  readonly axes: ReadonlySignal<string[]>;
  /** 1 for rows that the filters and the run filter leave; those of the table. */
  readonly listed: ReadonlySignal<Uint8Array>;
  /** 1 for those of them that are checked: what the charts draw. */
  readonly shown: ReadonlySignal<Uint8Array>;
  /** 1 for those of them that are brushed. */
  readonly brushed: ReadonlySignal<Uint8Array>;
  /** What the table is sorted by: a metric that was chosen, best first, unless said otherwise. */
  readonly sortedBy: ReadonlySignal<string[]>;
  /** The rows of the table, in order. */
  readonly rows: ReadonlySignal<Int32Array>;
  /** The best of the rows that are shown, and brushed while anything is; -1 if none has a value. */
  readonly best: ReadonlySignal<number>;
  readonly colorKey: ReadonlySignal<string>;
  readonly colors: ReadonlySignal<string[]>;
  /** Whether "at a step" is from curves that do not hold every point. */
  readonly approximate: ReadonlySignal<boolean>;
  private readonly scaleCache = new Map<string, { cells: unknown; kind: string; scale: Scale }>();

  constructor(ctx: ViewContext) {
    super(ctx);
    const received = new ReceivedTrials(ctx);
    this.set = received.set;
    this.exact = received.exact;
    this.finer = received.finer;

    this.judge = computed(() => {
      const { metrics, judge } = this.set.value;
      return metrics.find(({ key }) => key === this.metric.value)?.key ?? judge;
    });
    this.lower = computed(() =>
      this.set.value.metrics.map(({ key, lower }) => {
        const goal = entryOf(this.goals.value, key);
        return goal ? goal === "min" : lower;
      }),
    );
    this.trialColumns = computed(() => makeColumns(this.set.value, this.reduced()));
    this.seeds = computed(() =>
      this.set.value.hparams.filter(({ seed }) => seed).map(({ key }) => key),
    );
    this.groups = computed(() => {
      const over = this.meanOver.value;
      return over && this.groupsOver(over);
    });
    this.members = computed(() => {
      const groups = this.groups.value;
      if (!groups) return null;
      const checked = this.trialMask(true);
      return groups.map((trials) => {
        const some = trials.filter((trial) => checked[trial]);
        return some.length ? some : trials;
      });
    });
    this.sessions = computed(() => {
      const { sessions } = this.set.value;
      const members = this.members.value;
      return members ? members.map((ts) => ts.flatMap((trial) => sessions[trial]!)) : sessions;
    });
    this.columns = computed(() => {
      const groups = this.groups.value;
      const columns = this.trialColumns.value;
      return groups ? columnsOfGroups(columns, groups, this.members.value!) : columns;
    });
    this.cells = computed(
      () => new Map([...this.columns.value].map(([key, { cells }]) => [key, cells])),
    );
    this.keys = computed(() => orderKeys(this.columns.value.keys(), this.order.value));
    this.visible = computed(() => {
      const unasked = () =>
        hiddenUnasked(this.trialColumns.value, this.set.value, this.judge.value);
      const hidden = new Set(this.hidden.value ?? unasked());
      // One row has many of these.
      for (const key of this.meanOver.value ?? []) hidden.add(key);
      return this.keys.value.filter((key) => !hidden.has(key));
    });
    this.axes = computed(() =>
      this.visible.value.filter((key) =>
        ["hparam", "metric", "duration"].includes(this.columns.value.get(key)!.kind),
      ),
    );
    this.listed = computed(() => {
      const start = this.rowMask(this.trialMask(false));
      return passing(start.length, this.cells.value, this.filters.value, start);
    });
    this.shown = computed(() => {
      const checked = this.rowMask(this.trialMask(true));
      return this.listed.value.map((bit, row) => bit & checked[row]!);
    });
    this.brushed = computed(() =>
      passing(this.shown.value.length, this.cells.value, this.brush.value, this.shown.value),
    );
    this.sortedBy = computed(() => {
      if (this.sort.value) return this.sort.value;
      const key = this.judge.value;
      if (!key || this.metric.value !== key) return [];
      return [this.isLower(key) ? key : `-${key}`];
    });
    this.rows = computed(() => {
      const mask =
        this.onlyBrushed.value && this.isBrushing() ? this.brushed.value : this.listed.value;
      return sortRows(this.cells.value, this.sortedBy.value, mask);
    });
    this.best = computed(() => {
      const cells = this.cells.value.get(this.judge.value);
      return cells ? bestRow(cells, this.isLower(this.judge.value), this.brushed.value) : -1;
    });
    this.colorKey = computed(() => {
      const key = this.color.value;
      return key === "run" || this.columns.value.has(key) ? key : this.judge.value || "run";
    });
    this.colors = computed(() => this.makeColors());
    this.approximate = computed(
      () =>
        this.reduce.value === "step" &&
        this.step.value !== null &&
        this.exact.held.value?.step !== this.step.value &&
        !holdsAll(this.set.value),
    );

    effect(() =>
      this.exact.ask(
        () => (this.approximate.value ? this.step.value : null),
        () => this.set.peek().version,
      ),
    );
    shareBrush(this);
  }

  isLower(key: string): boolean {
    const at = this.set.value.metrics.findIndex((metric) => metric.key === key);
    return this.lower.value[at] ?? false;
  }

  /** Judges trials by a metric: it sorts them, is in sight, and colours the lines. */
  chooseMetric(key: string): void {
    this.metric.value = key;
    this.sort.value = null;
    this.color.value = "";
    const hidden = this.hidden.value;
    if (hidden?.includes(key)) this.hidden.value = hidden.filter((other) => other !== key);
  }

  /** What a row is called; it is the name of its first trial. */
  nameOf(row: number): string {
    return String(this.cells.value.get("trial")![row]);
  }

  /** What stands in the row: short, and of several trials what their names share. */
  labelOf(row: number): string {
    const trials = this.groups.value?.[row] ?? [row];
    const labels = trials.map((trial) => this.labelOfTrial(trial));
    return sharedWords(labels) || labels[0]!;
  }

  /** That of its run; of several runs what their names share, unless it has a name of its own. */
  labelOfTrial(trial: number): string {
    const { trials, sessions, runs } = this.set.value;
    const name = trials[trial]!;
    const own = sessions[trial]!.map((session) => runs[session]!);
    if (!own.every((run) => run.startsWith(name))) return name;
    return sharedWords(own.map((run) => this.ctx.runs.label(run))) || name;
  }

  /** The width of a column of the table, in CSS pixels. */
  widthOf(key: string): number {
    const column = this.columns.value.get(key)!;
    if (column.kind !== "name") return columnWidth(column);
    // The best one is bold.
    const font = `600 12px ${this.ctx.theme.value.font}`;
    const every = Math.max(1, Math.floor(column.cells.length / SAMPLE));
    let widest = 0;
    for (let row = 0; row < column.cells.length; row += every) {
      widest = Math.max(widest, textWidth(this.labelOf(row), font));
    }
    return nameWidth(widest, this.groups.value !== null);
  }

  /** Whether the box of any run of a row is checked. */
  isChecked(row: number): boolean {
    return this.runsOf(row).some((run) => this.ctx.runs.isChecked(run));
  }

  /** Checks or unchecks the runs of a row. */
  check(row: number, checked: boolean): void {
    this.ctx.runs.setAll(this.runsOf(row), checked);
  }

  private runsOf(row: number): string[] {
    const { sessions, runs } = this.set.value;
    const trials = this.groups.value?.[row] ?? [row];
    return trials.flatMap((trial) => sessions[trial]!).map((session) => runs[session]!);
  }

  /** The trials that differ in some hyperparameters alone, together. */
  groupsOver(over: readonly string[]): number[][] {
    const { hparams, trials } = this.set.value;
    const cells = new Map(hparams.map((column) => [column.key, column.cells]));
    return groupsOfRepeats(cells, over, trials.length);
  }

  /** The trials that are listed below a row. */
  trialsBelow(row: number): readonly number[] {
    const groups = this.groups.value;
    return groups && groups[row]!.length > 1 && this.unfolded.value.includes(this.nameOf(row))
      ? groups[row]!
      : [];
  }

  isBrushing(): boolean {
    return Object.keys(this.brush.value).length > 0;
  }

  counts(): { all: number; shown: number; brushed: number } {
    return {
      all: this.shown.value.length,
      shown: count(this.shown.value),
      brushed: count(this.brushed.value),
    };
  }

  setBrush(key: string, condition: Condition | null): void {
    this.brush.value = withCondition(this.brush.value, key, condition);
  }

  setFilter(key: string, condition: Condition | null): void {
    this.filters.value = withCondition(this.filters.value, key, condition);
  }

  scaleKind(key: string): ScaleKind {
    const cells = this.cells.value.get(key) ?? [];
    return entryOf(this.scales.value, key) ?? suggestedScale(cells);
  }

  /** The axis of a column, over all rows: what a filter takes away does not move it. */
  scale(key: string): Scale {
    const cells = this.cells.value.get(key) ?? [];
    const kind = this.scaleKind(key);
    const held = this.scaleCache.get(key);
    if (held && held.cells === cells && held.kind === kind) return held.scale;
    const scale = makeScale(kind, cells);
    this.scaleCache.set(key, { cells, kind, scale });
    return scale;
  }

  grey(): string {
    return GREY[this.ctx.theme.value.dark ? "dark" : "light"];
  }

  toggleOpen(row: number): void {
    const name = this.nameOf(row);
    const opened = this.opened.value;
    this.opened.value = toggled(opened, name);
    if (!opened.includes(name)) this.finer.ask(this.set.peek(), this.sessions.peek()[row]!);
  }

  toggleFold(row: number): void {
    this.unfolded.value = toggled(this.unfolded.value, this.nameOf(row));
  }

  private reduced() {
    const { metrics } = this.set.value;
    return reduceMetrics(this.set.value, {
      reduce: this.reduce.value,
      step: this.step.value,
      aggregation: this.aggregation.value,
      metric: Math.max(
        0,
        metrics.findIndex(({ key }) => key === this.judge.value),
      ),
      lower: this.lower.value,
      exact: this.exact.held.value,
    });
  }

  /** 1 for trials with a run that the run list leaves, and that is checked. */
  private trialMask(checked: boolean): Uint8Array {
    const { trials, trialOf, runs } = this.set.value;
    const list = this.ctx.runs;
    const passes = list.passes.value;
    const counts = checked ? list.inCharts : () => true;
    const mask = new Uint8Array(trials.length);
    trialOf.forEach((trial, session) => {
      const run = runs[session]!;
      if (!mask[trial] && passes(run) && counts(run)) mask[trial] = 1;
    });
    return mask;
  }

  private rowMask(trials: Uint8Array): Uint8Array {
    const groups = this.groups.value;
    return groups
      ? Uint8Array.from(groups, (group) => Number(group.some((trial) => trials[trial])))
      : trials;
  }

  private makeColors(): string[] {
    const set = this.set.value;
    const key = this.colorKey.value;
    const sessions = this.sessions.value;
    if (key === "run") {
      return sessions.map(([first]) => this.ctx.runs.color(set.runs[first!]!));
    }
    const cells = this.cells.value.get(key) ?? [];
    const { dark } = this.ctx.theme.value;
    const none = NONE[dark ? "dark" : "light"];
    const scale = this.scale(key);
    return sessions.map((_, row) => {
      const at = scale.position(cells[row]);
      return at === null ? none : rampColor(at, dark);
    });
  }
}

function toggled(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter((other) => other !== name) : [...list, name];
}

/** The words that all of some labels have, as the first has them. */
function sharedWords([first, ...rest]: readonly string[]): string {
  const others = rest.map((label) => new Set(label.split(" ")));
  const words = first?.split(" ") ?? [];
  return words.filter((word) => others.every((other) => other.has(word))).join(" ");
}
