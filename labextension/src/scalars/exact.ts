// Exact points of a step or a range: asked of the kernel where the browser has samples only.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { type Line, lineKey } from "./lines.ts";
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
  /** By `lineKey`. */
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
  const runs: Record<string, string[]> = {};
  for (const { tag, name, members, right } of lines) {
    if (members || right) continue;
    runs[tag] ??= [];
    runs[tag].push(name);
  }
  const question = {
    by: state.x.value,
    start: at?.[0],
    stop: at?.[1],
    restarts: state.restarts.value,
    weight: state.smoothing.value,
    method: state.method.value,
  };
  const totals = lines.reduce((sum, line) => sum + line.total, 0);
  const tags = Object.keys(runs);
  const key = at && tags.length ? JSON.stringify([runs, question, totals]) : "";
  useEffect(() => {
    if (!key || key === found.peek().key) return;
    const timer = setTimeout(() => {
      asked.current = key;
      const asking = tags.map((tag) => store.exact({ ...question, tag, runs: runs[tag]! }));
      Promise.all(asking).then(
        (answers) => {
          const rows = new Map(
            answers.flatMap((answer, index) =>
              Array.from(answer, ([name, row]) => {
                return [lineKey({ tag: tags[index]!, name }), row] as const;
              }),
            ),
          );
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
