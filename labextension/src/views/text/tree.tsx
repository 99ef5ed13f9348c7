// JSON and logs as trees: what belongs below something folds away.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { oneLine } from "../../shell/names.ts";
import { shownLine } from "./characters.ts";
import { type Entry, entriesOf, parseJson, type Value } from "./json.ts";
import { useMore } from "./lines.tsx";
import { type LogLine, nestLines } from "./nesting.ts";

const AT_ONCE = 200;
/** Levels that are open at first. */
const OPEN = 2;

export function JsonTree({ text }: { text: string }) {
  const value = useMemo(() => parseJson(text), [text]);
  return (
    <div class="nbb-tree">
      <Node value={value} depth={0} />
    </div>
  );
}

function Node({ name, value, depth }: { name?: string; value: Value; depth: number }) {
  const entries = entriesOf(value);
  const label = name === undefined ? null : <span class="nbb-key">{oneLine(name)}: </span>;
  if (!entries) {
    return (
      <div>
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const summary = `${open}${entries.length.toLocaleString("en")}${close}`;
  return (
    <Fold
      open={depth < OPEN && entries.length <= AT_ONCE}
      head={
        <>
          {label}
          <span class="nbb-note">{summary}</span>
        </>
      }
    >
      {() => <Entries entries={entries} depth={depth} />}
    </Fold>
  );
}

function Entries({ entries, depth }: { entries: readonly Entry[]; depth: number }) {
  const [most, more] = useMore(entries.length, AT_ONCE);
  return (
    <>
      {entries.slice(0, most).map(([name, value]) => (
        <Node key={name} name={name} value={value} depth={depth + 1} />
      ))}
      {more}
    </>
  );
}

function Leaf({ value }: { value: Value }) {
  if (typeof value === "string")
    return <span class="nbb-string">{shownLine(JSON.stringify(value))}</span>;
  return <span class="nbb-value">{value === null ? "null" : String(value)}</span>;
}

export function LogTree({ text }: { text: string }) {
  const lines = useMemo(() => nestLines(text.split("\n")), [text]);
  return (
    <div class="nbb-tree nbb-log">
      <Lines lines={lines} />
    </div>
  );
}

/** Fewer lines than this below another one stay in sight. */
const FOLDED = 4;

function Lines({ lines }: { lines: readonly LogLine[] }) {
  const [most, more] = useMore(lines.length, 5 * AT_ONCE);
  return (
    <>
      {lines.slice(0, most).map(({ text, below }, index) =>
        below.length ? (
          <Fold key={index} open={below.length < FOLDED} head={<Line text={text} />}>
            {() => <Lines lines={below} />}
          </Fold>
        ) : (
          <Line key={index} text={text} />
        ),
      )}
      {more}
    </>
  );
}

function Line({ text }: { text: string }) {
  const level = /\b(ERROR|FATAL|CRITICAL|Traceback|Exception)\b/.test(text)
    ? "error"
    : /\bWARN(ING)?\b/.test(text)
      ? "warning"
      : undefined;
  return (
    <div class="nbb-line" data-level={level}>
      {shownLine(text) || "\u00a0"}
    </div>
  );
}

interface FoldProps {
  open: boolean;
  head: ComponentChildren;
  /** Drawn only while it is open: a tree may be ten thousand levels deep. */
  children(): ComponentChildren;
}

function Fold({ open: first, head, children }: FoldProps) {
  const [open, setOpen] = useState(first);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{head}</summary>
      {open && <div class="nbb-below">{children()}</div>}
    </details>
  );
}
