// The menu of a card: files of its data and picture, its second axis.
import type { RefObject } from "preact";
import type { ViewContext } from "../shell/context.ts";
import { Menu, MenuItem, Select } from "../shell/controls.tsx";
import { entryOf } from "../shell/names.ts";
import type { Chart } from "./chart.ts";
import { download, type ExportRow, fileName, toCsv, toJson, toSvg } from "./export.ts";
import type { ScalarStore } from "./store.ts";

/** How long the kernel has to send all points, until those in the browser must do. */
const PATIENCE_MS = 2500;

interface CardMenuProps {
  ctx: ViewContext;
  store: ScalarStore;
  tag: string;
  chart: RefObject<Chart>;
}

/** All points of the shown runs: from the kernel if some are not here and it is free. */
async function exportRows(ctx: ViewContext, store: ScalarStore, tag: string): Promise<ExportRow[]> {
  const series = store.of(tag);
  const runs = ctx.shownRuns.value.filter((run) => series.has(run));
  const sampled = runs.filter((run) => series.get(run)!.held < series.get(run)!.total);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const all = sampled.length
    ? await Promise.race([store.allPoints(tag, sampled).catch(() => null), late])
    : null;
  return runs.flatMap((run) => {
    const points = all?.get(run) ?? series.get(run)!.points;
    return points ? [{ run, points }] : [];
  });
}

export function CardMenu({ ctx, store, tag, chart }: CardMenuProps) {
  const { state } = store;
  const others = store.tags.value.filter((other) => other !== tag);
  const right = entryOf(state.rightAxis.value, tag) ?? "";
  return (
    <Menu label={`More of ${tag}`} icon="more">
      <div class="nbb-menu-row">
        Second axis
        <Select
          label={`Second axis of ${tag}`}
          value={right}
          options={[["", "none"], ...others.map((other) => [other, other] as const)]}
          onChange={(value) => {
            const { [tag]: _, ...rest } = state.rightAxis.value;
            state.rightAxis.value = value ? { ...rest, [tag]: value } : rest;
          }}
        />
      </div>
      <hr />
      <MenuItem
        text="Download CSV"
        onClick={async () => {
          download(fileName(tag, "csv"), toCsv(tag, await exportRows(ctx, store, tag)), "text/csv");
        }}
      />
      <MenuItem
        text="Download JSON"
        onClick={async () => {
          const rows = await exportRows(ctx, store, tag);
          download(fileName(tag, "json"), toJson(tag, rows), "application/json");
        }}
      />
      <MenuItem
        text="Download SVG"
        onClick={() => {
          const scene = chart.current?.current;
          if (scene) download(fileName(tag, "svg"), toSvg(tag, scene), "image/svg+xml");
        }}
      />
      <MenuItem
        text="Download PNG"
        onClick={async () => {
          const blob = await chart.current?.toBlob();
          if (blob) download(fileName(tag, "png"), blob, "image/png");
        }}
      />
    </Menu>
  );
}
