// The state of the hparams view: the trials held, the options, and what follows from both.

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import { entryOf } from "../shell/names.ts";
import type { Content } from "../shell/protocol.ts";
import { ExactStep, FinerCurves } from "./asked.ts";
import { type Column, constantKeys, makeColumns, orderKeys } from "./columns.ts";
import { type Condition, type Conditions, count, passing, withCondition } from "./condition.ts";
import {
  follows,
  holdsAll,
  mergeTrials,
  NO_TRIALS,
  numbersOf,
  type PayloadHeader,
  type TrialSet,
} from "./model.ts";
import { sortTrials } from "./order.ts";
import { rampColor } from "./ramp.ts";
import { type Aggregation, bestTrial, type Reduction, reduceMetrics } from "./reduce.ts";
import { tellRuns } from "./told.ts";
import { makeScale, type Scale, type ScaleKind, suggestedScale } from "./scale.ts";

export type Pane = "table" | "parallel" | "scatter";

/** Of a trial that has no value to be coloured by. */
const NONE = { light: "#8b8f94", dark: "#95999e" } as const;
/** Of a trial that is not brushed. */
const GREY = { light: "#c9ccd0", dark: "#4a4d52" } as const;

export class HparamsStore {
  readonly set: Signal<TrialSet> = signal(NO_TRIALS);
  /** The trial under the pointer, or null. */
  readonly hover: Signal<number | null> = signal(null);
  readonly exact: ExactStep;
  readonly finer: FinerCurves;

  readonly metric: Signal<string>;
  readonly goals: Signal<Record<string, "min" | "max">>;
  readonly reduce: Signal<Reduction>;
  readonly step: Signal<number>;
  readonly aggregation: Signal<Aggregation>;
  readonly metrics: Signal<"declared" | "all">;
  readonly order: Signal<string[]>;
  readonly hidden: Signal<string[] | null>;
  readonly sort: Signal<string[]>;
  readonly filters: Signal<Conditions>;
  readonly brush: Signal<Conditions>;
  readonly scales: Signal<Record<string, ScaleKind>>;
  readonly color: Signal<string>;
  readonly panes: Signal<Pane[]>;
  readonly scatter: Signal<string[]>;
  readonly height: Signal<number | null>;
  readonly opened: Signal<string[]>;
  readonly onlyBrushed: Signal<boolean>;

  /** The key of the metric that trials are judged by; "" if there is none. */
  readonly judge: ReadonlySignal<string>;
  readonly lower: ReadonlySignal<boolean[]>;
  readonly columns: ReadonlySignal<Map<string, Column>>;
  readonly cells: ReadonlySignal<Map<string, Column["cells"]>>;
  readonly keys: ReadonlySignal<string[]>;
  readonly visible: ReadonlySignal<string[]>;
  /** The columns that have an axis: visible hyperparameters and metrics. */
  readonly axes: ReadonlySignal<string[]>;
  /** 1 for trials that the filters and the run filter leave; the table's rows. */
  readonly listed: ReadonlySignal<Uint8Array>;
  /** 1 for those of them that are checked: what the charts draw. */
  readonly shown: ReadonlySignal<Uint8Array>;
  /** 1 for those of them that are brushed. */
  readonly brushed: ReadonlySignal<Uint8Array>;
  readonly rows: ReadonlySignal<Int32Array>;
  readonly best: ReadonlySignal<number>;
  readonly colorKey: ReadonlySignal<string>;
  readonly colors: ReadonlySignal<string[]>;
  /** Whether "at a step" is from curves that do not hold every point. */
  readonly approximate: ReadonlySignal<boolean>;
  private readonly scaleCache = new Map<string, { cells: unknown; kind: string; scale: Scale }>();

  readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.exact = new ExactStep(ctx);
    this.finer = new FinerCurves(ctx);
    this.metric = ctx.option("metric", "");
    this.goals = ctx.option("goals", {});
    this.reduce = ctx.option<Reduction>("reduce", "last");
    this.step = ctx.option("step", 0);
    this.aggregation = ctx.option<Aggregation>("aggregation", "avg");
    this.metrics = ctx.option<"declared" | "all">("metrics", "declared");
    this.order = ctx.option<string[]>("columns", []);
    this.hidden = ctx.option<string[] | null>("hidden", null);
    this.sort = ctx.option<string[]>("sort", []);
    this.filters = ctx.option<Conditions>("filters", {});
    this.brush = ctx.option<Conditions>("brush", {});
    this.scales = ctx.option<Record<string, ScaleKind>>("scales", {});
    this.color = ctx.option("color", "");
    this.panes = ctx.option<Pane[]>("panes", ["table", "parallel"]);
    this.scatter = ctx.option<string[]>("scatter", []);
    this.height = ctx.option<number | null>("height", null);
    this.opened = ctx.option<string[]>("opened", []);
    this.onlyBrushed = ctx.option("only_brushed", false);

    this.judge = computed(() => {
      const all = this.set.value.metrics;
      return (all.find(({ key }) => key === this.metric.value) ?? all[0])?.key ?? "";
    });
    this.lower = computed(() =>
      this.set.value.metrics.map(({ key, lower }) => {
        const goal = entryOf(this.goals.value, key);
        return goal ? goal === "min" : lower;
      }),
    );
    this.columns = computed(() => makeColumns(this.set.value, this.reduced()));
    this.cells = computed(
      () => new Map([...this.columns.value].map(([key, { cells }]) => [key, cells])),
    );
    this.keys = computed(() => orderKeys(this.columns.value.keys(), this.order.value));
    this.visible = computed(() => {
      const hidden = new Set(this.hidden.value ?? constantKeys(this.columns.value));
      return this.keys.value.filter((key) => !hidden.has(key));
    });
    this.axes = computed(() =>
      this.visible.value.filter((key) =>
        ["hparam", "metric", "duration"].includes(this.columns.value.get(key)!.kind),
      ),
    );
    this.listed = computed(() => {
      const set = this.set.value;
      const start = new Uint8Array(set.trials.length);
      const filter = ctx.runs.compiled.value;
      set.trialOf.forEach((trial, session) => {
        if (filter.test(set.runs[session]!)) start[trial] = 1;
      });
      return passing(set.trials.length, this.cells.value, this.filters.value, start);
    });
    this.shown = computed(() => {
      const mask = this.listed.value.slice();
      const hidden = new Set(ctx.runs.hidden.value);
      if (!hidden.size) return mask;
      const set = this.set.value;
      const on = new Uint8Array(mask.length);
      set.trialOf.forEach((trial, session) => {
        if (!hidden.has(set.runs[session]!)) on[trial] = 1;
      });
      return mask.map((bit, trial) => bit & on[trial]!);
    });
    this.brushed = computed(() =>
      passing(this.shown.value.length, this.cells.value, this.brush.value, this.shown.value),
    );
    this.rows = computed(() => {
      const mask =
        this.onlyBrushed.value && this.isBrushing() ? this.brushed.value : this.listed.value;
      return sortTrials(this.cells.value, this.sort.value, mask);
    });
    this.best = computed(() => {
      const cells = this.cells.value.get(this.judge.value);
      return cells ? bestTrial(cells, this.isLower(this.judge.value), this.shown.value) : -1;
    });
    this.colorKey = computed(() => {
      const key = this.color.value;
      return key === "run" || this.columns.value.has(key) ? key : this.judge.value || "run";
    });
    this.colors = computed(() => this.makeColors());
    this.approximate = computed(
      () =>
        this.reduce.value === "step" &&
        this.exact.held.value?.step !== this.step.value &&
        !holdsAll(this.set.value),
    );

    this.merge(ctx.payload);
    ctx.onNews((news) => this.merge(news));
    effect(() =>
      this.exact.ask(
        () => (this.approximate.value ? this.step.value : null),
        () => this.set.peek().runs.length * this.set.peek().metrics.length,
      ),
    );
    tellRuns(this);
  }

  isLower(key: string): boolean {
    const at = this.set.value.metrics.findIndex((metric) => metric.key === key);
    return this.lower.value[at] ?? false;
  }

  isBrushing(): boolean {
    return Object.keys(this.brush.value).length > 0;
  }

  counts(): { all: number; shown: number; brushed: number } {
    return {
      all: this.set.value.trials.length,
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

  /** The axis of a column, over all trials: what a filter takes away does not move it. */
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

  isOpen(trial: number): boolean {
    return this.opened.value.includes(this.set.value.trials[trial]!);
  }

  toggleOpen(trial: number): void {
    const name = this.set.value.trials[trial]!;
    const opened = this.opened.value;
    this.opened.value = opened.includes(name)
      ? opened.filter((other) => other !== name)
      : [...opened, name];
    if (!opened.includes(name)) this.finer.ask(this.set.peek(), trial);
  }

  private merge(content: Content): void {
    const header = content?.header as PayloadHeader | undefined;
    if (!header) return;
    const held = this.set.peek();
    if (!follows(held, header)) {
      this.ctx.request("trials").then(
        (all) => this.merge(all),
        () => undefined,
      );
      return;
    }
    this.set.value = mergeTrials(held, header, numbersOf(content.numbers));
    this.exact.held.value = null;
    this.finer.forget(header.runs);
  }

  private reduced() {
    return reduceMetrics(this.set.value, {
      reduce: this.reduce.value,
      step: this.step.value,
      aggregation: this.aggregation.value,
      metric: Math.max(
        0,
        this.set.value.metrics.findIndex(({ key }) => key === this.judge.value),
      ),
      lower: this.lower.value,
      exact: this.exact.held.value,
    });
  }

  private makeColors(): string[] {
    const set = this.set.value;
    const key = this.colorKey.value;
    if (key === "run") {
      const colors = new Array<string>(set.trials.length).fill(this.grey());
      for (let session = set.runs.length - 1; session >= 0; session--) {
        colors[set.trialOf[session]!] = this.ctx.runs.color(set.runs[session]!);
      }
      return colors;
    }
    const cells = this.cells.value.get(key) ?? [];
    const { dark } = this.ctx.theme.value;
    const none = NONE[dark ? "dark" : "light"];
    const scale = this.scale(key);
    return set.trials.map((_, trial) => {
      const at = scale.position(cells[trial] ?? null);
      return at === null ? none : rampColor(at, dark);
    });
  }
}
