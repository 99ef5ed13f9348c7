// The images view: what is on screen, what is fetched for it, and the film.
import { useEffect, useRef } from "preact/hooks";
import { Frame } from "../shell/frame.tsx";
import type { PanelProps } from "../shell/mount.tsx";
import { Bar } from "./bar.tsx";
import type { Shared } from "./card.tsx";
import { holdFor, nextFrame } from "./film.ts";
import type { Images } from "./images.ts";
import { onKey } from "./keys.ts";
import { Nothing, type OnScreen, ReadableTable } from "./notes.tsx";
import { Sections } from "./sections.tsx";

export function ImagesPanel({ ctx, store: { store, state } }: PanelProps<Images>) {
  const shared: Shared = { ctx, store, state };
  const cards = cardsOf(shared);
  useFetching(shared, cards);
  useFilm(shared, cards);
  return (
    // Notebooks take single keys for commands: not those meant for a picture.
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts, each has a control too
    <div data-lm-suppress-shortcuts="true" onKeyDown={(event) => onKey(event, state)}>
      <Frame ctx={ctx} bar={<Bar {...shared} />} height={state.height.value}>
        {cards.length === 0 ? <Nothing {...shared} /> : <Sections {...shared} />}
        <ReadableTable {...shared} cards={cards} />
      </Frame>
    </div>
  );
}

function cardsOf({ state }: Shared): OnScreen[] {
  const large = state.large.value;
  const one = large === null ? undefined : state.shown.value.find(({ key }) => key === large);
  const sides = state.sides.value;
  if (one || !sides) {
    const shown = one ? [one] : state.shown.value;
    return shown.map((series) => ({ at: state.at(series), side: "" }));
  }
  const cards: OnScreen[] = [];
  for (const tag of state.tags.value) {
    const pairs = [
      [sides.a, "A"],
      [sides.b, "B"],
    ] as const;
    for (const [run, side] of pairs) {
      const series = state.series(run, tag);
      if (series) cards.push({ at: state.at(series, side), side });
    }
  }
  return cards;
}

/** Has the store fetch what is on screen and what lies around it. */
function useFetching({ store, state }: Shared, cards: readonly OnScreen[]): void {
  const sample = state.sample.value ?? -1;
  const signature = cards
    .map(({ at: { series, position } }) => `${series.point[position]}/${series.point.length}`)
    .join();
  useEffect(() => {
    const items = cards.map(({ at: { series, position } }) => ({
      series,
      here: position < 0 ? -1 : series.order.indexOf(position),
      sample,
    }));
    store.want(items, state.direction);
  }, [signature, sample]);
}

/** Plays the steps: only those whose pictures are here, since a film waits for nobody. */
function useFilm({ store, state }: Shared, cards: readonly OnScreen[]): void {
  const playing = state.playing.value;
  const index = state.index.value;
  const speed = state.speed.value;
  const count = state.union.value.length;
  const shownAt = useRef({ index: -1, time: 0 });
  if (shownAt.current.index !== index) shownAt.current = { index, time: performance.now() };
  useEffect(() => {
    if (!playing || count < 2) return;
    const ready = (position: number): boolean =>
      cards.every(({ at: { series } }) => {
        const own = state.pointFor(series, state.union.peek()[position]!);
        return own < 0 || store.has(series.point[own]!);
      });
    // What arrives meanwhile must not hold the film up: the time counts from the last picture.
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
