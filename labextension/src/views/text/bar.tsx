// What the text view adds to the bar: the search, the diff, and raw text.
import { formatStep } from "../../draw/format.ts";
import { typed } from "../../shell/bound.ts";
import { Button, SearchBox } from "../../shell/controls.tsx";
import { shorten } from "../../shell/names.ts";
import { DiffControls } from "../../stepped/diff-controls.tsx";
import type { Shared } from "../../stepped/kind.ts";
import { counted } from "../../stepped/words.ts";
import type { Passage } from "./passage.ts";
import type { Hit } from "./search.ts";
import type { TextState } from "./state.ts";

type Texts = Shared<Passage, TextState>;

export function TextBar(shared: Texts) {
  const { state } = shared;
  const raw = state.showAs.value === "raw";
  return (
    <>
      <SearchBox label="Search texts" plain {...typed(state.search.words)} />
      <DiffControls {...shared} />
      <Button label="Raw text (R)" text="raw" pressed={raw} onClick={() => state.toggleRaw()} />
      <Results {...shared} />
    </>
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
