// The picture of a graph as it is open now: laid out in the worker, the last one until it is done.
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Graph } from "./graph.ts";
import { planOf, type Scene, sceneOf } from "./scene.ts";
import type { GraphsState } from "./state.ts";
import { labelOf, noteOf, titleOf } from "./words.ts";

/** Beside the text of a box, and its least width. */
const BESIDE = 22;
const NARROWEST = 56;
const MARGIN = 12;

export interface Drawn {
  scene: Scene | null;
  /** Why there is none. */
  failure: string | null;
}

export function useScene(state: GraphsState, graph: Graph, width: number, font: string): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ scene: null, failure: null });
  const opened = state.opened.value;
  const closed = state.closed.value;
  const foldRepeats = state.foldRepeats.value;
  const edgeLabels = state.edgeLabels.value;
  const up = state.flow.value === "up";
  const measure = useMemo(() => measureWith(graph, font), [graph, font]);
  // Not after the next paint: the worker can begin at once.
  useLayoutEffect(() => {
    let wanted = true;
    const fail = (error: unknown): void => {
      if (wanted) setDrawn((old) => ({ ...old, failure: (error as Error).message }));
    };
    try {
      const choice = { opened: new Set(opened), closed, foldRepeats, up, edgeLabels };
      const plan = planOf(graph, choice, width - 2 * MARGIN, measure);
      state.layouts.run("layout", plan.input).then((drawings) => {
        if (wanted) setDrawn({ scene: sceneOf(plan, drawings), failure: null });
      }, fail);
    } catch (error) {
      fail(error);
    }
    return () => {
      wanted = false;
    };
  }, [graph, width, opened, closed, foldRepeats, up, edgeLabels, measure]);
  // Another graph on the same card must not be shown under the name of this one.
  return drawn.scene && drawn.scene.graph !== graph ? { ...drawn, scene: null } : drawn;
}

/** How wide a box has to be, by the font of the host. */
function measureWith(graph: Graph, font: string): Parameters<typeof planOf>[3] {
  const context = document.createElement("canvas").getContext("2d");
  const known = new Map<string, number>();
  const wide = (text: string, size: number): number => {
    const name = `${size} ${text}`;
    let width = known.get(name);
    if (width === undefined) {
      if (context) context.font = `${size}px ${font}`;
      width = context?.measureText(text).width ?? text.length * size * 0.55;
      known.set(name, width);
    }
    return width;
  };
  return {
    piece: (piece) =>
      Math.max(
        NARROWEST,
        Math.ceil(Math.max(wide(titleOf(piece), 12), wide(noteOf(graph, piece), 11)) + BESIDE),
      ),
    line: (line) => (line.control ? 0 : Math.ceil(wide(labelOf(graph, line), 11)) + 8),
  };
}
