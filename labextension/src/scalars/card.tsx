// A card: one tag, its picture, its tools, its tables.
import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import type { AxisKind } from "../draw/axes.ts";
import { formatDuration, formatNumber, formatStep, formatWallTime } from "../draw/format.ts";
import type { ViewContext } from "../shell/context.ts";
import { Button, Name } from "../shell/controls.tsx";
import { entryOf } from "../shell/names.ts";
import { CardMenu } from "./card-menu.tsx";
import { Info, NAMED, Placeholder } from "./card-notes.tsx";
import { Chart } from "./chart.ts";
import { chartNote, linesOfChart } from "./charts.ts";
import { Gestures } from "./gestures.ts";
import { type Hit, marksNear, sortHits } from "./hits.ts";
import { Legend } from "./legend.tsx";
import { type Counts, countsOf, isTag, type Line, linesOf, sumOfCounts } from "./lines.ts";
import type { Scene } from "./plot.ts";
import { Refiner } from "./refine.ts";
import type { CardSize, ScalarState } from "./state.ts";
import type { ScalarStore } from "./store.ts";
import { announce, ReaderTable, SelectionTable } from "./tables.tsx";
import { Tooltip } from "./tooltip.tsx";

export const HEIGHTS: Record<CardSize, number> = { small: 130, medium: 190, large: 320 };
/** Of the card at full width. */
export const EXPANDED_HEIGHT = 400;

const NO_LINES: readonly Line[] = [];
const NO_COUNTS: Counts = {
  ...{ held: 0, total: 0, hidden: 0, odd: 0, undated: 0, awaited: 0 },
  ...{ undatedRuns: [], noX: [] },
};
/** Pixels within which the pointer is on a mark. */
const MARK_REACH = 6;

interface CardProps {
  ctx: ViewContext;
  store: ScalarStore;
  tag: string;
  title: string;
  /** Height of the table under it, in pixels; 0 while nothing is selected. */
  table: number;
}

export function xKind(x: string): AxisKind {
  if (x === "step") return "step";
  return x === "relative" ? "duration" : x === "wall" ? "moment" : "number";
}

export function formatterOf(x: string): (value: number) => string {
  if (x === "relative") return formatDuration;
  if (x === "wall") return formatWallTime;
  return isTag(x) ? formatNumber : formatStep;
}

/** The lines of a card under the options chosen, with those of its second axis. */
function useLines(ctx: ViewContext, store: ScalarStore, tag: string, seen: Signal<boolean>) {
  return useComputed<readonly Line[]>(() => {
    const { state } = store;
    // Of a hundred cards some eight are in sight. Under a selection all have tables, so that
    // none grows when it is scrolled to.
    if (!seen.value && state.selection.value.length === 0) return NO_LINES;
    const options = state.lineOptions.value;
    const shown = ctx.shownRuns.value;
    const xSeries = isTag(options.x) ? store.of(options.x) : undefined;
    const chart = store.chart(tag);
    if (chart) return linesOfChart(chart, store, shown, options, xSeries);
    const lines = linesOf(store.of(tag), shown, ctx.runs, options, xSeries);
    const other = entryOf(state.rightAxis.value, tag);
    if (!other) return lines;
    return [...lines, ...linesOf(store.of(other), shown, ctx.runs, options, xSeries, true)];
  });
}

export const Card = memo(function Card({ ctx, store, tag, title, table }: CardProps) {
  const { state } = store;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const width = useSignal(0);
  const seen = useSignal(false);
  const pointer = useSignal<{ x: number; y: number } | null>(null);
  const lines = useLines(ctx, store, tag, seen);
  const expanded = state.expanded.value === tag;
  const height = expanded ? EXPANDED_HEIGHT : HEIGHTS[state.cardSize.value];

  const counts = useComputed<Counts>(() => {
    if (!seen.value) return NO_COUNTS;
    const options = state.lineOptions.value;
    const xSeries = isTag(options.x) ? store.of(options.x) : undefined;
    const shown = ctx.shownRuns.value;
    const counts = store.tagsOf(tag).map((one) => countsOf(store.of(one), shown, options, xSeries));
    return counts.length === 1 ? counts[0]! : sumOfCounts(counts);
  });

  const scene = useComputed<Scene>(() => {
    const zoom = state.zoomOf(tag);
    return {
      lines: lines.value,
      smoothed: state.smoothing.value > 0,
      xKind: xKind(state.x.value),
      xScale: state.xScale.value,
      yScale: state.yScaleOf(tag),
      ignoreOutliers: state.ignoreOutliers.value,
      zoomX: zoom.x,
      zoomY: zoom.y,
      selection: state.selection.value,
      colors: ctx.theme.value,
      width: width.value,
      height: state.expanded.value === tag ? EXPANDED_HEIGHT : HEIGHTS[state.cardSize.value],
    };
  });

  useEffect(() => {
    const made = new Chart(host.current!);
    chart.current = made;
    const stop = new Gestures(host.current!, tag, made, state, (at) => {
      pointer.value = at;
    }).listen();
    const size = new ResizeObserver(() => {
      width.value = Math.floor(host.current?.clientWidth ?? 0);
    });
    size.observe(host.current!);
    // Only what is in sight, or nearly, is drawn.
    const sight = new IntersectionObserver(
      (entries) => {
        seen.value = entries[entries.length - 1]!.isIntersecting;
      },
      { rootMargin: "200px" },
    );
    sight.observe(host.current!);
    return () => {
      stop();
      size.disconnect();
      sight.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, []);

  useSignalEffect(() => {
    if (!seen.value || width.value === 0) return;
    const shown = ctx.shownRuns.value;
    for (const one of store.tagsOf(tag)) store.want(one, shown);
    const right = entryOf(state.rightAxis.value, tag);
    if (right) store.want(right, shown);
    if (isTag(state.x.value)) store.want(state.x.value, shown);
    // Until then the skeleton stands there: axes without data would only jump.
    const { awaited } = counts.value;
    if (lines.value.length > 0 || awaited === 0) chart.current?.show(scene.value);
  });
  useSignalEffect(() => {
    const cursor = state.cursor.value;
    chart.current?.setCursor(seen.value ? (cursor?.x ?? null) : null);
  });
  const refiner = useRef<Refiner | null>(null);
  refiner.current ??= new Refiner(store, state);
  const coarse = useSignal(false);
  useSignalEffect(() => {
    if (!seen.value || width.value === 0) return;
    coarse.value = refiner.current!.check(
      store.tagsOf(tag),
      ctx.shownRuns.value,
      scene.value,
      () => {
        coarse.value = false;
      },
    );
  });

  const cursor = state.cursor.value;
  const mine = cursor?.tag === tag;
  return (
    <section class="nbb-card" aria-label={tag} data-expanded={expanded ? "" : undefined}>
      <header class="nbb-card-head">
        <h4 class="nbb-card-title" aria-label={title}>
          <Name text={title} tail={16} />
        </h4>
        <Info
          counts={counts.value}
          x={state.x.value}
          lines={lines.value.length}
          coarse={coarse.value}
          busy={ctx.busy.value}
          note={chartNote(store.chart(tag), lines.value)}
        />
        <span class="nbb-card-tools">
          <Button
            label={`Pin ${tag}`}
            icon="pin"
            pressed={state.pinned.value.includes(tag)}
            onClick={() => state.togglePin(tag)}
          />
          <Button
            label={`Log scale of ${tag}`}
            icon="log"
            pressed={state.yScaleOf(tag) === "log"}
            onClick={() => state.toggleLogY(tag)}
          />
          {state.isZoomed(tag) && (
            <Button
              label={`Reset zoom of ${tag}`}
              icon="reset"
              onClick={() => state.resetZoom(tag)}
            />
          )}
          <Button
            label={`Full size of ${tag}`}
            icon={expanded ? "shrink" : "expand"}
            pressed={expanded}
            onClick={() => {
              state.expanded.value = expanded ? null : tag;
            }}
          />
          <CardMenu ctx={ctx} store={store} tag={tag} chart={chart} />
        </span>
      </header>
      {store.chart(tag) && <Legend lines={lines.value} />}
      <div
        ref={host}
        class="nbb-chart"
        role="img"
        aria-label={`Chart of ${tag}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor in it
        tabIndex={0}
        style={{ height: `${height}px` }}
      >
        {seen.value && (
          <Placeholder
            ctx={ctx}
            counts={counts.value}
            lines={lines.value}
            x={state.x.value}
            why={store.tagsOf(tag).length === 0 ? "No tag matches" : ""}
          />
        )}
      </div>
      {mine && seen.value && pointer.value && lines.value.length > 0 && (
        <Tooltip
          store={store}
          hits={sorted(chart.current, state, pointer.value, host.current!, cursor.x)}
          cursor={cursor.x}
          later={lines.value.length - (chart.current?.hits(cursor.x).length ?? 0)}
          mark={markText(ctx, chart.current, lines.value, cursor.x, state.x.value)}
          smoothed={state.smoothing.value > 0}
          x={state.x.value}
          at={pointer.value}
        />
      )}
      <output class="nbb-visually-hidden">
        {mine ? announce(lines.value, cursor.x, formatterOf(state.x.value)) : ""}
      </output>
      {table > 0 && (
        <div class="nbb-selection" style={{ height: `${table}px` }}>
          <SelectionTable
            store={store}
            tag={tag}
            lines={lines.value}
            selection={state.selection.value}
            formatX={formatterOf(state.x.value)}
          />
        </div>
      )}
      {seen.value && <ReaderTable tag={tag} lines={lines.value} />}
    </section>
  );
});

/** The hits at the cursor in the chosen order; distances from the pointer. */
function sorted(
  chart: Chart | null,
  state: ScalarState,
  at: { x: number; y: number },
  host: HTMLElement,
  x: number,
): Hit[] {
  const layout = chart?.layout;
  if (!chart || !layout) return [];
  const rect = host.getBoundingClientRect();
  const allFaded = chart.lines.every((line) => line.faded);
  const hits = chart.hits(x).filter(({ line }) => !line.faded || allFaded);
  return sortHits(hits, state.tooltipSort.value, ({ line, at: i }) => ({
    x: layout.x(line.x[i]!) - (at.x - rect.left),
    y: (line.right ? (layout.right ?? layout.y) : layout.y)(line.smooth[i]!) - (at.y - rect.top),
  }));
}

/** Whose values are not finite at the mark under the pointer. */
function markText(
  ctx: ViewContext,
  chart: Chart | null,
  lines: readonly Line[],
  cursor: number,
  x: string,
): string {
  const scale = chart?.layout?.x;
  if (!scale) return "";
  const reach = Math.abs(scale.invert(scale(cursor) + MARK_REACH) - cursor);
  const [at, runs] = marksNear(lines, cursor, reach);
  if (runs.length === 0) return "";
  const named = runs.slice(0, NAMED).map((run) => ctx.runs.label(run));
  const more = runs.length > NAMED ? ` and ${runs.length - NAMED} more` : "";
  return `not finite at ${formatterOf(x)(at)}: ${named.join(", ")}${more}`;
}
