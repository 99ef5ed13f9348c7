// What stands beside the table when runs are picked out: where to see them, and what they are.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, keepKeys, Name } from "../../shell/controls.tsx";
import { entryOf } from "../../shell/names.ts";
import { cellText, type Plain } from "../../table/cells.ts";
import { openTab, tabsAround } from "../../board/tabs.ts";
import type { RunsStore } from "./store.ts";

type Given = [name: string, value: Plain, source: string];

export function Beside({ store }: { store: RunsStore }) {
  const picked = store.picked.value;
  const run = picked[picked.length - 1]!;
  return (
    <aside class="nbb-runs-beside" aria-label="The run that was picked out last">
      <div class="nbb-runs-title">
        <input
          class="nbb-listing-check"
          type="checkbox"
          aria-label={`Show ${run}`}
          checked={store.ctx.runs.isChecked(run)}
          style={{ "--nbb-swatch": store.ctx.runs.color(run) }}
          onChange={(event) => store.ctx.runs.setAll([run], event.currentTarget.checked)}
        />
        <Name text={run} />
        <Button label={`Let go of ${run}`} text="×" onClick={() => store.pick(run, true)} />
      </div>
      {store.ctx.embedded.value && <Tabs />}
      <Noted key={run} store={store} run={run} />
      <Params key={`params ${run}`} store={store} run={run} />
    </aside>
  );
}

/** The board's other tabs, which show the picked runs alone. */
function Tabs() {
  const kinds = useSignal<string[]>([]);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    kinds.value = tabsAround(element.current!).filter((kind) => kind !== "runs");
  }, []);
  return (
    <div class="nbb-runs-tabs" ref={element}>
      {kinds.value.map((kind) => (
        <Button
          key={kind}
          label={`See ${kind} of the picked runs`}
          text={kind.replaceAll("_", " ")}
          onClick={() => openTab(element.current!, kind)}
        />
      ))}
    </div>
  );
}

function Noted({ store, run }: { store: RunsStore; run: string }) {
  const tags = entryOf(store.ctx.runs.tags.value, run) ?? [];
  const note = entryOf(store.ctx.runs.notes.value, run) ?? "";
  const { kept: place, unkept } = store.ctx.runs;
  const kept =
    place.value === "catalogue"
      ? "Kept in the catalogue, for everybody who opens it"
      : "Kept in the notebook, not in the log's folder; view.code has it";
  return (
    <div class="nbb-runs-note" title={kept}>
      <input
        class="nbb-input"
        type="text"
        aria-label="Tags of the run"
        placeholder="tags, with commas"
        value={tags.join(", ")}
        onKeyDown={keepKeys}
        onChange={(event) => {
          const words = event.currentTarget.value.split(",").map((word) => word.trim());
          store.setTags(run, [...new Set(words.filter(Boolean))]);
        }}
      />
      <textarea
        class="nbb-input"
        rows={2}
        aria-label="Note on the run"
        placeholder="a note"
        value={note}
        onKeyDown={keepKeys}
        onChange={(event) => store.setNote(run, event.currentTarget.value.trim())}
      />
      {unkept.value && <span role="alert">Not kept in the catalogue: {unkept.value}</span>}
    </div>
  );
}

/** Every parameter of a run, those in which runs differ first, with where it stands. */
function Params({ store, run }: { store: RunsStore; run: string }) {
  const given = useSignal<readonly Given[] | null>(null);
  const failed = useSignal("");
  useEffect(() => {
    let gone = false;
    store.ctx.request("params", { run }).then(
      (answer) => {
        if (!gone) given.value = answer.params as Given[];
      },
      (error: Error) => {
        if (!gone) failed.value = error.message;
      },
    );
    return () => {
      gone = true;
    };
  }, [run]);
  const row = store.names.value.indexOf(run);
  const columns = [...store.frame.value.columns.values()];
  const known = columns.filter((one) => ["hparam", "circumstance"].includes(one.group));
  // What the table has stands there at once, also while a cell runs.
  const rows: readonly Given[] =
    given.value ??
    known.flatMap((one): Given[] => {
      const cell = row < 0 ? undefined : one.cell(row);
      return cell === undefined ? [] : [[one.label, cell, ""]];
    });
  const differing = new Set(known.filter((one) => one.differs).map((one) => one.label));
  const differ = rows.filter(([name]) => differing.has(name));
  const others = rows.filter(([name]) => !differing.has(name));
  if (!rows.length) {
    return <div class="nbb-note">{failed.value || "No parameters are known of this run."}</div>;
  }
  return (
    <>
      <List title="differs" rows={differ} />
      <List title="the same in all runs" rows={others} />
    </>
  );
}

function List({ title, rows }: { title: string; rows: readonly Given[] }) {
  if (!rows.length) return null;
  return (
    <section aria-label={title}>
      <div class="nbb-note">{title}</div>
      <dl class="nbb-runs-params">
        {rows.map(([name, value, source]) => (
          <div key={name} title={source ? `${name}\nfrom ${source}` : name}>
            <dt>
              <Name text={name} tail={14} />
            </dt>
            <dd>{cellText(value, "hparam")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
