// The line above a picture: how large the graph is, what was found, and the tools.
import type { ComponentChildren } from "preact";
import { Button } from "../../shell/controls.tsx";
import { statusTotals, sum } from "./colors.ts";
import type { Graph } from "./graph.ts";
import type { Found } from "./use-search.ts";

interface StripProps {
  graph: Graph;
  /** What it is compared with, in words. */
  note: string;
  found: Found | null;
  /** Which of what was found is gone to. */
  hit: number;
  goTo(hit: number): void;
  /** The operations between two nodes; null where no path is asked for. */
  path: readonly number[] | null;
  onForget(): void;
  children: ComponentChildren;
}

export function Strip({ graph, note, found, hit, goTo, path, onForget, children }: StripProps) {
  return (
    <div class="nbb-graph-strip">
      <Counts graph={graph} note={note} />
      {found && <Hits found={found} hit={hit} goTo={goTo} />}
      {path && (
        <span class="nbb-graph-path">
          {path.length
            ? `path of ${path.length.toLocaleString("en")} nodes`
            : "no path between the two"}
          <Button label="Forget the path" icon="close" onClick={onForget} />
        </span>
      )}
      <span class="nbb-graph-tools">{children}</span>
    </div>
  );
}

/** How large the graph is; of a comparison what differs. */
function Counts({ graph, note }: { graph: Graph; note: string }) {
  const top = graph.children(-1);
  if (!graph.status) {
    const parameters = top.reduce((total, row) => total + graph.totals("parameters")[row]!, 0);
    const words = [
      `${graph.length.toLocaleString("en")} nodes`,
      `${graph.edgeCount.toLocaleString("en")} edges`,
      ...(parameters ? [`${parameters.toLocaleString("en")} parameters`] : []),
    ];
    return <span class="nbb-note">{words.join(" · ")}</span>;
  }
  const [added, removed, changed] = sum(statusTotals(graph), top);
  const words =
    added || removed || changed
      ? [`+${added} added`, `−${removed} removed`, `~${changed} changed`]
      : ["the same"];
  return <output class="nbb-note">{[...words, note].join(" · ")}</output>;
}

function Hits({ found, hit, goTo }: { found: Found; hit: number; goTo(hit: number): void }) {
  const count = found.rows.length;
  if (found.error) return <output class="nbb-note nbb-warn">{found.error}</output>;
  return (
    <span class="nbb-graph-hits">
      <output class="nbb-note">
        {count ? `${(hit + 1).toLocaleString("en")} of ${count.toLocaleString("en")}` : "not found"}
      </output>
      <Button
        label="Previous hit (P)"
        icon="previous"
        disabled={!count}
        onClick={() => goTo(hit - 1)}
      />
      <Button label="Next hit (N)" icon="next" disabled={!count} onClick={() => goTo(hit + 1)} />
    </span>
  );
}
