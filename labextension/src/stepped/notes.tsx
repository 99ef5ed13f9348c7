// What is said rather than shown: what is not loaded, what there is not, and all of it as a table.
import { formatStep } from "../draw/format.ts";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Empty, NoTag } from "../shell/empty.tsx";
import type { Item, Shared } from "./kind.ts";
import type { Card, SteppedState } from "./state.ts";

/** "24 of 40 loaded": only while some are missing. */
export function LoadedNote<T extends Item, S extends SteppedState<T>>({
  ctx,
  store,
  state,
}: Shared<T, S>) {
  const series = state.shown.value;
  const all = series.reduce((sum, { step }) => sum + step.length, 0);
  const loaded = store.countLoaded(series);
  if (loaded >= all) return null;
  const waiting = (ctx.busy.value && !store.expecting.value) || store.failure.value !== null;
  const why = store.failure.value
    ? "There is no kernel to ask for the others."
    : ctx.busy.value
      ? "The others come when the cell ends."
      : "The others are loaded as the slider comes near.";
  const words = (count: number): string =>
    `${count.toLocaleString("en")} of ${all.toLocaleString("en")} loaded`;
  // Always of one width: the slider must not move for it.
  const style = { minWidth: `${words(all).length}ch` };
  return (
    <output
      class="nbb-note nbb-loaded"
      data-warn={waiting ? "" : undefined}
      title={why}
      style={style}
    >
      {words(loaded)}
    </output>
  );
}

export function Nothing<T extends Item, S extends SteppedState<T>>({
  ctx,
  state,
  store,
  kind,
}: Shared<T, S>) {
  const tags = new Set([...store.series.value.values()].map(({ tag }) => tag));
  if (tags.size === 0) return <Empty ctx={ctx} what={kind.noun[1]} from={kind.from} />;
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

/** More rows than anybody would listen to only take time. */
const MOST_ROWS = 60;
const MOST_ITEMS = 8;

type TableProps<T extends Item, S extends SteppedState<T>> = Shared<T, S> & {
  cards: readonly Card[];
};

/** What is on screen, for a screen reader. */
function Rows<T extends Item, S extends SteppedState<T>>({ store, kind, cards }: TableProps<T, S>) {
  store.arrivals.value;
  const said = (item: T): string =>
    item.refusal ? `not shown: ${item.refusal}` : (kind.describe?.(item) ?? kind.noun[0]);
  return (
    // A table cannot be as small as what is hidden has to be.
    <div class="nbb-visually-hidden">
      <table>
        <caption>{`${capital(kind.noun[1])} on screen`}</caption>
        <thead>
          <tr>
            <th>run</th>
            <th>tag</th>
            <th>step</th>
            <th>{kind.noun[0]}</th>
          </tr>
        </thead>
        <tbody>
          {cards.slice(0, MOST_ROWS).map(({ at: { series, position }, side }) => {
            const loaded = store.loaded(series, position);
            const words = loaded?.items.slice(0, MOST_ITEMS).map(said).join(", ");
            return (
              <tr key={`${series.key}${side}`}>
                <td>{series.run}</td>
                <td>{series.tag}</td>
                <td>{position < 0 ? "none yet" : formatStep(series.step[position]!)}</td>
                <td>{loaded ? (loaded.error ?? words) : "not loaded"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The slider rests so long before what is read aloud is written anew. */
const REST_MS = 150;

/** All that is shown as a table, for those who do not see it. */
export function ReadableTable<T extends Item, S extends SteppedState<T>>(props: TableProps<T, S>) {
  const [shown, setShown] = useState(props);
  useEffect(() => {
    const timer = setTimeout(() => setShown(props), REST_MS);
    return () => clearTimeout(timer);
  }, [props]);
  return useMemo(() => <Rows {...shown} />, [shown]);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
