// The table: one row a trial, only those in sight are elements.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Name } from "../shell/controls.tsx";
import { type Column, moveKey, stepKey } from "./columns.ts";
import { useColumnMenu } from "./column-menu.tsx";
import { Curves, CURVES_HEIGHT } from "./curves.tsx";
import { parseSort, toggleSort } from "./order.ts";
import { Row, ROW_HEIGHT } from "./row.tsx";
import type { HparamsStore } from "./store.ts";
import { drag, useSize } from "./use.ts";
import { columnWidth, rowAt, rowTops } from "./widths.ts";

const HEAD_HEIGHT = 28;
const SPARE_ROWS = 8;

interface Props {
  store: HparamsStore;
  height: number;
}

export function Table({ store, height }: Props) {
  const [box, size] = useSize<HTMLDivElement>();
  const [scroll, setScroll] = useState(0);
  const [focused, setFocused] = useState(0);
  const columns = store.visible.value.map((key) => store.columns.value.get(key)!);
  const rows = store.rows.value;
  const opened = store.opened.value;
  const open = useMemo(() => {
    const names = new Set(opened);
    const trials = new Set<number>();
    store.set.value.trials.forEach((name, trial) => {
      if (names.has(name)) trials.add(trial);
    });
    return trials;
  }, [opened, store.set.value]);
  const tops = useMemo(() => rowTops(rows, ROW_HEIGHT, open, CURVES_HEIGHT), [rows, open]);
  const first = Math.max(0, rowAt(tops, scroll) - SPARE_ROWS);
  const last = Math.min(rows.length, rowAt(tops, scroll + height) + 1 + SPARE_ROWS);
  const widths = useMemo(
    () => columns.map(columnWidth),
    [store.columns.value, store.visible.value],
  );
  const total = widths.reduce((a, b) => a + b, 0);
  const before = useRef(open);
  useEffect(() => {
    // What was just opened is brought into sight.
    const fresh = [...open].filter((trial) => !before.current.has(trial));
    before.current = open;
    const at = fresh.length === 1 ? rows.indexOf(fresh[0]!) : -1;
    const node = box.current;
    if (at < 0 || !node) return;
    const over = tops[at + 1]! - (node.scrollTop + node.clientHeight - HEAD_HEIGHT);
    if (over > 0) node.scrollTop += Math.min(over, tops[at]! - node.scrollTop);
    else if (tops[at]! < node.scrollTop) node.scrollTop = tops[at]!;
  }, [open]);
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
  return (
    <div
      ref={box}
      class="nbb-hp-table-box"
      style={{ height: `${height}px` }}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
    >
      <table
        class="nbb-hp-table"
        aria-label="Trials"
        aria-rowcount={rows.length + 1}
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
            <td class="nbb-hp-rest" />
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap height={tops[first]!} span={columns.length + 1} />}
          {Array.from(rows.subarray(first, last), (trial, i) => (
            <>
              <Row
                key={trial}
                store={store}
                trial={trial}
                place={first + i}
                columns={columns}
                tabbable={first + i === Math.min(focused, rows.length - 1)}
                onGo={goTo}
                onFocus={() => setFocused(first + i)}
              />
              {open.has(trial) && (
                <tr key={`curves ${trial}`} class="nbb-hp-curves-row">
                  <td colSpan={columns.length + 1} style={{ height: `${CURVES_HEIGHT}px` }}>
                    <Curves store={store} trial={trial} width={size.width} />
                  </td>
                </tr>
              )}
            </>
          ))}
          {last < rows.length && (
            <Gap height={tops[rows.length]! - tops[last]!} span={columns.length + 1} />
          )}
        </tbody>
      </table>
      {rows.length === 0 && <NoRows store={store} />}
    </div>
  );
}

function Gap({ height, span }: { height: number; span: number }) {
  return (
    <tr class="nbb-hp-gap">
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
  const { key, label, numeric, kind, title } = column;
  const menu = useColumnMenu();
  const cell = useRef<HTMLTableCellElement>(null);
  const [shift, setShift] = useState(0);
  const place = store.sort.value.findIndex((entry) => parseSort(entry).key === key);
  const descending = place >= 0 && parseSort(store.sort.value[place]!).descending;
  const filtered = key in store.filters.value;
  useEffect(() => {
    if (cell.current) cell.current.style.transform = shift ? `translateX(${shift}px)` : "";
  }, [shift]);
  return (
    <th
      ref={cell}
      scope="col"
      aria-sort={place < 0 ? "none" : descending ? "descending" : "ascending"}
      data-key={key}
      data-numeric={numeric ? "" : undefined}
      data-name={kind === "name" ? "" : undefined}
      data-judge={key === store.judge.value ? "" : undefined}
      data-moving={shift ? "" : undefined}
    >
      <span class="nbb-hp-head">
        <button
          type="button"
          class="nbb-hp-sort"
          aria-label={`Sort by ${label}`}
          title={`${title || label}\nClick to sort, with Shift to sort by it too; drag to move`}
          onPointerDown={(event) =>
            drag(event, {
              move: (dx) => setShift(dx),
              end: (moved, up, cancelled) => {
                setShift(0);
                if (cancelled) return;
                if (moved) drop(store, key, cell.current!, up.clientX);
                else store.sort.value = toggleSort(store.sort.value, key, up.shiftKey);
              },
            })
          }
          onKeyDown={(event) => {
            if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
              const by = event.key === "ArrowLeft" ? -1 : 1;
              store.order.value = stepKey(store.keys.value, store.visible.value, key, by);
            } else if (event.key === "Enter" || event.key === " ") {
              store.sort.value = toggleSort(store.sort.value, key, event.shiftKey);
            } else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <Name text={label} tail={8} />
          {place >= 0 && (
            <span class="nbb-hp-arrow" aria-hidden="true">
              {descending ? "▼" : "▲"}
              {store.sort.value.length > 1 && <sub>{place + 1}</sub>}
            </span>
          )}
        </button>
        <button
          type="button"
          class="nbb-hp-head-menu"
          aria-label={`Column ${label}`}
          aria-haspopup="true"
          data-filtered={filtered ? "" : undefined}
          title={filtered ? "Filtered" : "Filter, scale, order"}
          onClick={(event) => menu.open({ key, at: event.currentTarget, from: "table" })}
        >
          ▾
        </button>
      </span>
    </th>
  );
}

/** Puts a column before the one under the pointer, or behind it in that one's second half. */
function drop(store: HparamsStore, key: string, cell: HTMLElement, x: number): void {
  const heads = [...cell.parentElement!.querySelectorAll<HTMLElement>("th[data-key]")];
  const others = heads.filter((head) => head !== cell);
  const next = others.find((head) => {
    const { left, width } = head.getBoundingClientRect();
    return x < left + width / 2;
  });
  const all = store.keys.value;
  if (next) {
    store.order.value = moveKey(all, key, next.dataset.key!);
    return;
  }
  const last = others[others.length - 1]?.dataset.key;
  if (last === undefined) return;
  const rest = all.filter((other) => other !== key);
  store.order.value = moveKey(all, key, rest[rest.indexOf(last) + 1] ?? null);
}
