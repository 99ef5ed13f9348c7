// Which item a card shows: the one asked for, or one that stands in for it.
import type { Item } from "./kind.ts";
import { standIn } from "./prefetch.ts";
import type { At } from "./state.ts";
import type { Loaded, SteppedStore } from "./store.ts";

/** What a card shows: the item asked for, or an earlier one until that is loaded. */
export interface Showing<T> {
  item: T | undefined;
  loaded: Loaded<T> | undefined;
  position: number;
  /** Which of the point's items. */
  index: number;
  /** Whether it stands in for one that is not loaded. */
  early: boolean;
}

export function showing<T extends Item>(
  store: SteppedStore<T>,
  at: At,
  sample: number,
): Showing<T> {
  const { series } = at;
  let position = at.position;
  let loaded = store.loaded(series, position);
  let early = false;
  if (!loaded && position >= 0) {
    const here = series.order.indexOf(position);
    const has = (_: number, index: number): boolean => store.has(series, index);
    const other = standIn({ series: 0, order: series.order, here }, has);
    if (other >= 0) {
      early = true;
      position = other;
      loaded = store.loaded(series, other);
    }
  }
  const index = Math.min(sample, Math.max(0, (loaded?.count ?? 1) - 1));
  return { item: loaded?.items[index], loaded, position, index, early };
}
