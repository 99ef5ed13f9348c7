// A card: all steps of a series, and under them the histogram at the slider's step.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { drawXAxis } from "../../draw/axes.ts";
import { sized } from "../../draw/canvas.ts";
import { secondsOf } from "../../draw/dates.ts";
import { inTurn } from "../../draw/turns.ts";
import { usePixelRatio } from "../../stepped/hooks.ts";
import type { CellProps } from "../../stepped/kind.ts";
import { useScene } from "./card-scene.ts";
import { type Column, columnAtStep } from "./columns.ts";
import type { Histogram } from "./histogram.ts";
import { momentsOf } from "./moments.ts";
import { paintBars, paintMarker, paintSteps, ridgesOf, tracedRidge } from "./paint.ts";
import { momentAt, type Probe, probeAt } from "./probe.ts";
import { barsOf, type Layout, type Scene, shownOf } from "./scene.ts";
import type { HistogramsState } from "./state.ts";
import type { Pixel } from "../../shell/tip.tsx";
import { BucketTip, PercentileTip } from "./tip.tsx";
import { describe } from "./words.ts";

export type Cell = CellProps<Histogram, HistogramsState>;

export function HistogramCell(props: Cell) {
  const { at, box, item, now, spoken, state, onPick } = props;
  const { series } = at;
  const { scene, layout } = useScene(props, series, box);
  const ratio = usePixelRatio();
  const picture = useRef<HTMLCanvasElement>(null);
  const front = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<{ probe: Probe; at: Pixel } | null>(null);
  const here = columnAtStep(series, now.position, item);
  const shown = shownOf(scene, item);
  useLayoutEffect(() => {
    const canvas = picture.current!;
    inTurn(canvas, () => {
      paintSteps(sized(canvas, box.width, box.height, ratio), scene, layout);
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
    });
  }, [scene, layout, ratio]);
  const probe = hover?.probe ?? null;
  useLayoutEffect(() => {
    const canvas = front.current!;
    inTurn(canvas, () => {
      paintFront(sized(canvas, box.width, box.height, ratio), scene, layout, here, shown, probe);
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
    });
  }, [scene, layout, ratio, item, probe?.column, probe?.on, probe?.bucket?.index]);
  useEffect(() => {
    if (state.show.value === "percentiles") state.curves.want(series);
  }, [state.show.value, series.id, series.order.length]);
  const start = series.wall.length ? secondsOf(series.wall[series.order[0]!]!) : Number.NaN;
  const pixel = (event: MouseEvent): Pixel => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const odd = momentsOf(item).odd;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the slider has keys, and Enter picks the card
    <div
      class="nbb-cell nbb-histogram"
      style={{ height: `${box.height}px` }}
      role="img"
      aria-label={`${spoken}: ${describe(item)}`}
      data-columns={scene.columns.length}
      data-bands={scene.bands.length}
      onPointerMove={(event) => {
        const { x, y } = pixel(event);
        const found = probeAt(scene, layout, shown, x, y);
        setHover(found && { probe: found, at: { x: event.clientX, y: event.clientY } });
      }}
      onPointerLeave={() => setHover(null)}
      onClick={(event) => {
        const { x, y } = pixel(event);
        const found = probeAt(scene, layout, shown, x, y);
        const moment = found && momentAt(scene, found);
        // On a step: the slider goes there. On the one histogram: the card is picked.
        if (moment && state.link.peek()) state.setStep(moment.step);
        else if (moment) state.setCardStep(series, moment.step);
        else onPick();
      }}
    >
      <canvas ref={picture} class="nbb-steps" />
      <canvas ref={front} />
      {!momentsOf(item).count && (
        <span class="nbb-nothing" style={{ top: `${layout.values.box.top}px` }}>
          {odd ? "no bucket that is finite" : "no values at this step"}
        </span>
      )}
      {hover && <Told probe={hover.probe} here={here} start={start} scene={scene} at={hover.at} />}
    </div>
  );
}

interface ToldProps {
  probe: Probe;
  here: Column;
  start: number;
  scene: Scene;
  at: Pixel;
}

function Told({ probe, here, start, scene, at }: ToldProps) {
  if (probe.on === "steps" && scene.show === "percentiles") {
    const band = scene.bands[probe.column];
    return band ? <PercentileTip at={at} band={band} start={start} /> : null;
  }
  const column = probe.on === "values" ? here : scene.columns[probe.column];
  if (!column) return null;
  const binned = scene.span !== null;
  return <BucketTip at={at} column={column} bucket={probe.bucket} start={start} binned={binned} />;
}

/** What follows the slider and the pointer. */
export function paintFront(
  s: CanvasRenderingContext2D,
  scene: Scene,
  layout: Layout,
  here: Column,
  shown: Histogram,
  probe: Probe | null,
): void {
  const { over, values, edges } = layout;
  const { theme, color } = scene;
  if (!over && scene.columns.length > 1) {
    const wanted = probe && probe.column >= 0 ? probe.column : indexOf(scene, here);
    const ridge = ridgesOf(scene, layout)[wanted];
    if (!ridge) return;
    s.strokeStyle = theme.text;
    s.lineWidth = 1.6;
    tracedRidge(s, ridge);
    s.stroke();
    return;
  }
  if (over) {
    const place = placeOf(scene, here);
    paintMarker(s, over.x(place), over.box, theme.accent);
    if (probe?.on === "steps" && probe.column >= 0) outlineProbe(s, scene, layout, edges, probe);
  }
  const marked = probe?.on === "values" ? (probe.bucket?.index ?? -1) : null;
  paintBars(s, barsOf(shown, values.x), values.box, color, marked);
  // The line on which the bars stand.
  drawXAxis(s, values.x, { values: [], labels: [] }, values.box, {
    text: theme.faint,
    grid: theme.grid,
    font: theme.font,
  });
  s.fillStyle = theme.faint;
  s.globalAlpha = 0.5;
  s.fillRect(values.box.left, values.box.bottom, values.box.right - values.box.left, 1);
  s.globalAlpha = 1;
}

/** The column under the pointer, and the bucket in it. */
function outlineProbe(
  s: CanvasRenderingContext2D,
  { theme }: Scene,
  { over }: Layout,
  edges: readonly number[],
  { column, bucket }: Probe,
): void {
  const [left, right] = [edges[column]!, edges[column + 1]!];
  const { box, y } = over!;
  s.save();
  s.fillStyle = theme.text;
  s.globalAlpha = 0.14;
  s.fillRect(left, box.top, Math.max(1, right - left), box.bottom - box.top);
  if (bucket) {
    s.globalAlpha = 1;
    const [top, bottom] = [y(bucket.high), y(bucket.low)];
    s.fillRect(left - 1, top - 1, Math.max(1, right - left) + 2, 1);
    s.fillRect(left - 1, Math.max(bottom, top + 1), Math.max(1, right - left) + 2, 1);
  }
  s.restore();
}

function indexOf(scene: Scene, here: Column): number {
  let found = -1;
  scene.columns.forEach(({ step }, i) => {
    if (step <= here.step) found = i;
  });
  return found;
}

function placeOf(scene: Scene, here: Column): number {
  if (scene.x === "step") return Number(here.step);
  if (scene.x === "wall") return here.wall;
  const first = scene.columns[0];
  return first ? here.wall - (first.wall - scene.places[0]!) : 0;
}
