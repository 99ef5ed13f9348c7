// What a person set of the curves: the face, the threshold, what stands behind them.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { type At, SteppedState } from "../../stepped/state.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Curve, Face } from "./curve.ts";
import { ScoreBook, type ScoreName } from "./scores.ts";

export class CurvesState extends SteppedState<Curve> {
  readonly face: Signal<Face>;
  readonly score: Signal<ScoreName>;
  readonly threshold: Signal<number>;
  readonly isoF1: Signal<boolean>;
  readonly prevalence: Signal<boolean>;
  readonly ghosts: Signal<number>;
  readonly scores: ScoreBook;
  /** The line under the pointer, by series key. */
  readonly hovered: Signal<string | null> = signal(null);

  constructor(ctx: ViewContext, store: SteppedStore<Curve>) {
    super(ctx, store);
    this.face = ctx.option("face");
    this.score = ctx.option("score");
    this.threshold = ctx.option("threshold");
    this.isoF1 = ctx.option("iso_f1");
    this.prevalence = ctx.option("prevalence");
    this.ghosts = ctx.option("ghosts");
    this.scores = new ScoreBook(ctx, store);
  }

  override grouped(): boolean {
    return this.arrange.value !== "grid";
  }

  override groupedBy(): "tag" | "run" {
    return this.arrange.value === "runs" ? "run" : "tag";
  }

  override later(): boolean {
    return true;
  }

  /** Earlier steps of a card that stand behind it, the nearest first. */
  earlier({ series, position }: At): At[] {
    const here = series.order.indexOf(position);
    const first = Math.max(0, here - this.ghosts.value);
    return series.order
      .slice(first, Math.max(0, here))
      .reverse()
      .map((before) => ({ series, asked: series.step[before]!, position: before }));
  }

  override needed(): At[] {
    if (!this.ghosts.value || this.face.value === "steps") return [];
    return this.cards().flatMap(({ at }) => this.earlier(at));
  }
}
