// The bar of the scalars view: filter, smoothing, axes; the rest in one menu.
import type { ViewContext } from "../shell/context.ts";
import { checked, chosen, typed } from "../shell/bound.ts";
import { Button, Check, Menu, MenuSelect, Range, SearchBox, Select } from "../shell/controls.tsx";
import { RestartsSelect } from "../shell/restarts.tsx";
import { X_AXES } from "./axis-names.ts";
import type { ScaleName } from "./extent.ts";
import { BANDS, type Center } from "./groups.ts";
import { METHODS } from "./smoothing.ts";
import type { CardSize, TooltipSort } from "./state.ts";
import type { ScalarStore } from "./store.ts";

const SCALES: readonly (readonly [ScaleName, string])[] = [
  ["linear", "linear"],
  ["log", "log"],
];

/** With more tags than this a list has those that match the filter, and no more than this. */
const MOST_TAGS = 300;

const SORTS: readonly (readonly [TooltipSort, string])[] = [
  ["nearest_y", "nearest in y"],
  ["nearest", "nearest"],
  ["descending", "descending"],
  ["ascending", "ascending"],
  ["alphabetical", "alphabetical"],
  ["default", "as listed"],
];

const SIZES: readonly (readonly [CardSize, string])[] = [
  ["small", "small"],
  ["medium", "medium"],
  ["large", "large"],
];

export function Toolbar({ ctx, store }: { ctx: ViewContext; store: ScalarStore }) {
  const { state } = store;
  const x = state.x.value;
  const known: readonly string[] = X_AXES.map(([name]) => name);
  const tags = someTags(store, known.includes(x) ? "" : x).map((tag) => [tag, tag] as const);
  const grouped = ctx.runs.groupBy.value !== "";
  return (
    <>
      <SearchBox
        label={store.words.filter}
        error={state.filter.value.error}
        {...typed(state.tagFilter)}
      />
      <Range
        label="Smoothing"
        text="smoothing"
        min={0}
        max={0.999}
        step={0.001}
        box
        {...typed(state.smoothing)}
      />
      <Select
        label="X axis"
        text="x"
        value={x}
        options={[...X_AXES, ...tags]}
        onChange={(value) => state.setX(value)}
      />
      <Select
        label="Y scale"
        text="y"
        value={state.yScale.value}
        options={SCALES}
        onChange={(value) => {
          state.ownScale.value = {};
          state.yScale.value = value;
        }}
      />
      {grouped && (
        <Select label="Band of a group" text="band" options={BANDS} {...chosen(state.band)} />
      )}
      {state.selection.value.length > 0 && (
        <Button
          label="Clear the selected step"
          icon="close"
          text={state.selection.value.length > 1 ? "range" : "step"}
          onClick={() => {
            state.selection.value = [];
          }}
        />
      )}
      <SettingsMenu ctx={ctx} store={store} />
    </>
  );
}

/** Tags to choose from: all of them, or as many as a list can have, the chosen one among them. */
export function someTags(store: ScalarStore, chosen: string): string[] {
  const tags = store.tags.value;
  const some =
    tags.length > MOST_TAGS ? tags.filter((tag) => store.state.filter.value.test(tag)) : tags;
  const listed = some.slice(0, MOST_TAGS);
  return chosen && !listed.includes(chosen) ? [chosen, ...listed] : listed;
}

function SettingsMenu({ ctx, store }: { ctx: ViewContext; store: ScalarStore }) {
  const { state } = store;
  return (
    <Menu label="Settings" icon="settings">
      <MenuSelect label="Smoothing method" options={METHODS} {...chosen(state.method)} />
      <MenuSelect label="X scale" options={SCALES} {...chosen(state.xScale)} />
      <MenuSelect label="Tooltip order" options={SORTS} {...chosen(state.tooltipSort)} />
      <MenuSelect label="Card size" options={SIZES} {...chosen(state.cardSize)} />
      <hr />
      <Check label="Ignore outliers" {...checked(state.ignoreOutliers)} />
      <Check label="Zoom all cards together" {...checked(state.linkZoom)} />
      <RestartsSelect ctx={ctx} value={state.restarts} />
      {ctx.runs.groupBy.value !== "" && (
        <>
          <hr />
          <MenuSelect<Center>
            label="Line of a group"
            options={[
              ["mean", "mean"],
              ["median", "median"],
            ]}
            {...chosen(state.center)}
          />
        </>
      )}
    </Menu>
  );
}
