// What a person set of the graphs: what is open, sought, compared, picked.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { DifferingState } from "../../stepped/differing.ts";
import type { At } from "../../stepped/state.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import { Work } from "../../worker/worker.ts";
import type { ColorBy } from "./colors.ts";
import type { Graph } from "./graph.ts";
import source from "./layout.worker.ts?text";
import type { jobs } from "./layout.worker.ts";

/** A box that was picked: on which card, and its name. */
export interface Picked {
  series: string;
  key: string;
}

/** To another of what was found. */
export type Jump = "next" | "previous";

export class GraphsState extends DifferingState<Graph> {
  readonly graphHeight: Signal<number>;
  readonly flow: Signal<"right" | "up">;
  readonly color: Signal<ColorBy>;
  readonly foldRepeats: Signal<boolean>;
  readonly opened: Signal<string[]>;
  readonly edgeLabels: Signal<boolean>;
  readonly layerTable: Signal<boolean>;
  readonly search: Signal<string>;
  readonly searchRegex: Signal<boolean>;
  readonly path: Signal<string[]>;
  /** What was closed although it holds everything. */
  readonly closed: Signal<ReadonlySet<string>> = signal(new Set());
  readonly node: Signal<Picked | null> = signal(null);
  readonly jump: Signal<Jump | null> = signal(null);
  /** Layouts, for all cards; and what may be stopped by force. */
  readonly layouts = new Work<typeof jobs>(source);
  readonly searches = new Work<typeof jobs>(source);

  constructor(ctx: ViewContext, store: SteppedStore<Graph>) {
    super(ctx, store);
    this.graphHeight = ctx.option("graph_height");
    this.flow = ctx.option("flow");
    this.color = ctx.option("color");
    this.foldRepeats = ctx.option("fold_repeats");
    this.opened = ctx.option("opened");
    this.edgeLabels = ctx.option("edge_labels");
    this.layerTable = ctx.option("layer_table");
    this.search = ctx.option("search");
    this.searchRegex = ctx.option("search_regex");
    this.path = ctx.option("path");
    // In a board that is long before its tab is opened, and the first graph need not wait.
    this.layouts.begin();
    // The view was closed, or its cell ran again.
    ctx.model.on("destroy", () => {
      this.layouts.close();
      this.searches.close();
    });
  }

  /** Opens a box, or closes it. */
  toggle(key: string, open: boolean): void {
    const rest = this.opened.peek().filter((other) => other !== key);
    const closed = new Set(this.closed.peek());
    if (open) closed.delete(key);
    else closed.add(key);
    this.closed.value = closed;
    this.opened.value = open ? [...rest, key] : rest;
  }

  openAll(keys: readonly string[]): void {
    const closed = new Set(this.closed.peek());
    for (const key of keys) closed.delete(key);
    this.closed.value = closed;
    this.opened.value = [...new Set([...this.opened.peek(), ...keys])];
  }

  closeAll(): void {
    this.opened.value = [];
    this.closed.value = new Set();
  }

  /** Picks a box of a card: what `view.selection` is in Python. */
  choose(at: At, key: string | null): void {
    const { series, position } = at;
    this.node.value = key === null ? null : { series: series.key, key };
    const step = String(series.step[position] ?? "");
    const { run, tag } = series;
    this.ctx.select({ nodes: key === null ? [] : [{ run, tag, step, node: key }] });
  }

  /** Where the times and memory of a run's graph were logged. */
  statistics({ series }: At): At | null {
    // Whether or not a filter hides its tag.
    for (const one of this.store.series.value.values()) {
      if (one.run === series.run && one !== series && one.last?.statistics) return this.at(one);
    }
    return null;
  }

  override needed(): At[] {
    const timed = this.color.value === "time" || this.color.value === "memory";
    const statistics = timed ? this.cards().map(({ at }) => this.statistics(at)) : [];
    return [...super.needed(), ...statistics.filter((at) => at !== null)];
  }

  /** What Escape takes back. */
  override reset(): void {
    if (this.node.peek()) this.node.value = null;
    else if (this.path.peek().length) this.path.value = [];
    else if (this.search.peek()) this.search.value = "";
  }

  toggleTable(): void {
    this.layerTable.value = !this.layerTable.peek();
  }
}
