// The audio view: the anywidget module of nbboard/views/audio.py.
import { defineStepped } from "../../stepped/define.tsx";
import css from "./audio.css";
import { AudioBar } from "./bar.tsx";
import { ClipCell, ClipFacts, heightOf } from "./cell.tsx";
import { type Clip, clipOf, describe, fileOf, weightOf } from "./clip.ts";
import { KEYS, keyAction } from "./keys.ts";
import { AudioState } from "./state.ts";

export default defineStepped<Clip, AudioState>({
  kind: "audio",
  noun: ["clip", "clips"],
  from: "They come from tf.summary.audio(…) in TensorFlow and add_audio(…) in PyTorch.",
  css,
  decode: clipOf,
  weight: weightOf,
  whole: ({ data }) => data !== null,
  State: AudioState,
  Cell: ClipCell,
  Bar: AudioBar,
  Facts: ClipFacts,
  box({ state, store }, series, width, large) {
    // Of one height for all steps that are known, so that nothing jumps with the slider.
    const labelled = series.some((one) => {
      const now = store.loaded(one, state.at(one).position)?.items ?? [];
      return Boolean(one.last?.labelled) || now.some((clip) => !clip.refusal && clip.label);
    });
    return { width, height: heightOf(state.show.value, labelled, large) };
  },
  file: fileOf,
  describe,
  onKey: (key, shift, { state }) => keyAction(key, shift, state),
  keys: KEYS,
  click: "seek; drag: loop",
});
