// Views that compare an item with that of another step or run.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Item } from "./kind.ts";
import { type At, SteppedState } from "./state.ts";
import { parseStep } from "./steps.ts";
import type { SteppedStore } from "./store.ts";

export type Diff = "off" | "previous" | "step" | "run";

/** The state of a kind with the options `diff`, `diff_step` and `diff_run`. */
export class DifferingState<T extends Item> extends SteppedState<T> {
  readonly diff: Signal<Diff>;
  readonly diffStep: Signal<string | null>;
  readonly diffRun: Signal<string>;

  constructor(ctx: ViewContext, store: SteppedStore<T>) {
    super(ctx, store);
    this.diff = ctx.option("diff");
    this.diffStep = ctx.option("diff_step");
    this.diffRun = ctx.option("diff_run");
  }

  /** What a card is compared with; null where nothing is. */
  partner(at: At): At | null {
    const { series, position } = at;
    if (position < 0) return null;
    switch (this.diff.value) {
      case "previous": {
        const found = series.order[series.order.indexOf(position) - 1] ?? -1;
        return { series, asked: series.step[found] ?? null, position: found };
      }
      case "step": {
        const first = series.step[series.order[0]!] ?? null;
        return this.atStep(series, parseStep(this.diffStep.value) ?? first);
      }
      case "run": {
        const other = this.series(this.otherRun(), series.tag);
        return other && other !== series ? this.atStep(other, at.asked) : null;
      }
      default:
        return null;
    }
  }

  /** The run that is compared with: the one chosen, or the first shown. */
  otherRun(): string {
    const runs = this.runs.value;
    return runs.includes(this.diffRun.value) ? this.diffRun.value : (runs[0] ?? "");
  }

  override needed(): At[] {
    if (this.diff.value === "off") return [];
    return this.cards().flatMap(({ at }) => this.partner(at) ?? []);
  }

  toggleDiff(): void {
    this.diff.value = this.diff.peek() === "off" ? "previous" : "off";
  }
}
