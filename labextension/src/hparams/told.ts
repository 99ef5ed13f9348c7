// What the other views of the log hear of a brush: their curves of other trials turn grey.
import { effect } from "@preact/signals";
import type { HparamsStore } from "./store.ts";

/** Tells the run list which runs are brushed, until the view's model is closed. */
export function tellRuns(store: HparamsStore): void {
  const { brushed } = store.ctx.runs;
  let told = false;
  const stopTelling = effect(() => {
    const brushing = store.isBrushing();
    const set = store.set.value;
    const mask = store.brushed.value;
    if (!brushing) {
      if (told) brushed.value = null;
      told = false;
      return;
    }
    const runs = new Set<string>();
    set.trialOf.forEach((trial, session) => {
      if (mask[trial]) for (const run of set.curveRuns[session] ?? []) runs.add(run);
    });
    told = true;
    const list = [...runs];
    if (JSON.stringify(brushed.peek()) !== JSON.stringify(list)) brushed.value = list;
  });
  // Taken back elsewhere, in another view or in Python: then here as well.
  const stopHearing = effect(() => {
    if (brushed.value !== null || !told) return;
    told = false;
    store.brush.value = {};
  });
  store.ctx.model.on("destroy", () => {
    stopTelling();
    stopHearing();
    // A view that is gone has no button to take its brush back.
    if (told) brushed.value = null;
  });
}
