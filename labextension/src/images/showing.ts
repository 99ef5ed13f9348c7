// Which picture a card shows: the one asked for, or one that stands in for it.
import { standIn } from "./prefetch.ts";
import type { At } from "./state.ts";
import type { ImagesStore, Loaded, Picture } from "./store.ts";

/** What a card shows: the picture asked for, or an earlier one until that is loaded. */
export interface Showing {
  picture: Picture | undefined;
  loaded: Loaded | undefined;
  position: number;
  index: number;
  /** Whether it stands in for one that is not loaded. */
  early: boolean;
}

export function showing(store: ImagesStore, at: At, sample: number): Showing {
  const { series } = at;
  let position = at.position;
  let loaded = position < 0 ? undefined : store.loaded(series.point[position]!);
  let early = false;
  if (!loaded && position >= 0) {
    const here = series.order.indexOf(position);
    const has = (_: number, index: number): boolean => store.has(series.point[index]!);
    const other = standIn({ series: 0, order: series.order, here }, has);
    if (other >= 0) {
      early = true;
      position = other;
      loaded = store.loaded(series.point[other]!);
    }
  }
  const index = Math.min(sample, Math.max(0, (loaded?.count ?? 1) - 1));
  return { picture: loaded?.images[index], loaded, position, index, early };
}
