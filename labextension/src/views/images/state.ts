// What a person set of the pictures: comparison, zoom, brightness.
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Series } from "../../stepped/series.ts";
import { type Card, type Side, SteppedState } from "../../stepped/state.ts";
import { parseStep } from "../../stepped/steps.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import { frameAfter, holdOf } from "./film-clock.ts";
import type { Look } from "./geometry.ts";
import type { Picture } from "./picture.ts";

export type Compare = "off" | "side by side" | "wipe" | "difference";

/** What is shown of an animation. */
export type FilmMode = "frame" | "changes" | "sheet";

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
  readonly film: Signal<FilmMode>;
  readonly frame: Signal<number>;
  readonly filmSpeed: Signal<number>;
  /** The frame that all animations show: `frame`, or what follows it while they run. */
  readonly frameNow: Signal<number> = signal(0);
  /** The animations that are drawn, with the time that each of their frames stays. */
  private readonly films: Signal<ReadonlyMap<Picture, readonly number[]>> = signal(new Map());
  /** The point under the pointer, as fractions of a picture, marked on all cards. */
  readonly probe: Signal<{ x: number; y: number } | null> = signal(null);

  readonly look: ReadonlySignal<Look>;
  /** The CSS filter, exactly as TensorBoard writes it. */
  readonly cssFilter: ReadonlySignal<string | undefined>;
  /** Runs A and B; null where nothing is compared. */
  readonly sides: ReadonlySignal<{ a: string; b: string } | null>;
  /** How many frames the longest animation has that is shown; 0 if there is none. */
  readonly frames: ReadonlySignal<number>;

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
    this.film = ctx.option("film");
    this.frame = ctx.option("frame");
    this.filmSpeed = ctx.option("film_speed");
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
    this.frames = computed(() => {
      let most = 0;
      for (const { at } of this.cards()) {
        // Until it is here, what the series showed last keeps the place of the controls.
        const items = store.loaded(at.series, at.position)?.items ?? [at.series.last];
        for (const item of items) {
          const { frames, refusal } = (item ?? {}) as Partial<Picture>;
          if (!refusal && frames && frames > 1) most = Math.max(most, frames);
        }
      }
      return most;
    });
    effect(() => {
      this.frameNow.value = this.frame.value;
    });
    effect(() => {
      const count = this.frames.value;
      if (!this.animate.value || count < 2 || this.film.value === "sheet") return;
      const now = this.frameNow.value;
      const wait = holdOf(this.films.value.values(), now, this.filmSpeed.value);
      const timer = setTimeout(() => {
        this.frameNow.value = frameAfter(now, count);
      }, wait);
      return () => clearTimeout(timer);
    });
  }

  /** Note that an animation is drawn; what is returned takes that back. */
  show(picture: Picture, delays: readonly number[]): () => void {
    this.films.value = new Map(this.films.peek()).set(picture, delays);
    return () => {
      const rest = new Map(this.films.peek());
      rest.delete(picture);
      this.films.value = rest;
    };
  }

  /** Run, or stand still at the frame that is shown. */
  toggleFilm(): void {
    if (this.animate.peek()) this.frame.value = this.frameNow.peek();
    this.animate.value = !this.animate.peek();
  }

  /** Stand still at a frame. */
  goToFrame(frame: number): void {
    this.animate.value = false;
    this.frame.value = frame;
    this.frameNow.value = frame;
  }

  /** Stand still at the next frame, or the one before. */
  stepFrame(by: 1 | -1): void {
    const count = this.frames.peek();
    if (count > 1) this.goToFrame(frameAfter(Math.min(this.frameNow.peek(), count - 1), count, by));
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
