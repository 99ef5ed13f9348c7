// What the profile view shows: its sessions, the one that is open, the trace on screen.
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/wire.ts";
import { compileFilter, type Filter } from "../shell/regex.ts";
import {
  type Comparison,
  type Profile,
  readComparison,
  readProfile,
  readSpans,
  type Spans,
} from "./model.ts";
import { findSpans, matchNames, namesOfRow, type Sum, sumOf } from "./sums.ts";
import { clampWindow, firstWindow, type Window } from "./timeline.ts";

export type Key = readonly [run: string, session: string];

export interface SpanFacts {
  self_us: number;
  category: string;
  correlation: number;
  detail: string;
  stack: string;
}

/** After a gesture, before finer spans are asked for. */
const SETTLE_MS = 180;
const NOTHING: Window = { begin: 0, end: 1 };

export class ProfileStore {
  readonly ctx: ViewContext;
  readonly sessions: Signal<Key[]> = signal([]);
  readonly chosen: Signal<Key | null> = signal(null);
  readonly hosts: Signal<string[]> = signal([]);
  readonly host: Signal<string> = signal("");
  readonly profile: Signal<Profile | null> = signal(null);
  readonly comparison: Signal<Comparison | null> = signal(null);
  /** How far reading is; null when it is done. */
  readonly reading: Signal<{ done: number; total: number } | null> = signal(null);
  readonly failure: Signal<string> = signal("");

  /** The part of the time line on screen. */
  readonly window: Signal<Window> = signal(NOTHING);
  /** Spans of that part, finer than those of the whole. */
  readonly fine: Signal<Spans | null> = signal(null);
  /** A span that is picked out, as its place in `spans`. */
  readonly picked: Signal<number> = signal(-1);
  readonly range: Signal<Window | null> = signal(null);
  readonly facts: Signal<SpanFacts | null> = signal(null);
  /** A row of a table whose spans are picked out; null for none. */
  readonly row: Signal<string | null> = signal(null);
  /** Which of the spans that were found one was led to. */
  readonly hit: Signal<number> = signal(-1);

  readonly search: Signal<string>;
  readonly tab: Signal<string>;
  readonly sort: Signal<string>;
  readonly compare: Signal<string[]>;
  readonly filter: ReadonlySignal<Filter>;
  readonly whole: ReadonlySignal<Window>;
  /** The spans to draw: the finer ones where they cover the window. */
  readonly spans: ReadonlySignal<Spans | null>;
  /** For each name whether it is looked for; null while nothing is. */
  readonly wanted: ReadonlySignal<Uint8Array | null>;
  readonly hits: ReadonlySignal<Uint32Array>;
  readonly found: ReadonlySignal<Sum>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.search = ctx.option<string>("search");
    this.tab = ctx.option<string>("tab");
    this.sort = ctx.option<string>("sort");
    this.compare = ctx.option<string[]>("compare");
    this.filter = computed(() => compileFilter(this.search.value));
    this.whole = computed(() => this.profile.value?.trace?.spans ?? NOTHING);
    this.spans = computed(() => {
      const coarse = this.profile.value?.trace?.spans ?? null;
      const fine = this.fine.value;
      const { begin, end } = this.window.value;
      return fine && fine.begin <= begin && fine.end >= end ? fine : coarse;
    });
    this.wanted = computed(() => {
      const trace = this.profile.value?.trace;
      if (!trace) return null;
      if (this.row.value !== null) return namesOfRow(trace, this.row.value);
      if (!this.search.value || this.filter.value.error) return null;
      return matchNames(trace, this.filter.value.test);
    });
    this.hits = computed(() => {
      const spans = this.profile.value?.trace?.spans;
      const wanted = this.wanted.value;
      return spans && wanted ? findSpans(spans, wanted) : new Uint32Array();
    });
    this.found = computed(() => {
      const spans = this.profile.value?.trace?.spans;
      return spans ? sumOf(spans, this.hits.value) : { count: 0, time: 0 };
    });
    this.take(ctx.payload);
    ctx.onNews((news) => this.take(news));
    effect(() => {
      const { begin, end } = this.window.value;
      clearTimeout(this.timer);
      if (this.spans.peek()?.complete !== false || begin >= end) return;
      this.timer = setTimeout(() => void this.refine(), SETTLE_MS);
    });
  }

  private take(content: Content): void {
    if (content.sessions) this.sessions.value = content.sessions;
    if (content.reading !== undefined) this.reading.value = content.reading;
    if (content.failure !== undefined) this.failure.value = content.failure;
    if (content.chosen !== undefined) this.chosen.value = content.chosen;
    if (content.hosts) this.hosts.value = content.hosts;
    if (content.host !== undefined) this.host.value = content.host;
    if (content.comparison !== undefined) {
      this.comparison.value = readComparison(content.comparison);
    }
    if (content.profile === undefined) return;
    const profile = content.profile ? readProfile(content.profile) : null;
    this.picked.value = -1;
    this.range.value = null;
    this.row.value = null;
    this.facts.value = null;
    this.fine.value = null;
    this.profile.value = profile;
    const { begin, end } = this.whole.peek();
    this.window.value = firstWindow(profile?.steps ?? null, { begin, end });
  }

  /** Show another profile; what was found so far stays until it is here. */
  open(key: Key, host = ""): void {
    this.ctx.option<string>("run").value = key[0];
    this.ctx.option<string>("session").value = key[1];
    this.ctx.option<string>("host").value = host;
  }

  stopReading(): void {
    this.ctx.request("stop").catch(() => undefined);
  }

  /** Show a part of the time line. */
  show(window: Window): void {
    this.window.value = clampWindow(window, this.whole.peek());
  }

  showAll(): void {
    const { begin, end } = this.whole.peek();
    this.show({ begin, end });
  }

  /** Pick out a span, and ask what there is to say of it. */
  pick(place: number): void {
    this.picked.value = place;
    this.facts.value = null;
    const spans = this.spans.peek();
    if (place < 0 || !spans) {
      this.ctx.select({});
      return;
    }
    const id = spans.id[place]!;
    this.range.value = null;
    this.ctx.select({ span: id });
    if (this.ctx.model.get("saved")) return;
    this.ctx.request("span", { id }).then(
      (facts) => {
        if (this.picked.peek() === place) this.facts.value = facts as SpanFacts;
      },
      () => undefined, // no kernel: what is drawn is known anyway
    );
  }

  selectRange(range: Window | null): void {
    this.range.value = range;
    if (range) {
      this.picked.value = -1;
      this.ctx.select({ begin: range.begin, end: range.end });
    } else this.ctx.select({});
  }

  /** Leads to the next or previous of the spans that were found. */
  lead(by: 1 | -1): void {
    const hits = this.hits.peek();
    const spans = this.profile.peek()?.trace?.spans;
    if (!hits.length || !spans) return;
    this.hit.value = (this.hit.peek() + by + hits.length) % hits.length;
    const place = hits[this.hit.peek()]!;
    const begin = spans.start[place]!;
    const length = Math.max(spans.duration[place]!, 1e-3);
    const now = this.window.peek();
    const width = Math.min(now.end - now.begin, Math.max(length * 12, 1e-2));
    this.fine.value = null;
    this.show({ begin: begin + length / 2 - width / 2, end: begin + length / 2 + width / 2 });
    this.pick(place);
  }

  /** Picks out the spans of a row, or lets go of them. */
  choose(row: string | null): void {
    this.row.value = this.row.peek() === row ? null : row;
    this.hit.value = -1;
  }

  private async refine(): Promise<void> {
    if (this.ctx.model.get("saved")) return;
    const { begin, end } = this.window.peek();
    const margin = (end - begin) / 2;
    const profile = this.profile.peek();
    try {
      const answer = await this.ctx.request("window", {
        begin: begin - margin,
        end: end + margin,
        bins: 4000,
      });
      if (this.profile.peek() !== profile) return;
      this.picked.value = -1;
      this.fine.value = readSpans(answer);
    } catch {
      // The kernel is busy or gone: what is loaded stays on screen.
    }
  }
}
