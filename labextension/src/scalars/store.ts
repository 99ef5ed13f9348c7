// The scalar series that the browser holds, by tag and run. Each has a number, which the kernel
// gives anew to a series that is no longer the same: old points never meet new ones.
import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/protocol.ts";
import type { TagChart } from "./charts.ts";
import type { ExactRow } from "./exact.ts";
import { isTag } from "./lines.ts";
import { readBlock, Series, type SeriesBlock } from "./series.ts";
import { ScalarState } from "./state.ts";
import { groupTags, type TagGroup } from "./tag-groups.ts";

/** The series of a tag. */
export interface SeriesByRun {
  /** The series of a run; undefined if it has none. */
  get(run: string): Series | undefined;
}

/** Names of series that are new to the page. */
interface Heads {
  /** The number of the first; all from 0 on when a page begins anew. */
  first: number;
  numbers: Uint32Array | null;
  run: Uint32Array;
  tag: Uint16Array | Uint32Array;
  first_tag: number;
  tag_names: string[];
}

interface Head {
  run: number;
  tag: string;
}

export class ScalarStore {
  readonly ctx: ViewContext;
  readonly state: ScalarState;
  /** Tags in natural order. */
  readonly tags: Signal<string[]> = signal([]);
  /** Series of the log that are outside of the selection, where nothing is selected. */
  readonly others: Signal<number> = signal(0);
  /** Counts changes of any series; a card reads its own tag's. */
  private readonly versions = new Map<string, Signal<number>>();
  private tagNames: string[] = [];
  /** By number. */
  private heads: (Head | undefined)[] = [];
  private series: (Series | undefined)[] = [];
  /** For each tag and number of a run the number of the series. */
  private readonly byTag = new Map<string, Map<number, number>>();
  /** Numbers of series whose points were asked for. */
  private readonly asked = new Set<number>();
  /** Tags to draw curves against that were asked for; cards that are asked for again. */
  private readonly askedTags = new Set<string>();
  private readonly askedAgain = new Set<string>();
  private loads = new Map<string, Set<string>>();
  private gap = false;
  /** Whether the points of the first cards are on their way, unasked. */
  private readonly expecting: Signal<boolean>;

  constructor(ctx: ViewContext) {
    this.ctx = ctx;
    this.state = new ScalarState(ctx);
    this.expecting = signal(Boolean(ctx.payload.outline));
    this.take(ctx.payload);
    ctx.onNews((news) =>
      batch(() => {
        this.take(news);
        if (news.blocks) this.expecting.value = false;
      }),
    );
    effect(() => {
      const steps = this.state.selection.value;
      ctx.select(steps.length ? { x: this.state.x.value, steps, runs: ctx.shownRuns.value } : {});
    });
  }

  // ---------------------------------------------------------------- for views of layouts to override

  /** What the view is of, and what its filter is for. */
  get words(): { what: string; filter: string; from?: string } {
    return { what: "scalars", filter: "Filter tags" };
  }

  /** The names of the cards, in order: tags, unless a layout says otherwise. */
  get cards(): ReadonlySignal<readonly string[]> {
    return this.tags;
  }

  /** Cards in groups; pinned ones first. */
  groups(cards: readonly string[], pinned: readonly string[]): TagGroup[] {
    return groupTags(cards, pinned);
  }

  /** What a card of several tags shows; undefined for one of a tag. */
  chart(_card: string): TagChart | undefined {
    return undefined;
  }

  /** The tags of a card. */
  tagsOf(card: string): readonly string[] {
    return [card];
  }

  /** The place in the palette of a tag, where colours tell tags apart. */
  slotOf(_tag: string): number {
    return 0;
  }

  // ---------------------------------------------------------------- for everybody

  /** Series of a tag by run; reading it subscribes to their changes. */
  of(tag: string): SeriesByRun {
    this.version(tag).value;
    const numbers = this.byTag.get(tag);
    const { facts } = this.ctx.runs;
    return {
      get: (run) => {
        const number = numbers?.get(facts.numberOf(run));
        return number === undefined ? undefined : this.seriesAt(number);
      },
    };
  }

  /** How many runs have a tag. */
  runsWith(tag: string): number {
    return this.byTag.get(tag)?.size ?? 0;
  }

  /** Of these runs, the series of a tag whose points are not here. */
  lacking(tag: string, shown: readonly string[]): string[] {
    const series = this.of(tag);
    return shown.filter((run) => series.get(run)?.loaded === false);
  }

  /** Ask for what is in view without its points. */
  want(tag: string, shown: readonly string[]): void {
    if (this.expecting.value) return;
    const missing = this.lacking(tag, shown);
    const numbers = this.byTag.get(tag);
    // A tag outside of the selection, against which curves are drawn: the kernel finds it.
    const unknown = numbers === undefined && isTag(tag) && tag === this.state.x.value;
    const fresh = missing.filter((run) => {
      const number = numbers!.get(this.ctx.runs.facts.numberOf(run))!;
      return !this.asked.has(number) && this.asked.add(number);
    });
    if (fresh.length === 0 && !(unknown && !this.askedTags.has(tag))) return;
    if (unknown) this.askedTags.add(tag);
    const runs = this.loads.get(tag) ?? new Set();
    for (const run of unknown ? shown : fresh) runs.add(run);
    this.loads.set(tag, runs);
    if (this.loads.size > 1) return;
    setTimeout(() => this.load(), 50);
  }

  private load(): void {
    const tags = [...this.loads.keys()];
    const runs = new Set([...this.loads.values()].flatMap((names) => [...names]));
    this.loads = new Map();
    this.ctx.request("load", { tags, runs: [...runs] }).then(
      (answer) => batch(() => this.take(answer)),
      () => {
        this.asked.clear();
        this.askedTags.clear();
      },
    );
  }

  /** Ask for finer points of a range; settles once they are here. */
  async refine(params: Record<string, unknown>): Promise<void> {
    this.take(await this.ctx.request("refine", params));
  }

  /** Every point of some series, as far as the kernel is free to send them. */
  async allPoints(tag: string, runs: readonly string[]): Promise<Map<string, SeriesBlock>> {
    const answer = await this.ctx.request("points", { tags: [tag], runs });
    const found = new Map<string, SeriesBlock>();
    for (const block of answer.blocks ?? []) {
      for (const part of readBlock(block)) {
        const run = this.runOf(part.series);
        if (run !== undefined) found.set(run, part);
      }
    }
    return found;
  }

  /** What series are at a place or in a range, from all points, by run. */
  async exact(question: Record<string, unknown>): Promise<Map<string, ExactRow>> {
    const answer = await this.ctx.request("exact", question);
    const column = (name: string): Float64Array => answer[name] as Float64Array;
    const found = new Map<string, ExactRow>();
    (answer.series as Uint32Array).forEach((number, i) => {
      const run = this.runOf(number);
      if (run === undefined) return;
      found.set(run, {
        startX: column("start_x")[i]!,
        startStep: column("start_step")[i]!,
        startWall: column("start_wall")[i]!,
        startValue: column("start_value")[i]!,
        startSmoothed: column("start_smoothed")[i]!,
        endX: column("end_x")[i]!,
        endValue: column("end_value")[i]!,
        endSmoothed: column("end_smoothed")[i]!,
        least: column("least")[i]!,
        greatest: column("greatest")[i]!,
        mean: column("mean")[i]!,
      });
    });
    return found;
  }

  /** The run of a series. */
  runOf(number: number): string | undefined {
    const head = this.heads[number];
    return head && this.ctx.runs.facts.nameOf(head.run);
  }

  private version(tag: string): Signal<number> {
    let found = this.versions.get(tag);
    if (!found) {
      found = signal(0);
      this.versions.set(tag, found);
    }
    return found;
  }

  private take(content: Content): void {
    const changed = new Set<string>();
    for (const number of (content?.gone ?? []) as Iterable<number>) this.forget(number, changed);
    if (content?.heads) this.takeHeads(content.heads as Heads, changed);
    for (const block of content?.blocks ?? []) {
      for (const part of readBlock(block)) {
        const series = this.seriesAt(part.series);
        if (!series) continue;
        if (series.take(part)) changed.add(series.tag);
        else this.askAgain(series.tag);
      }
    }
    for (const tag of changed) this.version(tag).value++;
    if (content?.order) {
      const tags = Array.from(content.order as Uint32Array, (i) => this.tagNames[i]!);
      if (!sameList(tags, this.tags.peek())) this.tags.value = tags;
      this.others.value = content.others ?? 0;
    }
  }

  /** Series are made when they are needed: there may be a hundred thousand names. */
  private takeHeads(heads: Heads, changed: Set<string>): void {
    if (heads.first === 0) {
      for (const tag of this.byTag.keys()) changed.add(tag);
      this.heads = [];
      this.series = [];
      this.byTag.clear();
      this.asked.clear();
    } else if (heads.first > this.heads.length) {
      this.askForAll();
      return;
    }
    this.tagNames.splice(heads.first_tag, heads.tag_names.length, ...heads.tag_names);
    for (let i = 0; i < heads.run.length; i++) {
      const number = heads.numbers?.[i] ?? heads.first + i;
      const tag = this.tagNames[heads.tag[i]!]!;
      this.heads[number] = { run: heads.run[i]!, tag };
      let numbers = this.byTag.get(tag);
      if (!numbers) {
        numbers = new Map();
        this.byTag.set(tag, numbers);
      }
      numbers.set(heads.run[i]!, number);
      changed.add(tag);
    }
  }

  private forget(number: number, changed: Set<string>): void {
    const head = this.heads[number];
    if (!head) return;
    this.heads[number] = undefined;
    this.series[number] = undefined;
    const numbers = this.byTag.get(head.tag);
    if (numbers?.get(head.run) === number) numbers.delete(head.run);
    changed.add(head.tag);
  }

  private seriesAt(number: number): Series | undefined {
    const head = this.heads[number];
    if (!head) return undefined;
    this.series[number] ??= new Series(head.tag);
    return this.series[number];
  }

  /** A delta did not fit (the page missed one): have the whole card again. */
  private askAgain(tag: string): void {
    if (this.askedAgain.has(tag)) return;
    this.askedAgain.add(tag);
    const clear = (): void => void this.askedAgain.delete(tag);
    this.ctx.request("reload", { tags: [tag] }).then((answer) => {
      this.take(answer);
      clear();
    }, clear);
  }

  /** Names are missing: have everything again. */
  private askForAll(): void {
    if (this.gap) return;
    this.gap = true;
    const clear = (): void => {
      this.gap = false;
    };
    this.ctx.request("whole").then((answer) => {
      clear();
      batch(() => this.take(answer));
    }, clear);
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
