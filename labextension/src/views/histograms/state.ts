// What a person set of the histograms: which picture, which axes, which runs together.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { SteppedState } from "../../stepped/state.ts";
import type { Overview, SteppedStore } from "../../stepped/store.ts";
import { HEAT_STEPS, overviewOf, type XKind } from "./columns.ts";
import { Curves } from "./curves.ts";
import type { Histogram } from "./histogram.ts";

export type Show = "heat" | "percentiles" | "offset" | "overlay";
export type Compare = "off" | "density" | "cumulative";

export class HistogramsState extends SteppedState<Histogram> {
  readonly show: Signal<Show>;
  readonly bins: Signal<"logged" | "tensorboard">;
  readonly values: Signal<"symlog" | "linear">;
  readonly x: Signal<XKind>;
  readonly compare: Signal<Compare>;
  readonly layers: Signal<boolean>;
  readonly layersRun: Signal<string>;
  /** Percentiles at all steps of long series. */
  readonly curves: Curves;

  constructor(ctx: ViewContext, store: SteppedStore<Histogram>) {
    super(ctx, store);
    this.show = ctx.option("show");
    this.bins = ctx.option("bins");
    this.values = ctx.option("values");
    this.x = ctx.option("x");
    this.compare = ctx.option("compare");
    this.layers = ctx.option("layers");
    this.layersRun = ctx.option("layers_run");
    this.curves = new Curves(ctx);
  }

  /** All runs of a tag are drawn over each other. */
  override grouped(): boolean {
    return this.compare.value !== "off" && !this.alone();
  }

  /** The steps of a map are wanted for the cards in sight. */
  override overviews(): Overview[] {
    if (this.grouped()) return [];
    const near = this.inSight.value;
    return this.shown.value
      .filter(({ key }) => near.has(key))
      .map((series) => ({ series, positions: overviewOf(series, HEAT_STEPS) }));
  }

  /** The run whose layers are shown. */
  healthRun(): string | undefined {
    const runs = this.runs.value;
    return runs.includes(this.layersRun.value) ? this.layersRun.value : runs[0];
  }

  cycle<T extends string>(signal: Signal<T>, choices: readonly T[]): void {
    signal.value = choices[(choices.indexOf(signal.peek()) + 1) % choices.length]!;
  }
}
