// What of a mesh is here to be drawn, and its colours: made once, used in many frames.
import { useEffect } from "preact/hooks";
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
  const distances = reference && distancesOf(shape, reference);
  const ends = coloring === "x" || coloring === "y" || coloring === "z" ? box : null;
  return remembered(shape, [coloring, plain, ends, distances], () =>
    colorsOf(shape, coloring, { plain, box: ends, distances }),
  );
}

const colors = new WeakMap<Shape, { from: readonly unknown[]; made: Colors }>();

/** What was made last of a shape, if it would be the same: a card's parts share it. */
function remembered(shape: Shape, from: readonly unknown[], make: () => Colors): Colors {
  const before = colors.get(shape);
  if (before?.from.every((value, i) => value === from[i])) return before.made;
  const made = make();
  colors.set(shape, { from, made });
  return made;
}

const measured = new WeakMap<Shape, { other: Shape; distances: Float32Array | null }>();

/** Null where there are too many points to measure. */
function distancesOf(shape: Shape, other: Shape): Float32Array | null {
  const before = measured.get(shape);
  if (before?.other === other) return before.distances;
  const count = pointCount(shape);
  const few = Math.max(count, pointCount(other)) <= MOST_MEASURED;
  const distances = few
    ? nearestDistances(
        count,
        (point) => placeOf(shape, point),
        pointCount(other),
        (point) => placeOf(other, point),
      )
    : null;
  measured.set(shape, { other, distances });
  return distances;
}
