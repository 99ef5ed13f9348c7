// The items of a view: which there are (from the kernel's payload and news), those that are in
// the browser, and the fetching of those that are not.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/wire.ts";
import { pointsOf } from "./bundles.ts";
import { Cache, type Held } from "./cache.ts";
import type { Item, SteppedKind } from "./kind.ts";
import { planFetch, type Wanted } from "./prefetch.ts";
import { mergeSeries, type Series } from "./series.ts";

/** Everything logged at one point of a series. */
export interface Loaded<T> extends Held {
  /** How many items were logged; `items` may have only the first of them so far. */
  count: number;
  items: T[];
  error: string | null;
}

/** What large items may take that are fetched for the steps beside the one shown. */
const BESIDE_BYTES = 16 << 20;

/** A point that is wanted on screen. */
export interface OnScreen {
  series: Series;
  /** Position in order of step; -1 if the series begins later. */
  here: number;
  /** Which item of it; -1 for all. */
  sample: number;
  /** Whether its card is in sight: what is large waits for that. */
  inSight: boolean;
}

/** Points of a series that are worth having beside what is on screen: see `spreadOver`. */
export interface Overview {
  series: Series;
  positions: readonly number[];
}

/** What some points of a series are summed up in: a number for each, by name. */
export interface Summary {
  step: BigInt64Array;
  columns: Record<string, Float64Array>;
}

/** What the store must know of a kind. */
type Decoding<T extends Item> = Pick<
  SteppedKind<T>,
  "noun" | "decode" | "weight" | "drop" | "whole"
>;

/** How often the page looks at what was sent ahead. */
const AHEAD_MS = 250;

/** Bytes of items that a view keeps. */
const BUDGET = 128 << 20;
/** Points asked for at once, and neighbours on each side that are fetched ahead. */
const BATCH = 48;
const REACH = 8;
/** Points of overviews asked for at once: they are small, and there are many. */
const OVERVIEW_BATCH = 600;
/** After an answer that nobody gave, and after a burst of slider moves. */
const RETRY_MS = 3000;
const SETTLE_MS = 30;
/** The kernel has sent what it sends ahead when nothing came for so long. */
const QUIET_MS = 700;
/** What an item takes that does not say it. */
const PLAIN = 200;

/** A point's name as one number: a series' number, and the place in it. */
const SERIES = 2 ** 32;

export function pointName(series: Series, position: number): number {
  return series.id * SERIES + (series.place[position] ?? 0);
}

export class SteppedStore<T extends Item> {
  /** By `seriesKey(run, tag)`, in the kernel's order. */
  readonly series: Signal<ReadonlyMap<string, Series>> = signal(new Map());
  /** Whether the page has the series alone so far, and items follow unasked. */
  readonly expecting: Signal<boolean>;
  /** By the series' number; only of kinds that tell of all series at once. */
  readonly summaries: Signal<ReadonlyMap<number, Summary>> = signal(new Map());
  /** Counts arrivals of items, for components to depend on. */
  readonly arrivals: Signal<number> = signal(0);
  /** The text of the last failed request, while it lasts. */
  readonly failure: Signal<string | null> = signal(null);
  private readonly cache: Cache<number, Loaded<T>>;
  private readonly ctx: ViewContext;
  private readonly kind: Decoding<T>;
  private readonly failed = new Set<number>();
  private readonly onScreen = new Set<number>();
  private wanted: { series: Series; wanted: Wanted; sample: number; inSight: boolean }[] = [];
  private overviews: readonly Overview[] = [];
  private direction: 1 | -1 = -1;
  /** When the kernel last sent something unasked. */
  private told = Number.NEGATIVE_INFINITY;
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private noting: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: ViewContext, kind: Decoding<T>) {
    this.ctx = ctx;
    this.kind = kind;
    this.cache = new Cache<number, Loaded<T>>(BUDGET, ({ items }) => {
      for (const item of items) if (!item.refusal) kind.drop?.(item);
    });
    this.expecting = signal(Boolean(ctx.payload.outline));
    this.take(ctx.payload);
    ctx.onNews((news) => {
      this.told = performance.now();
      this.take(news);
      if (!news.complete || !this.expecting.peek()) return;
      this.expecting.value = false;
      void this.ask();
    });
  }

  /** What is loaded of a point; reading `arrivals` makes the caller follow. */
  loaded(series: Series, position: number): Loaded<T> | undefined {
    this.arrivals.value;
    return position < 0 ? undefined : this.cache.peek(pointName(series, position));
  }

  /** The same at this moment. */
  peek(series: Series, position: number): Loaded<T> | undefined {
    return this.cache.peek(pointName(series, position));
  }

  /** How many points of these series are loaded, by way of the few that are. */
  countLoaded(series: readonly Series[]): number {
    this.arrivals.value;
    const ids = new Set(series.map(({ id }) => id));
    let count = 0;
    for (const point of this.cache.keys()) if (ids.has(Math.floor(point / SERIES))) count++;
    return count;
  }

  has(series: Series, position: number): boolean {
    return this.cache.has(pointName(series, position));
  }

  /** Say what is on screen; the rest follows. */
  want(items: readonly OnScreen[], direction: 1 | -1, overviews: readonly Overview[] = []): void {
    this.direction = direction;
    this.overviews = overviews;
    this.wanted = items.map(({ series, here, sample, inSight }, index) => ({
      series,
      wanted: { series: index, order: series.order, here },
      sample,
      inSight,
    }));
    this.onScreen.clear();
    for (const { series, here } of items) {
      const position = series.order[here];
      if (position === undefined) continue;
      const point = pointName(series, position);
      this.onScreen.add(point);
      this.cache.get(point); // the order of use decides what is forgotten
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SETTLE_MS);
  }

  private take(content: Content): void {
    if (content.series || content.removed) {
      const before = this.series.peek();
      const next = mergeSeries(before, content);
      this.forgetGone(before, next);
      this.series.value = next;
    }
    if (content.summaries?.length) {
      const summaries = content.summaries.map((one: Content) => [one.id, one] as const);
      this.summaries.value = new Map([...this.summaries.peek(), ...summaries]);
    }
    let arrived = false;
    let seen = false;
    for (const header of pointsOf(content)) {
      this.keep(header);
      arrived = true;
      seen ||= this.onScreen.has(header.id * SERIES + header.place);
    }
    if (arrived) this.noteArrivals(seen);
  }

  /** What is on screen is drawn at once; what is sent ahead, a few times a second. */
  private noteArrivals(seen: boolean): void {
    if (seen) {
      clearTimeout(this.noting);
      this.noting = undefined;
      this.arrivals.value++;
    } else {
      this.noting ??= setTimeout(() => this.noteArrivals(true), AHEAD_MS);
    }
  }

  /** What was read of a series that is gone, or was read anew, is nobody's any more. */
  private forgetGone(before: ReadonlyMap<string, Series>, next: ReadonlyMap<string, Series>): void {
    const gone = new Set<number>();
    for (const [key, { id }] of before) if (next.get(key)?.id !== id) gone.add(id);
    if (!gone.size) return;
    const stale = (point: number): boolean => gone.has(Math.floor(point / SERIES));
    const kept = [...this.summaries.peek()].filter(([id]) => !gone.has(id));
    if (kept.length < this.summaries.peek().size) this.summaries.value = new Map(kept);
    this.cache.clear(stale);
    for (const point of [...this.failed]) if (stale(point)) this.failed.delete(point);
    this.arrivals.value++;
  }

  private keep(header: Content): void {
    const point = header.id * SERIES + header.place;
    if (header.gone) {
      this.failed.add(point);
      return;
    }
    const known = this.cache.peek(point);
    // Of a point that is here whole, the light form is no news.
    if (header.light && known && !known.error) return;
    // Nor is what was sent ahead and asked for, both: a point never changes.
    if (known && !known.error && this.isHere(known, header.first + header.items.length)) return;
    const before = header.first > 0 ? known : undefined;
    if (before && before.items.length !== header.first) return;
    const items: T[] = header.items.map((encoded: Content) => this.decode(encoded));
    let bytes = PLAIN;
    for (const item of items) if (!item.refusal) bytes += this.kind.weight?.(item) ?? PLAIN;
    if (before) {
      // What the old entry holds lives on in the new one, so it is changed in place.
      before.items.push(...items);
      this.cache.grow(point, bytes);
    } else {
      const loaded = { bytes, count: header.count, items, error: header.error };
      this.cache.set(point, loaded, (other) => this.onScreen.has(other));
    }
  }

  /** Whether so many items of a point are here, with all that is large of them. */
  private isHere({ items }: Loaded<T>, upTo: number): boolean {
    const { whole } = this.kind;
    return items.length >= upTo && (!whole || items.every((it) => it.refusal || whole(it)));
  }

  /** One item that cannot be read must not take the others along. */
  private decode(encoded: Content): T {
    // Nothing reads more of a refused item than why.
    if (encoded.refusal) return { refusal: encoded.refusal } as T;
    try {
      return this.kind.decode(encoded);
    } catch (error) {
      return { refusal: `the page cannot read it: ${(error as Error).message}` } as T;
    }
  }

  private async ask(): Promise<void> {
    if (this.asking || this.expecting.peek()) return;
    const points = this.missing();
    if (!points.length) {
      clearTimeout(this.timer);
      if (this.overviews.length && this.isTold()) {
        this.timer = setTimeout(() => this.ask(), QUIET_MS);
      }
      return;
    }
    const [noun] = this.kind.noun;
    if (this.ctx.model.get("saved")) {
      this.failure.value = `This ${noun} is not in this file.`;
      return;
    }
    this.asking = true;
    try {
      const answer = await this.ctx.request("items", { points });
      this.failure.value = null;
      this.take(answer);
      this.asking = false;
      this.ask();
    } catch (error) {
      // There is no kernel, or it could not answer: what is loaded goes on working.
      this.failure.value = `This ${noun} is not loaded. ${(error as Error).message}`;
      this.asking = false;
      this.timer = setTimeout(() => this.ask(), RETRY_MS);
    }
  }

  /**
   * A series' number, a place in it, and the first of the point's items that is wanted; where
   * the kind has large items, also whether all of them is wanted.
   */
  private missing(): number[][] {
    const points: number[][] = [];
    const whole = this.wantedWhole();
    const ask = (series: Series, position: number, first: number): void => {
      const wholly = whole?.has(pointName(series, position)) ? 1 : 0;
      points.push([series.id, series.place[position]!, first, ...(whole ? [wholly] : [])]);
    };
    for (const { series, position } of whole?.values() ?? []) {
      if (this.cache.has(pointName(series, position)) && points.length < BATCH) {
        ask(series, position, 0);
      }
    }
    for (const { series, wanted, sample } of this.wanted) {
      // A step of many large items comes in parts.
      const position = series.order[wanted.here];
      if (position === undefined) continue;
      const loaded = this.cache.peek(pointName(series, position));
      if (!loaded || loaded.error) continue;
      const upTo = Math.min(loaded.count, sample < 0 ? loaded.count : sample + 1);
      if (loaded.items.length < upTo) ask(series, position, loaded.items.length);
    }
    const skip = (index: number, position: number): boolean => {
      const point = pointName(this.wanted[index]!.series, position);
      return this.cache.has(point) || this.failed.has(point);
    };
    // What is seen comes before what will be at the next step.
    const sending = this.overviews.length > 0 && this.isTold();
    const overviews = sending ? [] : this.missingOverviews();
    const plan = planFetch(
      this.wanted.map(({ wanted }) => wanted),
      {
        direction: this.direction,
        reach: sending || overviews.length ? 0 : REACH,
        limit: BATCH - points.length,
        skip,
      },
    );
    for (const { series: index, point: position } of plan) {
      ask(this.wanted[index]!.series, position, 0);
    }
    return points.length ? points : overviews;
  }

  /**
   * The points that are wanted with all that is large of them, by name, and are not here so:
   * those in sight, then their neighbours. Null where the kind has nothing large.
   */
  private wantedWhole(): Map<number, { series: Series; position: number }> | null {
    const { whole } = this.kind;
    if (!whole) return null;
    const points = new Map<number, { series: Series; position: number }>();
    let beside = BESIDE_BYTES;
    for (const offset of [0, this.direction, -this.direction]) {
      for (const { series, wanted, inSight } of this.wanted) {
        const position = series.order[wanted.here + offset];
        if (!inSight || wanted.here < 0 || position === undefined) continue;
        const point = pointName(series, position);
        const loaded = this.cache.peek(point);
        if (offset !== 0) {
          for (const { bytes } of loaded?.items ?? []) beside -= bytes ?? 0;
          if (beside < 0) continue;
        }
        const here =
          loaded && (loaded.error || loaded.items.every((it) => it.refusal || whole(it)));
        if (!here && !this.failed.has(point)) points.set(point, { series, position });
      }
    }
    return points;
  }

  /** Whether the kernel is sending: what is on screen comes first, also while a cell runs. */
  private isTold(): boolean {
    return performance.now() - this.told < QUIET_MS;
  }

  private missingOverviews(): [number, number, number][] {
    const points: [number, number, number][] = [];
    for (const { series, positions } of this.overviews) {
      for (const position of positions) {
        const point = pointName(series, position);
        if (this.cache.has(point) || this.failed.has(point)) continue;
        points.push([series.id, series.place[position]!, 0]);
        if (points.length >= OVERVIEW_BATCH) return points;
      }
    }
    return points;
  }
}
