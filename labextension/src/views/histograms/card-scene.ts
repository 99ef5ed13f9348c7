// The scene of a card, made anew only when something in it is new.
import { useRef } from "preact/hooks";
import type { Shared } from "../../stepped/kind.ts";
import type { Size } from "../../stepped/layout.ts";
import type { Series } from "../../stepped/series.ts";
import { type Column, columnsOf, HEAT_STEPS, RIDGE_STEPS } from "./columns.ts";
import type { Band } from "./curves.ts";
import type { Histogram } from "./histogram.ts";
import { type Layout, layoutOf, type Scene, type SceneOptions, sceneOf } from "./scene.ts";
import type { HistogramsState, Show } from "./state.ts";

export type Histograms = Shared<Histogram, HistogramsState>;

interface Made {
  scene: Scene;
  layout: Layout;
}

export function sceneFor({ ctx, store, state }: Histograms, series: Series, size: Size): Made {
  const columns = shownColumns({ store, state }, series);
  const scene = sceneOf(columns, bandsFor(state, series), optionsOf({ ctx, state }, series, size));
  return { scene, layout: layoutOf(scene) };
}

function shownColumns({ store, state }: Pick<Histograms, "store" | "state">, series: Series) {
  return columnsOf(store, series, mostOf(state.show.value));
}

function mostOf(show: Show): number {
  return show === "heat" || show === "percentiles" ? HEAT_STEPS : RIDGE_STEPS;
}

/** The percentiles of all steps of a long series, where they are here. */
function bandsFor(state: HistogramsState, series: Series): readonly Band[] | null {
  return state.show.value === "percentiles" ? state.curves.of(series) : null;
}

function optionsOf(
  { ctx, state }: Pick<Histograms, "ctx" | "state">,
  series: Series,
  size: Size,
): SceneOptions {
  return {
    show: state.show.value,
    x: state.x.value,
    symlog: state.values.value === "symlog",
    tensorboard: state.bins.value === "tensorboard",
    theme: ctx.theme.value,
    color: ctx.runs.color(series.run),
    size,
  };
}

/** The same object as long as nothing changed: what draws it depends on that. */
export function useScene(shared: Histograms, series: Series, size: Size): Made {
  const before = useRef<{
    made: Made;
    series: Series;
    most: number;
    arrivals: number;
    columns: readonly Column[];
    bands: readonly Band[] | null;
    options: SceneOptions;
  }>();
  const bands = bandsFor(shared.state, series);
  const options = optionsOf(shared, series, size);
  const known = before.current;
  const [most, arrivals] = [mostOf(shared.state.show.value), shared.store.arrivals.value];
  // The slider alone brings no other columns: they are gathered when something arrived.
  const gathered =
    known && known.series === series && known.most === most && known.arrivals === arrivals;
  const columns = gathered ? known.columns : shownColumns(shared, series);
  const same = known && known.bands === bands && sameColumns(known.columns, columns);
  if (same && sameOptions(known.options, options)) {
    Object.assign(known, { series, most, arrivals });
    return known.made;
  }
  const scene = sceneOf(columns, bands, options);
  const made = { scene, layout: layoutOf(scene) };
  before.current = { made, series, most, arrivals, columns, bands, options };
  return made;
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every(({ item }, i) => item === b[i]!.item);
}

function sameOptions(a: SceneOptions, b: SceneOptions): boolean {
  const { size, ...rest } = a;
  const same = size.width === b.size.width && size.height === b.size.height;
  return (
    same && Object.entries(rest).every(([name, value]) => b[name as keyof typeof rest] === value)
  );
}
