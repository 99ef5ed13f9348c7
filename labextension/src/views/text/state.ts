// What a person set of the texts: how they are shown, what they are compared with, what is sought.
import type { Signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { DifferingState } from "../../stepped/differing.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Passage } from "./passage.ts";
import { Search } from "./search.ts";

export class TextState extends DifferingState<Passage> {
  readonly showAs: Signal<"auto" | "markdown" | "raw">;
  readonly search: Search;

  constructor(ctx: ViewContext, store: SteppedStore<Passage>) {
    super(ctx, store);
    this.showAs = ctx.option("show_as");
    this.search = new Search(ctx, store, ctx.option("search"));
  }

  toggleRaw(): void {
    this.showAs.value = this.showAs.peek() === "raw" ? "auto" : "raw";
  }
}
