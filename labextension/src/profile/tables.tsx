// The tables below the trace, as tabs: only those that have rows.
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ViewContext } from "../shell/context.ts";
import { Memory } from "./memory.tsx";
import { numbers, type Profile, type Steps, type Table, texts } from "./model.ts";
import { ROLE_COLORS, ROLE_NAMES } from "./roles.ts";
import type { ProfileStore } from "./store.ts";
import type { Column } from "./sorting.ts";
import { DataTable } from "./table.tsx";
import { formatPercent, formatTime } from "./units.ts";

const OPERATORS: Column[] = [
  { key: "name", label: "operator", kind: "name" },
  { key: "type", label: "type", kind: "text" },
  { key: "calls", label: "calls", kind: "count" },
  {
    key: "self_device_us",
    label: "device, own",
    kind: "time",
    bar: true,
    title: "What it launched itself took on the device",
  },
  { key: "device_us", label: "device", kind: "time", title: "With what is inside of it" },
  {
    key: "self_host_us",
    label: "host, own",
    kind: "time",
    bar: true,
    title: "Without what is inside of it",
  },
  { key: "host_us", label: "host", kind: "time", title: "With what is inside of it" },
];
const KERNELS: Column[] = [
  { key: "name", label: "kernel", kind: "name" },
  { key: "operator", label: "launched by", kind: "text" },
  { key: "calls", label: "calls", kind: "count" },
  { key: "total_us", label: "total", kind: "time", bar: true },
  { key: "mean_us", label: "mean", kind: "time" },
  { key: "min_us", label: "least", kind: "time" },
  { key: "max_us", label: "most", kind: "time" },
  {
    key: "blocks_per_sm",
    label: "blocks/SM",
    kind: "number",
    title: "Mean, weighted by time; below 1 the device is not filled",
  },
  {
    key: "occupancy",
    label: "occupancy %",
    kind: "number",
    title: "Achieved, mean weighted by time",
  },
];
const CHANGES: Column[] = [
  { key: "name", label: "name", kind: "name" },
  { key: "status", label: "", kind: "text" },
  { key: "before_us", label: "before", kind: "time", title: "Own time a step" },
  { key: "after_us", label: "after", kind: "time", title: "Own time a step" },
  { key: "change_us", label: "change", kind: "change" },
  { key: "ratio", label: "ratio", kind: "ratio" },
  { key: "before_calls", label: "calls before", kind: "count", title: "A step" },
  { key: "after_calls", label: "calls after", kind: "count", title: "A step" },
];
const RANKS: Column[] = [
  { key: "host", label: "host", kind: "name" },
  { key: "rank", label: "rank", kind: "text" },
  { key: "steps", label: "steps", kind: "count" },
  { key: "mean_step_us", label: "mean step", kind: "time" },
  { key: "skew", label: "skew", kind: "percent", title: "How much longer than the quickest" },
  { key: "utilisation", label: "device busy", kind: "percent" },
  {
    key: "overlap",
    label: "overlap",
    kind: "percent",
    title: "Share of communication beside computation",
  },
  { key: "kernel", label: "kernels", kind: "percent" },
  { key: "communication", label: "comm.", kind: "percent" },
  { key: "loader", label: "loading", kind: "percent" },
];

interface Props {
  ctx: ViewContext;
  store: ProfileStore;
  profile: Profile;
}

export function Tables({ store, profile }: Props) {
  const tabs = tabsOf(store, profile);
  const list = useRef<HTMLDivElement>(null);
  const wanted = store.tab.value;
  const current = tabs.find(({ key }) => key === wanted) ?? tabs[0];
  if (!current) return null;
  const go = (by: number): void => {
    const next = tabs[(tabs.indexOf(current) + by + tabs.length) % tabs.length]!;
    store.tab.value = next.key;
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    });
  };
  return (
    <section class="nbb-pf-tables" aria-label="Tables">
      <div ref={list} class="nbb-pf-tabs" role="tablist" aria-label="Tables">
        {tabs.map(({ key, label, count }) => (
          <button
            key={key}
            type="button"
            role="tab"
            aria-selected={key === current.key}
            tabIndex={key === current.key ? 0 : -1}
            onClick={() => {
              store.tab.value = key;
            }}
            onKeyDown={(event) => {
              const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (!by) return;
              event.preventDefault();
              event.stopPropagation();
              go(by);
            }}
          >
            {label} <span>{count.toLocaleString("en")}</span>
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={current.label}>
        {current.key === "memory" ? (
          <Memory store={store} curves={profile.memory} />
        ) : (
          <>
            {current.key === "changes" && <Compared store={store} profile={profile} />}
            {current.key === "ranks" && profile.ranks && <RankBars table={profile.ranks} />}
            <Rows store={store} tab={current} />
          </>
        )}
      </div>
    </section>
  );
}

interface Tab {
  key: string;
  label: string;
  count: number;
  table: Table | null;
  columns: Column[];
  /** Whether its rows are spans of the trace. */
  linked: boolean;
}

function Rows({ store, tab }: { store: ProfileStore; tab: Tab }) {
  const filter = store.filter.value;
  const columns = tab.columns.filter(({ key }) => tab.table && isTold(tab.table, key));
  return (
    <DataTable
      table={tab.table!}
      columns={columns}
      label={tab.label}
      sort={store.sort.value}
      onSort={(sort) => {
        store.sort.value = sort;
      }}
      test={tab.linked ? filter.test : everything}
      chosen={store.row.value}
      {...(tab.linked ? { onChoose: (name: string) => store.choose(name) } : {})}
    />
  );
}

const everything = (): boolean => true;

/** Whether a column says anything: not if it is empty or zero in every row. */
function isTold(table: Table, key: string): boolean {
  const column = table.columns[key];
  if (!column) return false;
  if (column instanceof Float64Array)
    return column.some((value) => Number.isFinite(value) && value !== 0);
  return column.some((text) => text !== "");
}

function tabsOf(store: ProfileStore, profile: Profile): Tab[] {
  const { operators, kernels, modules, steps, memory, ranks } = profile;
  const changes = store.comparison.value;
  const tabs: Tab[] = [];
  const add = (
    key: string,
    label: string,
    table: Table | null,
    columns: Column[],
    linked: boolean,
  ): void => {
    if (table?.rows) tabs.push({ key, label, count: table.total, table, columns, linked });
  };
  add("operators", "Operators", operators, OPERATORS, true);
  add("kernels", "Kernels", kernels, KERNELS, true);
  add("modules", "Modules", modules, OPERATORS, true);
  if (steps) add("steps", "Steps", stepsTable(steps), stepColumns(steps), false);
  if (memory.length) {
    tabs.push({
      key: "memory",
      label: "Memory",
      count: memory.length,
      table: null,
      columns: [],
      linked: false,
    });
  }
  add("ranks", "Ranks", ranks, RANKS, false);
  if (changes) add("changes", "Changes", changes.operators, CHANGES, true);
  return tabs;
}

const tablesOf = new WeakMap<Steps, Table>();

function stepsTable(steps: Steps): Table {
  let table = tablesOf.get(steps);
  if (!table) {
    const columns: Table["columns"] = { step: steps.names, duration: steps.duration };
    steps.roles.forEach((role, i) => {
      columns[role] = Float64Array.from(
        steps.names,
        (_, step) => steps.byRole[step * steps.roles.length + i]!,
      );
    });
    table = { columns, rows: steps.names.length, total: steps.names.length };
    tablesOf.set(steps, table);
  }
  return table;
}

function stepColumns(steps: Steps): Column[] {
  return [
    { key: "step", label: "step", kind: "name" },
    { key: "duration", label: "takes", kind: "time", bar: true },
    ...steps.roles.map(
      (role): Column => ({ key: role, label: ROLE_NAMES[role] ?? role, kind: "time" }),
    ),
  ];
}

/** What both profiles say, above the table of what changed. */
function Compared({ store, profile }: { store: ProfileStore; profile: Profile }) {
  const comparison = store.comparison.value;
  const counts = useComputed(() => countStatus(store.comparison.value?.operators));
  if (!comparison) return null;
  const steps = profile.steps;
  const mean = steps
    ? steps.duration.reduce((sum, one) => sum + one, 0) / steps.names.length
    : null;
  const change =
    mean && comparison.mean
      ? `, ${mean > comparison.mean ? "+" : "−"}${formatPercent(Math.abs(mean / comparison.mean - 1))}`
      : "";
  return (
    <p class="nbb-note nbb-pf-compared">
      <span>
        Before, {comparison.before[1]}: {comparison.sentence}
      </span>
      {mean && comparison.mean && (
        <span>
          step {formatTime(comparison.mean)} → {formatTime(mean)}
          {change}
        </span>
      )}
      <span>
        {["slower", "faster", "new", "gone"]
          .filter((status) => counts.value[status])
          .map((status) => `${counts.value[status]} ${status}`)
          .join(", ")}
      </span>
    </p>
  );
}

function countStatus(table: Table | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of table ? texts(table, "status") : [])
    counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The mean step of each rank, side by side on one scale. */
function RankBars({ table }: { table: Table }) {
  const hosts = texts(table, "host");
  const means = numbers(table, "mean_step_us");
  const longest = means.reduce((most, one) => Math.max(most, one), 0) || 1;
  const roles = Object.keys(ROLE_COLORS);
  return (
    <div class="nbb-pf-ranks">
      {hosts.slice(0, 64).map((host, i) => (
        <div key={host} class="nbb-pf-rank">
          <span title={host}>
            {texts(table, "rank")[i] ? `rank ${texts(table, "rank")[i]}` : host}
          </span>
          <div class="nbb-pf-bar" style={{ width: `${(100 * means[i]!) / longest}%` }}>
            {roles.map((role) => {
              const share = numbers(table, role)[i] ?? 0;
              return share > 0 ? (
                <i
                  key={role}
                  style={{ width: `${share * 100}%`, background: ROLE_COLORS[role] }}
                  title={`${ROLE_NAMES[role]} ${formatPercent(share)}`}
                />
              ) : null;
            })}
          </div>
          <span>{formatTime(means[i]!)}</span>
        </div>
      ))}
    </div>
  );
}
