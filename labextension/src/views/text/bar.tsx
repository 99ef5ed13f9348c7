// What the text view adds to the bar: the search, the diff, and raw text.
import { chosen, typed } from "../../shell/bound.ts";
import { Button, SearchBox, Select } from "../../shell/controls.tsx";
import { shorten } from "../../shell/names.ts";
import type { Shared } from "../../stepped/kind.ts";
import { parseStep } from "../../stepped/steps.ts";
import { counted, formatStep } from "../../stepped/words.ts";
import type { Passage } from "./passage.ts";
import type { Hit } from "./search.ts";
import type { Diff, TextState } from "./state.ts";

type Texts = Shared<Passage, TextState>;

const DIFFS: readonly (readonly [Diff, string])[] = [
  ["off", "off"],
  ["previous", "step before"],
  ["step", "pinned step"],
  ["run", "another run"],
];

export function TextBar(shared: Texts) {
  const { state } = shared;
  const raw = state.showAs.value === "raw";
  return (
    <>
      <SearchBox label="Search texts" plain {...typed(state.search.words)} />
      <Select label="Compare with" text="changes from" options={DIFFS} {...chosen(state.diff)} />
      {state.diff.value === "step" && <Pin {...shared} />}
      {state.diff.value === "run" && (
        <Select
          label="Run to compare with"
          value={state.otherRun()}
          options={state.runs.value.map((run) => [run, shared.ctx.runs.label(run)] as const)}
          onChange={(run) => {
            state.diffRun.value = run;
          }}
        />
      )}
      <Button label="Raw text (R)" text="raw" pressed={raw} onClick={() => state.toggleRaw()} />
      <Results {...shared} />
    </>
  );
}

/** The pinned step: that of the slider when it is pressed. */
function Pin({ state }: Texts) {
  const step = state.union.value[state.index.value];
  const pinned = parseStep(state.diffStep.value);
  return (
    <Button
      label="Compare with the step that is shown now"
      icon="pin"
      text={pinned === null ? "first step" : `step ${formatStep(pinned)}`}
      onClick={() => {
        if (step !== undefined) state.diffStep.value = String(step);
      }}
    />
  );
}

const MOST_LISTED = 200;

/** Where the words were found: a row a text, which goes there when pressed. */
function Results({ ctx, state }: Texts) {
  const found = state.search.found.value;
  if (!found) return null;
  const { hits, looked, total, searching, only } = found;
  const words = state.search.words.value.trim();
  const many = counted(hits.length, ["text", "texts"]);
  const of = `${looked.toLocaleString("en")} of ${total.toLocaleString("en")} searched`;
  return (
    <section class="nbb-results" aria-label="Search results">
      <output class="nbb-note" data-warn={only ? "" : undefined}>
        {`${many} with “${shorten(words, 40)}”`}
        {searching || looked < total ? ` · ${of}` : ""}
        {searching && ctx.busy.value ? " · the kernel is busy" : ""}
        {only ? ` · ${only}` : ""}
      </output>
      {hits.length > 0 && (
        <ul>
          {hits.slice(0, MOST_LISTED).map((hit) => (
            <li key={`${hit.series.id}/${hit.position}`}>
              <Row {...{ ctx, state }} hit={hit} words={words} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({
  ctx,
  state,
  hit,
  words,
}: Pick<Texts, "ctx" | "state"> & { hit: Hit; words: string }) {
  const { series, position, around, count } = hit;
  const step = series.step[position]!;
  const at = around.toLowerCase().indexOf(words.toLowerCase());
  return (
    <button type="button" class="nbb-result" onClick={() => state.setStep(step)}>
      <span class="nbb-dot" style={{ background: ctx.runs.color(series.run) }} />
      <span class="nbb-result-where">
        {`${shorten(series.run, 24)} · ${shorten(series.tag, 24)} · step ${formatStep(step)}`}
      </span>
      <span class="nbb-result-around">
        {at < 0 ? around : around.slice(0, at)}
        {at >= 0 && <mark>{around.slice(at, at + words.length)}</mark>}
        {at >= 0 && around.slice(at + words.length)}
      </span>
      {count > 1 && <span class="nbb-note">{`×${count.toLocaleString("en")}`}</span>}
    </button>
  );
}
