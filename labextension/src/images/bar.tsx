// The bar of the images view: one slim row, and under it the steps.
import { checked, chosen, typed } from "../shell/bound.ts";
import {
  Button,
  Check,
  Menu,
  MenuItem,
  MenuSelect,
  Range,
  SearchBox,
  Select,
} from "../shell/controls.tsx";
import type { Shared } from "./card.tsx";
import { SPEEDS } from "./film.ts";
import type { Arrange, Compare } from "./state.ts";
import { Stepper, StepOfB } from "./stepper.tsx";

const COMPARE: readonly (readonly [Compare, string])[] = [
  ["off", "all runs"],
  ["side by side", "side by side"],
  ["wipe", "wipe"],
  ["difference", "difference"],
];

const ARRANGE: readonly (readonly [Arrange, string])[] = [
  ["tags", "by tag"],
  ["runs", "by run"],
  ["grid", "grid"],
];

export function Bar(shared: Shared) {
  const { state } = shared;
  return (
    <>
      <SearchBox label="Filter tags" error={state.filter.value.error} {...typed(state.tagFilter)} />
      <Select label="Compare" text="compare" options={COMPARE} {...chosen(state.compare)} />
      <Samples {...shared} />
      <Range label="Brightness" text="☀" min={0} max={2} step={0.01} {...typed(state.brightness)} />
      <Range label="Contrast" text="◐" min={0} max={500} step={1} {...typed(state.contrast)} />
      <Button
        label="Actual size"
        text="1:1"
        pressed={state.size.value === "actual"}
        onClick={() => {
          state.size.value = state.size.value === "actual" ? "fit" : "actual";
          state.reset();
        }}
      />
      {state.animated.value && (
        <Button
          label={state.animate.value ? "Pause animations" : "Play animations"}
          icon={state.animate.value ? "pause" : "play"}
          text="GIF"
          onClick={() => {
            state.animate.value = !state.animate.value;
          }}
        />
      )}
      <ResetButton {...shared} />
      <More {...shared} />
      <Sides {...shared} />
      <Stepper {...shared} />
    </>
  );
}

/** Appears when there is something to undo. */
function ResetButton({ state }: Shared) {
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

/** Which of several images a step: only where there are several. */
function Samples({ state }: Shared) {
  const count = state.samples.value;
  if (count < 2) return null;
  const now = state.sample.value;
  const options: [string, string][] = [["all", `all ${count}`]];
  for (let index = 0; index < Math.min(count, 256); index++) {
    options.push([String(index), `${index + 1} of ${count}`]);
  }
  return (
    <Select
      label="Image of the step"
      text="image"
      value={now === null ? "all" : String(Math.min(now, count - 1))}
      options={options}
      onChange={(value) => {
        state.sample.value = value === "all" ? null : Number(value);
      }}
    />
  );
}

/** What is compared with what. */
function Sides({ state }: Shared) {
  const sides = state.sides.value;
  if (!sides) return null;
  const options = state.runs.value.map((run) => [run, run] as const);
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

function More({ state }: Shared) {
  return (
    <Menu label="More options" icon="more">
      <MenuSelect label="Arrange" options={ARRANGE} {...chosen(state.arrange)} />
      <div class="nbb-menu-row">
        Card size
        <Range label="Card size" min={48} max={800} step={4} {...typed(state.cardSize)} />
      </div>
      <Check label="One slider for all cards" {...checked(state.link)} />
      <Check
        label="Show images from before a restart"
        {...checked(state.restarts, "keep", "latest")}
      />
      <MenuSelect
        label="Film speed"
        value={String(state.speed.value)}
        options={speeds(state.speed.value)}
        onChange={(value) => {
          state.speed.value = Number(value);
        }}
      />
      <hr />
      <div class="nbb-note nbb-keys">
        ← → Home End: step. Space: play. + − 0: zoom. Shift + arrows, drag: move. Ctrl + wheel:
        zoom. [ ]: image of the step. Click: pick.
      </div>
      <MenuItem
        text="Forget picked images"
        onClick={() => {
          state.forget();
        }}
      />
    </Menu>
  );
}

function speeds(now: number): [string, string][] {
  const all = [...new Set<number>([...SPEEDS, now])].sort((a, b) => a - b);
  return all.map((speed) => [String(speed), `${speed} steps a second`]);
}
