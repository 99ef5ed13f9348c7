// The text view: the anywidget module of nbboard/views/text.py.
import { defineStepped } from "../../stepped/define.tsx";
import { TextBar } from "./bar.tsx";
import { TextCell, TextFacts } from "./cell.tsx";
import { type Passage, passageOf, rawText } from "./passage.ts";
import { TextState } from "./state.ts";
import css from "./text.css";

/** Height of a line, and of a cell at least and at most, in CSS pixels. */
const LINE = 20;
const LEAST = 84;
const MOST = 340;
const LARGE = 640;

export default defineStepped<Passage, TextState>({
  kind: "text",
  noun: ["text", "texts"],
  from: "They come from tf.summary.text(…) in TensorFlow and add_text(…) in PyTorch.",
  css,
  decode: passageOf,
  weight: ({ cells }) => cells.reduce((sum, cell) => sum + 2 * cell.length, 0),
  State: TextState,
  Cell: TextCell,
  Bar: TextBar,
  Facts: TextFacts,
  box({ store, state }, series, width, large) {
    if (large) return { width, height: LARGE };
    const raw = state.showAs.value === "raw" || state.diff.value !== "off";
    let lines = 1;
    for (const one of series) {
      // Of one height for all steps that are known, so that nothing jumps with the slider.
      const known = raw ? 1 : Number(one.last?.lines ?? 1);
      const now = store.loaded(one, state.at(one).position)?.items[0];
      lines = Math.max(lines, known, (raw ? now?.rawLines : now?.lines) ?? 0);
    }
    return { width, height: Math.min(MOST, Math.max(LEAST, 24 + lines * LINE)) };
  },
  file: (item) => ({
    ending: "md",
    content: new Blob([rawText(item)], { type: "text/markdown" }),
  }),
  describe: (item) => rawText(item).slice(0, 400),
  onKey: (key, shift, { state }) =>
    key === "r" && !shift ? () => state.toggleRaw() : key === "d" ? () => state.toggleDiff() : null,
  keys: "R: raw. D: what changed.",
});
