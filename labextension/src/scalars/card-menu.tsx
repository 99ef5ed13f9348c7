// The menu of a card: files of its data and picture, its second axis.
import type { RefObject } from "preact";
import type { ViewContext } from "../shell/context.ts";
import { Menu, MenuItem, Select } from "../shell/controls.tsx";
import { entryOf } from "../shell/names.ts";
import type { Chart } from "./chart.ts";
import { axisName } from "./axis-names.ts";
import { download } from "../shell/files.ts";
import { type ExportRow, fileName, toCsv, toJson, toPng, toSvg } from "./export.ts";
import type { ScalarStore } from "./store.ts";
import { someTags } from "./toolbar.tsx";

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
  const runs = ctx.shownRuns.value.filter((run) => series.get(run) !== undefined);
  const sampled = runs.filter((run) => {
    const { loaded, held, total } = series.get(run)!;
    return !loaded || held < total;
  });
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const all = sampled.length
    ? await Promise.race([store.allPoints(tag, sampled).catch(() => null), late])
    : null;
  return runs.flatMap((run) => {
    const points = all?.get(run) ?? series.get(run)!.points;
    return points ? [{ run, points }] : [];
  });
}

export function CardMenu(props: CardMenuProps) {
  return (
    <Menu label={`More of ${props.tag}`} icon="more">
      <CardMenuItems {...props} />
    </Menu>
  );
}

/** Apart, because it is made only while the menu is open: there may be very many tags. */
function CardMenuItems({ ctx, store, tag, chart }: CardMenuProps) {
  const { state } = store;
  const right = entryOf(state.rightAxis.value, tag) ?? "";
  const others = someTags(store, right).filter((other) => other !== tag);
  const title = { tag, x: axisName(state.x.value) };
  const tags = store.tagsOf(tag);
  const rowsOf = (one: string): Promise<ExportRow[]> => exportRows(ctx, store, one);
  return (
    <>
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
          const parts = await Promise.all(tags.map(rowsOf));
          download(fileName(tag, "csv"), toCsv(tags, parts), "text/csv");
        }}
      />
      <MenuItem
        text="Download JSON"
        onClick={async () => {
          const parts = await Promise.all(tags.map(rowsOf));
          download(fileName(tag, "json"), toJson(tags, parts), "application/json");
        }}
      />
      <MenuItem
        text="Download SVG"
        onClick={() => {
          const scene = chart.current?.current;
          if (scene) download(fileName(tag, "svg"), toSvg(title, scene), "image/svg+xml");
        }}
      />
      <MenuItem
        text="Download PNG"
        onClick={async () => {
          const scene = chart.current?.current;
          const blob = scene && (await toPng(title, scene));
          if (blob) download(fileName(tag, "png"), blob, "image/png");
        }}
      />
    </>
  );
}
