// What was found in a graph. Words are sought here; a regular expression may take for ever, so
// it is sought in a worker that is ended when it does.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Graph } from "./graph.ts";
import { search } from "./search.ts";
import type { GraphsState } from "./state.ts";

/** Milliseconds after which a regular expression is given up. */
const PATIENCE = 1500;
const SETTLE = 150;
/** A group with a repeat in it that is repeated itself: "(a+)+". */
const ENDLESS = /[+*}][^()]*\)\s*[+*{]/;

export interface Found {
  rows: Uint32Array;
  error: string | null;
}

const NOTHING = new Uint32Array();

export function useSearch(state: GraphsState, graph: Graph): Found | null {
  const words = state.search.value.trim();
  const regex = state.searchRegex.value;
  const plain = useMemo(
    () => (words && !regex ? search({ texts: textsOf(graph), words, regex }) : null),
    [graph, words, regex],
  );
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    if (!words || !regex) {
      setFound(null);
      return;
    }
    const stop = new AbortController();
    const begin = setTimeout(async () => {
      try {
        new RegExp(words.replaceAll("(?P<", "(?<"));
        // Without a worker nothing could end it.
        if (ENDLESS.test(words) && !(await state.searches.apart()))
          throw new Error("repeats within repeats need a worker, which this page cannot have");
        const slow = setTimeout(() => state.searches.close(), PATIENCE);
        stop.signal.addEventListener("abort", () => clearTimeout(slow));
        const rows = await state.searches
          .run("search", { texts: textsOf(graph), words, regex }, { signal: stop.signal })
          .finally(() => clearTimeout(slow));
        setFound({ rows, error: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        const why = (error as Error).message;
        setFound({ rows: NOTHING, error: why.includes("closed") ? "takes too long" : why });
      }
    }, SETTLE);
    return () => {
      clearTimeout(begin);
      stop.abort();
    };
  }, [graph, words, regex]);
  if (!words) return null;
  return plain ? { rows: plain, error: null } : found;
}

function textsOf(graph: Graph): string[] {
  return graph.once("texts", () =>
    graph.names.map((name, row) => {
      const leaf = graph.leaf[row]!;
      return leaf < 0 ? name : `${name}\n${graph.ops[graph.op[leaf]!]}`;
    }),
  );
}
