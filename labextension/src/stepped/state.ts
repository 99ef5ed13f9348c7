// What a person set: the options as signals, and what follows from them.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import { naturally } from "../shell/natural.ts";
import { compileFilter, type Filter } from "../shell/regex.ts";
import type { Restarts } from "../shell/restarts.tsx";
import type { Item } from "./kind.ts";
import { type Series, seriesKey } from "./series.ts";
import { indexOfStep, parseStep, pointAt, pointFrom, unionOfSteps } from "./steps.ts";
import type { Overview, SteppedStore } from "./store.ts";

export type Arrange = "tags" | "runs" | "grid";
export type Side = "" | "A" | "B";

/** A series on a card: where its slider stands, and what it therefore shows. */
export interface At {
  series: Series;
  /** The step of the slider; null if there is no step at all. */
  asked: bigint | null;
  /** Position of the point shown; -1 if the series begins later. */
  position: number;
}

/** A series on screen with the side it plays. */
export interface Card {
  at: At;
  side: Side;
}

/** A card that was clicked. */
export interface Pick {
  run: string;
  tag: string;
  step: string;
  index: number;
}

export class SteppedState<T extends Item = Item> {
  readonly step: Signal<string | null>;
  readonly link: Signal<boolean>;
  readonly sample: Signal<number | null>;
  readonly arrange: Signal<Arrange>;
  readonly cardSize: Signal<number>;
  readonly height: Signal<number>;
  readonly tagFilter: Signal<string>;
  readonly playing: Signal<boolean>;
  readonly speed: Signal<number>;
  readonly restarts: Signal<Restarts>;
  readonly cardSteps: Signal<[string, string, string][]>;
  /** The one card shown large, by series key; null for all. */
  readonly large: Signal<string | null> = signal(null);
  /** Cards that were clicked, by series key and item. */
  readonly picked: Signal<readonly Pick[]> = signal([]);
  /** Cards that are in sight or nearly so, by series key. */
  readonly inSight: Signal<ReadonlySet<string>> = signal(new Set());
  /** The card that takes the focus when it is next drawn, by series key. */
  focusNext: string | null = null;
  /** Where the person moves to: what lies there is fetched first. */
  direction: 1 | -1 = -1;

  readonly filter: ReadonlySignal<Filter>;
  /** Tags that pass the filter, and runs that are checked and have something of them. */
  readonly tags: ReadonlySignal<string[]>;
  readonly runs: ReadonlySignal<string[]>;
  readonly shown: ReadonlySignal<Series[]>;
  /** Every step of what is shown. */
  readonly union: ReadonlySignal<bigint[]>;
  /** Position of the slider; -1 if there are no steps. */
  readonly index: ReadonlySignal<number>;
  /** How many items a step has at most. */
  readonly samples: ReadonlySignal<number>;
  protected readonly store: SteppedStore<T>;
  protected readonly ctx: ViewContext;
  private readonly cardStepMap: ReadonlySignal<Map<string, bigint>>;
  private readonly byTag: ReadonlySignal<Map<string, Series[]>>;

  constructor(ctx: ViewContext, store: SteppedStore<T>) {
    this.store = store;
    this.ctx = ctx;
    this.step = ctx.option("step");
    this.link = ctx.option("link");
    this.sample = ctx.option("sample");
    this.arrange = ctx.option("arrange");
    this.cardSize = ctx.option("card_size");
    this.height = ctx.option("height");
    this.tagFilter = ctx.option("tag_filter");
    this.playing = ctx.option("playing");
    this.speed = ctx.option("speed");
    this.restarts = ctx.option("restarts");
    this.cardSteps = ctx.option("_card_steps");

    this.filter = computed(() => compileFilter(this.tagFilter.value));
    this.tags = computed(() => {
      const { test } = this.filter.value;
      const tags = new Set<string>();
      for (const { tag } of store.series.value.values()) if (test(tag)) tags.add(tag);
      return naturally(tags);
    });
    this.shown = computed(() => {
      const runPlace = places(ctx.shownRuns.value);
      const tagPlace = places(this.tags.value);
      return [...store.series.value.values()]
        .filter((one) => runPlace.has(one.run) && tagPlace.has(one.tag))
        .sort(
          (a, b) =>
            runPlace.get(a.run)! - runPlace.get(b.run)! ||
            tagPlace.get(a.tag)! - tagPlace.get(b.tag)!,
        );
    });
    this.byTag = computed(() => {
      const groups = new Map<string, Series[]>();
      for (const one of this.shown.value) {
        const known = groups.get(one.tag);
        if (known) known.push(one);
        else groups.set(one.tag, [one]);
      }
      return groups;
    });
    this.runs = computed(() => {
      const having = new Set(this.shown.value.map(({ run }) => run));
      return ctx.shownRuns.value.filter((run) => having.has(run));
    });
    this.union = computed(() => unionOfSteps(this.shown.value));
    this.index = computed(() => {
      const union = this.union.value;
      const step = parseStep(this.step.value);
      return step === null ? union.length - 1 : indexOfStep(union, step);
    });
    this.samples = computed(() => {
      let most = 1;
      for (const series of this.shown.value) {
        const count = this.countAt(series);
        if (count > most) most = count;
      }
      return most;
    });
    this.cardStepMap = computed(() => {
      const entries = this.cardSteps.value.map(([run, tag, text]) => {
        return [seriesKey(run, tag), parseStep(text) ?? 0n] as const;
      });
      return new Map(entries);
    });
  }

  // ---------------------------------------------------------------- for kinds to override

  /** Whether the series of a tag are shown in one piece, by the kind's `Group`. */
  grouped(): boolean {
    return false;
  }

  /** What such a piece is of: a tag with all its runs, or a run with all its tags. */
  groupedBy(): "tag" | "run" {
    return "tag";
  }

  /** Whether a run without the slider's step shows its nearest step above, not below. */
  later(): boolean {
    return false;
  }

  /** What is on screen. */
  cards(): Card[] {
    const one = this.alone();
    const shown = one ? [one] : this.shown.value;
    return shown.map((series) => ({ at: this.at(series), side: "" }));
  }

  /** What else has to be here for what is on screen, for example what a card is compared with. */
  needed(): At[] {
    return [];
  }

  /** Points of series in sight that are worth having besides: for kinds that show many steps. */
  overviews(): Overview[] {
    return [];
  }

  /** Take back what Escape takes back, for example a zoom. */
  reset(): void {}

  // ---------------------------------------------------------------- for everybody

  series(run: string, tag: string): Series | undefined {
    return this.store.series.value.get(seriesKey(run, tag));
  }

  ofTag(tag: string): Series[] {
    return this.byTag.value.get(tag) ?? [];
  }

  ofRun(run: string): Series[] {
    return this.shown.value.filter((one) => one.run === run);
  }

  /** The series whose card is shown large, if it is still there. */
  alone(): Series | undefined {
    const large = this.large.value;
    return large === null ? undefined : this.shown.value.find(({ key }) => key === large);
  }

  /** How many items the point has that a series shows, as far as that is known. */
  countAt(series: Series): number {
    const loaded = this.store.loaded(series, this.at(series).position);
    return loaded?.count ?? series.last?.count ?? 1;
  }

  /** The step at which a card stands: the shared slider's, or its own. */
  asked(series: Series, side: Side = ""): bigint | null {
    const shared = this.union.value[this.index.value] ?? null;
    const pinned = parseStep(this.step.value);
    if (!side && !this.link.value) {
      return this.cardStepMap.value.get(series.key) ?? pinned ?? lastStep(series);
    }
    // With no step chosen every run shows its last one.
    return this.step.value === null ? (lastStep(series) ?? shared) : (pinned ?? shared);
  }

  at(series: Series, side: Side = ""): At {
    return this.atStep(series, this.asked(series, side));
  }

  /** The same at any step. */
  atStep(series: Series, asked: bigint | null): At {
    const find = this.later() ? pointFrom : pointAt;
    const position = asked === null ? -1 : find(series, series.order, asked);
    return { series, asked, position };
  }

  setIndex(index: number): void {
    const step = this.union.peek()[index];
    if (step === undefined) return;
    this.direction = index >= this.index.peek() ? 1 : -1;
    this.step.value = String(step);
  }

  /** Goes to the nearest step at or below what was typed. */
  setStep(step: bigint): void {
    this.setIndex(indexOfStep(this.union.peek(), step));
  }

  setCardStep(series: Series, step: bigint): void {
    const rest = this.cardSteps
      .peek()
      .filter(([run, tag]) => run !== series.run || tag !== series.tag);
    this.cardSteps.value = [...rest, [series.run, series.tag, String(step)]];
  }

  isPicked(pick: Pick): boolean {
    return this.picked.value.some((other) => samePick(other, pick));
  }

  /** Picks a card, or lets it go: what `view.selection` is in Python. */
  pick(pick: Pick): void {
    const rest = this.picked.peek().filter((other) => !samePick(other, pick));
    this.picked.value = rest.length < this.picked.peek().length ? rest : [...rest, pick];
    this.ctx.select({ items: this.picked.peek() });
  }

  forget(): void {
    this.picked.value = [];
    this.ctx.select({ items: [] });
  }

  /** Shows one card large, or all again; the focus stays with that card. */
  enlarge(key: string | null): void {
    this.focusNext = key ?? this.large.peek();
    this.large.value = key;
  }

  /** Notes that a card came into sight, or left it. */
  see(key: string, near: boolean): void {
    const now = this.inSight.peek();
    if (now.has(key) === near) return;
    const next = new Set(now);
    if (near) next.add(key);
    else next.delete(key);
    this.inSight.value = next;
  }

  /** Goes to another item of the step, from "all" to the first. */
  moveSample(by: 1 | -1): void {
    const now = this.sample.peek();
    const count = this.samples.peek();
    this.sample.value = now === null ? 0 : (now + by + count) % count;
  }
}

function lastStep(series: Series): bigint | null {
  return series.step[series.order[series.order.length - 1] ?? -1] ?? null;
}

function places(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

function samePick(a: Pick, b: Pick): boolean {
  return a.run === b.run && a.tag === b.tag && a.step === b.step && a.index === b.index;
}
