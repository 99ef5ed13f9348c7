// The options of the hparams view as signals; what they mean, and their defaults, is Python's.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Conditions } from "./condition.ts";
import type { Aggregation, Reduction } from "./reduce.ts";
import type { ScaleKind } from "./scale.ts";

export type Pane = "table" | "parallel" | "scatter";

export class HparamsOptions {
  readonly ctx: ViewContext;
  readonly metric: Signal<string>;
  readonly goals: Signal<Record<string, "min" | "max">>;
  readonly reduce: Signal<Reduction>;
  /** An int64 in words, which JSON would round. */
  readonly step: Signal<string | null>;
  readonly aggregation: Signal<Aggregation>;
  readonly meanOver: Signal<string[] | null>;
  readonly unfolded: Signal<string[]>;
  readonly metrics: Signal<"declared" | "all">;
  readonly order: Signal<string[]>;
  readonly hidden: Signal<string[] | null>;
  readonly sort: Signal<string[] | null>;
  readonly filters: Signal<Conditions>;
  readonly brush: Signal<Conditions>;
  readonly scales: Signal<Record<string, ScaleKind>>;
  readonly color: Signal<string>;
  readonly panes: Signal<Pane[]>;
  readonly scatter: Signal<string[]>;
  readonly height: Signal<number | null>;
  readonly opened: Signal<string[]>;
  readonly onlyBrushed: Signal<boolean>;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.metric = ctx.option("metric");
    this.goals = ctx.option("goals");
    this.reduce = ctx.option("reduce");
    this.step = ctx.option("step");
    this.aggregation = ctx.option("aggregation");
    this.meanOver = ctx.option("mean_over");
    this.unfolded = ctx.option("unfolded");
    this.metrics = ctx.option("metrics");
    this.order = ctx.option("columns");
    this.hidden = ctx.option("hidden");
    this.sort = ctx.option("sort");
    this.filters = ctx.option("filters");
    this.brush = ctx.option("brush");
    this.scales = ctx.option("scales");
    this.color = ctx.option("color");
    this.panes = ctx.option("panes");
    this.scatter = ctx.option("scatter");
    this.height = ctx.option("height");
    this.opened = ctx.option("opened");
    this.onlyBrushed = ctx.option("only_brushed");
  }
}
