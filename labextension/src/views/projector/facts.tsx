// Below the picture, in one line: what it is of, what it shows of that, what is missing.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { formatCount } from "../../draw/format.ts";
import { preserved } from "./places.ts";
import type { Pane } from "./pane.ts";
import type { ProjectorStore } from "./store.ts";

/** After a change, before it is compared: while something moves there is nothing to say. */
const SETTLE_MS = 60;

export function FactsLine({ store, pane }: { store: ProjectorStore; pane: Pane }) {
  const kept = useKept(store, pane);
  const cloud = pane.cloud.value;
  const facts = pane.facts.value;
  const shares = useComputed(() => {
    const variance = pane.cloud.value?.variance;
    return variance ? Array.from(variance.subarray(0, store.dimensions.value)) : [];
  }).value;
  if (!cloud || !facts) return <p class="nbb-pj-facts" />;
  const isPca = shownMethod(store, pane) === "pca";
  const count =
    facts.count < facts.total
      ? `${facts.count.toLocaleString("en")} of ${formatCount(facts.total, "point")}`
      : formatCount(facts.count, "point");
  const among = pane.layout.value?.among;
  const notes = [...cloud.notes];
  if (!isPca && among) {
    notes.push(
      `${among.length.toLocaleString("en")} points were arranged, chosen at random, the same every time`,
    );
  }
  const sum = shares.reduce((a, b) => a + b, 0);
  return (
    <p class="nbb-pj-facts">
      <span>
        {count}, {formatCount(facts.dimensions, "dimension")}
      </span>
      {isPca && (
        <span title="Share of all variance along each principal component that is shown">
          {percent(sum)} of the variance ({shares.map(percent).join(" + ")})
        </span>
      )}
      <span
        title={`Share of the ${cloud.sample[store.metric.value].count} nearest neighbours among all dimensions that are the nearest here, too`}
      >
        {Number.isNaN(kept) ? "" : `${percent(kept)} of neighbours kept`}
      </span>
      {notes.length > 0 && (
        <span data-warn="" title={notes.join("\n")}>
          {notes[0]}
          {notes.length > 1 && ` and ${formatCount(notes.length - 1, "more note")}`}
        </span>
      )}
    </p>
  );
}

export function shownMethod(store: ProjectorStore, pane: Pane): string {
  const method = store.method.value;
  const layout = pane.layout.value;
  const shown =
    layout?.method === method &&
    layout.version === pane.cloud.value?.version &&
    layout.dimensions === store.dimensions.value;
  return shown ? method : "pca";
}

function useKept(store: ProjectorStore, pane: Pane): number {
  const kept = useSignal(Number.NaN);
  useSignalEffect(() => {
    const [places, cloud] = [pane.places.value, pane.cloud.value];
    const metric = store.metric.value;
    if (!places || !cloud) return;
    const timer = setTimeout(() => {
      kept.value = preserved(places, cloud.sample.points, cloud.sample[metric]);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  });
  return kept.value;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
