// The scalars of a log, with the cards of a layout. Which tags a chart has, the kernel says: the
// regular expressions of a log are never tried in the page.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { TagChart } from "../../scalars/charts.ts";
import { ScalarStore } from "../../scalars/store.ts";
import type { TagGroup } from "../../scalars/tag-groups.ts";
import type { ViewContext } from "../../shell/context.ts";
import type { Content } from "../../shell/wire.ts";

export class LayoutStore extends ScalarStore {
  private readonly charts: Signal<ReadonlyMap<string, TagChart>> = signal(new Map());
  private readonly names: ReadonlySignal<readonly string[]>;
  private readonly slots: ReadonlySignal<ReadonlyMap<string, number>>;
  /** Categories that have been here: only new ones are folded as the layout says. */
  private readonly known = new Set<string>();

  constructor(ctx: ViewContext) {
    super(ctx);
    this.names = computed(() => [...this.charts.value.keys()]);
    this.slots = computed(() => {
      const slots = new Map<string, number>();
      for (const { tags, bands } of this.charts.value.values()) {
        for (const tag of [...tags, ...bands.map(([value]) => value)]) {
          if (!slots.has(tag)) slots.set(tag, slots.size);
        }
      }
      return slots;
    });
    this.takeCharts(ctx.payload);
    ctx.onNews((news) => this.takeCharts(news));
  }

  override get words() {
    return {
      what: "custom charts",
      filter: "Filter charts",
      from: "They come from add_custom_scalars(…) in PyTorch and tensorboardX; charts= of .view() takes a layout that nobody logged.",
    };
  }

  override get cards(): ReadonlySignal<readonly string[]> {
    return this.names;
  }

  override groups(cards: readonly string[], pinned: readonly string[]): TagGroup[] {
    const members = new Map<string, string[]>();
    for (const card of cards) {
      const { category } = this.charts.value.get(card)!;
      members.set(category, [...(members.get(category) ?? []), card]);
    }
    const groups = Array.from(members, ([name, tags]) => {
      return { key: `category ${name}`, name, tags, alone: false, pinned: false };
    });
    if (!pinned.length) return groups;
    const first = { key: "pinned", name: "pinned", tags: [...pinned], alone: false, pinned: true };
    return [first, ...groups];
  }

  override chart(card: string): TagChart | undefined {
    return this.charts.value.get(card);
  }

  override tagsOf(card: string): readonly string[] {
    const chart = this.chart(card);
    return chart ? [...new Set([...chart.tags, ...chart.bands.flat()])] : [];
  }

  override slotOf(tag: string): number {
    return this.slots.value.get(tag) ?? 0;
  }

  private takeCharts(content: Content): void {
    if (!content.charts) return;
    const charts = content.charts as TagChart[];
    const folded: string[] = [];
    for (const { category, closed } of charts) {
      if (closed && !this.known.has(category)) folded.push(category);
      this.known.add(category);
    }
    if (folded.length) {
      const { foldedGroups } = this.state;
      foldedGroups.value = [...new Set([...foldedGroups.peek(), ...folded])];
    }
    this.charts.value = new Map(charts.map((chart) => [chart.key, chart]));
  }
}
