// The runs view: bar, table, and beside it what was picked out.
import { useRef } from "preact/hooks";
import { Empty } from "../../shell/empty.tsx";
import { Frame } from "../../shell/frame.tsx";
import type { PanelProps } from "../../shell/mount.tsx";
import { useSize } from "../../stepped/hooks.ts";
import { NO_SIZE } from "../../table/gestures.ts";
import { Bar, Legend } from "./bar.tsx";
import { Beside } from "./beside.tsx";
import { ROW_HEIGHT } from "./row.tsx";
import type { RunsStore } from "./store.ts";
import { HEAD_HEIGHT, Table } from "./table.tsx";

/** Below this width what was picked out stands below the table. */
const WIDE = 720;
/** Of a table that is wider than its room. */
const SCROLLBAR = 14;
const LEAST = 100;

export function RunsPanel({ ctx, store }: PanelProps<RunsStore>) {
  const empty = store.frame.value.total === 0;
  return (
    <Frame ctx={ctx} runs={false} height={0} bar={!empty && <Bar store={store} />}>
      {empty ? <Empty ctx={ctx} what="runs" /> : <Body store={store} />}
    </Frame>
  );
}

function Body({ store }: { store: RunsStore }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box, NO_SIZE);
  const picked = store.picked.value.length > 0;
  const beside = picked && width >= WIDE;
  const wide = store.widths.value.reduce((a, b) => a + b, 0) > width - (beside ? 280 : 0);
  // As many rows as there were before a search, so that nothing below the view moves.
  const needed = HEAD_HEIGHT + ROW_HEIGHT * store.frame.value.rows.length + (wide ? SCROLLBAR : 0);
  const height = Math.min(store.height.value, Math.max(picked ? 3 * LEAST : LEAST, needed));
  return (
    <div ref={box} class="nbb-runs-view">
      <Legend store={store} />
      <div class="nbb-runs-main" data-beside={beside ? "" : undefined}>
        <Table store={store} height={height} />
        {picked && (
          <div style={{ height: beside ? `${height}px` : undefined }} class="nbb-runs-side">
            <Beside store={store} />
          </div>
        )}
      </div>
    </div>
  );
}
