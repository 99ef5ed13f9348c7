// A stepped view: what is on screen, what is fetched for it, and the film.
import { useEffect, useRef } from "preact/hooks";
import { Frame } from "../shell/frame.tsx";
import { Bar } from "./bar.tsx";
import { holdFor, nextFrame } from "./film.ts";
import { onKey } from "./keys.ts";
import type { Item, Shared } from "./kind.ts";
import { Nothing, ReadableTable } from "./notes.tsx";
import { Sections } from "./sections.tsx";
import type { Card, SteppedState } from "./state.ts";

export function SteppedPanel<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { ctx, state, kind } = shared;
  const cards = state.cards();
  useFetching(shared, cards);
  useFilm(shared, cards);
  return (
    // Notebooks take single keys for commands: not those meant for a card.
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts, each has a control too
    <div
      class="nbb-stepped"
      data-lm-suppress-shortcuts="true"
      onKeyDown={(event) => onKey(event, shared)}
    >
      <Frame ctx={ctx} bar={<Bar {...shared} />} height={state.height.value}>
        {kind.Head && cards.length > 0 && <kind.Head {...shared} />}
        {cards.length === 0 ? <Nothing {...shared} /> : <Sections {...shared} />}
        <ReadableTable {...shared} cards={cards} />
      </Frame>
    </div>
  );
}

/** Of more cards than this, only those in sight have their items fetched. */
const MOST_FETCHED = 400;

/** Has the store fetch what is on screen and what lies around it. */
function useFetching<T extends Item, S extends SteppedState<T>>(
  { store, state, kind }: Shared<T, S>,
  cards: readonly Card[],
): void {
  const sample = state.sample.value ?? -1;
  const few = cards.length <= MOST_FETCHED;
  const near = few ? cards : cards.filter(({ at }) => state.inSight.value.has(at.series.key));
  const wanted = [...near.map(({ at }) => at), ...state.needed()];
  const signature = wanted
    .map(({ series, position }) => `${series.id}/${series.place[position]}/${series.step.length}`)
    .join();
  const overviews = state.overviews();
  const around = overviews.map(({ series }) => `${series.id}/${series.step.length}`).join();
  const seen = kind.whole ? state.inSight.value : null;
  const others = new Set(state.needed().map(({ series }) => series.key));
  useEffect(() => {
    const items = wanted.map(({ series, position }) => ({
      series,
      here: position < 0 ? -1 : series.order.indexOf(position),
      sample,
      inSight: !seen || seen.has(series.key) || others.has(series.key),
    }));
    store.want(items, state.direction, overviews);
  }, [signature, sample, around, seen]);
}

/** Plays the steps: only those whose items are here, since a film waits for nobody. */
function useFilm<T extends Item, S extends SteppedState<T>>(
  { store, state }: Shared<T, S>,
  cards: readonly Card[],
): void {
  const playing = state.playing.value;
  const index = state.index.value;
  const speed = state.speed.value;
  const count = state.union.value.length;
  const shownAt = useRef({ index: -1, time: 0 });
  if (shownAt.current.index !== index) shownAt.current = { index, time: performance.now() };
  useEffect(() => {
    if (!playing || count < 2) return;
    const ready = (frame: number): boolean =>
      cards.every(({ at: { series } }) => {
        const { position } = state.atStep(series, state.union.peek()[frame]!);
        return position < 0 || store.has(series, position);
      });
    // What arrives meanwhile must not hold the film up: the time counts from the last step.
    const passed = performance.now() - shownAt.current.time;
    const wait = Math.max(0, holdFor(index, count, speed) - passed);
    const timer = setTimeout(() => {
      const next = nextFrame(index, count, ready);
      if (next !== index) state.setIndex(next);
    }, wait);
    return () => clearTimeout(timer);
    // A film that found nothing loaded goes on when something arrives.
  }, [playing, index, speed, count, playing ? store.arrivals.value : 0]);
}
