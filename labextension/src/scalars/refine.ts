// Finer points for a zoomed card, asked of the kernel once the zoom has come to rest.
import type { Scene } from "./plot.ts";
import { isTag, type Trace, traceOf } from "./lines.ts";
import { lowerBound } from "./series.ts";
import type { ScalarState } from "./state.ts";
import type { ScalarStore } from "./store.ts";

const REST_MS = 180;

export class Refiner {
  private readonly store: ScalarStore;
  private readonly state: ScalarState;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = "";

  constructor(store: ScalarStore, state: ScalarState) {
    this.store = store;
    this.state = state;
  }

  /**
   * Ask for what a zoomed (or wide) card could show and the browser does not have. Returns
   * whether something is missing; `done` is called when it is there.
   */
  check(
    tags: readonly string[],
    shown: readonly string[],
    scene: Scene,
    done: () => void,
  ): boolean {
    clearTimeout(this.timer);
    const by = this.state.x.value;
    if (isTag(by)) return false;
    const wanted = scene.width;
    const range = scene.zoomX ?? [-1e300, 1e300];
    const options = this.state.lineOptions.value;
    const lacking = tags.some((tag) => {
      const series = this.store.of(tag);
      return shown.some((run) => {
        const one = series.get(run);
        const trace = one?.loaded && one.held < one.total ? traceOf(one, options) : null;
        return trace !== null && trace !== undefined && lacks(trace, range, wanted);
      });
    });
    if (!lacking || (!scene.zoomX && scene.width < 900)) return false;
    const key = JSON.stringify([tags, by, range, Math.round(wanted / 100)]);
    if (key === this.asked) return false;
    this.timer = setTimeout(() => {
      this.asked = key;
      this.store
        .refine({ tags, by, start: range[0], stop: range[1], budget: 2 * wanted })
        .then(done, done);
    }, REST_MS);
    return true;
  }
}

/** Whether a range has fewer points here than pixels, and more on disk. */
function lacks(
  { x, index }: Trace,
  [low, high]: readonly [number, number],
  wanted: number,
): boolean {
  if (x.length === 0) return false;
  const from = Math.max(0, lowerBound(x, low) - 1);
  const to = Math.min(x.length - 1, lowerBound(x, high));
  const here = to - from + 1;
  const there = index[to]! - index[from]! + 1;
  return here < wanted && there > here;
}
