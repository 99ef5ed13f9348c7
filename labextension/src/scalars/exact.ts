// Exact points of a step or a range: asked of the kernel where the browser has samples only.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Line } from "./lines.ts";
import type { ScalarStore } from "./store.ts";

/** What a series is at the ends of a range, and between them, of all its points. */
export interface ExactRow {
  startX: number;
  startStep: number;
  startWall: number;
  startValue: number;
  startSmoothed: number;
  endX: number;
  endValue: number;
  endSmoothed: number;
  least: number;
  greatest: number;
  mean: number;
}

export interface Exact {
  /** By run. */
  rows: ReadonlyMap<string, ExactRow>;
  /** Whether the kernel was asked and has not answered. */
  waiting: boolean;
}

const NOTHING: ReadonlyMap<string, ExactRow> = new Map();

/**
 * The exact rows of some lines from a place of the x axis to another (the same one for a single
 * step), as soon as the kernel is free. `after` is how long what is asked must stay the same.
 */
export function useExact(
  store: ScalarStore,
  tag: string,
  lines: readonly Line[],
  at: readonly [number, number] | null,
  after: number,
): Exact {
  const { state } = store;
  const found = useSignal<{ key: string; rows: ReadonlyMap<string, ExactRow> }>({
    key: "",
    rows: NOTHING,
  });
  const asked = useRef("");
  const runs = lines.filter((line) => !line.members && !line.right).map((line) => line.name);
  const question = {
    tag,
    runs,
    by: state.x.value,
    start: at?.[0],
    stop: at?.[1],
    restarts: state.restarts.value,
    weight: state.smoothing.value,
    method: state.method.value,
  };
  const totals = lines.reduce((sum, line) => sum + line.total, 0);
  const key = at && runs.length ? JSON.stringify([question, totals]) : "";
  useEffect(() => {
    if (!key || key === found.peek().key) return;
    const timer = setTimeout(() => {
      asked.current = key;
      store.exact(question).then(
        (rows) => {
          if (asked.current === key) found.value = { key, rows };
        },
        () => undefined, // what is here stays, and says that it is not exact
      );
    }, after);
    return () => clearTimeout(timer);
  }, [key]);
  const here = found.value.key === key;
  return { rows: here ? found.value.rows : NOTHING, waiting: key !== "" && !here };
}
