// The hparams view: bar, table, parallel coordinates, scatter.
import { NO_SIZE } from "../../table/gestures.ts";
import { useSize } from "../../stepped/hooks.ts";
import { useMemo, useRef, useState } from "preact/hooks";
import { Empty } from "../../shell/empty.tsx";
import { Frame, isTyping } from "../../shell/frame.tsx";
import type { PanelProps } from "../../shell/mount.tsx";
import { Bar, Legend } from "./bar.tsx";
import { Chip } from "./chip.tsx";
import { ColumnMenu, MenuContext, type OpenMenu } from "./column-menu.tsx";
import { CURVES_HEIGHT } from "./curves.tsx";
import { axesWidth, Parallel } from "./parallel.tsx";
import { Scatter } from "./scatter.tsx";
import { ROW_HEIGHT } from "./row.tsx";
import { HeightGrip, Splitter } from "./splitter.tsx";
import type { HparamsStore } from "./store.ts";
import { HEAD_HEIGHT, Table } from "./table.tsx";

const HEIGHT = 400;
const LEAST = 300;
const LEAST_TABLE = 340;
const SPLITTER = 7;
/** Of a table that is wider than its room. */
const SCROLLBAR = 14;
const FROM =
  "They come from hp.hparams(…) in TensorFlow and Keras, add_hparams(…) in PyTorch, and loggers built on them.";
/** Below this width table and parallel coordinates stand one above the other. */
const WIDE = 900;

export function HparamsPanel({ ctx, store }: PanelProps<HparamsStore>) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const control = useMemo(() => ({ open: (next: OpenMenu) => setMenu(next) }), []);
  const empty = store.set.value.trials.length === 0;
  return (
    <MenuContext.Provider value={control}>
      <Frame ctx={ctx} runs={false} height={0} bar={!empty && <Bar store={store} />}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut of what has a button */}
        <div
          class="nbb-hp"
          onKeyDown={(event) => {
            if (event.key !== "Escape" || isTyping(event.target) || !store.isBrushing()) return;
            store.brush.value = {};
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          {empty ? <Empty ctx={ctx} what="hyperparameters" from={FROM} /> : <Body store={store} />}
          {menu && <ColumnMenu store={store} menu={menu} onClose={() => setMenu(null)} />}
        </div>
      </Frame>
    </MenuContext.Provider>
  );
}

function Body({ store }: { store: HparamsStore }) {
  const panes = store.panes.value;
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box, NO_SIZE);
  const [chosen, setShare] = useState<number | null>(null);
  const both = panes.includes("table") && panes.includes("parallel");
  const beside = both && width >= WIDE;
  const open = store.opened.value.length;
  const table = store.visible.value.reduce((sum, key) => sum + store.widthOf(key), 16);
  const rest = width - SPLITTER - axesWidth(store.axes.value.length);
  // As wide as its columns and the curves of a trial need, as far as the axes leave room.
  const wanted = Math.max(LEAST_TABLE, table);
  const room = Math.max(rest, 0.36 * width);
  const share = chosen ?? Math.min(0.7, Math.min(wanted, room) / (width || 1));
  // A few trials need no empty rows below them, but the axes need their height; and rows as
  // many as there were before a filter, so that nothing below the view moves.
  const listed = store.set.value.trials.length;
  const scrollbar = table > (beside ? share : 1) * width ? SCROLLBAR : 0;
  const needed = HEAD_HEIGHT + ROW_HEIGHT * listed + scrollbar + CURVES_HEIGHT * open;
  const chosenHeight = store.height.value;
  const height = chosenHeight ?? Math.min(HEIGHT, Math.max(beside ? LEAST : 150, needed));
  return (
    <>
      <Conditions store={store} />
      <Legend store={store} />
      <div
        ref={box}
        class="nbb-hp-panes-box"
        style={
          beside ? { gridTemplateColumns: `${share}fr ${SPLITTER}px ${1 - share}fr` } : undefined
        }
      >
        {!beside && panes.includes("parallel") && (
          <Parallel store={store} height={chosenHeight ?? LEAST} />
        )}
        {panes.includes("table") && <Table store={store} height={height} />}
        {beside && <Splitter share={share} onShare={setShare} width={width} />}
        {beside && <Parallel store={store} height={height} />}
      </div>
      {(panes.includes("table") || panes.includes("parallel")) && (
        <HeightGrip store={store} height={height} />
      )}
      {panes.includes("scatter") && <Scatter store={store} />}
      {panes.length === 0 && <div class="nbb-empty">Every pane is folded.</div>}
    </>
  );
}

/** Filters, and brushes that have no axis on screen to stand above. */
function Conditions({ store }: { store: HparamsStore }) {
  const columns = store.columns.value;
  const axes = new Set(store.panes.value.includes("parallel") ? store.axes.value : []);
  const filters = Object.entries(store.filters.value).filter(([key]) => columns.has(key));
  const brushes = Object.entries(store.brush.value).filter(
    ([key]) => columns.has(key) && !axes.has(key),
  );
  if (!filters.length && !brushes.length) return null;
  return (
    <div class="nbb-hp-conditions">
      {filters.length > 0 && <span class="nbb-note">only</span>}
      {filters.map(([key, condition]) => (
        <Chip
          key={`filter ${key}`}
          label={columns.get(key)!.label}
          named
          condition={condition}
          onChange={(next) => store.setFilter(key, next)}
        />
      ))}
      {brushes.length > 0 && <span class="nbb-note">brushed</span>}
      {brushes.map(([key, condition]) => (
        <Chip
          key={`brush ${key}`}
          label={columns.get(key)!.label}
          named
          condition={condition}
          onChange={(next) => store.setBrush(key, next)}
        />
      ))}
    </div>
  );
}
