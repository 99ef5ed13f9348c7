// The cards in their order: by tag, by run, or in a grid of both.
import { useRef } from "preact/hooks";
import { Name } from "../shell/controls.tsx";
import { ImageCard, type Shared } from "./card.tsx";
import type { Series } from "./columns.ts";
import { Pair } from "./compare.tsx";
import type { Size } from "./geometry.ts";
import { usePixelRatio, useSize } from "./hooks.ts";
import { boxFor, fillRow, shareOf } from "./layout.ts";

/** The height of the one card shown large. */
const LARGE = 460;

export function Sections(shared: Shared) {
  const { state } = shared;
  const large = state.large.value;
  const one = large === null ? undefined : state.shown.value.find(({ key }) => key === large);
  if (one) return <Section {...shared} tag={one.tag} series={[one]} large />;
  if (state.sides.value === null && state.arrange.value === "grid") return <Grid {...shared} />;
  // Of one run, its tags fill the rows: a section for each would leave most of them empty.
  const alone = state.runs.value.length === 1;
  if (state.sides.value === null && (alone || state.arrange.value === "runs")) {
    return (
      <>
        {state.runs.value.map((run) => (
          <Section key={run} {...shared} run={run} series={state.ofRun(run)} />
        ))}
      </>
    );
  }
  const sides = state.sides.value;
  const tags = state.tags.value.filter((tag) =>
    state.ofTag(tag).some(({ run }) => !sides || run === sides.a || run === sides.b),
  );
  if (!tags.length) return <div class="nbb-empty">Neither of the two runs has such images.</div>;
  return (
    <>
      {tags.map((tag) => {
        const series = state.ofTag(tag);
        return series.length ? <Section key={tag} {...shared} tag={tag} series={series} /> : null;
      })}
    </>
  );
}

interface SectionProps extends Shared {
  /** What the section is of: one of the two. */
  tag?: string;
  run?: string;
  series: readonly Series[];
  large?: boolean;
}

function Section({ tag, run, series, large, ...shared }: SectionProps) {
  const { ctx, state } = shared;
  const ratio = usePixelRatio();
  const cards = useRef<HTMLDivElement>(null);
  const { width: room } = useSize(cards, { width: 800, height: 0 });
  const compared = tag !== undefined && state.sides.value !== null && !large;
  const beside = state.compare.value === "side by side" ? 2 : 3;
  const width = large
    ? room
    : compared
      ? shareOf(room, beside)
      : fillRow(room, state.cardSize.value);
  const actual = state.size.value === "actual";
  const box = boxFor(sizesOf(shared, series), width, ratio, actual, large ? LARGE : undefined);
  const caption = tag === undefined ? "" : (series.find((one) => one.caption)?.caption ?? "");
  const title = tag === undefined ? run! : series[0]!.title || tag;
  // The only run of a log needs no name above its images.
  const headed = run === undefined || ctx.ownRuns.value.length > 1;
  return (
    <section class="nbb-section" aria-label={title}>
      {headed && (
        <h4 class="nbb-section-head">
          {run !== undefined && (
            <span class="nbb-dot" style={{ background: ctx.runs.color(run) }} />
          )}
          <Name text={title} tail={24} />
          {caption && (
            <span class="nbb-caption" title={caption}>
              {caption}
            </span>
          )}
        </h4>
      )}
      <div ref={cards} class="nbb-cards" style={{ "--nbb-card": `${box.width}px` }}>
        {compared ? (
          <Pair {...shared} tag={tag} sample={state.sample.value ?? 0} box={box} />
        ) : (
          series.map((one) => (
            <CardsOf
              key={one.key}
              {...shared}
              series={one}
              // Tags differ in shape; the runs of one tag hardly do, and line up.
              box={tag === undefined ? boxFor(sizesOf(shared, [one]), width, ratio, actual) : box}
              name={tag === undefined ? "tag" : "run"}
            />
          ))
        )}
      </div>
    </section>
  );
}

interface CardsProps extends Shared {
  series: Series;
  box: Size;
  name: "run" | "tag";
}

/** A step may be a thousand images; so many are shown side by side. */
const MOST_SAMPLES = 256;

/** One card a series, or one an image where all images of a step are shown. */
function CardsOf({ series, box, name, ...shared }: CardsProps) {
  const { state, store } = shared;
  const at = state.at(series);
  const sample = state.sample.value;
  const known = store.loaded(series.point[at.position] ?? -1)?.count ?? series.size?.count ?? 1;
  const count = sample === null ? Math.max(1, Math.min(known, MOST_SAMPLES)) : 1;
  return (
    <>
      {Array.from({ length: count }, (_, index) => (
        <ImageCard key={index} {...shared} at={at} sample={sample ?? index} box={box} name={name} />
      ))}
    </>
  );
}

/** A row a tag, a column a run. */
function Grid(shared: Shared) {
  const { ctx, state } = shared;
  const ratio = usePixelRatio();
  const runs = state.runs.value;
  const actual = state.size.value === "actual";
  const all = boxFor(sizesOf(shared, state.shown.value), state.cardSize.value, ratio, actual);
  const columns = { "--nbb-card": `${all.width}px`, "--nbb-columns": `${runs.length}` };
  return (
    <div class="nbb-grid" style={columns}>
      <span class="nbb-grid-corner" />
      {runs.map((run) => (
        <span key={run} class="nbb-grid-run">
          <span class="nbb-dot" style={{ background: ctx.runs.color(run) }} />
          <Name text={run} />
        </span>
      ))}
      {state.tags.value.map((tag) => {
        const series = state.ofTag(tag);
        if (!series.length) return null;
        const box = actual ? all : boxFor(sizesOf(shared, series), all.width, ratio, false);
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

/** The sizes of what these series show, as far as they are known. */
function sizesOf({ state, store }: Shared, series: readonly Series[]): Size[] {
  store.arrivals.value;
  const sizes: Size[] = [];
  for (const one of series) {
    const { position } = state.at(one);
    const picture = store.loaded(one.point[position] ?? -1)?.images[0];
    if (picture?.refusal) continue;
    // The size of another step keeps the place while the one asked for is on its way.
    const size = picture ?? one.size;
    if (size?.width && size.height) sizes.push(size);
  }
  return sizes;
}
