// A card: one tag, its picture, its tools, its tables.
import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import type { AxisKind } from "../draw/axes.ts";
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatStep,
  formatWallTime,
} from "../draw/format.ts";
import type { ViewContext } from "../shell/context.ts";
import { Button, Name } from "../shell/controls.tsx";
import { entryOf } from "../shell/names.ts";
import { CardMenu } from "./card-menu.tsx";
import { Chart } from "./chart.ts";
import { Gestures } from "./gestures.ts";
import { type Hit, sortHits } from "./hits.ts";
import { countsOf, isTag, type Line, linesOf } from "./lines.ts";
import type { Scene } from "./plot.ts";
import { Refiner } from "./refine.ts";
import type { CardSize, ScalarState } from "./state.ts";
import type { ScalarStore } from "./store.ts";
import { announce, ReaderTable, SelectionTable } from "./tables.tsx";
import { Tooltip } from "./tooltip.tsx";

export const HEIGHTS: Record<CardSize, number> = { small: 130, medium: 190, large: 320 };

const NO_LINES: readonly Line[] = [];
const NO_COUNTS = { held: 0, total: 0, hidden: 0, odd: 0 };

interface CardProps {
  ctx: ViewContext;
  store: ScalarStore;
  tag: string;
  title: string;
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
    const lines = linesOf(store.of(tag), shown, ctx.runs, options, xSeries);
    const other = entryOf(state.rightAxis.value, tag);
    if (!other) return lines;
    return [...lines, ...linesOf(store.of(other), shown, ctx.runs, options, xSeries, true)];
  });
}

export const Card = memo(function Card({ ctx, store, tag, title }: CardProps) {
  const { state } = store;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const width = useSignal(0);
  const seen = useSignal(false);
  const pointer = useSignal<{ x: number; y: number } | null>(null);
  const lines = useLines(ctx, store, tag, seen);
  const expanded = state.expanded.value === tag;
  const height = expanded ? 400 : HEIGHTS[state.cardSize.value];

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
      height: state.expanded.value === tag ? 400 : HEIGHTS[state.cardSize.value],
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
    store.want(tag);
    const right = entryOf(state.rightAxis.value, tag);
    if (right) store.want(right);
    if (isTag(state.x.value)) store.want(state.x.value);
    // Until then the skeleton stands there: axes without data would only jump.
    if (store.isLoaded(tag)) chart.current?.show(scene.value);
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
    coarse.value = refiner.current!.check(tag, ctx.shownRuns.value, scene.value, () => {
      coarse.value = false;
    });
  });

  const counts = useComputed(() =>
    !seen.value ? NO_COUNTS : countsOf(store.of(tag), ctx.shownRuns.value, state.restarts.value),
  );
  const cursor = state.cursor.value;
  const mine = cursor?.tag === tag;
  return (
    <section class="nbb-card" aria-label={tag} data-expanded={expanded ? "" : undefined}>
      <header class="nbb-card-head">
        <h4 class="nbb-card-title" aria-label={title}>
          <Name text={title} tail={16} />
        </h4>
        <Info counts={counts.value} coarse={coarse.value} busy={ctx.busy.value} />
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
      <div
        ref={host}
        class="nbb-chart"
        role="img"
        aria-label={`Chart of ${tag}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor in it
        tabIndex={0}
        style={{ height: `${height}px` }}
      >
        {seen.value && <Placeholder store={store} tag={tag} lines={lines.value.length} ctx={ctx} />}
      </div>
      {mine && seen.value && pointer.value && lines.value.length > 0 && (
        <Tooltip
          hits={sorted(chart.current, state, pointer.value, host.current!, cursor.x)}
          smoothed={state.smoothing.value > 0}
          x={state.x.value}
          at={pointer.value}
        />
      )}
      <output class="nbb-visually-hidden">
        {mine ? announce(lines.value, cursor.x, formatterOf(state.x.value)) : ""}
      </output>
      <SelectionTable
        tag={tag}
        lines={lines.value}
        selection={state.selection.value}
        formatX={formatterOf(state.x.value)}
      />
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
  const hits = chart.hits(x).filter(({ line }) => !line.faded || chart.lines.every((l) => l.faded));
  return sortHits(hits, state.tooltipSort.value, ({ line, at: i }) => ({
    x: layout.x(line.x[i]!) - (at.x - rect.left),
    y: (line.right ? (layout.right ?? layout.y) : layout.y)(line.smooth[i]!) - (at.y - rect.top),
  }));
}

interface InfoProps {
  counts: { held: number; total: number; hidden: number; odd: number };
  coarse: boolean;
  busy: boolean;
}

/** "1,024 of 2,000,000 points", "3 hidden by a restart", "2 not finite": small, and true. */
function Info({ counts, coarse, busy }: InfoProps) {
  const { held, total, hidden, odd } = counts;
  const parts: string[] = [];
  if (total > 0) parts.push(formatShare(held, total, "point"));
  if (hidden > 0) parts.push(`${hidden.toLocaleString("en")} before a restart`);
  const none = odd === held && hidden === 0;
  if (odd > 0) parts.push(`${none ? "all" : odd.toLocaleString("en")} not finite`);
  if (coarse) parts.push(busy ? "finer when the cell ends" : "loading finer");
  const detail = `${formatShare(held, total, "point")} drawn; least and greatest are always among them.${hidden ? ` ${hidden.toLocaleString("en")} earlier points were logged again after a restart.` : ""}${odd ? ` ${odd.toLocaleString("en")} are NaN or infinite: triangles on the axis.` : ""}`;
  return (
    <span class="nbb-card-info" title={total > 0 ? detail : undefined}>
      {parts.join(" · ")}
    </span>
  );
}

interface PlaceholderProps {
  ctx: ViewContext;
  store: ScalarStore;
  tag: string;
  lines: number;
}

/** What stands in an empty card: nothing chosen, or not here yet. */
function Placeholder({ ctx, store, tag, lines }: PlaceholderProps) {
  if (lines > 0) return null;
  if (!store.isLoaded(tag)) {
    return (
      <div class="nbb-chart-note nbb-skeleton" aria-busy="true">
        {ctx.busy.value ? "The kernel is busy: more when the cell ends" : ""}
      </div>
    );
  }
  return <div class="nbb-chart-note">No run with this tag is selected</div>;
}
