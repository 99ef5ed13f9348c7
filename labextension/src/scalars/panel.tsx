// The scalars view: cards in groups, by the text of the tag before its first "/".
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Name } from "../shell/controls.tsx";
import { Empty, NoTag } from "../shell/empty.tsx";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icons.tsx";
import { useInSight } from "../shell/in-sight.ts";
import type { PanelProps } from "../shell/mount.tsx";
import { Card, EXPANDED_HEIGHT, HEIGHTS } from "./card.tsx";
import { LEGEND_HEIGHT } from "./legend.tsx";
import {
  columnsOf,
  GAP_Y,
  layoutSections,
  type Section,
  type Sizes,
  touching,
} from "./sections.ts";
import type { CardSize } from "./state.ts";
import type { ScalarStore } from "./store.ts";
import { tableHeight } from "./tables.tsx";
import { Toolbar } from "./toolbar.tsx";

type Props = PanelProps<ScalarStore>;

/** Head and padding of a card. */
const AROUND = 32;
const CARD_WIDTHS: Record<CardSize, number> = { small: 210, medium: 300, large: 520 };
/** Up to so many cards are in the page all. */
const FEW_CARDS = 60;
/** What a view without a limit is held at while a filter leaves less. */
const HELD = 560;

export function ScalarsPanel({ ctx, store }: Props) {
  const { state } = store;
  const list = useRef<HTMLDivElement>(null);
  const tagged = (card: string): boolean => store.chart(card) !== undefined;
  const tagCount = (card: string): number => store.tagsOf(card).length;
  const { stretch, width } = useInSight(list);
  const groups = useComputed(() => {
    const filter = state.filter.value;
    const cards = store.cards.value;
    const passing = cards.filter((card) => filter.test(card));
    // What was pinned is meant to stay, whatever is looked for.
    const there = new Set(cards);
    return store.groups(
      passing,
      state.pinned.value.filter((tag) => there.has(tag)),
    );
  });
  const sizes = useComputed<Sizes & { table: number }>(() => {
    const size = state.cardSize.value;
    const most = Math.max(1, ...groups.value.map((group) => group.tags.length));
    const lines = lineCount(ctx) * Math.max(1, ...store.cards.value.map(tagCount));
    const table = state.selection.value.length ? tableHeight(lines) : 0;
    const around = AROUND + (store.cards.value.some(tagged) ? LEGEND_HEIGHT : 0);
    return {
      columns: columnsOf(width.value, CARD_WIDTHS[size], most),
      row: HEIGHTS[size] + around + table,
      expandedRow: EXPANDED_HEIGHT + around + table,
      table,
    };
  });
  const layout = useComputed(() =>
    layoutSections(groups.value, sizes.value, state.expanded.value, state.foldedGroups.value),
  );
  // The height of all cards: what the view is held at while a filter leaves less.
  const whole = useComputed(() => {
    if (!state.tagFilter.value) return layout.value.height;
    const all = store.groups(store.cards.value, []);
    return layoutSections(all, sizes.value, null, state.foldedGroups.value).height;
  });
  const total = store.cards.value.length;
  const limit = state.height.value;
  const cards = groups.value.reduce((sum, group) => sum + group.tags.length, 0);
  const { sections, height } = layout.value;
  const few = cards <= FEW_CARDS;
  const seen = few ? ([0, height] as const) : stretch.value;
  const [first, last] = touching(sections, seen);
  return (
    <Frame
      ctx={ctx}
      bar={<Toolbar ctx={ctx} store={store} />}
      height={limit}
      hold={total > 0 ? Math.min(whole.value, limit || HELD) : 0}
    >
      {total === 0 && (
        <Empty
          ctx={ctx}
          what={store.words.what}
          from={store.words.from}
          others={store.others.value}
        />
      )}
      <div ref={list} class="nbb-sections" style={few ? undefined : { height: `${height}px` }}>
        {width.value > 0 && (
          <>
            {first > 0 && <div style={{ height: `${sections[first]?.top ?? height}px` }} />}
            {sections.slice(first, last).map((section) => (
              <GroupSection
                key={section.group.key}
                ctx={ctx}
                store={store}
                section={section}
                seen={[seen[0] - section.top, seen[1] - section.top]}
                sizes={sizes.value}
              />
            ))}
          </>
        )}
      </div>
      {total > 0 && state.tagFilter.value !== "" && !groups.value.some((g) => !g.pinned) && (
        <NoTag filter={state.tagFilter.value} total={total} />
      )}
    </Frame>
  );
}

/** How many lines a card has at most. */
function lineCount(ctx: Props["ctx"]): number {
  const shown = ctx.shownRuns.value;
  const groupOf = ctx.runs.groupOf();
  return groupOf ? new Set(shown.map(groupOf)).size : shown.length;
}

interface SectionProps extends Props {
  section: Section;
  /** What of it is in sight, from its top. */
  seen: readonly [number, number];
  sizes: Sizes & { table: number };
}

function GroupSection({ ctx, store, section, seen, sizes }: SectionProps) {
  const { state } = store;
  const { group, rows } = section;
  const { name, tags, alone, pinned } = group;
  const folded = rows.length === 0;
  const [first, last] = touching(rows, seen);
  const before = rows[first]?.top ?? 0;
  const end = rows[rows.length - 1];
  const shown = rows[last - 1];
  const after = end && shown ? end.top + end.height - shown.top - shown.height : 0;
  return (
    <section
      class="nbb-group"
      aria-label={alone ? undefined : `Group ${name}`}
      style={{ height: `${section.height}px` }}
    >
      {!alone && (
        <h3 class="nbb-group-head">
          <button
            type="button"
            class="nbb-group-button"
            aria-expanded={!folded}
            onClick={() => {
              const others = state.foldedGroups.value.filter((other) => other !== name);
              state.foldedGroups.value = folded ? others : [...others, name];
            }}
          >
            <Icon name="chevron" />
            <Name text={name} tail={16} />
            {tags.length > 1 && <span class="nbb-note">{tags.length}</span>}
          </button>
        </h3>
      )}
      {!folded && (
        <div class="nbb-cards" style={{ "--nbb-columns": section.columns }}>
          {before > 0 && <Spacer height={before - GAP_Y} />}
          {rows
            .slice(first, last)
            .flatMap((row) =>
              row.tags.map((tag) => (
                <Card
                  key={tag}
                  ctx={ctx}
                  store={store}
                  tag={tag}
                  title={titleOf(store, tag, pinned || alone ? "" : name)}
                  table={sizes.table}
                />
              )),
            )}
          {after > 0 && <Spacer height={after - GAP_Y} />}
        </div>
      )}
    </section>
  );
}

/** What a card is called below the name of its group. */
function titleOf(store: ScalarStore, card: string, group: string): string {
  const chart = store.chart(card);
  if (chart && group) return chart.title;
  return group && card.includes("/") ? card.slice(group.length + 1) : card;
}

/** Room of the rows that are not in sight. */
function Spacer({ height }: { height: number }) {
  return (
    <div class="nbb-spacer" aria-hidden="true" style={{ height: `${Math.max(0, height)}px` }} />
  );
}
