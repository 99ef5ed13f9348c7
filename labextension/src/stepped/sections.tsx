// The cards in their order: by tag, by run, or in a grid of both.
import { useRef } from "preact/hooks";
import { Name } from "../shell/controls.tsx";
import { ItemCard } from "./card.tsx";
import { Chunks } from "./chunks.tsx";
import { useSize } from "./hooks.ts";
import type { Item, Shared } from "./kind.ts";
import { fillRow, shareOf, type Size } from "./layout.ts";
import type { Series } from "./series.ts";
import type { SteppedState } from "./state.ts";

/** So many cards are drawn at once; the others when they come near. */
const CHUNK = 24;

export function Sections<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { state, kind } = shared;
  const one = state.alone();
  if (one) return <Section {...shared} tag={one.tag} series={[one]} large />;
  const grouped = state.grouped() && kind.Group !== undefined;
  if (!grouped && state.arrange.value === "grid") return <Grid {...shared} />;
  // Of one run, its tags fill the rows: a section for each would leave most of them empty.
  const alone = state.runs.value.length === 1;
  const byRun = grouped ? state.groupedBy() === "run" : alone || state.arrange.value === "runs";
  if (byRun) {
    return (
      <>
        {state.runs.value.map((run) => (
          <Section key={run} {...shared} run={run} series={state.ofRun(run)} />
        ))}
      </>
    );
  }
  const shown = new Set(state.cards().map(({ at }) => at.series.tag));
  const tags = state.tags.value.filter((tag) => shown.has(tag));
  if (!tags.length) {
    return <div class="nbb-empty">{`Neither of the two runs has such ${kind.noun[1]}.`}</div>;
  }
  return (
    <Chunks
      items={tags}
      size={CHUNK}
      height={state.cardSize.value}
      draw={(tag) => <Section key={tag} {...shared} tag={tag} series={state.ofTag(tag)} />}
    />
  );
}

type SectionProps<T extends Item, S extends SteppedState<T>> = Shared<T, S> & {
  /** What the section is of: one of the two. */
  tag?: string;
  run?: string;
  series: readonly Series[];
  large?: boolean;
};

function Section<T extends Item, S extends SteppedState<T>>({
  tag,
  run,
  series,
  large = false,
  ...rest
}: SectionProps<T, S>) {
  const shared = rest as unknown as Shared<T, S>;
  const { ctx, state, kind } = shared;
  const cards = useRef<HTMLDivElement>(null);
  const { width: room } = useSize(cards, { width: 800, height: 0 });
  const Group = !large && state.grouped() ? kind.Group : undefined;
  const width = large
    ? room
    : Group
      ? shareOf(room, kind.columns?.(state) ?? 1)
      : fillRow(room, state.cardSize.value);
  const box = boxOf(shared, series, width, large);
  const across = Math.max(1, Math.round(room / (box.width + 12)));
  const caption = tag === undefined ? "" : (series.find((one) => one.caption)?.caption ?? "");
  const title = tag === undefined ? run! : series[0]!.title || tag;
  // The only run of a log needs no name above its cards.
  const headed = run === undefined || ctx.ownRuns.value.length > 1;
  const card = (one: Series) => (
    <CardsOf
      key={one.key}
      {...shared}
      series={one}
      // Tags differ in shape; the runs of one tag hardly do, and line up.
      box={tag === undefined ? boxOf(shared, [one], width, false) : box}
      name={tag === undefined ? "tag" : "run"}
    />
  );
  return (
    <section class="nbb-section" aria-label={title}>
      {headed && (
        <h4 class="nbb-section-head">
          {run !== undefined && (
            <span class="nbb-dot" style={{ background: ctx.runs.color(run) }} />
          )}
          <Name text={run === undefined ? title : ctx.runs.label(run)} full={title} tail={24} />
          {caption && (
            <span class="nbb-caption" title={caption}>
              {caption}
            </span>
          )}
        </h4>
      )}
      <div ref={cards} class="nbb-cards" style={{ "--nbb-card": `${box.width}px` }}>
        {Group ? (
          <Group {...shared} tag={tag} run={run} series={series} box={box} />
        ) : (
          <Chunks items={series} size={CHUNK} height={(box.height + 42) / across} draw={card} />
        )}
      </div>
    </section>
  );
}

type CardsProps<T extends Item, S extends SteppedState<T>> = Shared<T, S> & {
  series: Series;
  box: Size;
  name: "run" | "tag";
};

/** A step may be a thousand items; so many are shown side by side. */
const MOST_SAMPLES = 256;

/** One card a series, or one an item where all items of a step are shown. */
function CardsOf<T extends Item, S extends SteppedState<T>>({
  series,
  box,
  name,
  ...rest
}: CardsProps<T, S>) {
  const shared = rest as unknown as Shared<T, S>;
  const { state } = shared;
  const at = state.at(series);
  const sample = state.sample.value;
  const count = sample === null ? Math.min(state.countAt(series), MOST_SAMPLES) : 1;
  return (
    <>
      {Array.from({ length: Math.max(1, count) }, (_, index) => (
        <ItemCard key={index} {...shared} at={at} sample={sample ?? index} box={box} name={name} />
      ))}
    </>
  );
}

/** A row a tag, a column a run. */
function Grid<T extends Item, S extends SteppedState<T>>(shared: Shared<T, S>) {
  const { ctx, state } = shared;
  const runs = state.runs.value;
  const all = boxOf(shared, state.shown.value, state.cardSize.value, false);
  const columns = { "--nbb-card": `${all.width}px`, "--nbb-columns": `${runs.length}` };
  return (
    <div class="nbb-grid" style={columns}>
      <span class="nbb-grid-corner" />
      {runs.map((run) => (
        <span key={run} class="nbb-grid-run">
          <span class="nbb-dot" style={{ background: ctx.runs.color(run) }} />
          <Name text={ctx.runs.label(run)} full={run} />
        </span>
      ))}
      {state.tags.value.map((tag) => {
        const series = state.ofTag(tag);
        if (!series.length) return null;
        const box = boxOf(shared, series, all.width, false);
        const cells = runs.map((run) => {
          const one = series.find((candidate) => candidate.run === run);
          return (
            <div key={`${tag}\u0000${run}`} class="nbb-grid-cell">
              {one && <CardsOf {...shared} series={one} box={box} name="run" />}
            </div>
          );
        });
        return [
          <span key={tag} class="nbb-grid-tag">
            <Name text={series[0]!.title || tag} />
          </span>,
          ...cells,
        ];
      })}
    </div>
  );
}

/** The room for the items of these series. */
export function boxOf<T extends Item, S extends SteppedState<T>>(
  shared: Shared<T, S>,
  series: readonly Series[],
  width: number,
  large: boolean,
): Size {
  const plain = { width, height: Math.round(large ? 460 : width * 0.75) };
  return shared.kind.box?.(shared, series, width, large) ?? plain;
}
