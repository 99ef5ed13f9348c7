// The scatter matrix: a row a metric, a column for every axis; one brush with the others.
import { useRef } from "preact/hooks";
import { NO_SIZE } from "../../table/gestures.ts";
import { useSize } from "../../stepped/hooks.ts";
import { PlotFrame, type ScatterPlot } from "./scatter-plot.tsx";
import type { Column } from "./columns.ts";
import { Points } from "./points.tsx";
import type { HparamsStore } from "./store.ts";

const LEFT = 58;
const BOTTOM = 34;
const GAP = 12;
const MOST_ROWS = 4;

export function Scatter({ store }: { store: HparamsStore }) {
  const box = useRef<HTMLElement>(null);
  const { width: room } = useSize(box, NO_SIZE);
  const { xs, ys } = choose(store);
  const wide = Math.min(
    220,
    Math.max(92, (room - LEFT - GAP * xs.length) / Math.max(1, xs.length)),
  );
  const high = Math.min(150, Math.max(90, wide * 0.8));
  const plots: ScatterPlot[] = ys.flatMap((y, row) =>
    xs
      .map((x, i) => ({
        x,
        y,
        left: LEFT + i * (wide + GAP),
        top: GAP + row * (high + GAP),
        size: [wide, high] as [number, number],
      }))
      .filter(({ x: column }) => column.key !== y.key),
  );
  const width = LEFT + xs.length * (wide + GAP);
  const height = GAP + ys.length * (high + GAP) + BOTTOM;
  return (
    <section ref={box} class="nbb-hp-scatter" aria-label="Scatter matrix">
      {room > 0 && plots.length > 0 && (
        <div class="nbb-hp-plot" style={{ width: `${width}px`, height: `${height}px` }}>
          <Points store={store} plots={plots} width={width} height={height} />
          {plots.map((plot) => (
            <PlotFrame
              key={`${plot.x.key}\n${plot.y.key}`}
              store={store}
              plot={plot}
              labelX={
                plot.y === ys[ys.length - 1] ||
                (ys.length > 1 && plot.x === ys[ys.length - 1] && plot.y === ys[ys.length - 2])
              }
              labelY={plot.x === xs[0] || (plot.x === xs[1] && plot.y === xs[0])}
            />
          ))}
        </div>
      )}
      {plots.length === 0 && (
        <div class="nbb-empty">A scatter needs two columns that are shown.</div>
      )}
    </section>
  );
}

/** Rows are metrics; where there are none, all columns. */
function choose(store: HparamsStore): { xs: Column[]; ys: Column[] } {
  const columns = store.columns.value;
  const keys = store.scatter.value.filter((key) => columns.has(key));
  const all = (keys.length ? keys : store.axes.value).map((key) => columns.get(key)!);
  const metrics = all.filter(({ kind }) => kind === "metric");
  const judge = store.judge.value;
  metrics.sort((a, b) => Number(b.key === judge) - Number(a.key === judge));
  return { xs: all, ys: (metrics.length ? metrics : all).slice(0, MOST_ROWS) };
}
