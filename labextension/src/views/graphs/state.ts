// What a person set of the graphs: what is open, sought, compared, picked.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import { type At, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import { Work } from "../../work/work.ts";
import type { ColorBy } from "./colors.ts";
import type { Graph } from "./graph.ts";
import source from "./layout.work.ts?text";
import type { jobs } from "./layout.work.ts";

export type Diff = "off" | "previous" | "step" | "run";

/** A box that was picked: on which card, and its name. */
export interface Picked {
  series: string;
  key: string;
}

/** A wish to go to another hit, or to a node, which the card in question fulfils. */
export interface Jump {
  series: string | null;
  to: "next" | "previous" | { name: string };
}

export class GraphsState extends SteppedState<Graph> {
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
  readonly diff: Signal<Diff>;
  readonly diffStep: Signal<string | null>;
  readonly diffRun: Signal<string>;
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
    this.diff = ctx.option("diff");
    this.diffStep = ctx.option("diff_step");
    this.diffRun = ctx.option("diff_run");
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

  /** Where the times and memory of a run's graph were logged. */
  statistics({ series }: At): At | null {
    const of = this.ofRun(series.run).find((one) => one !== series && one.last?.statistics);
    return of ? this.at(of) : null;
  }

  override needed(): At[] {
    const timed = this.color.value === "time" || this.color.value === "memory";
    return this.cards()
      .flatMap(({ at }) => [
        ...(this.diff.value === "off" ? [] : [this.partner(at)]),
        ...(timed ? [this.statistics(at)] : []),
      ])
      .filter((at) => at !== null);
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

  toggleDiff(): void {
    this.diff.value = this.diff.peek() === "off" ? "previous" : "off";
  }
}
