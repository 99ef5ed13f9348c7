// The table of runs: only the rows in sight are elements.
import { useRef, useState } from "preact/hooks";
import { Menu, MenuItem } from "../../shell/controls.tsx";
import { useSize } from "../../stepped/hooks.ts";
import { NO_SIZE } from "../../table/gestures.ts";
import { HeadCell } from "../../table/head.tsx";
import { dropKey, stepKey } from "../../table/move.ts";
import { GroupRow, ROW_HEIGHT, RunRow } from "./row.tsx";
import type { RunsStore } from "./store.ts";

export const HEAD_HEIGHT = 28;
/** Pixels that a run's name has in any case. */
const LEAST_NAME = 120;
const SPARE_ROWS = 8;
/** Rows that Page Up and Page Down go. */
const PAGE = 15;
/** A table whose rows are picked out, several at a time. */
const GRID = { role: "grid", "aria-multiselectable": "true" } as const;

interface Props {
  store: RunsStore;
  height: number;
}

export function Table({ store, height }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box, NO_SIZE);
  const [scroll, setScroll] = useState(0);
  const [focused, setFocused] = useState(0);
  const { at, groups } = store.lines.value;
  const keys = store.visible.value;
  // Where there is little room, numbers are worth more than the ends of names.
  const [own = 0, ...others] = store.widths.value;
  const room = size.width ? Math.max(LEAST_NAME, size.width / 2) : own;
  const widths = [Math.min(own, room), ...others];
  const total = widths.reduce((a, b) => a + b, 0);
  const first = Math.max(0, Math.floor(scroll / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(at.length, Math.ceil((scroll + height) / ROW_HEIGHT) + SPARE_ROWS);
  const stop = Math.min(focused, at.length - 1);
  const names = store.names.value;
  const goTo = (place: number): void => {
    const next = Math.max(0, Math.min(at.length - 1, place));
    setFocused(next);
    const node = box.current!;
    const view = node.clientHeight - HEAD_HEIGHT;
    const top = next * ROW_HEIGHT;
    if (top < node.scrollTop) node.scrollTop = top;
    else if (top + ROW_HEIGHT > node.scrollTop + view) node.scrollTop = top + ROW_HEIGHT - view;
    const focus = (): boolean => {
      const row = node.querySelector<HTMLElement>(`tr[aria-rowindex="${next + 2}"]`);
      row?.focus({ preventScroll: true });
      return row !== null;
    };
    // At once, or the next key of a quick hand would begin where this one did; a row that is
    // far away is an element only after the next frame.
    if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
  };
  const onKeyDown = (event: KeyboardEvent, place: number): void => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + PAGE,
      PageUp: place - PAGE,
      Home: 0,
      End: at.length - 1,
    };
    const next = steps[event.key];
    const sideways = { ArrowRight: 120, ArrowLeft: -120 }[event.key];
    const group = at[place]! < 0 ? groups[-1 - at[place]!] : undefined;
    const run = group ? "" : names[at[place]!]!;
    if (next !== undefined) goTo(next);
    else if (sideways !== undefined) box.current!.scrollLeft += sideways;
    else if (event.key === "Enter" || event.key === " ") {
      if (group) store.toggleFold(group.key);
      else store.pick(run, event.key === " " || event.ctrlKey || event.metaKey);
    } else if (event.key === "p" && run) {
      store.togglePin(run);
      // The row stands elsewhere now; the keys go on from here.
      requestAnimationFrame(() => goTo(place));
    } else if (event.key === "Escape" && store.picked.value.length) store.setPicked([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const line = (place: number) => {
    const row = at[place]!;
    const common = {
      store,
      place,
      tabbable: place === stop,
      onFocus: () => setFocused(place),
      onKeyDown: (event: KeyboardEvent) => onKeyDown(event, place),
    };
    return row < 0 ? (
      <GroupRow
        key={`group ${groups[-1 - row]!.key}`}
        {...common}
        group={groups[-1 - row]!}
        span={keys.length + 2}
      />
    ) : (
      <RunRow key={names[row]} {...common} row={row} run={names[row]!} keys={keys} />
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
        {...GRID}
        aria-label="Runs"
        aria-rowcount={at.length + 1}
        aria-colcount={keys.length + 1}
        data-narrow={(widths[0] ?? 0) > 0.6 * size.width ? "" : undefined}
        style={{ width: `${Math.max(total, size.width)}px` }}
      >
        <colgroup>
          {["run", ...keys].map((key, i) => (
            <col key={key} style={{ width: `${widths[i]}px` }} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr aria-rowindex={1} style={{ height: `${HEAD_HEIGHT}px` }}>
            <Head store={store} name="run" />
            {keys.map((key) => (
              <Head key={key} store={store} name={key} />
            ))}
            <td class="nbb-listing-rest" />
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} span={keys.length + 2} />
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => line(first + i))}
          <Gap rows={at.length - last} span={keys.length + 2} />
        </tbody>
      </table>
      {at.length === 0 && (
        <div class="nbb-empty">
          <span>No run fits.</span>
        </div>
      )}
    </div>
  );
}

function Gap({ rows, span }: { rows: number; span: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="nbb-listing-gap">
      <td colSpan={span} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

function Head({ store, name }: { store: RunsStore; name: string }) {
  const column = store.column(name);
  const label = column?.label ?? name;
  const keys = store.visible.value;
  const grouped = store.group.value === name;
  const hide = (): void => {
    store.chosen.value = keys.filter((key) => key !== name);
  };
  return (
    <HeadCell
      name={name}
      label={label}
      title={name}
      numeric={column?.numbers != null}
      names={!column}
      sort={store.sort.value}
      onSort={(sort) => {
        store.sort.value = sort;
      }}
      onStep={(by) => {
        if (column) store.chosen.value = stepKey(keys, keys, name, by);
      }}
      onDrop={(place) => {
        if (column) store.chosen.value = dropKey(keys, name, place);
      }}
    >
      {column && (
        <span class="nbb-listing-menu">
          <Menu label={`Column ${label}`} text="▾">
            <MenuItem
              text={grouped ? "Do not group" : "Group by its values"}
              onClick={() => {
                store.group.value = grouped ? "" : name;
              }}
            />
            <MenuItem text="Hide column" onClick={hide} />
          </Menu>
        </span>
      )}
    </HeadCell>
  );
}
