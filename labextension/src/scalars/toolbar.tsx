// The bar of the scalars view: filter, smoothing, axes; the rest in one menu.
import type { ViewContext } from "../shell/context.ts";
import { Button, Check, Menu, Range, SearchBox, Select } from "../shell/controls.tsx";
import type { ScaleName } from "./extent.ts";
import { type Band, BANDS, type Center } from "./groups.ts";
import { METHODS } from "./smoothing.ts";
import type { CardSize, TooltipSort } from "./state.ts";
import type { ScalarStore } from "./store.ts";

const X_AXES = [
  ["step", "step"],
  ["relative", "relative"],
  ["wall", "wall time"],
] as const;

const SCALES: readonly (readonly [ScaleName, string])[] = [
  ["linear", "linear"],
  ["log", "log"],
];

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
  const tags = store.tags.value.map((tag) => [tag, tag] as const);
  return (
    <>
      <SearchBox
        label="Filter tags"
        value={state.tagFilter.value}
        error={state.filter.value.error}
        onInput={(value) => {
          state.tagFilter.value = value;
        }}
      />
      <Range
        label="Smoothing"
        text="smoothing"
        min={0}
        max={0.999}
        step={0.001}
        value={state.smoothing.value}
        box
        onInput={(value) => {
          state.smoothing.value = value;
        }}
      />
      <Select
        label="X axis"
        text="x"
        value={state.x.value}
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

function SettingsMenu({ ctx, store }: { ctx: ViewContext; store: ScalarStore }) {
  const { state } = store;
  return (
    <Menu label="Settings" icon="settings">
      <div class="nbb-menu-row">
        Smoothing method
        <Select
          label="Smoothing method"
          value={state.method.value}
          options={METHODS}
          onChange={(v) => {
            state.method.value = v;
          }}
        />
      </div>
      <div class="nbb-menu-row">
        X scale
        <Select
          label="X scale"
          value={state.xScale.value}
          options={SCALES}
          onChange={(v) => {
            state.xScale.value = v;
          }}
        />
      </div>
      <div class="nbb-menu-row">
        Tooltip order
        <Select
          label="Tooltip order"
          value={state.tooltipSort.value}
          options={SORTS}
          onChange={(v) => {
            state.tooltipSort.value = v;
          }}
        />
      </div>
      <div class="nbb-menu-row">
        Card size
        <Select
          label="Card size"
          value={state.cardSize.value}
          options={SIZES}
          onChange={(v) => {
            state.cardSize.value = v;
          }}
        />
      </div>
      <hr />
      <Check
        label="Ignore outliers"
        checked={state.ignoreOutliers.value}
        onChange={(v) => {
          state.ignoreOutliers.value = v;
        }}
      />
      <Check
        label="Zoom all cards together"
        checked={state.linkZoom.value}
        onChange={(v) => {
          state.linkZoom.value = v;
        }}
      />
      <Check
        label="Show points from before a restart"
        checked={state.restarts.value === "keep"}
        onChange={(v) => {
          state.restarts.value = v ? "keep" : "latest";
        }}
      />
      {ctx.runs.groupBy.value !== "" && (
        <>
          <hr />
          <div class="nbb-menu-row">
            Line of a group
            <Select<Center>
              label="Line of a group"
              value={state.center.value}
              options={[
                ["mean", "mean"],
                ["median", "median"],
              ]}
              onChange={(v) => {
                state.center.value = v;
              }}
            />
          </div>
          <div class="nbb-menu-row">
            Band of a group
            <Select<Band>
              label="Band of a group"
              value={state.band.value}
              options={BANDS}
              onChange={(v) => {
                state.band.value = v;
              }}
            />
          </div>
        </>
      )}
    </Menu>
  );
}
