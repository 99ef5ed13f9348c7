// The projector: bar, steps, one cloud or two, the facts below, a table on demand.
import { Empty } from "../../shell/empty.tsx";
import { Frame } from "../../shell/frame.tsx";
import type { PanelProps } from "../../shell/mount.tsx";
import { shorten } from "../../shell/names.ts";
import { Bar } from "./bar.tsx";
import { FactsLine, shownMethod } from "./facts.tsx";
import type { Pane } from "./pane.ts";
import { Picture } from "./picture.tsx";
import { PointsTable } from "./points-table.tsx";
import { Side } from "./side.tsx";
import { Steps } from "./steps.tsx";
import type { ProjectorStore } from "./store.ts";

const NAMES: Record<string, string> = { pca: "principal components", tsne: "t-SNE", umap: "UMAP" };

export function ProjectorPanel({ ctx, store }: PanelProps<ProjectorStore>) {
  const height = ctx.option<number>("height").value;
  const panes = store.panes.value;
  const some = store.embeddings.value.length > 0;
  return (
    <Frame ctx={ctx} bar={some && <Bar store={store} />} height={0} hold={height}>
      {some ? (
        <div class="nbb-pj" style={{ "--nbb-pj-wanted": `${height}px` }}>
          <Steps store={store} />
          <div class="nbb-pj-panes" data-two={panes.length > 1 ? "" : undefined}>
            {panes.map((pane, at) => (
              <One
                key={at === 0 ? "first" : "second"}
                store={store}
                pane={pane}
                several={panes.length > 1}
              />
            ))}
            {panes[0]!.cloud.value && <Side store={store} pane={sideOf(panes)} />}
          </div>
          {store.table.value && <PointsTable store={store} pane={panes[0]!} />}
        </div>
      ) : (
        <Empty
          ctx={ctx}
          what="embeddings"
          from="They come from add_embedding(…) in PyTorch, or projector.visualize_embeddings(…) in TensorFlow."
        />
      )}
    </Frame>
  );
}

/** The pane whose point was picked; the first if none was. */
function sideOf(panes: readonly Pane[]): Pane {
  return panes.find((pane) => pane.picked.value >= 0) ?? panes[0]!;
}

function One({ store, pane, several }: { store: ProjectorStore; pane: Pane; several: boolean }) {
  const embedding = pane.embedding.value;
  const refusal = pane.refusal.value;
  const facts = pane.facts.value;
  const title = embedding ? `${embedding.run} · ${embedding.tag}` : "";
  const said = `${facts?.count.toLocaleString("en") ?? ""} points of ${title} by ${NAMES[shownMethod(store, pane)]}`;
  return (
    <section class="nbb-pj-one" aria-label={title}>
      {several && <h4>{shorten(title, 80)}</h4>}
      {refusal ? (
        <div class="nbb-empty">
          <strong>This embedding cannot be shown</strong>
          <span>{shorten(refusal, 400)}</span>
        </div>
      ) : pane.cloud.value ? (
        <Picture store={store} pane={pane} name={said} />
      ) : store.isSaved ? (
        <div class="nbb-empty">
          <strong>Not in this file</strong>
          <span>It was saved with as many steps and embeddings as preload allows.</span>
        </div>
      ) : (
        <output class="nbb-skeleton nbb-pj-blank" aria-label="Reading the vectors" />
      )}
      <FactsLine store={store} pane={pane} />
    </section>
  );
}
