// The curves of one trial: a small chart a metric, from what the browser holds.
import { shorten } from "../../shell/names.ts";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { extent } from "d3-array";
import { formatCount, formatNumber, formatShare, formatStep } from "../../draw/format.ts";
import { fit } from "./paint.ts";
import type { HparamsStore } from "./store.ts";
import { type Curve as Points, curveOf, type Steps, type TrialSet } from "./trials.ts";

export const CURVES_HEIGHT = 156;
const CHART = { width: 236, height: 112, left: 44, right: 8, top: 6, bottom: 16 };
const LETTER = 6.4;
/** So many other trials are drawn behind, for comparison. */
const OTHERS = 60;

interface Curve {
  /** Where its points are drawn, and which steps these are exactly. */
  step: Float64Array;
  exact: Steps;
  value: Float64Array;
  total: number;
  run: string;
}

interface Props {
  store: HparamsStore;
  row: number;
  width: number;
}

export function Curves({ store, row, width }: Props) {
  const set = store.set.value;
  const sessions = store.sessions.value[row] ?? [];
  useEffect(() => store.finer.ask(set, sessions), [sessions, set]);
  const logged = set.metrics.map((_, metric) => curvesOf(store, set, metric, sessions));
  return (
    <section
      class="nbb-hp-curves"
      aria-label={`Curves of ${store.nameOf(row)}`}
      style={{ width: `${width}px` }}
    >
      {set.metrics.map((metric, i) => (
        <Chart
          key={metric.key}
          store={store}
          label={metric.label}
          curves={logged[i]!}
          color={logged[i]!.length === 1 ? store.colors.value[row]! : null}
          others={othersOf(store, set, i, row)}
        />
      ))}
      {set.metrics.length === 0 && <span class="nbb-note">This trial logged no metric.</span>}
    </section>
  );
}

function curveFrom({ step, value }: Points, total: number, run: string): Curve {
  const places = step instanceof Float64Array ? step : Float64Array.from(step, Number);
  return { step: places, exact: step, value, total, run };
}

function curvesOf(
  store: HparamsStore,
  set: TrialSet,
  metric: number,
  sessions: readonly number[],
): Curve[] {
  const curves: Curve[] = [];
  for (const session of sessions) {
    const run = set.runs[session]!;
    const held = curveOf(set, metric, session);
    const finer = store.finer.held.value.get(run)?.[metric];
    if (held.total > 0) curves.push(curveFrom(finer ?? held, held.total, run));
  }
  return curves;
}

/** Brushed trials beside this one, a fair few of them. */
function othersOf(store: HparamsStore, set: TrialSet, metric: number, row: number): Curve[] {
  const mask = store.brushed.value;
  const sessions = store.sessions.value.filter((_, other) => other !== row && mask[other]).flat();
  const every = Math.max(1, Math.ceil(sessions.length / OTHERS));
  return sessions
    .filter((_, i) => i % every === 0)
    .map((session) => curveFrom(curveOf(set, metric, session), 0, ""));
}

interface ChartProps {
  store: HparamsStore;
  label: string;
  curves: Curve[];
  others: Curve[];
  /** Of the line; null for the colours of the runs. */
  color: string | null;
}

function Chart({ store, label, curves, others, color }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const theme = store.ctx.theme.value;
  const colorOf = store.ctx.runs.color.bind(store.ctx.runs);
  const frame = useMemo(() => frameOf(curves, others), [curves, others]);
  const steps = curves[0]?.step ?? new Float64Array(0);
  const place = cursor === null ? null : Math.min(cursor, steps.length - 1);
  const at = place === null ? null : (steps[place] ?? null);
  useEffect(() => {
    if (!canvas.current) return;
    const context = fit(canvas.current, CHART.width, CHART.height);
    context.clearRect(0, 0, CHART.width, CHART.height);
    if (!frame) return;
    context.font = `11px ${theme.font}`;
    drawFrame(context, frame, theme);
    context.lineJoin = "round";
    context.lineWidth = 1;
    context.strokeStyle = store.grey();
    context.globalAlpha = others.length > 20 ? 0.35 : 0.6;
    for (const curve of others) trace(context, frame, curve);
    context.globalAlpha = 1;
    context.lineWidth = 1.6;
    for (const curve of curves) {
      context.strokeStyle = color ?? colorOf(curve.run);
      trace(context, frame, curve);
    }
    if (at !== null) drawCursor(context, frame, at, theme.faint);
  });
  const shown = curves.reduce((sum, { step }) => sum + step.length, 0);
  const total = curves.reduce((sum, curve) => sum + curve.total, 0);
  const nearest = (x: number): void => {
    if (!frame || !steps.length) return;
    const step = frame.toStep(x);
    let best = 0;
    steps.forEach((value, i) => {
      if (Math.abs(value - step) < Math.abs(steps[best]! - step)) best = i;
    });
    setCursor(best);
  };
  const last = curves.map(({ value }) => value[value.length - 1]).filter((v) => v !== undefined);
  const read =
    at === null || place === null
      ? last.map((value) => formatNumber(value!)).join(", ") || "–"
      : `${formatStep(curves[0]!.exact[place]!)}: ${curves.map((curve) => valueNear(curve, at)).join(", ")}`;
  return (
    <figure class="nbb-hp-chart">
      <figcaption>
        <span title={label}>{shorten(label, 22)}</span>
        <output>{read}</output>
      </figcaption>
      {curves.length ? (
        <canvas
          ref={canvas}
          tabIndex={0}
          role="slider"
          aria-label={`Curve of ${label}`}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, steps.length - 1)}
          aria-valuenow={cursor ?? Math.max(0, steps.length - 1)}
          aria-valuetext={`${read}; ${formatCount(total, "point")}`}
          style={{ width: `${CHART.width}px`, height: `${CHART.height}px` }}
          onPointerMove={(event) => nearest(event.offsetX)}
          onPointerLeave={() => setCursor(null)}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 }[event.key];
            if (!by) return;
            event.preventDefault();
            event.stopPropagation();
            const from = cursor ?? steps.length - 1;
            setCursor(Math.max(0, Math.min(steps.length - 1, from + by)));
          }}
        />
      ) : (
        <div class="nbb-empty nbb-hp-no-curve">no {shorten(label, 20)}</div>
      )}
      <div class="nbb-note">{curves.length ? formatShare(shown, total, "point") : ""}</div>
    </figure>
  );
}

function valueNear(curve: Curve, step: number): string {
  let best = 0;
  curve.step.forEach((value, i) => {
    if (Math.abs(value - step) <= Math.abs(curve.step[best]! - step)) best = i;
  });
  return formatNumber(curve.value[best] ?? Number.NaN);
}

interface Frame {
  /** Room for the values that are written at the side. */
  left: number;
  x(step: number): number;
  y(value: number): number;
  toStep(x: number): number;
  steps: [number, number];
  values: [number, number];
}

function frameOf(curves: readonly Curve[], others: readonly Curve[]): Frame | null {
  const all = [...curves, ...others];
  const [first, last] = extent(all.flatMap(({ step }) => extent(step)).filter(known));
  const finite = all.flatMap(({ value }) => extent(value.filter(Number.isFinite)));
  let [low, high] = extent(finite.filter(known));
  if (first === undefined || last === undefined) return null;
  low ??= 0;
  high ??= 1;
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  const values: [number, number] = [low - pad, high + pad];
  const written = [low, high].map((value) => formatNumber(value, 3).length);
  const left = Math.max(CHART.left, Math.max(...written) * LETTER + 8);
  const width = CHART.width - left - CHART.right;
  const height = CHART.height - CHART.top - CHART.bottom;
  const span = last - first || 1;
  return {
    left,
    x: (step) => left + ((step - first) / span) * width,
    y: (value) => CHART.top + ((values[1] - value) / (values[1] - values[0])) * height,
    toStep: (x) => first + ((x - left) / width) * span,
    steps: [first, last],
    values: [low, high],
  };
}

function known(value: number | undefined): value is number {
  return value !== undefined;
}

function drawFrame(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { grid, faint }: { grid: string; faint: string },
): void {
  const bottom = CHART.height - CHART.bottom;
  context.strokeStyle = grid;
  context.lineWidth = 1;
  context.fillStyle = faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of new Set(frame.values)) {
    const y = Math.round(frame.y(value)) + 0.5;
    context.beginPath();
    context.moveTo(frame.left, y);
    context.lineTo(CHART.width - CHART.right, y);
    context.stroke();
    context.fillText(formatNumber(value, 3), frame.left - 5, y);
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(formatStep(frame.steps[0]), frame.left, bottom + 13);
  context.textAlign = "right";
  context.fillText(formatStep(frame.steps[1]), CHART.width - CHART.right, bottom + 13);
}

/** A line through the finite points; one alone is a dot, NaN and infinity mark the foot. */
function trace(context: CanvasRenderingContext2D, frame: Frame, curve: Curve): void {
  let pen = false;
  context.beginPath();
  for (let i = 0; i < curve.step.length; i++) {
    const x = frame.x(curve.step[i]!);
    if (!Number.isFinite(curve.value[i]!)) {
      const y = CHART.height - CHART.bottom;
      context.moveTo(x - 3, y);
      context.lineTo(x + 3, y);
      context.lineTo(x, y - 5);
      context.lineTo(x - 3, y);
      pen = false;
      continue;
    }
    const y = frame.y(curve.value[i]!);
    if (pen) context.lineTo(x, y);
    else context.moveTo(x, y);
    pen = true;
  }
  context.stroke();
  if (curve.step.length !== 1 || !Number.isFinite(curve.value[0]!)) return;
  context.beginPath();
  context.arc(frame.x(curve.step[0]!), frame.y(curve.value[0]!), 2.5, 0, 7);
  context.fillStyle = context.strokeStyle;
  context.fill();
}

function drawCursor(
  context: CanvasRenderingContext2D,
  frame: Frame,
  step: number,
  color: string,
): void {
  const x = Math.round(frame.x(step)) + 0.5;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, CHART.top);
  context.lineTo(x, CHART.height - CHART.bottom);
  context.stroke();
}
