// The rows of the run list: runs, or groups that unfold; only those in sight are drawn.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, Name } from "./controls.tsx";
import { Icon } from "./icons.tsx";
import type { RunList } from "./runs.ts";

const ROW = 24;
/** Up to so many rows are drawn all. */
const FEW_ROWS = 200;
const MARGIN = 10;

export type ListRow =
  | { kind: "group"; key: string; runs: readonly string[]; open: boolean }
  | { kind: "run"; run: string; inside: boolean };

/** What is listed of these runs: each, or groups with those that are unfolded under them. */
export function listRows(runs: RunList, names: readonly string[]): ListRow[] {
  const groupOf = runs.groupOf();
  if (!groupOf) return names.map((run) => ({ kind: "run", run, inside: false }));
  const groups = new Map<string, string[]>();
  for (const run of names) {
    const key = groupOf(run);
    const members = groups.get(key);
    if (members) members.push(run);
    else groups.set(key, [run]);
  }
  const unfolded = new Set(runs.unfolded.value);
  const rows: ListRow[] = [];
  for (const [key, members] of groups) {
    if (members.length === 1 && members[0] === key) {
      rows.push({ kind: "run", run: key, inside: false });
      continue;
    }
    const open = unfolded.has(key);
    rows.push({ kind: "group", key, runs: members, open });
    if (open) for (const run of members) rows.push({ kind: "run", run, inside: true });
  }
  return rows;
}

interface RowsProps {
  runs: RunList;
  rows: readonly ListRow[];
}

/** A hundred thousand runs are listed, only those in sight are in the page. */
export function RunRows({ runs, rows }: RowsProps) {
  const top = useSignal(0);
  const height = useSignal(600);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      height.value = list.current?.clientHeight || 600;
    });
    observer.observe(list.current!);
    // Where few of many are checked, begin at those.
    const checked = rows.findIndex((row) => isShown(runs, row));
    if (runs.only.peek() && checked * ROW > list.current!.clientHeight - 2 * ROW) {
      list.current!.scrollTop = (checked - 2) * ROW;
    }
    return () => observer.disconnect();
  }, []);
  const few = rows.length <= FEW_ROWS;
  // In a list that grows with its page all of it is "in sight": never more than a screenful.
  const seen = Math.min(height.value, 2400);
  const first = few ? 0 : Math.max(0, Math.floor(top.value / ROW) - MARGIN);
  const last = few ? rows.length : Math.ceil((top.value + seen) / ROW) + MARGIN;
  const rest = Math.max(0, rows.length - last);
  return (
    <ul
      ref={list}
      class="nbb-runs-list"
      onScroll={(event) => {
        top.value = Math.floor(event.currentTarget.scrollTop / ROW) * ROW;
      }}
    >
      {first > 0 && <li aria-hidden="true" style={{ height: `${first * ROW}px` }} />}
      {rows
        .slice(first, last)
        .map((row) =>
          row.kind === "group" ? (
            <GroupRow key={`group ${row.key}`} runs={runs} row={row} />
          ) : (
            <RunRow key={row.run} runs={runs} run={row.run} inside={row.inside} />
          ),
        )}
      {rest > 0 && <li aria-hidden="true" style={{ height: `${rest * ROW}px` }} />}
    </ul>
  );
}

function isShown(runs: RunList, row: ListRow): boolean {
  return row.kind === "run" ? runs.isChecked(row.run) : row.runs.some((run) => runs.isChecked(run));
}

function RunRow({ runs, run, inside }: { runs: RunList; run: string; inside: boolean }) {
  const checked = runs.isChecked(run);
  return (
    <li class="nbb-run" data-off={checked ? undefined : ""} data-inside={inside ? "" : undefined}>
      <label class="nbb-run-label">
        <input
          class="nbb-check"
          type="checkbox"
          aria-label={run}
          checked={checked}
          onChange={() => runs.toggle(run)}
        />
        <Name text={runs.label(run)} full={run} />
      </label>
      <Button
        class="nbb-only"
        label={`Only ${run}`}
        text="only"
        onClick={() => runs.onlyRun(run)}
      />
      <span class="nbb-swatch" style={{ "--nbb-swatch": runs.color(run) }}>
        <input
          type="color"
          aria-label={`Colour of ${run}`}
          title="Colour; double click for the palette's own"
          value={runs.color(run)}
          onInput={(event) => runs.pickColor(run, event.currentTarget.value)}
          onDblClick={() => runs.pickColor(run, null)}
        />
      </span>
    </li>
  );
}

function GroupRow({ runs, row }: { runs: RunList; row: ListRow & { kind: "group" } }) {
  const checked = row.runs.filter((run) => runs.isChecked(run)).length;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = checked > 0 && checked < row.runs.length;
  });
  const fold = (): void => {
    const others = runs.unfolded.value.filter((key) => key !== row.key);
    runs.unfolded.value = row.open ? others : [...others, row.key];
  };
  return (
    <li class="nbb-run nbb-run-group" data-off={checked > 0 ? undefined : ""}>
      <input
        ref={box}
        class="nbb-check"
        type="checkbox"
        aria-label={`Group ${row.key}`}
        checked={checked === row.runs.length}
        onChange={(event) => runs.setAll(row.runs, event.currentTarget.checked)}
      />
      <button type="button" class="nbb-run-fold" aria-expanded={row.open} onClick={fold}>
        <Name text={row.key} />
        <span class="nbb-run-count">{row.runs.length}</span>
        <Icon name="chevron" />
      </button>
      <span class="nbb-swatch" style={{ "--nbb-swatch": runs.color(row.runs[0]!) }} />
    </li>
  );
}
