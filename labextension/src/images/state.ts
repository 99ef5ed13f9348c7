// What a person set: the options as signals, and what follows from them.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import { compileFilter, type Filter } from "../shell/regex.ts";
import { type Series, seriesKey } from "./columns.ts";
import type { Look } from "./geometry.ts";
import { indexOfStep, parseStep, pointAt, unionOfSteps } from "./steps.ts";
import type { ImagesStore } from "./store.ts";

export type Compare = "off" | "side by side" | "wipe" | "difference";
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

/** A picture that was clicked. */
export interface Pick {
  run: string;
  tag: string;
  step: string;
  index: number;
}

const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export class ImagesState {
  readonly step: Signal<string | null>;
  readonly link: Signal<boolean>;
  readonly sample: Signal<number | null>;
  readonly compare: Signal<Compare>;
  readonly a: Signal<string>;
  readonly b: Signal<string>;
  readonly bStep: Signal<string | null>;
  readonly wipe: Signal<number>;
  readonly scaled: Signal<boolean>;
  readonly brightness: Signal<number>;
  readonly contrast: Signal<number>;
  readonly size: Signal<"fit" | "actual">;
  readonly zoom: Signal<number>;
  readonly center: Signal<[number, number]>;
  readonly arrange: Signal<Arrange>;
  readonly cardSize: Signal<number>;
  readonly height: Signal<number>;
  readonly tagFilter: Signal<string>;
  readonly playing: Signal<boolean>;
  readonly speed: Signal<number>;
  readonly animate: Signal<boolean>;
  readonly restarts: Signal<"latest" | "keep">;
  readonly cardSteps: Signal<[string, string, string][]>;
  /** The one card shown large, by series key; null for all. */
  readonly large: Signal<string | null> = signal(null);
  /** The point under the pointer, as fractions of a picture, marked on all cards. */
  readonly probe: Signal<{ x: number; y: number } | null> = signal(null);
  /** Pictures that were clicked, by `series key` and image. */
  readonly picked: Signal<readonly Pick[]> = signal([]);
  /** The card that takes the focus when it is next drawn, by series key. */
  focusNext: string | null = null;
  /** Where the person moves to: what lies there is fetched first. */
  direction: 1 | -1 = -1;

  readonly filter: ReadonlySignal<Filter>;
  /** Tags that pass the filter, and runs that are checked and have images of them. */
  readonly tags: ReadonlySignal<string[]>;
  readonly runs: ReadonlySignal<string[]>;
  readonly shown: ReadonlySignal<Series[]>;
  /** Every step of what is shown. */
  readonly union: ReadonlySignal<bigint[]>;
  /** Position of the slider; -1 if there are no steps. */
  readonly index: ReadonlySignal<number>;
  readonly look: ReadonlySignal<Look>;
  /** The CSS filter, exactly as TensorBoard writes it. */
  readonly cssFilter: ReadonlySignal<string | undefined>;
  /** Runs A and B; null where nothing is compared. */
  readonly sides: ReadonlySignal<{ a: string; b: string } | null>;
  /** How many images a step has at most. */
  readonly samples: ReadonlySignal<number>;
  /** Whether anything shown moves by itself. */
  readonly animated: ReadonlySignal<boolean>;
  private readonly cardStepMap: ReadonlySignal<Map<string, bigint>>;
  private readonly store: ImagesStore;
  private readonly ctx: ViewContext;

  constructor(ctx: ViewContext, store: ImagesStore) {
    this.store = store;
    this.ctx = ctx;
    this.step = ctx.option<string | null>("step", null);
    this.link = ctx.option("link", true);
    // Null is a value here, "all of them", so it must be what stands for no value, too.
    this.sample = ctx.option<number | null>("sample", null);
    this.compare = ctx.option<Compare>("compare", "off");
    this.a = ctx.option("a", "");
    this.b = ctx.option("b", "");
    this.bStep = ctx.option<string | null>("b_step", null);
    this.wipe = ctx.option("wipe", 0.5);
    this.scaled = ctx.option("scaled", true);
    this.brightness = ctx.option("brightness", 1);
    this.contrast = ctx.option("contrast", 100);
    this.size = ctx.option<"fit" | "actual">("size", "fit");
    this.zoom = ctx.option("zoom", 1);
    this.center = ctx.option<[number, number]>("center", [0.5, 0.5]);
    this.arrange = ctx.option<Arrange>("arrange", "tags");
    this.cardSize = ctx.option("card_size", 200);
    this.height = ctx.option("height", 560);
    this.tagFilter = ctx.option("tag_filter", "");
    this.playing = ctx.option("playing", false);
    this.speed = ctx.option("speed", 5);
    this.animate = ctx.option("animate", true);
    this.restarts = ctx.option<"latest" | "keep">("restarts", "latest");
    this.cardSteps = ctx.option<[string, string, string][]>("_card_steps", []);

    this.filter = computed(() => compileFilter(this.tagFilter.value));
    this.tags = computed(() => {
      const { test } = this.filter.value;
      const tags = new Set<string>();
      for (const { tag } of store.series.value.values()) if (test(tag)) tags.add(tag);
      return [...tags].sort(natural.compare);
    });
    this.shown = computed(() => {
      const checked = new Set(ctx.shownRuns.value);
      const tags = new Set(this.tags.value);
      const all = [...store.series.value.values()];
      const runPlace = places(ctx.shownRuns.value);
      const tagPlace = places(this.tags.value);
      return all
        .filter((one) => checked.has(one.run) && tags.has(one.tag))
        .sort(
          (a, b) =>
            runPlace.get(a.run)! - runPlace.get(b.run)! ||
            tagPlace.get(a.tag)! - tagPlace.get(b.tag)!,
        );
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
    this.look = computed(() => {
      const [x, y] = this.center.value;
      return { zoom: this.zoom.value, x, y };
    });
    this.cssFilter = computed(() => {
      const [contrast, brightness] = [this.contrast.value, this.brightness.value];
      if (contrast === 100 && brightness === 1) return undefined;
      return `contrast(${contrast}%) brightness(${brightness})`;
    });
    this.sides = computed(() => {
      const runs = this.runs.value;
      if (this.compare.value === "off" || !runs.length) return null;
      const a = runs.includes(this.a.value) ? this.a.value : runs[0]!;
      const other = runs.find((run) => run !== a) ?? a;
      return { a, b: runs.includes(this.b.value) ? this.b.value : other };
    });
    this.samples = computed(() => {
      store.arrivals.value;
      let most = 1;
      for (const series of this.shown.value) {
        const { position } = this.at(series);
        const count = store.loaded(series.point[position] ?? -1)?.count ?? series.size?.count ?? 1;
        if (count > most) most = count;
      }
      return most;
    });
    this.animated = computed(() => {
      store.arrivals.value;
      return this.shown.value.some((series) =>
        store
          .loaded(series.point[this.at(series).position] ?? -1)
          ?.images.some(({ frames, url }) => frames > 1 && url),
      );
    });
    this.cardStepMap = computed(() => {
      const entries = this.cardSteps.value.map(([run, tag, text]) => {
        return [seriesKey(run, tag), parseStep(text) ?? 0n] as const;
      });
      return new Map(entries);
    });
  }

  series(run: string, tag: string): Series | undefined {
    return this.store.series.value.get(seriesKey(run, tag));
  }

  ofTag(tag: string): Series[] {
    return this.shown.value.filter((one) => one.tag === tag);
  }

  ofRun(run: string): Series[] {
    return this.shown.value.filter((one) => one.run === run);
  }

  /** Position of the point that a series shows at a step; -1 for none. */
  pointFor(series: Series, step: bigint): number {
    return pointAt(series, series.order, step);
  }

  /** The step at which a card stands: the shared slider's, its own, or B's. */
  asked(series: Series, side: Side = ""): bigint | null {
    const shared = this.union.value[this.index.value] ?? null;
    if (side === "B") {
      const own = parseStep(this.bStep.value);
      if (own !== null) return own;
    }
    if (!side && !this.link.value) {
      return this.cardStepMap.value.get(series.key) ?? this.pinned() ?? lastStep(series);
    }
    // With no step chosen every run shows its last one.
    return this.step.value === null ? (lastStep(series) ?? shared) : (this.pinned() ?? shared);
  }

  private pinned(): bigint | null {
    return parseStep(this.step.value);
  }

  at(series: Series, side: Side = ""): At {
    const asked = this.asked(series, side);
    const position = asked === null ? -1 : pointAt(series, series.order, asked);
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

  setLook(look: Look): void {
    this.zoom.value = look.zoom;
    const [x, y] = this.center.peek();
    if (x !== look.x || y !== look.y) this.center.value = [look.x, look.y];
  }

  isPicked(pick: Pick): boolean {
    return this.picked.value.some((other) => samePick(other, pick));
  }

  /** Picks a picture, or lets it go: what `view.selection` is in Python. */
  pick(pick: Pick): void {
    const rest = this.picked.peek().filter((other) => !samePick(other, pick));
    this.picked.value = rest.length < this.picked.peek().length ? rest : [...rest, pick];
    this.ctx.select({ images: this.picked.peek() });
  }

  /** Shows one card large, or all again; the focus stays with that card. */
  enlarge(key: string | null): void {
    this.focusNext = key ?? this.large.peek();
    this.large.value = key;
  }

  forget(): void {
    this.picked.value = [];
    this.ctx.select({ images: [] });
  }

  /** Goes to another image of the step, from "all" to the first. */
  moveSample(by: 1 | -1): void {
    const now = this.sample.peek();
    const count = this.samples.peek();
    this.sample.value = now === null ? 0 : (now + by + count) % count;
  }

  reset(): void {
    this.setLook({ zoom: 1, x: 0.5, y: 0.5 });
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
