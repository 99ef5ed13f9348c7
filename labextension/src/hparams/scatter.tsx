// The scatter matrix: a row a metric, a column for every axis; one brush with the others.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { entryOf, shorten } from "../shell/names.ts";
import type { Column } from "./columns.ts";
import { withCondition } from "./condition.ts";
import { type Layer, Painter, scattered } from "./paint.ts";
import { type Scale, spaced } from "./scale.ts";
import type { HparamsStore } from "./store.ts";
import { tickText } from "./text.ts";
import { drag, onFrame, useSize } from "./use.ts";

const LEFT = 58;
const BOTTOM = 34;
const GAP = 12;
const INSET = 7;
const MOST_ROWS = 4;

interface Cell {
  x: Column;
  y: Column;
  left: number;
  top: number;
  size: [number, number];
}

export function Scatter({ store }: { store: HparamsStore }) {
  const [box, { width: room }] = useSize<HTMLElement>();
  const { xs, ys } = choose(store);
  const wide = Math.min(
    220,
    Math.max(92, (room - LEFT - GAP * xs.length) / Math.max(1, xs.length)),
  );
  const high = Math.min(150, Math.max(90, wide * 0.8));
  const cells: Cell[] = ys.flatMap((y, row) =>
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
      {room > 0 && cells.length > 0 && (
        <div class="nbb-hp-plot" style={{ width: `${width}px`, height: `${height}px` }}>
          <Points store={store} cells={cells} width={width} height={height} />
          {cells.map((cell) => (
            <Panel
              key={`${cell.x.key}\n${cell.y.key}`}
              store={store}
              cell={cell}
              labelX={
                cell.y === ys[ys.length - 1] ||
                (ys.length > 1 && cell.x === ys[ys.length - 1] && cell.y === ys[ys.length - 2])
              }
              labelY={cell.x === xs[0] || (cell.x === xs[1] && cell.y === xs[0])}
            />
          ))}
        </div>
      )}
      {cells.length === 0 && (
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

/** What has no value stands on the frame's edge. */
function placeX(cell: Cell, at: number): number {
  return Number.isNaN(at) ? cell.left : cell.left + INSET + at * (cell.size[0] - INSET * 2);
}

function placeY(cell: Cell, at: number): number {
  const bottom = cell.top + cell.size[1];
  return Number.isNaN(at) ? bottom : bottom - INSET - at * (cell.size[1] - INSET * 2);
}

interface PointsProps {
  store: HparamsStore;
  cells: Cell[];
  width: number;
  height: number;
}

function Points({ store, cells, width, height }: PointsProps) {
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
    cells.flatMap(({ x, y }) => [x, y]).map(({ key }) => [key, store.scale(key)]),
  );
  const shape = cells.map(({ x, y, left, size }) => `${x.key}\n${y.key} ${left} ${size}`).join();
  const places = useMemo(
    () => new Map([...scales].map(([key, scale]) => [key, positions(store, key, scale)])),
    [store.cells.value, shape, ...scales.values()],
  );
  useEffect(() => () => painter.current?.stop(), []);
  useEffect(() => {
    painter.current ??= new Painter(canvas.current!);
    const trials = Array.from(order).filter((trial) => shown[trial] && trial !== best);
    const grays = trials.filter((trial) => !brushed[trial]);
    const bright = trials.filter((trial) => brushed[trial]);
    const size = trials.length > 2000 ? 2 : trials.length > 300 ? 3 : 4.5;
    const dot = (context: CanvasRenderingContext2D, trial: number, radius: number): void => {
      for (const cell of cells) {
        const x = places.get(cell.x.key)![trial]!;
        const y = places.get(cell.y.key)![trial]!;
        if (Number.isNaN(x) && Number.isNaN(y)) continue;
        if (radius > 2) {
          context.beginPath();
          context.arc(placeX(cell, x), placeY(cell, y), radius / 1.6, 0, 7);
          context.fill();
        } else {
          context.fillRect(placeX(cell, x) - 1, placeY(cell, y) - 1, radius, radius);
        }
      }
    };
    const layer = (list: number[], color: (trial: number) => string, alpha: number): Layer => ({
      count: list.length,
      setUp: (context) => {
        context.globalAlpha = alpha;
      },
      paint: (context, i) => {
        context.fillStyle = color(list[i]!);
        dot(context, list[i]!, size);
      },
    });
    const layers = [layer(grays, () => grey, 0.7), layer(bright, (trial) => colors[trial]!, 0.85)];
    if (best >= 0) {
      layers.push({
        count: 1,
        setUp: () => undefined,
        paint: (context) => {
          context.fillStyle = brushed[best] ? colors[best]! : grey;
          context.strokeStyle = text;
          dot(context, best, 6.5);
          for (const cell of cells) {
            const x = places.get(cell.x.key)![best]!;
            const y = places.get(cell.y.key)![best]!;
            if (Number.isNaN(x) && Number.isNaN(y)) continue;
            context.beginPath();
            context.arc(placeX(cell, x), placeY(cell, y), 6, 0, 7);
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
          {cells.map((cell) => {
            const x = places.get(cell.x.key)?.[hover] ?? Number.NaN;
            const y = places.get(cell.y.key)?.[hover] ?? Number.NaN;
            return Number.isNaN(x) && Number.isNaN(y) ? null : (
              <circle
                key={`${cell.x.key}\n${cell.y.key}`}
                cx={placeX(cell, x)}
                cy={placeY(cell, y)}
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

interface PanelProps {
  store: HparamsStore;
  cell: Cell;
  labelX: boolean;
  labelY: boolean;
}

/** Frame, ticks and brush of one cell of the matrix. */
function Panel({ store, cell, labelX, labelY }: PanelProps) {
  const [box, setBox] = useState<[number, number, number, number] | null>(null);
  const [wide, high] = cell.size;
  const scaleX = store.scale(cell.x.key);
  const scaleY = store.scale(cell.y.key);
  const set = useRef(onFrame((next: () => void) => next())).current;
  const atX = (x: number): number => Math.min(1, Math.max(0, (x - INSET) / (wide - INSET * 2)));
  const atY = (y: number): number =>
    Math.min(1, Math.max(0, (high - INSET - y) / (high - INSET * 2)));
  const heldX = entryOf(store.brush.value, cell.x.key);
  const heldY = entryOf(store.brush.value, cell.y.key);
  const stretchX = heldX ? scaleX.stretch(heldX) : null;
  const stretchY = heldY ? scaleY.stretch(heldY) : null;
  const both = stretchX && stretchY;
  const clear = (): void => {
    store.brush.value = withCondition(
      withCondition(store.brush.value, cell.x.key, null),
      cell.y.key,
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
            withCondition(store.brush.value, cell.x.key, inX),
            cell.y.key,
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
        left: `${cell.left}px`,
        top: `${cell.top}px`,
        width: `${wide}px`,
        height: `${high}px`,
      }}
      role="img"
      aria-label={`${cell.y.label} over ${cell.x.label}`}
      title={`${cell.y.label} over ${cell.x.label}: drag to brush, click to clear; trials without a value stand on the edge`}
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
            <text key={String(tick.value)} x={atPx(tick.at)} y={high + 12} text-anchor="middle">
              {shorten(tickText(tick.value, cell.x.kind), 8)}
            </text>
          ))}
        {labelX && (
          <text class="nbb-hp-cell-name" x={wide / 2} y={high + 27} text-anchor="middle">
            {shorten(cell.x.label, Math.floor(wide / 6.5))}
          </text>
        )}
        {labelY &&
          spaced(scaleY.ticks(4), 14 / high).map((tick) => (
            <text key={String(tick.value)} x={-4} y={downPx(tick.at)} dy="0.32em" text-anchor="end">
              {shorten(tickText(tick.value, cell.y.kind), 6)}
            </text>
          ))}
        {labelY && (
          <text
            class="nbb-hp-cell-name"
            transform={`translate(${-46},${high / 2}) rotate(-90)`}
            text-anchor="middle"
          >
            {shorten(cell.y.label, Math.floor(high / 6.5))}
          </text>
        )}
      </svg>
    </div>
  );
}
