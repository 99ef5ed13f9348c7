// The lines of parallel coordinates: grey ones below, brushed ones above, one under the pointer.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { cellText } from "../../table/cells.ts";
import { spreadText } from "./layout.ts";
import { type Layer, opacity, Painter, scattered } from "./paint.ts";
import type { Plot } from "./parallel.tsx";
import type { HparamsStore } from "./store.ts";
import { onFrame } from "../../table/gestures.ts";

interface Props {
  store: HparamsStore;
  heights: Float32Array[];
  plot: Plot;
  width: number;
  height: number;
}

export function Lines({ store, heights, plot, width, height }: Props) {
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
  const y = (axis: number, row: number): number => {
    const at = heights[axis]![row]!;
    return Number.isNaN(at)
      ? (plot.lane ?? plot.bottom)
      : plot.bottom - at * (plot.bottom - plot.top);
  };
  const trace = (context: CanvasRenderingContext2D, row: number): void => {
    context.beginPath();
    context.moveTo(plot.x[0]!, y(0, row));
    for (let axis = 1; axis < heights.length; axis++) context.lineTo(plot.x[axis]!, y(axis, row));
    if (heights.length === 1) context.lineTo(plot.x[0]! + 12, y(0, row));
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
    const rows = brushing ? Array.from(order).filter((row) => shown[row]) : [];
    painters.current!.under.paint(width, height, [lineLayer(rows, () => grey, 0.55, trace)]);
  }, [heights, shown, grey, shape, brushing]);
  useEffect(() => {
    const rows = Array.from(order).filter((row) => brushed[row] && row !== best);
    const layers = [lineLayer(rows, (row) => colors[row]!, 1, trace)];
    if (best >= 0 && brushed[best]) layers.push(singleLayer([best], colors[best]!, 3, trace));
    painters.current!.over.paint(width, height, layers);
    over.current!.dataset.lines = String(rows.length + (best >= 0 && brushed[best] ? 1 : 0));
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
          {side && <Tip store={store} row={hover} top={plot.top} right={side === "left"} />}
        </>
      ) : null}
    </>
  );
}

function lineLayer(
  rows: readonly number[],
  color: (row: number) => string,
  weight: number,
  trace: (context: CanvasRenderingContext2D, row: number) => void,
): Layer {
  return {
    count: rows.length,
    setUp: (context) => {
      context.lineWidth = rows.length > 300 ? 1 : 1.3;
      context.lineJoin = "round";
      context.globalAlpha = opacity(rows.length) * weight;
    },
    paint: (context, i) => {
      context.strokeStyle = color(rows[i]!);
      trace(context, rows[i]!);
    },
  };
}

function singleLayer(
  rows: readonly number[],
  color: string,
  lineWidth: number,
  trace: (context: CanvasRenderingContext2D, row: number) => void,
): Layer {
  return {
    count: rows.length,
    setUp: (context) => {
      context.lineWidth = lineWidth;
      context.lineJoin = "round";
      context.strokeStyle = color;
    },
    paint: (context, i) => trace(context, rows[i]!),
  };
}

/** The brushed line within reach of the pointer, or null. */
function nearestLine(
  heights: readonly Float32Array[],
  brushed: Uint8Array,
  plot: Plot,
  y: (axis: number, row: number) => number,
  px: number,
  py: number,
): number | null {
  const axis = Math.max(0, Math.min(heights.length - 2, plot.x.filter((x) => x <= px).length - 1));
  const right = Math.min(heights.length - 1, axis + 1);
  const span = plot.x[right]! - plot.x[axis]! || 1;
  const at = Math.min(1, Math.max(0, (px - plot.x[axis]!) / span));
  let best: number | null = null;
  let distance = 8;
  for (let row = 0; row < brushed.length; row++) {
    if (!brushed[row]) continue;
    const from = y(axis, row);
    const to = y(right, row);
    // The distance across the line, so that steep lines can be reached too.
    const off = Math.abs(from + (to - from) * at - py) / Math.hypot(1, (to - from) / span);
    if (off < distance) {
      distance = off;
      best = row;
    }
  }
  return best;
}

/** So many values are told of the row under the pointer. */
const TOLD = 14;

interface TipProps {
  store: HparamsStore;
  row: number;
  top: number;
  /** Which side of the plot: the one where the pointer is not. */
  right: boolean;
}

/** Stands at the side, so as not to cover the line. */
function Tip({ store, row, top, right }: TipProps) {
  const columns = store.visible.value.map((key) => store.columns.value.get(key)!);
  const told = columns.filter(({ kind }) => kind !== "name");
  return (
    <div
      class="nbb-tip nbb-hp-tip"
      data-side={right ? "right" : "left"}
      style={{ top: `${top + 6}px` }}
    >
      <div class="nbb-hp-tip-name">
        {row === store.best.value && <span class="nbb-hp-star">★</span>}
        {store.nameOf(row)}
      </div>
      <table class="nbb-table">
        <tbody>
          {told.slice(0, TOLD).map((column) => (
            <tr key={column.key}>
              <th class="nbb-cell-name">{column.label}</th>
              <td>
                {cellText(column.cells[row], column.kind)}
                {spreadText(column, row)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {told.length > TOLD && <div class="nbb-note">and {told.length - TOLD} more</div>}
    </div>
  );
}
