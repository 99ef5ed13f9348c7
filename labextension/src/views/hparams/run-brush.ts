// The brush as the other views of the log know it: curves of other trials turn grey there.
import { effect } from "@preact/signals";
import { sameValue } from "../../shell/model.ts";
import type { HparamsStore } from "./store.ts";

/** Keeps the run list's brushed runs those of the brushed trials, until the model is closed. */
export function shareBrush(store: HparamsStore): void {
  const { brushed } = store.ctx.runs;
  let shared = false;
  const stopSharing = effect(() => {
    const brushing = store.isBrushing();
    const set = store.set.value;
    const mask = store.brushed.value;
    const sessions = store.sessions.value;
    if (!brushing) {
      if (shared) brushed.value = null;
      shared = false;
      return;
    }
    const runs = new Set<string>();
    sessions.forEach((own, row) => {
      if (!mask[row]) return;
      for (const session of own) for (const run of set.curveRuns[session] ?? []) runs.add(run);
    });
    shared = true;
    const list = [...runs];
    if (!sameValue(brushed.peek(), list)) brushed.value = list;
  });
  // Taken back elsewhere, in another view or in Python: then here as well.
  const stopFollowing = effect(() => {
    if (brushed.value !== null || !shared) return;
    shared = false;
    store.brush.value = {};
  });
  store.ctx.model.on("destroy", () => {
    stopSharing();
    stopFollowing();
    // A view that is gone has no button to take its brush back.
    if (shared) brushed.value = null;
  });
}
