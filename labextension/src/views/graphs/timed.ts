// Times and memory that a run logged beside its graph, by the names of operations.
import type { Graph } from "./graph.ts";

/** The graph with the times and memory of another item of its run. */
export function timed(graph: Graph, measured: Graph): Graph {
  if (!measured.time || graph.time) return graph;
  const places = new Map<string, number>();
  measured.row.forEach((row, leaf) => {
    places.set(measured.names[row]!, leaf);
  });
  const read = (column: Float64Array | null): Float64Array =>
    Float64Array.from(graph.row, (row) => {
      const leaf = places.get(graph.names[row]!);
      return leaf === undefined ? Number.NaN : (column?.[leaf] ?? Number.NaN);
    });
  return graph.with({ time: read(measured.time), memory: read(measured.memory) });
}
