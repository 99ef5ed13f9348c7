// Where every section and row of cards stands, so that only those in sight are in the page.
import type { TagGroup } from "./tag-groups.ts";

/** In CSS pixels, as scalars.css has them. */
export const HEAD = 28;
export const GAP_X = 12;
export const GAP_Y = 4;
export const SIDES = 20;
const BOTTOM = 8;

export interface Sizes {
  columns: number;
  /** Height of a row of cards. */
  row: number;
  /** Height of the row of the card at full width. */
  expandedRow: number;
}

export interface Row {
  tags: readonly string[];
  /** From the top of its section's cards. */
  top: number;
  height: number;
}

export interface Section {
  group: TagGroup;
  /** From the top of the list. */
  top: number;
  height: number;
  /** No more than there are cards, so that none leaves a gap beside it. */
  columns: number;
  rows: readonly Row[];
}

/** As many columns as fit, and no more than the largest group has cards. */
export function columnsOf(width: number, card: number, most: number): number {
  const fit = Math.floor((width - SIDES + GAP_X) / (card + GAP_X));
  return Math.max(1, Math.min(fit, Math.max(2, most)));
}

/** All sections, one below the other. */
export function layoutSections(
  groups: readonly TagGroup[],
  sizes: Sizes,
  expanded: string | null,
  folded: readonly string[],
): { sections: Section[]; height: number } {
  const closed = new Set(folded);
  const sections: Section[] = [];
  let top = 0;
  for (const group of groups) {
    const head = group.alone ? 0 : HEAD;
    const columns = Math.max(1, Math.min(sizes.columns, group.tags.length));
    const open = group.alone || !closed.has(group.name);
    const rows = open ? layoutRows(group, { ...sizes, columns }, expanded) : [];
    const last = rows[rows.length - 1];
    const height = head + (last ? last.top + last.height + BOTTOM : 0);
    sections.push({ group, top, height, columns, rows });
    top += height;
  }
  return { sections, height: top };
}

function layoutRows({ tags }: TagGroup, sizes: Sizes, expanded: string | null): Row[] {
  const rows: Row[] = [];
  let top = 0;
  let open: string[] = [];
  const close = (height: number): void => {
    if (open.length === 0) return;
    rows.push({ tags: open, top, height });
    top += height + GAP_Y;
    open = [];
  };
  for (const tag of tags) {
    if (tag === expanded) {
      close(sizes.row);
      open = [tag];
      close(sizes.expandedRow);
      continue;
    }
    open.push(tag);
    if (open.length === sizes.columns) close(sizes.row);
  }
  close(sizes.row);
  return rows;
}

/** Which of the items, one below the other, touch a stretch: from the first to behind the last. */
export function touching(
  items: readonly { top: number; height: number }[],
  [from, to]: readonly [number, number],
): [number, number] {
  let first = 0;
  let last = items.length;
  while (first < last) {
    const middle = (first + last) >> 1;
    if (items[middle]!.top + items[middle]!.height < from) first = middle + 1;
    else last = middle;
  }
  let end = first;
  while (end < items.length && items[end]!.top <= to) end++;
  return [first, end];
}
