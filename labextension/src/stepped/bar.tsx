// The bar of the stepped views: one slim row, and under it the steps.
import { checked, chosen, typed } from "../shell/bound.ts";
import { Check, Menu, MenuItem, MenuSelect, Range, SearchBox, Select } from "../shell/controls.tsx";
import { RestartsSelect } from "../shell/restarts.tsx";
import { SPEEDS } from "./film.ts";
import type { Item, Shared } from "./kind.ts";
import type { Arrange, SteppedState } from "./state.ts";
import { Stepper } from "./stepper.tsx";

const ARRANGE: readonly (readonly [Arrange, string])[] = [
  ["tags", "by tag"],
  ["runs", "by run"],
  ["grid", "grid"],
];

export function Bar<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { state, kind } = shared;
  return (
    <>
      <SearchBox label="Filter tags" error={state.filter.value.error} {...typed(state.tagFilter)} />
      <Samples {...shared} />
      {kind.Bar && <kind.Bar {...shared} />}
      <More {...shared} />
      <Stepper {...shared} />
    </>
  );
}

/** Which of several items a step: only where there are several. */
function Samples<T extends Item, S extends SteppedState<T>>({ state, kind }: Shared<T, S>) {
  const count = state.samples.value;
  if (count < 2) return null;
  const now = state.sample.value;
  const options: [string, string][] = [["all", `all ${count}`]];
  for (let index = 0; index < Math.min(count, 256); index++) {
    options.push([String(index), `${index + 1} of ${count}`]);
  }
  const [noun] = kind.noun;
  return (
    <Select
      label={`${noun.slice(0, 1).toUpperCase()}${noun.slice(1)} of the step`}
      text={noun}
      value={now === null ? "all" : String(Math.min(now, count - 1))}
      options={options}
      onChange={(value) => {
        state.sample.value = value === "all" ? null : Number(value);
      }}
    />
  );
}

function More<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { state, kind, ctx } = shared;
  const size = ctx.about("card_size");
  const [noun, nouns] = kind.noun;
  return (
    <Menu label="More options" icon="more">
      <MenuSelect label="Arrange" options={ARRANGE} {...chosen(state.arrange)} />
      <div class="nbb-menu-row">
        Card size
        <Range
          label="Card size"
          min={size.min ?? 48}
          max={800}
          step={4}
          {...typed(state.cardSize)}
        />
      </div>
      <Check label="One slider for all cards" {...checked(state.link)} />
      <RestartsSelect ctx={ctx} value={state.restarts} />
      <MenuSelect
        label="Film speed"
        value={String(state.speed.value)}
        options={speeds(state.speed.value)}
        onChange={(value) => {
          state.speed.value = Number(value);
        }}
      />
      {kind.Menu && <kind.Menu {...shared} />}
      <hr />
      <div class="nbb-note nbb-keys">
        ← → Home End: step. Space: play. {kind.keys ?? ""} [ ]: {noun} of the step. Enter: pick.
        Click: {kind.click ?? "pick"}.
      </div>
      <MenuItem
        text={`Forget picked ${nouns}`}
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
