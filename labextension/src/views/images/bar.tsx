// What the images view adds to the bar: comparison, light, size.
import { formatStep } from "../../draw/format.ts";
import { chosen, typed } from "../../shell/bound.ts";
import { Button, Range, Select } from "../../shell/controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import { indexOfStep, parseStep } from "../../stepped/steps.ts";
import { Slider } from "../../stepped/stepper.tsx";
import type { Picture } from "./picture.ts";
import type { Compare, FilmMode, ImagesState } from "./state.ts";

type Images = Shared<Picture, ImagesState>;

const COMPARE: readonly (readonly [Compare, string])[] = [
  ["off", "all runs"],
  ["side by side", "side by side"],
  ["wipe", "wipe"],
  ["difference", "difference"],
];

export function ImagesBar(shared: Images) {
  const { state, ctx } = shared;
  const [light, contrast] = [ctx.about("brightness"), ctx.about("contrast")];
  return (
    <>
      <Select label="Compare" text="compare" options={COMPARE} {...chosen(state.compare)} />
      <Range
        label="Brightness"
        text="☀"
        min={light.min ?? 0}
        max={light.max ?? 2}
        step={0.01}
        {...typed(state.brightness)}
      />
      <Range
        label="Contrast"
        text="◐"
        min={contrast.min ?? 0}
        max={contrast.max ?? 500}
        step={1}
        {...typed(state.contrast)}
      />
      <Button
        label="Actual size"
        text="1:1"
        pressed={state.size.value === "actual"}
        onClick={() => {
          state.size.value = state.size.value === "actual" ? "fit" : "actual";
          state.reset();
        }}
      />
      <ResetButton {...shared} />
      <Sides {...shared} />
      <FilmRow {...shared} />
    </>
  );
}

const FILM: readonly (readonly [FilmMode, string])[] = [
  ["frame", "frames"],
  ["changes", "changes"],
  ["sheet", "contact sheet"],
];
const FILM_SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 10];

/** Only where something moves: one clock for all animations. */
function FilmRow({ state }: Images) {
  const count = state.frames.value;
  if (count < 2) return null;
  const now = Math.min(state.frameNow.value, count - 1);
  const speed = state.filmSpeed.value;
  const speeds = [...new Set([...FILM_SPEEDS, speed])].sort((a, b) => a - b);
  const still = state.film.value === "sheet";
  return (
    <div class="nbb-sides nbb-film">
      <Button
        label={state.animate.value ? "Pause animations" : "Play animations"}
        icon={state.animate.value ? "pause" : "play"}
        text="GIF"
        disabled={still}
        onClick={() => state.toggleFilm()}
      />
      <span class="nbb-track">
        <Slider
          label="Frame"
          small
          value={still ? 0 : now}
          max={count - 1}
          text={`frame ${now + 1} of ${count}`}
          onInput={(frame) => state.goToFrame(frame)}
        />
      </span>
      <output class="nbb-note nbb-frame-count">
        {still ? `${count} frames` : `${now + 1} of ${count}`}
      </output>
      <Select label="Animations as" options={FILM} {...chosen(state.film)} />
      <Select
        label="Animation speed"
        value={String(speed)}
        options={speeds.map((one) => [String(one), `×${one}`] as const)}
        onChange={(value) => {
          state.filmSpeed.value = Number(value);
        }}
      />
    </div>
  );
}

/** Appears when there is something to undo. */
function ResetButton({ state }: Images) {
  const [x, y] = state.center.value;
  const plain =
    state.zoom.value === 1 &&
    x === 0.5 &&
    y === 0.5 &&
    state.brightness.value === 1 &&
    state.contrast.value === 100;
  return (
    <Button
      label="Reset zoom, brightness and contrast"
      icon="reset"
      disabled={plain}
      onClick={() => {
        state.reset();
        state.brightness.value = 1;
        state.contrast.value = 100;
      }}
    />
  );
}

/** What is compared with what. */
function Sides({ ctx, state }: Images) {
  const sides = state.sides.value;
  if (!sides) return null;
  const options = state.runs.value.map((run) => [run, ctx.runs.label(run)] as const);
  return (
    <div class="nbb-sides">
      <Select
        label="Run A"
        text="A"
        value={sides.a}
        options={options}
        onChange={(run) => {
          state.b.value = sides.b;
          state.a.value = run;
        }}
      />
      <Button
        label="Swap A and B"
        text="⇄"
        onClick={() => {
          state.a.value = sides.b;
          state.b.value = sides.a;
        }}
      />
      <Select
        label="Run B"
        text="B"
        value={sides.b}
        options={options}
        onChange={(run) => {
          state.a.value = sides.a;
          state.b.value = run;
        }}
      />
      <StepOfB state={state} run={sides.b} />
    </div>
  );
}

/** B's slider in a comparison: its own step, or that of A's. */
function StepOfB({ state, run }: { state: ImagesState; run: string }) {
  const union = new Set<bigint>();
  for (const series of state.shown.value) {
    if (series.run === run) for (const step of series.step) union.add(step);
  }
  const list = [...union].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const own = parseStep(state.bStep.value);
  if (!list.length) return null;
  const shared = state.union.value[state.index.value] ?? list[list.length - 1]!;
  const index = Math.max(0, indexOfStep(list, own ?? shared));
  return (
    <span class="nbb-field">
      <Slider
        label="Step of B"
        small
        value={index}
        max={list.length - 1}
        text={`step ${list[index]}`}
        onInput={(value) => {
          state.bStep.value = String(list[value]);
        }}
      />
      <button
        type="button"
        class="nbb-button"
        aria-pressed={own === null}
        aria-label="B at the same step"
        title="Whether B follows the step of A"
        onClick={() => {
          state.bStep.value = own === null ? String(list[index]) : null;
        }}
      >
        {own === null ? "same step" : `step ${formatStep(own)}`}
      </button>
    </span>
  );
}
