// The run list: filter, what needs attention, boxes, groups, colours; one for all views of a log.
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatCount } from "../draw/format.ts";
import { typed } from "./bound.ts";
import type { ViewContext } from "./context.ts";
import { Button, SearchBox } from "./controls.tsx";
import { RunMenu } from "./run-menu.tsx";
import { listRows, RunRows } from "./run-rows.tsx";
import { FLAGS, type Flag, type RunList } from "./runs.ts";

/** With more runs than this the list says how many are shown, and what needs attention. */
const FEW_RUNS = 12;
/** As many lines as can be told apart. */
const CHOICE = 12;

const FLAG_HELP: Record<Flag, string> = {
  diverged: "A scalar became NaN or infinite",
  restarted: "Steps of a scalar go back",
  damaged: "Bytes of its files were lost",
  stale: "Nothing was logged for ten minutes, while another run goes on",
};

interface RunPanelProps {
  ctx: ViewContext;
  /** The runs to list, in order. */
  names: readonly string[];
  folded?: boolean;
}

export function RunPanel({ ctx, names, folded }: RunPanelProps) {
  const { runs } = ctx;
  const own = useSignal(names);
  own.value = names;
  const matching = useComputed(() => own.value.filter((name) => runs.passes.value(name)));
  const brushed = runs.brushed.value && new Set(runs.brushed.value);
  const checked = matching.value.filter((name) => runs.isChecked(name)).length;
  const all = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (all.current) {
      all.current.indeterminate = checked > 0 && checked < matching.value.length;
    }
  });
  const rows = useComputed(() => listRows(runs, matching.value));
  const longest = useComputed(() =>
    own.value.slice(0, 2000).reduce((most, name) => Math.max(most, runs.label(name).length), 0),
  );
  return (
    <aside
      class="nbb-runs"
      aria-label="Runs"
      data-folded={folded ? "" : undefined}
      style={{ "--nbb-longest": longest.value, "--nbb-count": names.length }}
    >
      <div class="nbb-runs-head">
        <input
          ref={all}
          class="nbb-check"
          type="checkbox"
          aria-label="All runs"
          title="All runs that match"
          checked={checked > 0 && checked === matching.value.length}
          onChange={(event) => runs.setAll(matching.value, event.currentTarget.checked)}
        />
        <span style="width: 4px" />
        <SearchBox label="Filter runs" error={runs.compiled.value.error} {...typed(runs.filter)} />
        <RunMenu runs={runs} />
      </div>
      {(names.length > FEW_RUNS || runs.facts.flags.value.size > 0) && (
        <Attention runs={runs} count={names.length} />
      )}
      <RunRows runs={runs} rows={rows.value} />
      {matching.value.length === 0 && <div class="nbb-runs-none nbb-note">{noneText(runs)}</div>}
      {brushed && (
        <div class="nbb-runs-foot nbb-note">
          {names.filter((name) => brushed.has(name)).length.toLocaleString("en")} brushed
          <Button
            label="Show all runs in colour"
            text="clear"
            onClick={() => {
              runs.brushed.value = null;
            }}
          />
        </div>
      )}
      {names.length > FEW_RUNS && <Choice ctx={ctx} names={names} />}
    </aside>
  );
}

function noneText(runs: RunList): string {
  const flag = runs.attention.value;
  return flag && !runs.filter.value ? `No run is ${flag}.` : "No run matches.";
}

/** "diverged 26  restarted 11": each narrows the list, and checks what it then has. */
function Attention({ runs, count }: { runs: RunList; count: number }) {
  const before = useRef<string[] | null | undefined>(undefined);
  const choose = (flag: Flag | ""): void => {
    if (flag && before.current === undefined) before.current = runs.only.peek();
    runs.attention.value = flag;
    if (flag) {
      const bit = 1 << FLAGS.indexOf(flag);
      const flags = runs.facts.flags.value;
      runs.choose(runs.names.value.filter((run) => (flags.get(run) ?? 0) & bit));
    } else if (before.current !== undefined) {
      runs.only.value = before.current;
      before.current = undefined;
    }
  };
  const chosen = runs.attention.value;
  const flags = FLAGS.map((flag) => [flag, runs.flagged(flag)] as const);
  return (
    <fieldset class="nbb-attention" aria-label="What needs attention">
      <Chip
        label={`all ${count.toLocaleString("en")}`}
        title="All runs"
        pressed={chosen === ""}
        onClick={() => choose("")}
      />
      {flags
        .filter(([flag, many]) => many > 0 || flag === chosen)
        .map(([flag, many]) => (
          <Chip
            key={flag}
            label={`${flag} ${many.toLocaleString("en")}`}
            title={FLAG_HELP[flag]}
            pressed={chosen === flag}
            onClick={() => choose(chosen === flag ? "" : flag)}
          />
        ))}
    </fieldset>
  );
}

interface ChipProps {
  label: string;
  title: string;
  pressed: boolean;
  onClick(): void;
}

function Chip({ label, title, pressed, onClick }: ChipProps) {
  return (
    <button type="button" class="nbb-chip" title={title} aria-pressed={pressed} onClick={onClick}>
      {label}
    </button>
  );
}

/** "12 of 300 shown · all · best 12 · latest 12". */
function Choice({ ctx, names }: { ctx: ViewContext; names: readonly string[] }) {
  const { runs } = ctx;
  const waiting = useSignal(false);
  const by = useSignal("");
  const shown = names.filter((name) => runs.shown.value.has(name)).length;
  const latest = (): void => {
    by.value = "";
    const order = new Set(
      runs.facts.oldestFirst.value.filter((run) => own.has(run)).slice(-CHOICE),
    );
    runs.choose(names.filter((name) => order.has(name)));
  };
  const own = new Set(names);
  const best = async (): Promise<void> => {
    waiting.value = true;
    try {
      const answer = await ctx.request("best", { count: CHOICE });
      by.value = answer.words;
      runs.choose(answer.runs);
    } catch (error) {
      by.value = (error as Error).message;
    } finally {
      waiting.value = false;
    }
  };
  const saved = Boolean(ctx.model.get("saved"));
  return (
    <div class="nbb-runs-foot nbb-note">
      <span>
        {shown.toLocaleString("en")} of {formatCount(names.length, "run")} shown
      </span>
      <span class="nbb-choice">
        <Button
          label="Show all runs"
          text="all"
          onClick={() => {
            by.value = "";
            runs.showAll();
          }}
        />
        {!saved && !ctx.lost.value && (
          <Button
            label={
              waiting.value && ctx.busy.value
                ? "The kernel is busy: the best when the cell ends"
                : by.value || `Show the ${CHOICE} best runs`
            }
            text={waiting.value && ctx.busy.value ? "best: soon" : `best ${CHOICE}`}
            onClick={() => void best()}
          />
        )}
        <Button
          label={`Show the ${CHOICE} latest runs`}
          text={`latest ${CHOICE}`}
          onClick={latest}
        />
      </span>
    </div>
  );
}
