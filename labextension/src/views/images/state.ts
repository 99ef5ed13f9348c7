// What a person set of the pictures: comparison, zoom, brightness.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Series } from "../../stepped/series.ts";
import { type Card, type Side, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import type { Look } from "./geometry.ts";
import type { Picture } from "./picture.ts";

export type Compare = "off" | "side by side" | "wipe" | "difference";

export class ImagesState extends SteppedState<Picture> {
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
  readonly animate: Signal<boolean>;
  /** The point under the pointer, as fractions of a picture, marked on all cards. */
  readonly probe: Signal<{ x: number; y: number } | null> = signal(null);

  readonly look: ReadonlySignal<Look>;
  /** The CSS filter, exactly as TensorBoard writes it. */
  readonly cssFilter: ReadonlySignal<string | undefined>;
  /** Runs A and B; null where nothing is compared. */
  readonly sides: ReadonlySignal<{ a: string; b: string } | null>;
  /** Whether anything shown moves by itself. */
  readonly animated: ReadonlySignal<boolean>;

  constructor(ctx: ViewContext, store: SteppedStore<Picture>) {
    super(ctx, store);
    this.compare = ctx.option("compare");
    this.a = ctx.option("a");
    this.b = ctx.option("b");
    this.bStep = ctx.option("b_step");
    this.wipe = ctx.option("wipe");
    this.scaled = ctx.option("scaled");
    this.brightness = ctx.option("brightness");
    this.contrast = ctx.option("contrast");
    this.size = ctx.option("size");
    this.zoom = ctx.option("zoom");
    this.center = ctx.option("center");
    this.animate = ctx.option("animate");
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
    this.animated = computed(() =>
      this.shown.value.some((series) =>
        store
          .loaded(series, this.at(series).position)
          ?.items.some(({ frames, url }) => frames > 1 && url),
      ),
    );
  }

  /** A and B stand side by side in a row of their own. */
  override grouped(): boolean {
    return this.sides.value !== null;
  }

  override cards(): Card[] {
    const sides = this.sides.value;
    if (!sides || this.alone()) return super.cards();
    const cards: Card[] = [];
    for (const tag of this.tags.value) {
      const pairs = [
        [sides.a, "A"],
        [sides.b, "B"],
      ] as const;
      for (const [run, side] of pairs) {
        const series = this.series(run, tag);
        if (series) cards.push({ at: this.at(series, side), side });
      }
    }
    return cards;
  }

  override asked(series: Series, side: Side = ""): bigint | null {
    const own = side === "B" ? parseStep(this.bStep.value) : null;
    return own ?? super.asked(series, side);
  }

  /** Zoom and pan as they were at first. */
  override reset(): void {
    this.setLook({ zoom: 1, x: 0.5, y: 0.5 });
  }

  setLook(look: Look): void {
    this.zoom.value = look.zoom;
    const [x, y] = this.center.peek();
    if (x !== look.x || y !== look.y) this.center.value = [look.x, look.y];
  }
}
