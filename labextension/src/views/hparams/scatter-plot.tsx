// One plot of a scatter matrix: its frame, ticks and brush; the points lie below.
import { useRef, useState } from "preact/hooks";
import { entryOf, shorten } from "../../shell/names.ts";
import type { Column } from "./columns.ts";
import { withCondition } from "./condition.ts";
import { spaced } from "./scale.ts";
import type { HparamsStore } from "./store.ts";
import { tickText } from "../../table/cells.ts";
import { drag, onFrame } from "../../table/gestures.ts";

/** From a plot's frame to where its axes begin. */
export const INSET = 7;
/** How far a tick's words may stand out of their plot. */
const OUTSIDE = 4;

export interface ScatterPlot {
  x: Column;
  y: Column;
  left: number;
  top: number;
  size: [number, number];
}

interface Props {
  store: HparamsStore;
  plot: ScatterPlot;
  labelX: boolean;
  labelY: boolean;
}

export function PlotFrame({ store, plot, labelX, labelY }: Props) {
  const [box, setBox] = useState<[number, number, number, number] | null>(null);
  const [wide, high] = plot.size;
  const scaleX = store.scale(plot.x.key);
  const scaleY = store.scale(plot.y.key);
  const set = useRef(onFrame((next: () => void) => next())).current;
  const atX = (x: number): number => Math.min(1, Math.max(0, (x - INSET) / (wide - INSET * 2)));
  const atY = (y: number): number =>
    Math.min(1, Math.max(0, (high - INSET - y) / (high - INSET * 2)));
  const heldX = entryOf(store.brush.value, plot.x.key);
  const heldY = entryOf(store.brush.value, plot.y.key);
  const stretchX = heldX ? scaleX.stretch(heldX) : null;
  const stretchY = heldY ? scaleY.stretch(heldY) : null;
  const both = stretchX && stretchY;
  const clear = (): void => {
    store.brush.value = withCondition(
      withCondition(store.brush.value, plot.x.key, null),
      plot.y.key,
      null,
    );
  };
  const start = (event: PointerEvent): void => {
    event.preventDefault();
    const x = event.offsetX;
    const y = event.offsetY;
    drag(event, {
      move: (dx, dy) => {
        setBox([x, y, x + dx, y + dy]);
        set(() => {
          const inX = scaleX.condition(atX(x), atX(x + dx));
          const inY = scaleY.condition(atY(y), atY(y + dy));
          if (!inX || !inY) return;
          store.brush.value = withCondition(
            withCondition(store.brush.value, plot.x.key, inX),
            plot.y.key,
            inY,
          );
        });
      },
      end: (moved) => {
        setBox(null);
        if (!moved) clear();
      },
    });
  };
  const rect =
    box ??
    (both
      ? [atPx(stretchX[0]), downPx(stretchY[1]), atPx(stretchX[1]), downPx(stretchY[0])]
      : null);
  function atPx(at: number): number {
    return INSET + at * (wide - INSET * 2);
  }
  function downPx(at: number): number {
    return high - INSET - at * (high - INSET * 2);
  }
  return (
    <div
      class="nbb-hp-cell"
      style={{
        left: `${plot.left}px`,
        top: `${plot.top}px`,
        width: `${wide}px`,
        height: `${high}px`,
      }}
      role="img"
      aria-label={`${plot.y.label} over ${plot.x.label}`}
      title={`${plot.y.label} over ${plot.x.label}: drag to brush, click to clear; trials without a value stand on the edge`}
      onPointerDown={start}
    >
      {rect && (
        <div
          class="nbb-hp-rect"
          style={{
            left: `${Math.min(rect[0]!, rect[2]!)}px`,
            top: `${Math.min(rect[1]!, rect[3]!)}px`,
            width: `${Math.abs(rect[2]! - rect[0]!)}px`,
            height: `${Math.abs(rect[3]! - rect[1]!)}px`,
          }}
        />
      )}
      <svg class="nbb-hp-cell-ticks" width={wide} height={high} aria-hidden="true">
        {labelX &&
          spaced(scaleX.ticks(Math.max(2, Math.floor(wide / 52))), 44 / wide).map((tick) => (
            <TickX
              key={String(tick.value)}
              text={shorten(tickText(tick.value, plot.x.kind), 8)}
              at={atPx(tick.at)}
              wide={wide}
              y={high + 12}
            />
          ))}
        {labelX && (
          <text class="nbb-hp-cell-name" x={wide / 2} y={high + 27} text-anchor="middle">
            {shorten(plot.x.label, Math.floor(wide / 6.5))}
          </text>
        )}
        {labelY &&
          spaced(scaleY.ticks(4), 14 / high).map((tick) => (
            <text key={String(tick.value)} x={-4} y={downPx(tick.at)} dy="0.32em" text-anchor="end">
              {shorten(tickText(tick.value, plot.y.kind), 6)}
            </text>
          ))}
        {labelY && (
          <text
            class="nbb-hp-cell-name"
            transform={`translate(${-46},${high / 2}) rotate(-90)`}
            text-anchor="middle"
          >
            {shorten(plot.y.label, Math.floor(high / 6.5))}
          </text>
        )}
      </svg>
    </div>
  );
}

/** Below its place, but not so far out of its plot that it meets the next one's. */
function TickX({ text, at, wide, y }: { text: string; at: number; wide: number; y: number }) {
  const half = text.length * 3.1;
  const x = Math.max(half - OUTSIDE, Math.min(wide - half + OUTSIDE, at));
  return (
    <text x={x} y={y} text-anchor="middle">
      {text}
    </text>
  );
}
