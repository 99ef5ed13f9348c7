// The run list: filter, boxes, "only this", colours, grouping; one for all views of a log.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatCount } from "../draw/format.ts";
import type { PaletteName } from "../draw/palette.ts";
import { chosen, typed } from "./bound.ts";
import { Button, Menu, MenuSelect, Name, SearchBox, keepKeys } from "./controls.tsx";
import type { RunList } from "./runs.ts";

const ROW = 24;

interface RunPanelProps {
  runs: RunList;
  /** The runs to list, in order. */
  names: readonly string[];
  folded?: boolean;
}

export function RunPanel({ runs, names, folded }: RunPanelProps) {
  const filter = runs.compiled.value;
  const matching = names.filter((name) => filter.test(name));
  const hidden = new Set(runs.hidden.value);
  const brushed = runs.brushed.value && new Set(runs.brushed.value);
  const checked = matching.filter((name) => !hidden.has(name)).length;
  const all = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (all.current) all.current.indeterminate = checked > 0 && checked < matching.length;
  });
  return (
    <aside
      class="nbb-runs"
      aria-label="Runs"
      data-folded={folded ? "" : undefined}
      style={{
        "--nbb-longest": names.reduce((most, name) => Math.max(most, name.length), 0),
        "--nbb-count": names.length,
      }}
    >
      <div class="nbb-runs-head">
        <input
          ref={all}
          class="nbb-check"
          type="checkbox"
          aria-label="All runs"
          title="All runs that match"
          checked={checked > 0 && checked === matching.length}
          onChange={(event) => runs.setAll(matching, event.currentTarget.checked)}
        />
        <span style="width: 4px" />
        <SearchBox label="Filter runs" error={filter.error} {...typed(runs.filter)} />
        <RunMenu runs={runs} />
      </div>
      {matching.length === 0 && (
        <div class="nbb-note" style="padding: 4px 10px">
          No run matches.
        </div>
      )}
      <RunRows runs={runs} names={matching} hidden={hidden} />
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
      {names.length > 12 && (
        <div class="nbb-runs-foot nbb-note">
          {checked.toLocaleString("en")} of {formatCount(names.length, "run")}
        </div>
      )}
    </aside>
  );
}

interface RowsProps {
  runs: RunList;
  names: readonly string[];
  hidden: ReadonlySet<string>;
}

/** Thousands of runs are listed, only those in sight are drawn. */
function RunRows({ runs, names, hidden }: RowsProps) {
  const top = useSignal(0);
  const height = useSignal(600);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      height.value = list.current?.clientHeight || 600;
    });
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, []);
  const few = names.length <= 200;
  const first = few ? 0 : Math.max(0, Math.floor(top.value / ROW) - 10);
  const last = few ? names.length : Math.ceil((top.value + height.value) / ROW) + 10;
  const rest = Math.max(0, names.length - last);
  return (
    <ul
      ref={list}
      class="nbb-runs-list"
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
    >
      {first > 0 && <li aria-hidden="true" style={{ height: `${first * ROW}px` }} />}
      {names.slice(first, last).map((name) => (
        <li key={name} class="nbb-run" data-off={hidden.has(name) ? "" : undefined}>
          <label class="nbb-run-label">
            <input
              class="nbb-check"
              type="checkbox"
              aria-label={name}
              checked={!hidden.has(name)}
              onChange={() => runs.toggle(name)}
            />
            <Name text={name} />
          </label>
          <Button
            class="nbb-only"
            label={`Only ${name}`}
            text="only"
            onClick={() => runs.only(name)}
          />
          <span class="nbb-swatch" style={{ "--nbb-swatch": runs.color(name) }}>
            <input
              type="color"
              aria-label={`Colour of ${name}`}
              title="Colour; double click for the palette's own"
              value={runs.color(name)}
              onInput={(event) => runs.pickColor(name, event.currentTarget.value)}
              onDblClick={() => runs.pickColor(name, null)}
            />
          </span>
        </li>
      ))}
      {rest > 0 && <li aria-hidden="true" style={{ height: `${rest * ROW}px` }} />}
    </ul>
  );
}

function RunMenu({ runs }: { runs: RunList }) {
  return (
    <Menu label="Colours and groups" icon="settings">
      <Rule
        runs={runs}
        label="Colour"
        none="run"
        noneText="run"
        value={runs.colorBy.value}
        onChange={(v) => {
          runs.colorBy.value = v;
        }}
      />
      <Rule
        runs={runs}
        label="Group"
        none=""
        noneText="none"
        value={runs.groupBy.value}
        onChange={(v) => {
          runs.groupBy.value = v;
        }}
      />
      <MenuSelect<PaletteName>
        label="Palette"
        options={[
          ["tensorboard", "TensorBoard"],
          ["colorblind", "colour-blind safe"],
        ]}
        {...chosen(runs.palette)}
      />
    </Menu>
  );
}

interface RuleProps {
  runs: RunList;
  label: string;
  none: string;
  noneText: string;
  value: string;
  onChange(value: string): void;
}

/** By what runs are coloured or grouped: nothing, a pattern, a hyperparameter. */
function Rule({ runs, label, none, noneText, value, onChange }: RuleProps) {
  const byPattern = value.startsWith("regex:");
  const hparams = runs.hparamNames().map((name) => [`hparam:${name}`, name] as const);
  return (
    <>
      <MenuSelect
        label={`${label} by`}
        value={byPattern ? "regex:" : value}
        options={[[none, noneText], ["regex:", "pattern in name"], ...hparams]}
        onChange={onChange}
      />
      {byPattern && (
        <input
          class="nbb-input"
          type="text"
          aria-label={`${label} pattern`}
          placeholder="(seed|fold)=\d+ in brackets: what is the same"
          spellcheck={false}
          value={value.slice(6)}
          onInput={(event) => onChange(`regex:${event.currentTarget.value}`)}
          onKeyDown={keepKeys}
        />
      )}
    </>
  );
}
