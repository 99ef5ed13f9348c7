// What a person set of the texts: how they are shown, what they are compared with, what is sought.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { type At, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Passage } from "./passage.ts";
import { Search } from "./search.ts";

export type Diff = "off" | "previous" | "step" | "run";

export class TextState extends SteppedState<Passage> {
  readonly showAs: Signal<"auto" | "markdown" | "raw">;
  readonly diff: Signal<Diff>;
  readonly diffStep: Signal<string | null>;
  readonly diffRun: Signal<string>;
  readonly search: Search;

  constructor(ctx: ViewContext, store: SteppedStore<Passage>) {
    super(ctx, store);
    this.showAs = ctx.option("show_as");
    this.diff = ctx.option("diff");
    this.diffStep = ctx.option("diff_step");
    this.diffRun = ctx.option("diff_run");
    this.search = new Search(ctx, store, ctx.option("search"));
  }

  /** What a card is compared with; null where nothing is. */
  partner(at: At): At | null {
    const { series, position } = at;
    if (position < 0) return null;
    switch (this.diff.value) {
      case "previous": {
        const before = series.order[series.order.indexOf(position) - 1];
        const found = before ?? -1;
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

  toggleRaw(): void {
    this.showAs.value = this.showAs.peek() === "raw" ? "auto" : "raw";
  }

  toggleDiff(): void {
    this.diff.value = this.diff.peek() === "off" ? "previous" : "off";
  }
}
