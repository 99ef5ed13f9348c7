// What of a mesh is here to be drawn, and its colours: made once, used in many frames.
import { useEffect, useMemo } from "preact/hooks";
import type { CellProps } from "../../stepped/kind.ts";
import { type Colors, colorsOf } from "./colors.ts";
import type { MeshName } from "./detail.ts";
import { MOST_MEASURED, nearestDistances } from "./distance.ts";
import { placeOf, pointCount, type Shape } from "./shape.ts";
import type { MeshState } from "./state.ts";

type Props = CellProps<Shape, MeshState>;

/** How a mesh on a card is called when the kernel is asked for it. */
export function nameOf({ at, now }: Pick<Props, "at" | "now">): MeshName {
  const { id, place } = at.series;
  return { id, place: place[now.position] ?? 0, index: now.index };
}

/** The mesh in the finest form that is here; when nothing moves the finest there is is asked for. */
export function useFinest(props: Props): Shape {
  const { state, item } = props;
  const name = nameOf(props);
  const still = !state.moving.value && !state.playing.value;
  const fine = item.whole ? null : state.details.of(name);
  useEffect(() => {
    if (!item.whole && !fine && still) void state.details.want(name);
  }, [item, still, fine]);
  return (!state.moving.value && fine) || item;
}

export function useColors(props: Props, shape: Shape): Colors {
  const { ctx, state, store, at, now } = props;
  const coloring = state.coloring.value;
  const box = state.boxOf(at.series.tag);
  const plain = ctx.runs.color(at.series.run);
  const pinned = coloring === "distance" ? state.pinned(at.series) : null;
  const other = pinned && store.loaded(pinned.series, pinned.position)?.items[now.index];
  const reference = other && !other.refusal ? other : null;
  const distances = useMemo(
    () => (reference ? distancesOf(shape, reference) : null),
    [shape, reference],
  );
  const ends = coloring === "x" || coloring === "y" || coloring === "z" ? box : null;
  return useMemo(
    () => colorsOf(shape, coloring, { plain, box: ends, distances }),
    [shape, coloring, plain, ends, distances],
  );
}

/** Null where there are too many points to measure. */
function distancesOf(shape: Shape, other: Shape): Float32Array | null {
  const count = pointCount(shape);
  if (count > MOST_MEASURED || pointCount(other) > MOST_MEASURED) return null;
  return nearestDistances(
    count,
    (point) => placeOf(shape, point),
    pointCount(other),
    (point) => placeOf(other, point),
  );
}
