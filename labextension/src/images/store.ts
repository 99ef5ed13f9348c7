// The images of a view: which there are (from the kernel's payload and news), the pictures
// that are in the browser, and the fetching of those that are not.
import { type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/protocol.ts";
import { Cache, type Held } from "./cache.ts";
import { mergeSeries, readSeries, type Series, type SeriesMessage, seriesKey } from "./columns.ts";
import { planFetch, type Wanted } from "./prefetch.ts";
import { sniff } from "./sniff.ts";

/** One image as the kernel described it; `url` once its bytes are here. */
export interface Picture {
  format: string;
  width: number;
  height: number;
  frames: number;
  bytes: number;
  url: string | null;
  /** The bytes behind the URL, of an animation: to decode single frames. */
  blob: Blob | null;
  /** Why it is not shown; null if it may be. */
  refusal: string | null;
}

/** Everything logged at one point of a series. */
export interface Loaded extends Held {
  /** How many images were logged; `images` may have only the first of them so far. */
  count: number;
  images: Picture[];
  error: string | null;
}

/** Bytes of encoded images a view keeps. */
const BUDGET = 128 << 20;
/** Points asked for at once, and neighbours on each side that are fetched ahead. */
const BATCH = 48;
const REACH = 8;
/** After an answer that nobody gave, and after a burst of slider moves. */
const RETRY_MS = 3000;
const SETTLE_MS = 30;

export class ImagesStore {
  /** By `seriesKey(run, tag)`, in the kernel's order. */
  readonly series: Signal<ReadonlyMap<string, Series>> = signal(new Map());
  /** Counts arrivals of pictures, for components to depend on. */
  readonly arrivals: Signal<number> = signal(0);
  /** The text of the last failed request, while it lasts. */
  readonly failure: Signal<string | null> = signal(null);
  private readonly cache: Cache<Loaded>;
  private readonly ctx: ViewContext;
  /** Series key of each known point, named as in the cache. */
  private readonly owners = new Map<string, string>();
  private readonly failed = new Set<number>();
  private readonly onScreen = new Set<string>();
  private wanted: { series: Series; wanted: Wanted; sample: number }[] = [];
  private direction: 1 | -1 = -1;
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.cache = new Cache<Loaded>(BUDGET, (loaded) => {
      for (const { url } of loaded.images) if (url) URL.revokeObjectURL(url);
    });
    this.take(ctx.payload);
    ctx.onNews((news) => this.take(news));
  }

  /** What is loaded of a point; reading `arrivals` makes the caller follow. */
  loaded(point: number): Loaded | undefined {
    this.arrivals.value;
    return this.cache.peek(String(point));
  }

  /** How many points of these series are loaded, by way of the few that are. */
  countLoaded(series: readonly Series[]): number {
    this.arrivals.value;
    const keys = new Set(series.map(({ key }) => key));
    let count = 0;
    for (const point of this.cache.keys()) if (keys.has(this.owners.get(point) ?? "")) count++;
    return count;
  }

  has(point: number): boolean {
    return this.cache.has(String(point));
  }

  /** Say what is on screen; the rest follows. */
  want(
    items: readonly { series: Series; here: number; sample: number }[],
    direction: 1 | -1,
  ): void {
    this.direction = direction;
    this.wanted = items.map(({ series, here, sample }, index) => ({
      series,
      wanted: { series: index, order: series.order, here },
      sample,
    }));
    this.onScreen.clear();
    for (const { series, here } of items) {
      const position = series.order[here];
      if (position === undefined) continue;
      const key = String(series.point[position]);
      this.onScreen.add(key);
      this.cache.get(key); // the order of use decides what is forgotten
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SETTLE_MS);
  }

  private take(content: Content): void {
    const messages: SeriesMessage[] = content.series ?? [];
    const removed: [string, string][] = content.removed ?? [];
    if (messages.length || removed.length) {
      const next = new Map(this.series.peek());
      for (const [run, tag] of removed) next.delete(seriesKey(run, tag));
      for (const message of messages) {
        const key = seriesKey(message.run, message.tag);
        const known = next.get(key);
        const series = known ? mergeSeries(known, message) : readSeries(message);
        next.set(key, series);
        const from = known ? message.from : 0;
        for (const point of series.point.slice(from)) this.owners.set(String(point), key);
      }
      this.series.value = next;
    }
    const pictures: Content[] = content.pictures ?? [];
    for (const header of pictures) this.keep(header);
    if (pictures.length) this.arrivals.value++;
  }

  private keep(header: Content): void {
    const point: number = header.point;
    if (header.gone) {
      this.failed.add(point);
      return;
    }
    const key = String(point);
    const before = header.first > 0 ? this.cache.peek(key) : undefined;
    if (before && before.images.length !== header.first) return;
    const images: Picture[] = header.images.map(toPicture);
    let bytes = 200;
    for (const image of images) if (image.url) bytes += image.bytes;
    if (before) {
      // The old entry's URLs live on in the new one, so it is changed in place.
      before.images.push(...images);
      this.cache.grow(key, bytes);
    } else {
      const loaded = { bytes, count: header.count, images, error: header.error };
      this.cache.set(key, loaded, (other) => this.onScreen.has(other));
    }
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    const points = this.missing();
    if (!points.length) return;
    if (this.ctx.model.get("saved")) {
      this.failure.value = "This image is not in this file.";
      return;
    }
    this.asking = true;
    try {
      const answer = await this.ctx.request("pixels", { points });
      this.failure.value = null;
      this.take(answer);
      this.asking = false;
      this.ask();
    } catch (error) {
      // There is no kernel, or it could not answer: what is loaded goes on working.
      this.failure.value = `This image is not loaded. ${(error as Error).message}`;
      this.asking = false;
      this.timer = setTimeout(() => this.ask(), RETRY_MS);
    }
  }

  /** Pairs of a point's number and the first of its images that is wanted. */
  private missing(): [number, number][] {
    const pairs: [number, number][] = [];
    for (const { series, wanted, sample } of this.wanted) {
      // A step of many large images comes in parts.
      const point = series.point[series.order[wanted.here] ?? -1];
      const loaded = point === undefined ? undefined : this.cache.peek(String(point));
      if (point === undefined || !loaded || loaded.error) continue;
      const upTo = Math.min(loaded.count, sample < 0 ? loaded.count : sample + 1);
      if (loaded.images.length < upTo) pairs.push([point, loaded.images.length]);
    }
    const skip = (index: number, position: number): boolean => {
      const point = this.wanted[index]!.series.point[position]!;
      return this.has(point) || this.failed.has(point);
    };
    const plan = planFetch(
      this.wanted.map(({ wanted }) => wanted),
      { direction: this.direction, reach: REACH, limit: BATCH - pairs.length, skip },
    );
    for (const { series, point } of plan)
      pairs.push([this.wanted[series]!.series.point[point]!, 0]);
    return pairs;
  }
}

function toPicture(state: Content): Picture {
  const { format, width, height, frames, bytes } = state;
  let refusal: string | null = state.refusal ?? null;
  let url: string | null = null;
  let blob: Blob | null = null;
  const data: DataView | undefined = state.data;
  if (data && !refusal) {
    const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const found = sniff(view);
    if (found) {
      blob = new Blob([view.slice()], { type: `image/${found}` });
      url = URL.createObjectURL(blob);
    } else refusal = "not an image that browsers show";
  }
  return { format, width, height, frames, bytes, url, refusal, blob: frames > 1 ? blob : null };
}
