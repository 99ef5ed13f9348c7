// The table: one row a trial, only those in sight are elements.
import { useSize } from "../../stepped/hooks.ts";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { HeadCell } from "../../table/head.tsx";
import { dropKey, stepKey } from "../../table/move.ts";
import { rowAt, rowTops } from "../../table/tops.ts";
import type { Column } from "./columns.ts";
import { useColumnMenu } from "./column-menu.tsx";
import { Curves, CURVES_HEIGHT } from "./curves.tsx";
import { Row, ROW_HEIGHT, TrialRow } from "./row.tsx";
import type { HparamsStore } from "./store.ts";
import { NO_SIZE } from "../../table/gestures.ts";

export const HEAD_HEIGHT = 28;
const SPARE_ROWS = 8;

interface Props {
  store: HparamsStore;
  height: number;
}

/** The lines of the table: rows, and below a row that is unfolded its trials. */
interface Lines {
  rows: Int32Array;
  /** The trial that stands there; -1 for the row itself. */
  trials: Int32Array;
}

function linesOf(store: HparamsStore): Lines {
  const rows = store.rows.value;
  if (!store.groups.value || !store.unfolded.value.length) {
    return { rows, trials: new Int32Array(rows.length).fill(-1) };
  }
  const lines: [number, number][] = [];
  for (const row of rows) {
    lines.push([row, -1]);
    for (const trial of store.trialsBelow(row)) lines.push([row, trial]);
  }
  return {
    rows: Int32Array.from(lines, ([row]) => row),
    trials: Int32Array.from(lines, ([, trial]) => trial),
  };
}

export function Table({ store, height }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box, NO_SIZE);
  const [scroll, setScroll] = useState(0);
  const [focused, setFocused] = useState(0);
  const columns = store.visible.value.map((key) => store.columns.value.get(key)!);
  const opened = store.opened.value;
  const names = store.cells.value.get("trial")!;
  const lines = useMemo(
    () => linesOf(store),
    [store.rows.value, store.groups.value, store.unfolded.value],
  );
  const { rows } = lines;
  const open = useMemo(() => {
    const wanted = new Set<unknown>(opened);
    const found = new Set<number>();
    names.forEach((name, row) => {
      if (wanted.has(name)) found.add(row);
    });
    return found;
  }, [opened, names]);
  const tops = useMemo(
    () =>
      rowTops(
        rows,
        ROW_HEIGHT,
        (row, at) => open.has(row) && lines.trials[at] === -1,
        CURVES_HEIGHT,
      ),
    [lines, open],
  );
  const first = Math.max(0, rowAt(tops, scroll) - SPARE_ROWS);
  const last = Math.min(rows.length, rowAt(tops, scroll + height) + 1 + SPARE_ROWS);
  const widths = useMemo(
    () => columns.map(({ key }) => store.widthOf(key)),
    [store.columns.value, store.visible.value, store.ctx.runs.labelRule.value],
  );
  const total = widths.reduce((a, b) => a + b, 0);
  const before = useRef(open);
  useEffect(() => {
    // What was just opened is brought into sight.
    const fresh = [...open].filter((row) => !before.current.has(row));
    before.current = open;
    const at = fresh.length === 1 ? rows.indexOf(fresh[0]!) : -1;
    const node = box.current;
    if (at < 0 || !node) return;
    const over = tops[at + 1]! - (node.scrollTop + node.clientHeight - HEAD_HEIGHT);
    if (over > 0) node.scrollTop += Math.min(over, tops[at]! - node.scrollTop);
    else if (tops[at]! < node.scrollTop) node.scrollTop = tops[at]!;
  }, [open]);
  // A metric that was chosen is in sight, with the best trials.
  const chosen = store.metric.value;
  const judged = useRef("");
  useEffect(() => {
    if (!chosen || chosen === judged.current || !size.width || !box.current) return;
    judged.current = chosen;
    showColumn(box.current, chosen);
    if (store.sort.peek() === null) box.current.scrollTop = 0;
  }, [chosen, size.width]);
  const goTo = (place: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, place));
    setFocused(at);
    const node = box.current!;
    const view = node.clientHeight - HEAD_HEIGHT;
    if (tops[at]! < node.scrollTop) node.scrollTop = tops[at]!;
    else if (tops[at]! + ROW_HEIGHT > node.scrollTop + view) {
      node.scrollTop = tops[at]! + ROW_HEIGHT - view;
    }
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        node.querySelector<HTMLElement>(`tr[aria-rowindex="${at + 2}"]`)?.focus({
          preventScroll: true,
        }),
      ),
    );
  };
  const line = (at: number) => {
    const row = rows[at]!;
    const trial = lines.trials[at]!;
    if (trial >= 0) {
      return (
        <TrialRow
          key={`below ${trial}`}
          store={store}
          trial={trial}
          place={at}
          columns={columns}
          trialColumns={store.trialColumns.value}
        />
      );
    }
    return (
      <>
        <Row
          key={row}
          store={store}
          row={row}
          place={at}
          columns={columns}
          open={open.has(row)}
          tabbable={at === Math.min(focused, rows.length - 1)}
          onGo={goTo}
          onFocus={() => setFocused(at)}
        />
        {open.has(row) && (
          <tr key={`curves ${row}`} class="nbb-hp-curves-row">
            <td colSpan={columns.length + 1} style={{ height: `${CURVES_HEIGHT}px` }}>
              <Curves store={store} row={row} width={size.width} />
            </td>
          </tr>
        )}
      </>
    );
  };
  return (
    <div
      ref={box}
      class="nbb-listing-box"
      style={{ height: `${height}px` }}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
    >
      <table
        class="nbb-listing"
        aria-label="Trials"
        aria-rowcount={rows.length + 1}
        data-narrow={(widths[0] ?? 0) > 0.6 * size.width ? "" : undefined}
        style={{ width: `${Math.max(total, size.width)}px` }}
      >
        <colgroup>
          {columns.map((column, i) => (
            <col key={column.key} style={{ width: `${widths[i]}px` }} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr aria-rowindex={1} style={{ height: `${HEAD_HEIGHT}px` }}>
            {columns.map((column) => (
              <Head key={column.key} store={store} column={column} />
            ))}
            <td class="nbb-listing-rest" />
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap height={tops[first]!} span={columns.length + 1} />}
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => line(first + i))}
          {last < rows.length && (
            <Gap height={tops[rows.length]! - tops[last]!} span={columns.length + 1} />
          )}
        </tbody>
      </table>
      {rows.length === 0 && <NoRows store={store} />}
    </div>
  );
}

/** Scrolls a column into sight, beside the names that stay where they are. */
function showColumn(box: HTMLElement, key: string): void {
  const heads = [...box.querySelectorAll<HTMLElement>("th[data-key]")];
  const head = heads.find((one) => one.dataset.key === key);
  if (!head) return;
  const names = heads.find((one) => "name" in one.dataset)?.offsetWidth ?? 0;
  const { left, right } = head.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  const from = frame.left + Math.min(names, frame.width / 2);
  const to = frame.left + box.clientWidth;
  if (right > to) box.scrollLeft += Math.min(right - to, left - from);
  else if (left < from) box.scrollLeft += left - from;
}

function Gap({ height, span }: { height: number; span: number }) {
  return (
    <tr class="nbb-listing-gap">
      <td colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}

function NoRows({ store }: { store: HparamsStore }) {
  const filtered = Object.keys(store.filters.value).length > 0;
  return (
    <div class="nbb-empty">
      <span>No trial passes.</span>
      {filtered && (
        <button
          type="button"
          class="nbb-button"
          onClick={() => {
            store.filters.value = {};
          }}
        >
          Remove all filters
        </button>
      )}
    </div>
  );
}

function Head({ store, column }: { store: HparamsStore; column: Column }) {
  const { key, label } = column;
  const menu = useColumnMenu();
  const filtered = key in store.filters.value;
  return (
    <HeadCell
      name={key}
      label={label}
      title={column.title}
      numeric={column.numeric}
      names={column.kind === "name"}
      judge={key === store.judge.value}
      sort={store.sortedBy.value}
      onSort={(sort) => {
        store.sort.value = sort;
      }}
      onStep={(by) => {
        store.order.value = stepKey(store.keys.value, store.visible.value, key, by);
      }}
      onDrop={(place) => {
        store.order.value = dropKey(store.keys.value, key, place);
      }}
    >
      <button
        type="button"
        class="nbb-listing-menu"
        aria-label={`Column ${label}`}
        aria-haspopup="true"
        data-filtered={filtered ? "" : undefined}
        title={filtered ? "Filtered" : "Filter, scale, order"}
        onClick={(event) => menu.open({ key, at: event.currentTarget, from: "table" })}
      >
        ▾
      </button>
    </HeadCell>
  );
}
