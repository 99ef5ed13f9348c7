// The slim bar: which runs, which metric and how, which panes, columns, download.
import { useMemo } from "preact/hooks";
import { shorten } from "../../shell/names.ts";
import { checked, chosen, typed } from "../../shell/bound.ts";
import {
  Button,
  Check,
  Menu,
  MenuItem,
  MenuSelect,
  Range,
  SearchBox,
  Select,
} from "../../shell/controls.tsx";
import { formatNumber } from "../../draw/format.ts";
import { ExportMenu } from "./export-menu.tsx";
import { countText, tickText } from "../../table/cells.ts";
import { spreadText } from "./layout.ts";
import type { Pane } from "./options.ts";
import { rampGradient } from "./paint.ts";
import type { HparamsStore } from "./store.ts";

interface Props {
  store: HparamsStore;
}

export function Bar({ store }: Props) {
  const { metrics } = store.set.value;
  const { runs, embedded } = store.ctx;
  return (
    <>
      {!embedded.value && (
        <SearchBox label="Filter runs" error={runs.compiled.value.error} {...typed(runs.filter)} />
      )}
      {metrics.length > 0 && (
        <Select
          label="Metric"
          value={store.judge.value}
          options={metrics.map(({ key, label }) => [key, shorten(label, 30)] as const)}
          onChange={(key) => store.chooseMetric(key)}
        />
      )}
      {metrics.length > 0 && <Value store={store} />}
      <Repeats store={store} />
      <Panes store={store} />
      <ColumnsMenu store={store} />
      <ExportMenu store={store} />
    </>
  );
}

function Value({ store }: Props) {
  const set = store.set.value;
  const lower = store.isLower(store.judge.value);
  const sessions = set.runs.length > set.trials.length;
  let last = 0;
  for (const step of set.statistics.lastStep) if (step > last) last = Number(step);
  return (
    <>
      <Select
        label="Value"
        value={store.reduce.value}
        options={[
          ["last", "last value"],
          ["best", lower ? "best (lowest)" : "best (highest)"],
          ["mean", "mean"],
          ["step", "at a step"],
        ]}
        onChange={(reduce) => {
          if (reduce === "step") store.step.value ??= String(last);
          store.reduce.value = reduce;
        }}
      />
      {store.reduce.value === "step" && (
        <Range
          label="Step"
          value={Number(store.step.value ?? last)}
          min={0}
          max={Math.max(1, last)}
          step={1}
          box
          onInput={(step) => {
            store.step.value = String(Math.round(step));
          }}
        />
      )}
      {store.approximate.value && (
        <span
          class="nbb-note"
          title="Not every point is in the browser: exact values come when the kernel is free."
        >
          nearest point held
        </span>
      )}
      {sessions && (
        <Select
          label="Sessions"
          options={[
            ["avg", "mean of sessions"],
            ["median", "median session"],
            ["min", "lowest session"],
            ["max", "highest session"],
          ]}
          {...chosen(store.aggregation)}
        />
      )}
    </>
  );
}

/** One row for trials that differ in the seed alone, where there are such. */
function Repeats({ store }: Props) {
  const { trials } = store.set.value;
  const over = store.meanOver.value;
  const seeds = store.seeds.value;
  const some = useMemo(() => store.groupsOver(seeds).length < trials.length, [trials, seeds]);
  if (over === null && !some) return null;
  const names = (over ?? seeds).map((key) => store.trialColumns.value.get(key)?.label ?? key);
  const text = names.length ? `mean over ${names.join(", ")}` : "mean of equal trials";
  return (
    <Button
      label={
        names.length
          ? "One row for trials that differ in this alone, with mean and standard deviation"
          : "One row for trials with the same hyperparameters, with mean and standard deviation"
      }
      text={shorten(text, 30)}
      pressed={over !== null}
      onClick={() => {
        store.meanOver.value = over === null ? seeds : null;
      }}
    />
  );
}

const PANES: readonly (readonly [Pane, string])[] = [
  ["table", "Table"],
  ["parallel", "Parallel coordinates"],
  ["scatter", "Scatter"],
];

function Panes({ store }: Props) {
  const panes = store.panes.value;
  return (
    <fieldset class="nbb-hp-panes" aria-label="Panes">
      {PANES.map(([pane, name]) => (
        <Button
          key={pane}
          label={name}
          text={pane}
          pressed={panes.includes(pane)}
          onClick={() => {
            store.panes.value = PANES.map(([other]) => other).filter((other) =>
              other === pane ? !panes.includes(pane) : panes.includes(other),
            );
          }}
        />
      ))}
    </fieldset>
  );
}

function ColumnsMenu({ store }: Props) {
  const visible = new Set(store.visible.value);
  const toggle = (key: string, on: boolean): void => {
    store.hidden.value = store.keys.value.filter((other) =>
      other === key ? !on : !visible.has(other),
    );
  };
  const hidden = store.keys.value.length - visible.size;
  const columns = store.columns.value;
  return (
    <Menu label="Columns" icon="settings" text={hidden ? `${hidden} hidden` : ""}>
      <MenuSelect
        label="Colour"
        value={store.colorKey.value}
        options={[
          ["run", "runs' colours"],
          ...store.keys.value
            .filter((key) => ["hparam", "metric"].includes(columns.get(key)!.kind))
            .map((key) => [key, shorten(columns.get(key)!.label, 30)] as const),
        ]}
        onChange={(key) => {
          store.color.value = key;
        }}
      />
      <MenuSelect
        label="Metrics"
        options={[
          ["declared", "as declared"],
          ["all", "every scalar"],
        ]}
        {...chosen(store.metrics)}
      />
      <Check label="Table: only brushed trials" {...checked(store.onlyBrushed)} />
      <div class="nbb-hp-menu-head">
        Columns
        <Button
          label="Show all columns"
          text="all"
          onClick={() => {
            store.hidden.value = [];
          }}
        />
        <Button
          label="Show columns that differ"
          text="that differ"
          onClick={() => {
            store.hidden.value = null;
          }}
        />
      </div>
      <div class="nbb-hp-values">
        {store.keys.value
          .filter((key) => key !== "trial")
          .map((key) => (
            <Check
              key={key}
              label={shorten(columns.get(key)!.label, 40)}
              checked={visible.has(key)}
              onChange={(on) => toggle(key, on)}
            />
          ))}
      </div>
      {store.order.value.length > 0 && (
        <MenuItem
          text="Columns in their own order"
          onClick={() => {
            store.order.value = [];
          }}
        />
      )}
    </Menu>
  );
}

/** What the colours mean, and how many trials are shown: always true, small. */
export function Legend({ store }: Props) {
  const key = store.colorKey.value;
  const column = store.columns.value.get(key);
  const { dark } = store.ctx.theme.value;
  const best = store.best.value;
  const judged = store.columns.value.get(store.judge.value);
  const value = best < 0 ? undefined : judged?.cells[best];
  const ticks = column ? store.scale(key).ticks(5) : [];
  const ends = ticks.length > 1 ? [ticks[0]!, ticks[ticks.length - 1]!] : [];
  return (
    <div class="nbb-hp-legend nbb-note">
      <output>
        {countText(store.counts(), store.isBrushing(), store.groups.value ? "row" : "trial")}
      </output>
      {store.isBrushing() && (
        <button
          type="button"
          class="nbb-button"
          onClick={() => {
            store.brush.value = {};
          }}
        >
          Clear brush
        </button>
      )}
      {judged && typeof value === "number" && (
        <button
          type="button"
          class="nbb-hp-best"
          title={`${store.nameOf(best)}\nOpen the curves of the best`}
          onClick={() => store.toggleOpen(best)}
        >
          <span class="nbb-hp-star">★</span> {shorten(store.labelOf(best), 40)}:{" "}
          {shorten(judged.label, 20)} {formatNumber(value)}
          {spreadText(judged, best)}
        </button>
      )}
      {column && ends.length === 2 && (
        <span class="nbb-hp-ramp" role="img" aria-label={`Colour: ${column.label}`}>
          <span>{shorten(column.label, 20)}</span>
          <span>{shorten(tickText(ends[0]!.value, column.kind), 10)}</span>
          <i style={{ background: rampGradient(dark) }} />
          <span>{shorten(tickText(ends[1]!.value, column.kind), 10)}</span>
        </span>
      )}
    </div>
  );
}
