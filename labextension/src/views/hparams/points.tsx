// The points of a scatter matrix, all plots on one canvas.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Layer, Painter, scattered } from "./paint.ts";
import { INSET, type ScatterPlot } from "./scatter-plot.tsx";
import type { Scale } from "./scale.ts";
import type { HparamsStore } from "./store.ts";

/** What has no value stands on the frame's edge. */
function placeX(plot: ScatterPlot, at: number): number {
  return Number.isNaN(at) ? plot.left : plot.left + INSET + at * (plot.size[0] - INSET * 2);
}

function placeY(plot: ScatterPlot, at: number): number {
  const bottom = plot.top + plot.size[1];
  return Number.isNaN(at) ? bottom : bottom - INSET - at * (plot.size[1] - INSET * 2);
}

interface PointsProps {
  store: HparamsStore;
  plots: ScatterPlot[];
  width: number;
  height: number;
}

export function Points({ store, plots, width, height }: PointsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter>();
  const shown = store.shown.value;
  const brushed = store.brushed.value;
  const colors = store.colors.value;
  const best = store.best.value;
  const hover = store.hover.value;
  const { text } = store.ctx.theme.value;
  const grey = store.grey();
  const order = useMemo(() => scattered(shown.length), [shown.length]);
  const scales = new Map(
    plots.flatMap(({ x, y }) => [x, y]).map(({ key }) => [key, store.scale(key)]),
  );
  const shape = plots.map(({ x, y, left, size }) => `${x.key}\n${y.key} ${left} ${size}`).join();
  const places = useMemo(
    () => new Map([...scales].map(([key, scale]) => [key, positions(store, key, scale)])),
    [store.cells.value, shape, ...scales.values()],
  );
  useEffect(() => () => painter.current?.stop(), []);
  useEffect(() => {
    painter.current ??= new Painter(canvas.current!);
    const rows = Array.from(order).filter((row) => shown[row] && row !== best);
    const grays = rows.filter((row) => !brushed[row]);
    const bright = rows.filter((row) => brushed[row]);
    const size = rows.length > 2000 ? 2 : rows.length > 300 ? 3 : 4.5;
    const dot = (context: CanvasRenderingContext2D, row: number, radius: number): void => {
      for (const plot of plots) {
        const x = places.get(plot.x.key)![row]!;
        const y = places.get(plot.y.key)![row]!;
        if (Number.isNaN(x) && Number.isNaN(y)) continue;
        if (radius > 2) {
          context.beginPath();
          context.arc(placeX(plot, x), placeY(plot, y), radius / 1.6, 0, 7);
          context.fill();
        } else {
          context.fillRect(placeX(plot, x) - 1, placeY(plot, y) - 1, radius, radius);
        }
      }
    };
    const layer = (list: number[], color: (row: number) => string, alpha: number): Layer => ({
      count: list.length,
      setUp: (context) => {
        context.globalAlpha = alpha;
      },
      paint: (context, i) => {
        context.fillStyle = color(list[i]!);
        dot(context, list[i]!, size);
      },
    });
    const layers = [layer(grays, () => grey, 0.7), layer(bright, (row) => colors[row]!, 0.85)];
    if (best >= 0) {
      layers.push({
        count: 1,
        setUp: () => undefined,
        paint: (context) => {
          context.fillStyle = brushed[best] ? colors[best]! : grey;
          context.strokeStyle = text;
          dot(context, best, 6.5);
          for (const plot of plots) {
            const x = places.get(plot.x.key)![best]!;
            const y = places.get(plot.y.key)![best]!;
            if (Number.isNaN(x) && Number.isNaN(y)) continue;
            context.beginPath();
            context.arc(placeX(plot, x), placeY(plot, y), 6, 0, 7);
            context.stroke();
          }
        },
      });
    }
    painter.current.paint(width, height, layers);
    canvas.current!.dataset.points = String(bright.length + (best >= 0 && brushed[best] ? 1 : 0));
  }, [places, shown, brushed, colors, best, grey, width, height]);
  return (
    <>
      <canvas
        ref={canvas}
        class="nbb-hp-canvas nbb-hp-points"
        style={{ width: `${width}px`, height: `${height}px` }}
      />
      {hover !== null && shown[hover] ? (
        <svg class="nbb-hp-hover" width={width} height={height} aria-hidden="true">
          {plots.map((plot) => {
            const x = places.get(plot.x.key)?.[hover] ?? Number.NaN;
            const y = places.get(plot.y.key)?.[hover] ?? Number.NaN;
            return Number.isNaN(x) && Number.isNaN(y) ? null : (
              <circle
                key={`${plot.x.key}\n${plot.y.key}`}
                cx={placeX(plot, x)}
                cy={placeY(plot, y)}
                r="5"
                stroke={text}
              />
            );
          })}
        </svg>
      ) : null}
    </>
  );
}

function positions(store: HparamsStore, key: string, scale: Scale): Float32Array {
  return Float32Array.from(
    store.cells.value.get(key) ?? [],
    (cell) => scale.position(cell) ?? Number.NaN,
  );
}
