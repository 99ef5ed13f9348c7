// What is said rather than shown: what is not loaded, what there is not, and all of it as a table.
import { Empty, NoTag } from "../shell/empty.tsx";
import type { Shared } from "./card.tsx";
import type { At, Side } from "./state.ts";
import { formatStep } from "./words.ts";

/** A series on screen with the side it plays. */
export interface OnScreen {
  at: At;
  side: Side;
}

/** "24 of 40 images loaded": only while some are missing. */
export function LoadedNote({ ctx, store, state }: Shared) {
  const series = state.shown.value;
  const all = series.reduce((sum, { point }) => sum + point.length, 0);
  const loaded = store.countLoaded(series);
  if (loaded >= all) return null;
  const waiting = ctx.busy.value || store.failure.value !== null;
  const why = store.failure.value
    ? "There is no kernel to ask for the others."
    : ctx.busy.value
      ? "The others come when the cell ends."
      : "The others are loaded as the slider comes near.";
  return (
    <output class="nbb-note nbb-loaded" data-warn={waiting ? "" : undefined} title={why}>
      {loaded.toLocaleString("en")} of {all.toLocaleString("en")} loaded
    </output>
  );
}

export function Nothing({ ctx, state, store }: Shared) {
  const tags = new Set([...store.series.value.values()].map(({ tag }) => tag));
  if (tags.size === 0) {
    const from = "They come from tf.summary.image(…) in TensorFlow and add_image(…) in PyTorch.";
    return <Empty ctx={ctx} what="images" from={from} />;
  }
  if (state.tags.value.length === 0) {
    return <NoTag filter={state.tagFilter.value} total={tags.size} />;
  }
  return (
    <div class="nbb-empty">
      <strong>No run is shown</strong>
      <span>Check a run in the list, or change its filter.</span>
    </div>
  );
}

/** Drawn anew at every step: more rows than anybody would listen to only take time. */
const MOST_ROWS = 60;

/** What is on screen, for a screen reader. */
export function ReadableTable({ store, cards }: Shared & { cards: readonly OnScreen[] }) {
  store.arrivals.value;
  return (
    // A table cannot be as small as what is hidden has to be.
    <div class="nbb-visually-hidden">
      <table>
        <caption>Images on screen</caption>
        <thead>
          <tr>
            <th>run</th>
            <th>tag</th>
            <th>step</th>
            <th>size</th>
          </tr>
        </thead>
        <tbody>
          {cards.slice(0, MOST_ROWS).map(({ at: { series, position }, side }) => {
            const loaded = store.loaded(series.point[position] ?? -1);
            const sizes = loaded?.images.map(({ width, height }) => `${width} by ${height}`) ?? [];
            return (
              <tr key={`${series.key}${side}`}>
                <td>{series.run}</td>
                <td>{series.tag}</td>
                <td>{position < 0 ? "none yet" : formatStep(series.step[position]!)}</td>
                <td>{loaded ? sizes.slice(0, 8).join(", ") : "not loaded"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
