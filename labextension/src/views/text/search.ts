// The search over all texts: the kernel looks through them, newest first, piece by piece.
import { effect, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";
import type { Series } from "../../stepped/series.ts";
import type { SteppedStore } from "../../stepped/store.ts";
import { type Passage, rawText } from "./passage.ts";

/** A text that has the words in it. */
export interface Hit {
  series: Series;
  position: number;
  /** What stands around the first of them. */
  around: string;
  count: number;
}

export interface Found {
  hits: readonly Hit[];
  /** How many texts were looked at, of how many. */
  looked: number;
  total: number;
  /** Whether it goes on. */
  searching: boolean;
  /** Why it covers only what is loaded; empty if it covers everything. */
  only: string;
}

const SETTLE_MS = 250;
const MOST_HITS = 500;
/** Characters before and behind a match. */
const BEFORE = 16;
const BEHIND = 80;

export class Search {
  readonly words: Signal<string>;
  readonly found: Signal<Found | null> = signal(null);
  private readonly ctx: ViewContext;
  private readonly store: SteppedStore<Passage>;
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: ViewContext, store: SteppedStore<Passage>, words: Signal<string>) {
    this.ctx = ctx;
    this.store = store;
    this.words = words;
    effect(() => {
      const wanted = words.value.trim();
      clearTimeout(this.timer);
      this.turn++;
      if (!wanted) {
        this.found.value = null;
        return;
      }
      this.timer = setTimeout(() => this.run(wanted), SETTLE_MS);
    });
  }

  private async run(words: string): Promise<void> {
    const turn = this.turn;
    // At once what is here; the kernel may be busy, or gone.
    const here = this.loaded(words);
    this.found.value = { ...here, searching: true, only: "" };
    if (this.ctx.model.get("saved")) {
      this.found.value = { ...here, searching: false, only: "only texts in this file" };
      return;
    }
    const hits: Hit[] = [];
    try {
      for (let from: number | null = 0; from !== null && hits.length < MOST_HITS; ) {
        const answer: Content = await this.ctx.request("search", { words, from });
        if (turn !== this.turn) return;
        hits.push(...this.placed(answer.hits));
        from = answer.next as number | null;
        const looked = from ?? answer.total;
        const searching = from !== null && hits.length < MOST_HITS;
        this.found.value = { hits: [...hits], looked, total: answer.total, searching, only: "" };
      }
    } catch (error) {
      if (turn !== this.turn) return;
      const only = `only loaded texts: ${(error as Error).message}`;
      this.found.value = { ...here, searching: false, only };
    }
  }

  /** Hits as the page knows their points; of series that it does not know yet none. */
  private placed(hits: readonly Content[]): Hit[] {
    const byId = new Map([...this.store.series.peek().values()].map((one) => [one.id, one]));
    return hits.flatMap(({ id, place, around, count }) => {
      const series = byId.get(id);
      const position = series?.place.indexOf(place) ?? -1;
      return series && position >= 0 ? [{ series, position, around, count }] : [];
    });
  }

  private loaded(words: string): Pick<Found, "hits" | "looked" | "total"> {
    const wanted = words.toLowerCase();
    const hits: Hit[] = [];
    let looked = 0;
    let total = 0;
    for (const series of this.store.series.peek().values()) {
      total += series.step.length;
      for (const position of [...series.order].reverse()) {
        const items = this.store.peek(series, position)?.items;
        if (!items) continue;
        looked++;
        const text = items.map(rawText).join("\n");
        const at = text.toLowerCase().indexOf(wanted);
        if (at < 0 || hits.length >= MOST_HITS) continue;
        const count = text.toLowerCase().split(wanted).length - 1;
        const around = text.slice(Math.max(0, at - BEFORE), at + words.length + BEHIND);
        hits.push({ series, position, around: around.replaceAll("\n", " "), count });
      }
    }
    return { hits, looked, total };
  }
}
