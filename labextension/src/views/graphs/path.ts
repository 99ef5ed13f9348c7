// The shortest way from one node to another, along the edges.
import type { Graph } from "./graph.ts";

/**
 * The operations from one row to another, both included; a row may be a scope, and then any
 * operation in it will do. Empty if there is no way; the other direction is tried, too.
 */
export function pathBetween(graph: Graph, from: number, to: number): number[] {
  if (from < 0 || to < 0) return [];
  const [first, last] = [leavesIn(graph, from), leavesIn(graph, to)];
  const found = search(graph, first, last);
  return found.length ? found : search(graph, last, first);
}

/** Breadth first, along who takes what. */
function search(graph: Graph, from: ReadonlySet<number>, to: ReadonlySet<number>): number[] {
  const { starts, target } = graph.consumers;
  const before = new Int32Array(graph.length).fill(-2);
  let edge = [...from];
  for (const leaf of edge) before[leaf] = -1;
  while (edge.length) {
    const next: number[] = [];
    for (const leaf of edge) {
      for (let at = starts[leaf]!; at < starts[leaf + 1]!; at++) {
        const found = target[at]!;
        if (before[found] !== -2) continue;
        before[found] = leaf;
        if (to.has(found)) return traced(before, found);
        next.push(found);
      }
    }
    edge = next;
  }
  return [];
}

function traced(before: Int32Array, last: number): number[] {
  const path = [];
  for (let at = last; at >= 0; at = before[at]!) path.push(at);
  return path.reverse();
}

/** The operations in a row: itself, or all in a scope. */
export function leavesIn(graph: Graph, row: number): Set<number> {
  const found = new Set<number>();
  const waiting = [row];
  while (waiting.length) {
    const at = waiting.pop()!;
    const leaf = graph.leaf[at]!;
    if (leaf >= 0) found.add(leaf);
    else for (const child of graph.children(at)) waiting.push(child);
  }
  return found;
}
