// One card: a picture of one run and tag at a step, with its name above and its facts below.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Name } from "../shell/controls.tsx";
import type { ViewContext } from "../shell/context.ts";
import { PictureBox, Raster } from "./box.tsx";
import { Foot, Probe } from "./foot.tsx";
import type { Size } from "./geometry.ts";
import { useNear } from "./hooks.ts";
import { type Showing, showing } from "./showing.ts";
import type { At, ImagesState, Side } from "./state.ts";
import type { ImagesStore } from "./store.ts";
import { Still } from "./still.tsx";
import { CardSlider } from "./stepper.tsx";
import { Placeholder, Waiting, waitText } from "./waiting.tsx";
import { fileName, formatStep } from "./words.ts";

export interface Shared {
  ctx: ViewContext;
  store: ImagesStore;
  state: ImagesState;
}

interface CardProps extends Shared {
  at: At;
  /** Which image of the step; the last there is if there are fewer. */
  sample: number;
  box: Size;
  /** What to call it: the run under a tag, the tag under a run. */
  name: "run" | "tag";
  side?: Side;
}

export function ImageCard(props: CardProps) {
  const { ctx, store, state, at, sample, box, name, side = "" } = props;
  const element = useRef<HTMLElement>(null);
  const near = useNear(element);
  const { series } = at;
  useEffect(() => {
    if (state.focusNext !== series.key) return;
    state.focusNext = null;
    element.current?.focus();
  }, []);
  const now = showing(store, at, sample);
  const step = now.position < 0 ? null : series.step[now.position]!;
  const title = name === "run" ? series.run : series.title;
  // A brush in another view picks runs: the others step back.
  const brushed = ctx.runs.brushed.value;
  const dim = brushed !== null && !brushed.includes(series.run);
  const spoken = `${series.run}, ${series.tag}${step === null ? "" : `, step ${step}`}`;
  const pick = { run: series.run, tag: series.tag, step: String(step), index: now.index };
  const toggle = (): void => {
    if (step !== null) state.pick(pick);
  };
  return (
    <figure
      ref={element}
      class="nbb-card"
      data-dim={dim ? "" : undefined}
      data-picked={step !== null && state.isPicked(pick) ? "" : undefined}
      aria-label={side ? `${side}: ${spoken}` : spoken}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys act on the card with the focus
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) toggle();
      }}
    >
      <figcaption class="nbb-card-head">
        {side && <span class="nbb-side">{side}</span>}
        {name === "run" && (
          <span class="nbb-dot" style={{ background: ctx.runs.color(series.run) }} />
        )}
        <Name text={title} />
        {near && <Tools {...props} now={now} step={step} />}
      </figcaption>
      {near ? (
        <Content {...props} now={now} spoken={spoken} onPick={toggle} />
      ) : (
        <div class="nbb-picture" style={{ height: `${box.height}px` }} />
      )}
      <Foot {...props} now={now} step={step} />
      {!state.link.value && !side && <CardSlider state={state} at={at} />}
    </figure>
  );
}

interface Inner extends CardProps {
  now: Showing;
}

function Content(props: Inner & { spoken: string; onPick(): void }) {
  const { store, state, at, box, now, spoken, onPick } = props;
  const [broken, setBroken] = useState<string | null>(null);
  const { picture, loaded } = now;
  if (at.position < 0) {
    const first = at.series.step[at.series.order[0] ?? -1];
    const text = first === undefined ? "No images." : `First image at step ${formatStep(first)}`;
    return <Placeholder box={box} text={text} />;
  }
  if (loaded?.error) return <Placeholder box={box} text={loaded.error} warn />;
  if (picture?.refusal) {
    return <Placeholder box={box} text={`Not shown: ${picture.refusal}`} warn />;
  }
  if (!picture?.url) {
    if (loaded && now.index >= loaded.count) return <Placeholder box={box} text="No images." />;
    return <Waiting box={box} busy={props.ctx.busy.value} failure={store.failure.value} />;
  }
  if (broken === picture.url) {
    return <Placeholder box={box} text="The browser cannot decode this image." warn />;
  }
  return (
    <PictureBox state={state} picture={picture} box={box} onPick={onPick}>
      {(placement) => (
        <>
          <span class="nbb-fade" data-early={now.early ? "" : undefined}>
            {picture.frames > 1 && !state.animate.value ? (
              <Still
                key={picture.url}
                state={state}
                picture={picture}
                alt={spoken}
                placement={placement}
                onError={() => setBroken(picture.url)}
              />
            ) : (
              <Raster
                state={state}
                url={picture.url!}
                alt={spoken}
                placement={placement}
                onError={() => setBroken(picture.url)}
              />
            )}
          </span>
          <Probe state={state} placement={placement} picture={picture} />
          {now.early && (
            <span class="nbb-early">
              {waitText(at.series.step[at.position]!, props.ctx.busy.value, store.failure.value)}
            </span>
          )}
        </>
      )}
    </PictureBox>
  );
}

function Tools({ state, at, now, step }: Inner & { step: bigint | null }) {
  const { series } = at;
  const large = state.large.value === series.key;
  const { picture } = now;
  return (
    <span class="nbb-card-tools">
      {picture?.url && (
        <a
          class="nbb-button"
          href={picture.url}
          download={fileName(series.run, series.tag, step, now.index, picture.format)}
          title="Download image, as logged"
        >
          <span class="nbb-visually-hidden">Download image</span>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11" />
          </svg>
        </a>
      )}
      <Button
        label={large ? "Show all images" : "Full size"}
        icon={large ? "shrink" : "expand"}
        onClick={() => {
          state.enlarge(large ? null : series.key);
        }}
      />
    </span>
  );
}
