// The tabs of the board: which views there are, and their elements once they were opened.
import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import { drawInside } from "../host/embed.ts";
import type { ViewContext } from "../shell/context.ts";
import { resolveModel } from "../shell/model.ts";
import type { Wish } from "./tabs.ts";

export class BoardStore {
  /** Reference of the view of each kind, as the widget protocol writes it. */
  readonly views: ReadonlySignal<Record<string, string>>;
  /** How many there are of each kind, in the order of the tabs; null before it is known. */
  readonly counts: ReadonlySignal<Record<string, number | null>>;
  /** Kinds that were logged and have no view. */
  readonly others: ReadonlySignal<Record<string, number>>;
  readonly tab: Signal<string>;
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.views = ctx.option<Record<string, string>>("tab_views", {});
    this.counts = ctx.option<Record<string, number | null>>("counts", {});
    this.others = ctx.option<Record<string, number>>("others", {});
    this.tab = ctx.option("tab", "");
  }

  /** The kind whose tab is open. */
  get current(): string {
    const kinds = Object.keys(this.counts.value);
    return kinds.includes(this.tab.value) ? this.tab.value : (kinds[0] ?? "");
  }

  /** Ask for the view of a kind, where it is not made yet. */
  open(kind: string): void {
    if (kind in this.views.peek()) return;
    this.ctx.request("open", { kind }).catch(() => undefined);
  }

  /** Open a tab, its view with some options. */
  fulfil({ kind, options }: Wish): void {
    if (!(kind in this.counts.peek())) return;
    this.tab.value = kind;
    if (!Object.keys(options).length) return;
    // Its view may only be made now.
    let done = false;
    const stop = effect(() => {
      const reference = this.views.value[kind];
      if (!reference || done) return;
      done = true;
      void resolveModel(this.ctx.model, reference).then((model) => {
        for (const [name, value] of Object.entries(options)) model?.set(name, value);
        model?.save_changes();
        stop();
      });
    });
  }

  /** Draw the view of a kind into an element; returns how to take it out again. */
  async show(kind: string, into: HTMLElement): Promise<() => void> {
    const reference = this.views.value[kind];
    if (!reference) throw new Error(`The view of ${kind} is not there; run the cell again.`);
    return drawInside(this.ctx.model, reference, into);
  }
}

const NAMES: Record<string, string> = { pr_curves: "PR curves" };

export function kindName(kind: string): string {
  return NAMES[kind] ?? kind.replaceAll("_", " ");
}
