// The scalar series that the browser holds, by tag and run.
import { batch, effect, type Signal, signal } from "@preact/signals";
import type { ViewContext } from "../shell/context.ts";
import type { Content } from "../shell/protocol.ts";
import { readBlock, readUint32, Series, type SeriesBlock } from "./series.ts";
import { ScalarState } from "./state.ts";

export class ScalarStore {
  readonly ctx: ViewContext;
  readonly state: ScalarState;
  /** Tags in natural order. */
  readonly tags: Signal<string[]> = signal([]);
  /** Counts changes of any series; a card reads its own tag's. */
  private readonly versions = new Map<string, Signal<number>>();
  /** Run and tag of each series, by its number. */
  private readonly heads: [run: string, tag: string][] = [];
  /** Numbers of the series of a tag. */
  private readonly numbers = new Map<string, number[]>();
  private readonly series: (Series | undefined)[] = [];
  private readonly byTag = new Map<string, Map<string, Series>>();
  private readonly asked = new Set<string>();
  private loads: string[] = [];
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

  /** Series of a tag by run; reading it subscribes to their changes. */
  of(tag: string): ReadonlyMap<string, Series> {
    this.version(tag).value;
    return this.byRun(tag);
  }

  /** Whether the points of a card are here, at least in part. */
  isLoaded(tag: string): boolean {
    for (const series of this.of(tag).values()) if (series.loaded) return true;
    return false;
  }

  /** Ask for the cards that have come into view without their points. */
  want(tag: string): void {
    if (this.expecting.value || this.asked.has(tag) || this.isLoaded(tag)) return;
    this.asked.add(tag);
    this.loads.push(tag);
    if (this.loads.length > 1) return;
    setTimeout(() => {
      const tags = this.loads;
      this.loads = [];
      this.ctx.request("load", { tags }).then(
        (answer) => this.take(answer),
        () => {
          for (const name of tags) this.asked.delete(name);
        },
      );
    }, 50);
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
        const series = this.seriesAt(part.series);
        if (series) found.set(series.run, part);
      }
    }
    return found;
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
    if (content?.run) this.takeHeads(content, changed);
    for (const block of content?.blocks ?? []) {
      for (const part of readBlock(block)) {
        const series = this.seriesAt(part.series);
        if (!series) continue;
        if (series.take(part)) changed.add(series.tag);
        else this.askAgain(series.tag);
      }
    }
    for (const tag of changed) this.version(tag).value++;
    if (content?.order && !sameList(content.order, this.tags.peek())) {
      this.tags.value = content.order;
    }
  }

  /** Series are made when they are needed: there may be a hundred thousand names. */
  private takeHeads(content: Content, changed: Set<string>): void {
    const runs = readUint32(content.run);
    const tags = readUint32(content.tag);
    for (let i = this.heads.length; i < runs.length; i++) {
      const tag = content.tag_names[tags[i]!] as string;
      this.heads.push([content.run_names[runs[i]!] as string, tag]);
      const numbers = this.numbers.get(tag);
      if (numbers) numbers.push(i);
      else this.numbers.set(tag, [i]);
      changed.add(tag);
    }
  }

  private seriesAt(number: number): Series | undefined {
    const head = this.heads[number];
    if (!head) return undefined;
    this.series[number] ??= new Series(head[0], head[1]);
    return this.series[number];
  }

  private byRun(tag: string): Map<string, Series> {
    const numbers = this.numbers.get(tag) ?? [];
    let found = this.byTag.get(tag);
    if (found?.size !== numbers.length) {
      found = new Map();
      for (const number of numbers) {
        const series = this.seriesAt(number)!;
        found.set(series.run, series);
      }
      this.byTag.set(tag, found);
    }
    return found;
  }

  /** A delta did not fit (the page missed one): have the whole card again. */
  private askAgain(tag: string): void {
    const key = `again ${tag}`;
    if (this.asked.has(key)) return;
    this.asked.add(key);
    const clear = (): void => void this.asked.delete(key);
    this.ctx.request("reload", { tags: [tag] }).then((answer) => {
      this.take(answer);
      clear();
    }, clear);
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
