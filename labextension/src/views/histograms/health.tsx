// The layers of a run in a strip: how each has moved, its spread, its zeros, and what is wrong.
import { useEffect, useRef } from "preact/hooks";
import { sized } from "../../draw/canvas.ts";
import { formatNumber, formatStep } from "../../draw/format.ts";
import { checked } from "../../shell/bound.ts";
import { Name, Select } from "../../shell/controls.tsx";
import type { Series } from "../../stepped/series.ts";
import type { Summary } from "../../stepped/store.ts";
import type { Histograms } from "./card-scene.ts";
import { healthOf, momentsOf, type Told } from "./moments.ts";
import { shareText, zerosReason } from "./words.ts";

/** More layers than this are only counted. */
const MOST_LAYERS = 300;
const SPARK = { width: 56, height: 16 };

interface Layer {
  series: Series;
  /** Spreads over all steps, as far as the kernel told of them. */
  spreads: readonly number[];
  /** At the step of the slider. */
  now: Told | undefined;
  ill: string;
}

export function Health(shared: Histograms) {
  const { state } = shared;
  const run = state.healthRun();
  if (!state.layers.value || run === undefined || state.alone()) return null;
  const all = state.ofRun(run);
  if (all.length < 2) return null;
  const layers = all.slice(0, MOST_LAYERS).map((series) => layerOf(shared, series));
  const ill = layers.filter((layer) => layer.ill);
  const runs = state.runs.value;
  return (
    <section class="nbb-health" aria-label={`Layers of ${run}`}>
      <div class="nbb-health-head">
        <b>layers</b>
        {runs.length > 1 ? (
          <Select
            label="Run whose layers are shown"
            value={run}
            options={runs.map((name) => [name, shared.ctx.runs.label(name)] as const)}
            onChange={(name) => {
              state.layersRun.value = name;
            }}
          />
        ) : null}
        <button
          type="button"
          class="nbb-button"
          aria-label="Hide the health of layers"
          title="Hide; the menu shows it again"
          onClick={() => checked(state.layers).onChange(false)}
        >
          hide
        </button>
        <output class="nbb-note" data-warn={ill.length ? "" : undefined}>
          {ill.length
            ? `${ill.length} of ${layers.length} flagged: ${kindsOf(ill)}`
            : `${layers.length} layers, none flagged`}
          {all.length > layers.length ? `, ${all.length - layers.length} more not looked at` : ""}
        </output>
      </div>
      <ul class="nbb-health-list">
        {layers.map((layer) => (
          <LayerButton key={layer.series.key} {...shared} layer={layer} />
        ))}
      </ul>
    </section>
  );
}

function kindsOf(ill: readonly Layer[]): string {
  const counts = new Map<string, number>();
  for (const layer of ill) counts.set(layer.ill, (counts.get(layer.ill) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

function layerOf({ store, state }: Histograms, series: Series): Layer {
  const at = state.at(series);
  const step = at.position < 0 ? null : series.step[at.position]!;
  const told = toldBy(store.summaries.value.get(series.id));
  const item = store.loaded(series, at.position)?.items[0];
  const now = item && !item.refusal ? momentsOf(item) : told.find((one) => one.step === step);
  const before = told.filter((one) => step !== null && one.step < step);
  const spreads = told.map(({ std }) => std);
  return { series, now, spreads, ill: now ? healthOf([...before, now]) : "" };
}

type ToldAt = Told & { step: bigint };

const read = new WeakMap<Summary, readonly ToldAt[]>();

/** What the kernel said of some steps of a series, in order of step. */
function toldBy(summary: Summary | undefined): readonly ToldAt[] {
  if (!summary) return [];
  let told = read.get(summary);
  if (!told) {
    told = rowsOf(summary);
    read.set(summary, told);
  }
  return told;
}

function rowsOf({ step, columns }: Summary): ToldAt[] {
  return Array.from(step, (step, i) => {
    const of = (name: string): number => columns[name]![i]!;
    const [count, mean, std, zeros] = [of("count"), of("mean"), of("std"), of("zeros")];
    const zerosExact = of("zeros_exact") > 0;
    const zerosMost = of("zeros_most");
    const [low, high, odd] = [of("low"), of("high"), of("odd")];
    return { step, count, mean, std, zeros, zerosExact, zerosMost, low, high, odd };
  });
}

function LayerButton({ ctx, state, layer }: Histograms & { layer: Layer }) {
  const { series, now, ill, spreads } = layer;
  const name = series.title || series.tag;
  const zeros = now?.count ? `${now.zerosExact ? "" : "≈ "}${shareText(now.zeros)} zero` : "";
  const word = !now ? "not loaded" : now.count ? ill || "ok" : "no values";
  const step = state.at(series).position;
  const title = [
    name,
    step < 0 ? "" : `step ${formatStep(series.step[step]!)}`,
    now?.count ? `mean ${formatNumber(now.mean)}, σ ${formatNumber(now.std)}` : "",
    zeros && now && !now.zerosExact ? `${zeros}. ${zerosReason(now)}` : zeros,
    ill ? REASONS[ill] : "",
  ].filter(Boolean);
  return (
    <li>
      <button
        type="button"
        class="nbb-layer"
        data-ill={ill || undefined}
        title={title.join("\n")}
        aria-label={`Open ${name}: ${word}, ${title.slice(2).join(", ")}`}
        onClick={() => state.enlarge(series.key)}
      >
        <Name text={name} />
        <Spark values={spreads} color={ill ? "" : ctx.runs.color(series.run)} />
        <span class="nbb-layer-numbers">
          {now?.count ? `μ ${formatNumber(now.mean, 2)}  σ ${formatNumber(now.std, 2)}` : ""}
        </span>
        <span class="nbb-layer-zeros">{zeros}</span>
        <span class="nbb-layer-word">{word}</span>
      </button>
    </li>
  );
}

const REASONS: Record<string, string> = {
  dead: "dead: nine in ten values are zeros, or all are the same",
  exploding: "exploding: a hundred times as large as at the median of the steps before",
  "not finite": "not finite: a bucket has an edge or a count that is no number",
};

/** How the spread of a layer went, from 0 up. */
function Spark({ values, color }: { values: readonly number[]; color: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const { width, height } = SPARK;
    const s = sized(element, width, height);
    const finite = values.filter(Number.isFinite);
    const most = Math.max(...finite) || 1;
    s.fillStyle = color || getComputedStyle(element).color;
    const bar = width / Math.max(values.length, 1);
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      const tall = Math.max(1, (value / most) * (height - 1));
      s.fillRect(i * bar, height - tall, Math.max(1, bar - 0.3), tall);
    });
  }, [values.join(), color]);
  return (
    <canvas
      ref={canvas}
      class="nbb-spark"
      style={{ width: `${SPARK.width}px`, height: `${SPARK.height}px` }}
    />
  );
}
