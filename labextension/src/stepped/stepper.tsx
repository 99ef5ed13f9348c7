// The slider over the steps that exist, with a tick for each, and the film.
import { formatCount, formatStep } from "../draw/format.ts";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../shell/controls.tsx";
import { useSize } from "./hooks.ts";
import type { Item, Shared } from "./kind.ts";
import { LoadedNote } from "./notes.tsx";
import type { Series } from "./series.ts";
import type { At, SteppedState } from "./state.ts";
import { indexOfStep, parseStep, ticksOf } from "./steps.ts";
import type { SteppedStore } from "./store.ts";

/** Half the slider's thumb: its middle goes from here to the same distance from the end. */
const THUMB = 6;
/** Of more points the ticks do not say which are loaded: looking would take too long. */
const MOST_POINTS = 4_000;
/** More runs than this share one row of ticks. */
const ROWS = 6;

export function Stepper<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { state, kind } = shared;
  const union = state.union.value;
  const index = state.index.value;
  const step = union[index];
  if (step === undefined || (kind.mostlyOne && union.length === 1)) return null;
  const last = union.length - 1;
  const following = state.step.value === null;
  const newer = last - index;
  return (
    <div class="nbb-stepper">
      <span class="nbb-stepper-name" aria-hidden="true">
        step
      </span>
      <Button
        label="Previous step"
        icon="previous"
        disabled={index <= 0}
        onClick={() => state.setIndex(index - 1)}
      />
      <span class="nbb-track">
        <Slider
          label="Step"
          value={index}
          max={last}
          text={`step ${step}, ${index + 1} of ${union.length}`}
          onInput={(value) => {
            state.playing.value = false;
            state.setIndex(value);
          }}
        />
        <Ticks {...shared} />
      </span>
      <Button
        label="Next step"
        icon="next"
        disabled={index >= last}
        onClick={() => state.setIndex(index + 1)}
      />
      <StepBox state={state} step={step} />
      <span class="nbb-note nbb-count">
        {index + 1} of {formatCount(union.length, "step")}
      </span>
      <Button
        label={state.playing.value ? "Pause" : "Play"}
        icon={state.playing.value ? "pause" : "play"}
        disabled={last < 1}
        pressed={state.playing.value}
        onClick={() => {
          state.playing.value = !state.playing.value;
        }}
      />
      <button
        type="button"
        class="nbb-button"
        aria-pressed={following}
        aria-label="Follow the latest step"
        title="Go to the latest step, and on to newer ones as they are logged"
        onClick={() => {
          state.playing.value = false;
          state.step.value = following ? String(step) : null;
        }}
      >
        {following || newer === 0 ? "latest" : `${newer.toLocaleString("en")} newer ⇥`}
      </button>
      <LoadedNote {...shared} />
    </div>
  );
}

/** What single controls need of the state. */
type Steps = { setStep(step: bigint): void };
type Cards = { setCardStep(series: Series, step: bigint): void };

interface SliderProps {
  label: string;
  value: number;
  max: number;
  /** What a screen reader says instead of the number. */
  text: string;
  small?: boolean;
  onInput(value: number): void;
}

export function Slider({ label, value, max, text, small, onInput }: SliderProps) {
  return (
    <input
      class={`nbb-range nbb-step-range ${small ? "nbb-step-small" : ""}`}
      type="range"
      aria-label={label}
      aria-valuetext={text}
      title={text}
      style={{ "--nbb-fill": `${(100 * value) / (max || 1)}%` }}
      min={0}
      max={max}
      step={1}
      value={value}
      onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      onKeyDown={(event) => {
        // Arrows, Home, End and page keys are the slider's own.
        if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
      }}
    />
  );
}

/** Type a step to go to the nearest one at or below. */
function StepBox({ state, step }: { state: Steps; step: bigint }) {
  return (
    <input
      class="nbb-input nbb-step-box"
      type="text"
      inputMode="numeric"
      aria-label="Step number"
      title="Type a step: goes to the nearest one at or below"
      value={formatStep(step)}
      style={{ width: `${Math.max(7, formatStep(step).length + 2)}ch` }}
      onFocus={(event) => {
        event.currentTarget.value = String(step);
        event.currentTarget.select();
      }}
      onBlur={(event) => {
        event.currentTarget.value = formatStep(step);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Enter") return;
        const typed = parseStep(event.currentTarget.value.replace(/[\s,\u2009_]/g, ""));
        if (typed !== null) {
          state.setStep(typed);
          event.currentTarget.blur();
        }
      }}
    />
  );
}

/** Under the slider: at which steps each run has something; firm ones are loaded. */
function Ticks<T extends Item, S extends SteppedState<T>>({ ctx, store, state }: Shared<T, S>) {
  const element = useRef<HTMLCanvasElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const { width } = useSize(holder, { width: 300, height: 0 });
  const runs = state.runs.value;
  const shared = runs.length > ROWS || runs.length === 0;
  const rows = shared ? 1 : runs.length;
  const height = rows * 4;
  const { faint } = ctx.theme.value;
  const union = state.union.value;
  store.arrivals.value;
  const places = Math.max(2, Math.floor(width - 2 * THUMB));
  useEffect(() => {
    const canvas = element.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, height);
    const room = width - 2 * THUMB;
    const thick = Math.max(1, Math.min(6, Math.floor(room / Math.max(1, union.length)) - 1));
    for (let row = 0; row < rows; row++) {
      const these = state.shown.peek().filter(({ run }) => shared || run === runs[row]);
      context.fillStyle = shared ? faint : ctx.runs.color(runs[row]!);
      for (const { at, loaded } of ticksOfAll(store, these, union, places)) {
        context.globalAlpha = loaded ? 1 : 0.28;
        context.fillRect(THUMB + at * room - thick / 2, row * 4, thick, 3);
      }
    }
  });
  const about = shared ? "Steps that exist" : "Steps that exist, a row a run";
  return (
    <div ref={holder} class="nbb-ticks" title={`${about}; faint ones are not loaded yet`}>
      <canvas ref={element} style={{ width: "100%", height: `${height}px` }} />
    </div>
  );
}

/** The ticks of one row: a step is loaded if all series that have it are. */
function ticksOfAll<T extends Item>(
  store: SteppedStore<T>,
  series: readonly Series[],
  union: readonly bigint[],
  places: number,
): { at: number; loaded: boolean }[] {
  const total = series.reduce((sum, one) => sum + one.step.length, 0);
  if (total > MOST_POINTS) return ticksOf({ step: union }, union, places, () => true);
  const merged = new Map<number, boolean>();
  for (const one of series) {
    const has = (position: number): boolean => store.has(one, position);
    for (const { at, loaded } of ticksOf(one, union, places, has)) {
      merged.set(at, (merged.get(at) ?? true) && loaded);
    }
  }
  return [...merged].map(([at, loaded]) => ({ at, loaded }));
}

/** The slider of one card, over its own steps. */
export function CardSlider({ state, at }: { state: Cards; at: At }) {
  const { series, asked } = at;
  const own = series.order.map((position) => series.step[position]!);
  if (own.length < 2) return null;
  const index = asked === null ? own.length - 1 : Math.max(0, indexOfStep(own, asked));
  return (
    <Slider
      label={`Step of ${series.run}, ${series.tag}`}
      small
      value={index}
      max={own.length - 1}
      text={`step ${own[index]}`}
      onInput={(value) => state.setCardStep(series, own[value]!)}
    />
  );
}
