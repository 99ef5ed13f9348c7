// Below the trace: the span that is picked out, the sums of a range, or what was found.
import { Button } from "../shell/controls.tsx";
import { oneLine, shorten } from "../shell/names.ts";
import type { Trace } from "./model.ts";
import { labelOf } from "./paint.ts";
import type { ProfileStore } from "./store.ts";
import { sumRange } from "./sums.ts";
import { formatTime } from "./units.ts";

interface Props {
  store: ProfileStore;
  trace: Trace;
}

export function Detail({ store, trace }: Props) {
  return (
    <div class="nbb-pf-detail" aria-live="polite">
      <Found store={store} />
      <Picked store={store} trace={trace} />
      <Range store={store} trace={trace} />
      <Hint store={store} />
    </div>
  );
}

function Found({ store }: { store: ProfileStore }) {
  const row = store.row.value;
  if (store.wanted.value === null) return null;
  const { count, time } = store.found.value;
  const name = row ?? store.search.value;
  return (
    <span class="nbb-pf-found">
      <b title={name}>{shorten(name, 40)}</b>{" "}
      {count ? `(${count.toLocaleString("en")}, Σ ${formatTime(time)})` : "(no span)"}
      <Button
        label="Previous span found"
        icon="previous"
        disabled={!count}
        onClick={() => store.lead(-1)}
      />
      <Button label="Next span found" icon="next" disabled={!count} onClick={() => store.lead(1)} />
      {row !== null && (
        <Button label="Let go of this row" icon="close" onClick={() => store.choose(null)} />
      )}
    </span>
  );
}

function Picked({ store, trace }: Props) {
  const spans = store.spans.value;
  const at = store.picked.value;
  if (at < 0 || !spans || at >= spans.id.length) return null;
  const facts = store.facts.value;
  const lane = spans.lanes.find(({ from, to }) => from <= at && at < to);
  const track = lane ? trace.tracks[lane.track] : undefined;
  return (
    <div class="nbb-pf-picked">
      <b>{oneLine(labelOf({ spans, trace }, at))}</b>
      <dl>
        <Fact name="takes" value={formatTime(spans.duration[at]!)} />
        {facts && <Fact name="of its own" value={formatTime(facts.self_us) || "0"} />}
        <Fact name="at" value={formatTime(spans.start[at]! - store.whole.value.begin) || "0"} />
        {track && <Fact name="on" value={`${track.process} ${track.thread}`} />}
        {facts?.category && <Fact name="category" value={facts.category} />}
        {facts && facts.correlation >= 0 && (
          <Fact name="correlation" value={facts.correlation.toLocaleString("en")} />
        )}
        {facts?.detail && <Fact name="detail" value={facts.detail} />}
      </dl>
      {facts?.stack && (
        <details>
          <summary>call stack</summary>
          <ol>
            {facts.stack.split(";").map((line, i) => (
              <li key={`${i} ${line}`}>{oneLine(line)}</li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd title={value}>{shorten(value, 120)}</dd>
    </>
  );
}

const MOST_NAMES = 8;

function Range({ store, trace }: Props) {
  const range = store.range.value;
  const spans = store.spans.value;
  if (!range || !spans) return null;
  const { total, names } = sumRange(spans, range);
  return (
    <div class="nbb-pf-range">
      <b>{formatTime(range.end - range.begin)} selected</b> {total.count.toLocaleString("en")} spans
      {spans.complete ? "" : " or more, some merged"}
      <table class="nbb-table" aria-label="Spans in the selection, by name">
        <tbody>
          {names.slice(0, MOST_NAMES).map(({ name, count, time }) => (
            <tr key={name}>
              <td class="nbb-cell-name" title={trace.names[name]}>
                {shorten(trace.names[name] ?? "", 60)}
              </td>
              <td>{count.toLocaleString("en")}</td>
              <td>{formatTime(time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {names.length > MOST_NAMES && (
        <span class="nbb-note">
          and {(names.length - MOST_NAMES).toLocaleString("en")} more names
        </span>
      )}
    </div>
  );
}

function Hint({ store }: { store: ProfileStore }) {
  const spans = store.spans.value;
  const still = store.picked.value < 0 && !store.range.value && store.wanted.value === null;
  if (!spans) return null;
  return (
    <span class="nbb-note nbb-pf-hint">
      {!spans.complete &&
        `${spans.id.length.toLocaleString("en")} of ${spans.total.toLocaleString("en")} spans, narrow ones merged. `}
      {still &&
        "Click into it: wheel or W S zoom, drag or A D move, shift-drag selects, Escape goes back."}
    </span>
  );
}
