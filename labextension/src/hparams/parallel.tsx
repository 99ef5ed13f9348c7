// Parallel coordinates: lines on a canvas, axes and brushes as elements above it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Axis } from "./axis.tsx";
import { moveKey } from "./columns.ts";
import { type Layer, opacity, Painter, scattered } from "./paint.ts";
import type { HparamsStore } from "./store.ts";
import { tickText } from "./text.ts";
import { Tip } from "./tip.tsx";
import { onFrame, useSize } from "./use.ts";

const HEAD = 46;
/** Where axes stand close, the chips of neighbours are at two heights. */
const CHIP_LINE = 20;
const CHIP_ROOM = 112;
const FOOT = 10;
const LANE = 26;
const EDGE = 48;
const MIN_GAP = 76;
const LETTER = 6.6;

export interface Plot {
  /** From the top of the plot to the top and bottom ends of the axes, in CSS pixels. */
  top: number;
  bottom: number;
  /** Height of the lane of what has no place on an axis; null if nothing is in it. */
  lane: number | null;
  x: number[];
}

interface Props {
  store: HparamsStore;
  height: number;
}

/** Pixels that so many axes need at least. */
export function axesWidth(axes: number): number {
  return EDGE * 2 + MIN_GAP * Math.max(0, axes - 1);
}

/** Room for the ticks of the first axis, which has no axis before it. */
function leftEdge(store: HparamsStore, key: string | undefined): number {
  if (key === undefined) return EDGE;
  const { kind } = store.columns.value.get(key)!;
  const letters = store
    .scale(key)
    .ticks(5)
    .map(({ value }) => tickText(value, kind).length);
  return Math.min(112, Math.max(EDGE, Math.max(0, ...letters) * LETTER + 14));
}

export function Parallel({ store, height }: Props) {
  const [box, { width: room }] = useSize<HTMLElement>();
  const keys = store.axes.value;
  const width = Math.max(room, axesWidth(keys.length));
  const left = leftEdge(store, keys[0]);
  const heights = useHeights(store, keys);
  const missing = heights.some((column) => column.some((at) => Number.isNaN(at)));
  const gap = keys.length > 1 ? (width - EDGE - left) / (keys.length - 1) : width;
  const plot: Plot = {
    top: HEAD + (gap < CHIP_ROOM ? CHIP_LINE : 0),
    bottom: height - FOOT - (missing ? LANE : 0),
    lane: missing ? height - FOOT : null,
    x: keys.map((_, i) => (keys.length < 2 ? width / 2 : left + gap * i)),
  };
  const count = store.set.value.trials.length;
  return (
    <section
      ref={box}
      class="nbb-hp-parallel"
      aria-label="Parallel coordinates"
      style={{ height: `${height}px` }}
    >
      {room > 0 && keys.length > 0 && (
        <div class="nbb-hp-plot" style={{ width: `${width}px`, height: `${height}px` }}>
          <Lines store={store} heights={heights} plot={plot} width={width} height={height} />
          {plot.lane !== null && (
            <span class="nbb-hp-lane" style={{ top: `${plot.lane - 8}px` }} aria-hidden="true">
              missing
            </span>
          )}
          {keys.map((key, i) => (
            <Axis
              key={key}
              store={store}
              column={store.columns.value.get(key)!}
              plot={plot}
              index={i}
              gap={Math.min(gap, EDGE * 4)}
              chipTop={22 + (gap < CHIP_ROOM && i % 2 ? CHIP_LINE : 0)}
              onMove={(x) => moveTo(store, key, keys, plot.x, x)}
              onStep={(by) => stepTo(store, key, keys, by)}
            />
          ))}
        </div>
      )}
      {keys.length === 0 && (
        <div class="nbb-empty">{count ? "Every axis is hidden." : "No trials yet."}</div>
      )}
    </section>
  );
}

/** Drops an axis where the pointer left it. */
function moveTo(
  store: HparamsStore,
  key: string,
  keys: readonly string[],
  places: readonly number[],
  x: number,
): void {
  const others = keys.filter((other) => other !== key);
  const next = others.find((other) => places[keys.indexOf(other)]! > x) ?? null;
  const last = others[others.length - 1];
  const all = store.keys.value;
  if (next === null && last !== undefined) {
    const after = all[all.indexOf(last) + 1] ?? null;
    if (after !== key) store.order.value = moveKey(all, key, after);
  } else store.order.value = moveKey(all, key, next);
}

function stepTo(store: HparamsStore, key: string, keys: readonly string[], by: -1 | 1): void {
  const other = keys[keys.indexOf(key) + by];
  if (other === undefined) return;
  const all = store.keys.value;
  store.order.value = by < 0 ? moveKey(all, key, other) : moveKey(all, other, key);
}

/** Heights in [0, 1] by axis and trial; NaN for what has no place. */
function useHeights(store: HparamsStore, keys: readonly string[]): Float32Array[] {
  const scales = keys.map((key) => store.scale(key));
  return useMemo(
    () =>
      keys.map((key, i) => {
        const cells = store.cells.value.get(key)!;
        const scale = scales[i]!;
        return Float32Array.from(cells, (cell) => scale.position(cell) ?? Number.NaN);
      }),
    scales,
  );
}

interface LinesProps {
  store: HparamsStore;
  heights: Float32Array[];
  plot: Plot;
  width: number;
  height: number;
}

function Lines({ store, heights, plot, width, height }: LinesProps) {
  const under = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  /** Which half the pointer is in; null while a row of the table is pointed at. */
  const [side, setSide] = useState<"left" | "right" | null>(null);
  const painters = useRef<{ under: Painter; over: Painter }>();
  const shown = store.shown.value;
  const brushed = store.brushed.value;
  const colors = store.colors.value;
  const best = store.best.value;
  const hover = store.hover.value;
  const { text } = store.ctx.theme.value;
  const grey = store.grey();
  const order = useMemo(() => scattered(shown.length), [shown.length]);
  const y = (axis: number, trial: number): number => {
    const at = heights[axis]![trial]!;
    return Number.isNaN(at)
      ? (plot.lane ?? plot.bottom)
      : plot.bottom - at * (plot.bottom - plot.top);
  };
  const trace = (context: CanvasRenderingContext2D, trial: number): void => {
    context.beginPath();
    context.moveTo(plot.x[0]!, y(0, trial));
    for (let axis = 1; axis < heights.length; axis++) context.lineTo(plot.x[axis]!, y(axis, trial));
    if (heights.length === 1) context.lineTo(plot.x[0]! + 12, y(0, trial));
    context.stroke();
  };
  const shape = `${width} ${height} ${plot.lane} ${plot.x.join()}`;
  useEffect(() => {
    painters.current ??= { under: new Painter(under.current!), over: new Painter(over.current!) };
    return () => {
      painters.current?.under.stop();
      painters.current?.over.stop();
    };
  }, []);
  // All in grey below, which a brush does not change; the brushed in colour above.
  const brushing = store.isBrushing();
  useEffect(() => {
    const trials = brushing ? Array.from(order).filter((trial) => shown[trial]) : [];
    painters.current!.under.paint(width, height, [lineLayer(trials, () => grey, 0.55, trace)]);
  }, [heights, shown, grey, shape, brushing]);
  useEffect(() => {
    const trials = Array.from(order).filter((trial) => brushed[trial] && trial !== best);
    const layers = [lineLayer(trials, (trial) => colors[trial]!, 1, trace)];
    if (best >= 0 && brushed[best]) layers.push(singleLayer([best], colors[best]!, 3, trace));
    painters.current!.over.paint(width, height, layers);
    over.current!.dataset.lines = String(trials.length + (best >= 0 && brushed[best] ? 1 : 0));
  }, [heights, brushed, colors, best, shape]);
  const nearest = useMemo(
    () =>
      onFrame((px: number, py: number) => {
        setSide(px > width / 2 ? "right" : "left");
        store.hover.value = nearestLine(heights, brushed, plot, y, px, py);
      }),
    [heights, brushed, shape],
  );
  return (
    <>
      <canvas ref={under} class="nbb-hp-canvas" />
      <canvas
        ref={over}
        class="nbb-hp-canvas nbb-hp-lines"
        onPointerMove={(event) => nearest(event.offsetX, event.offsetY)}
        onPointerLeave={() => {
          store.hover.value = null;
          setSide(null);
        }}
        onClick={() => {
          if (store.hover.value !== null) store.toggleOpen(store.hover.value);
        }}
      />
      {hover !== null && shown[hover] ? (
        <>
          <svg class="nbb-hp-hover" width={width} height={height} aria-hidden="true">
            <polyline
              points={heights.map((_, axis) => `${plot.x[axis]},${y(axis, hover)}`).join(" ")}
              stroke={text}
            />
          </svg>
          {side && <Tip store={store} trial={hover} top={plot.top} right={side === "left"} />}
        </>
      ) : null}
    </>
  );
}

function lineLayer(
  trials: readonly number[],
  color: (trial: number) => string,
  weight: number,
  trace: (context: CanvasRenderingContext2D, trial: number) => void,
): Layer {
  return {
    count: trials.length,
    setUp: (context) => {
      context.lineWidth = trials.length > 300 ? 1 : 1.3;
      context.lineJoin = "round";
      context.globalAlpha = opacity(trials.length) * weight;
    },
    paint: (context, i) => {
      context.strokeStyle = color(trials[i]!);
      trace(context, trials[i]!);
    },
  };
}

function singleLayer(
  trials: readonly number[],
  color: string,
  lineWidth: number,
  trace: (context: CanvasRenderingContext2D, trial: number) => void,
): Layer {
  return {
    count: trials.length,
    setUp: (context) => {
      context.lineWidth = lineWidth;
      context.lineJoin = "round";
      context.strokeStyle = color;
    },
    paint: (context, i) => trace(context, trials[i]!),
  };
}

/** The brushed line within reach of the pointer, or null. */
function nearestLine(
  heights: readonly Float32Array[],
  brushed: Uint8Array,
  plot: Plot,
  y: (axis: number, trial: number) => number,
  px: number,
  py: number,
): number | null {
  const axis = Math.max(0, Math.min(heights.length - 2, plot.x.filter((x) => x <= px).length - 1));
  const right = Math.min(heights.length - 1, axis + 1);
  const span = plot.x[right]! - plot.x[axis]! || 1;
  const at = Math.min(1, Math.max(0, (px - plot.x[axis]!) / span));
  let best: number | null = null;
  let distance = 8;
  for (let trial = 0; trial < brushed.length; trial++) {
    if (!brushed[trial]) continue;
    const from = y(axis, trial);
    const to = y(right, trial);
    // The distance across the line, so that steep lines can be reached too.
    const off = Math.abs(from + (to - from) * at - py) / Math.hypot(1, (to - from) / span);
    if (off < distance) {
      distance = off;
      best = trial;
    }
  }
  return best;
}
