// The slider over the steps of an embedding, and its film.
import { useSignalEffect } from "@preact/signals";
import { formatStep } from "../../draw/format.ts";
import { Button } from "../../shell/controls.tsx";
import type { ProjectorStore } from "./store.ts";

/** Milliseconds a step is shown. */
const PAUSE = 900;

export function Steps({ store }: { store: ProjectorStore }) {
  const embedding = store.first.embedding.value;
  const steps = embedding?.steps ?? [];
  const index = store.first.index.value;
  useSignalEffect(() => {
    if (!store.playing.value) return;
    const timer = setInterval(() => {
      const count = store.first.embedding.peek()?.steps.length ?? 0;
      const next = store.first.index.peek() + 1;
      if (next >= count) store.playing.value = false;
      else store.setIndex(next);
    }, PAUSE);
    return () => clearInterval(timer);
  });
  if (!embedding?.stepped) return null;
  const last = steps.length - 1;
  const text = formatStep(BigInt(steps[index] ?? "0"));
  const fill = `${last > 0 ? (100 * index) / last : 100}%`;
  return (
    <div class="nbb-pj-steps">
      <span aria-hidden="true">step</span>
      <Button
        label="Previous step"
        icon="previous"
        disabled={index <= 0}
        onClick={() => store.setIndex(index - 1)}
      />
      <input
        class="nbb-range"
        type="range"
        aria-label="Step"
        aria-valuetext={`step ${text}, ${index + 1} of ${steps.length}`}
        min={0}
        max={Math.max(last, 0)}
        step={1}
        value={index}
        disabled={last < 1}
        style={{ "--nbb-fill": fill }}
        onInput={(event) => {
          store.playing.value = false;
          store.setIndex(event.currentTarget.valueAsNumber);
        }}
      />
      <Button
        label="Next step"
        icon="next"
        disabled={index >= last}
        onClick={() => store.setIndex(index + 1)}
      />
      <b>{text}</b>
      <span class="nbb-note">
        {index + 1} of {steps.length.toLocaleString("en")}
      </span>
      <Button
        label={store.playing.value ? "Pause" : "Play"}
        icon={store.playing.value ? "pause" : "play"}
        disabled={last < 1}
        onClick={() => {
          if (!store.playing.value && index >= last) store.setIndex(0);
          store.playing.value = !store.playing.value;
        }}
      />
    </div>
  );
}
