// Parallel coordinates: where the axes stand, in which order, above the lines.
import { NO_SIZE } from "../../table/gestures.ts";
import { useSize } from "../../stepped/hooks.ts";
import { useMemo, useRef } from "preact/hooks";
import { Axis } from "./axis.tsx";
import { moveKey } from "../../table/move.ts";
import { Lines } from "./lines.tsx";
import { fitNames } from "../../table/measure.ts";
import type { HparamsStore } from "./store.ts";
import { tickText } from "../../table/cells.ts";

const HEAD = 50;
/** Where axes stand close, the chips of neighbours are at two heights. */
const CHIP_LINE = 20;
const CHIP_ROOM = 112;
const FOOT = 10;
const LANE = 26;
const EDGE = 48;
const EDGE_LANE = 62;
const MIN_GAP = 68;
/** Names that do not fit side by side stand at two heights. */
const NAME_LINE = 18;
const LETTER = 6.6;
/** Behind the name of a metric, up or down. */
const ARROW = 12;

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

/** Room for the ticks of the first axis, and the name of the lane, which have no axis before them. */
function leftEdge(store: HparamsStore, key: string | undefined, missing: boolean): number {
  const least = missing ? EDGE_LANE : EDGE;
  if (key === undefined) return least;
  const { kind } = store.columns.value.get(key)!;
  const letters = store
    .scale(key)
    .ticks(5)
    .map(({ value }) => tickText(value, kind).length);
  return Math.min(112, Math.max(least, Math.max(0, ...letters) * LETTER + 14));
}

export function Parallel({ store, height: outside }: Props) {
  const box = useRef<HTMLElement>(null);
  const { width: room, height: inside } = useSize(box, NO_SIZE);
  const keys = store.axes.value;
  const width = Math.max(room, axesWidth(keys.length));
  // Without the scrollbar, where there is one: nothing lies under it.
  const height = inside || outside;
  const heights = useHeights(store, keys);
  const missing = heights.some((column) => column.some((at) => Number.isNaN(at)));
  const left = leftEdge(store, keys[0], missing);
  const gap = keys.length > 1 ? (width - EDGE - left) / (keys.length - 1) : width;
  const x = keys.map((_, i) => (keys.length < 2 ? width / 2 : left + gap * i));
  const { names, staggered } = namesOf(store, keys, x, gap, width);
  const chips = 22 + (staggered ? NAME_LINE : 0);
  const close = gap < CHIP_ROOM;
  const plot: Plot = {
    top: HEAD + (close ? CHIP_LINE : 0) + (staggered ? NAME_LINE : 0),
    bottom: height - FOOT - (missing ? LANE : 0),
    lane: missing ? height - FOOT : null,
    x,
  };
  const apart = Math.min(gap, EDGE * 4);
  const count = store.set.value.trials.length;
  return (
    <section
      ref={box}
      class="nbb-hp-parallel"
      aria-label="Parallel coordinates"
      style={{ height: `${outside}px` }}
    >
      {room > 0 && keys.length > 0 && (
        <div class="nbb-hp-plot" style={{ width: `${width}px`, height: `${height}px` }}>
          <Lines store={store} heights={heights} plot={plot} width={width} height={height} />
          {plot.lane !== null && (
            <span
              class="nbb-hp-lane"
              style={{ top: `${plot.lane - 8}px`, width: `${left - 12}px` }}
              aria-hidden="true"
            >
              missing
            </span>
          )}
          {keys.map((key, i) => (
            <Axis
              key={key}
              store={store}
              column={store.columns.value.get(key)!}
              name={names[i]!}
              plot={plot}
              index={i}
              gap={apart}
              nameTop={staggered && i % 2 ? 2 + NAME_LINE : 2}
              chipTop={chips + (close && i % 2 ? CHIP_LINE : 0)}
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

/** The axes' names, as far as they fit, at two heights if they would not at one. */
function namesOf(
  store: HparamsStore,
  keys: readonly string[],
  places: readonly number[],
  gap: number,
  width: number,
): { names: readonly string[]; staggered: boolean } {
  const { font } = store.ctx.theme.value;
  const fitted = (apart: number): readonly string[] =>
    fitNames(
      keys.map((key, i) => {
        const { label, kind } = store.columns.value.get(key)!;
        const inside = 2 * Math.min(places[i]!, width - places[i]!);
        return {
          name: label,
          room: Math.min(apart, inside) - (kind === "metric" ? ARROW : 0) - 4,
          font: `${key === store.judge.value ? 600 : 400} 12px ${font}`,
        };
      }),
    );
  const names = fitted(gap);
  const whole = names.every((name, i) => name === store.columns.value.get(keys[i]!)!.label);
  return whole ? { names, staggered: false } : { names: fitted(2 * gap), staggered: true };
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
